/** Beside the diagram: lamps of the checkers, votes each replica holds, logs. */
import { countWords, promiseBeyond } from '../../scenarios/testbed/stage/fault-count.ts';
import { CELL_STEPS, type LogCell } from '../../scenarios/testbed/stage/stage-protocol.ts';
import { h, s } from '../shell/dom.ts';
import { mark } from '../shell/parts.ts';
import type { StageDesk } from './stage-desk.ts';
import { nodeName, type Names } from './words.ts';

/** choice: columns of the logs; the last ones. */
const MOST_SLOTS = 8;

export function lampsPanel({ run, branch, session: { protocol }, event }: StageDesk): HTMLElement {
  const broken = branch.record.broken !== undefined && event >= branch.record.broken.event ? branch.record.broken : undefined;
  const { unanswered, faultCount, model: { replicas } } = run;
  const beyond = promiseBeyond(faultCount, protocol, replicas);
  const other = broken !== undefined && !protocol.lamps.some(({ checker }) => checker === broken.checker) ? [{ checker: broken.checker, title: broken.checker, means: broken.text }] : [];
  return h('ul', { class: 'stage-lamps', 'aria-label': 'Checkers' },
    [...protocol.lamps, ...other].map(({ checker, title, means }) => {
      const isBroken = broken?.checker === checker;
      return h('li', { class: isBroken ? 'broken' : '' }, mark(isBroken ? 'not reproduced' : 'reproduced'), h('span', {}, h('b', {}, title), h('span', { class: 'visually-hidden' }, isBroken ? ' broken:' : ' holds:'), ' ', h('span', { class: 'means' }, means)));
    }),
    h('li', {}, mark(unanswered === 0 ? 'reproduced' : 'partly'), h('span', {}, h('b', {}, 'Progress'), ' ', h('span', { class: 'means' }, unanswered === 0 ? 'every request is answered' : `${unanswered} request${unanswered === 1 ? '' : 's'} to answer`))),
    h('li', {}, mark(beyond === undefined ? 'reproduced' : 'partly'), h('span', {}, h('b', {}, beyond === undefined ? 'Within f' : 'Beyond f'), ' ', h('span', { class: 'means' }, `${countWords(faultCount)} faulty, bears ${protocol.tolerates(replicas)}${beyond === undefined ? '' : `: ${beyond}`}`))));
}

/** The place that is being agreed on: the first that somebody has not executed. */
export function slotAtHand(logs: readonly (readonly LogCell[])[]): number | undefined {
  const open = logs.flatMap((log) => log.filter(({ step }) => step !== 'executed').map(({ slot }) => slot));
  const all = logs.flatMap((log) => log.filter(({ votes }) => votes.length > 0).map(({ slot }) => slot));
  if (open.length > 0) return Math.min(...open);
  return all.length > 0 ? Math.max(...all) : undefined;
}

export const logsOf = ({ run: { nodes, model } }: StageDesk): LogCell[][] => nodes.slice(0, model.replicas).map(({ player }) => [...model.log(player.state)]);

export function votesPanel(desk: StageDesk, names: Names, logs: readonly (readonly LogCell[])[]): HTMLElement {
  const { replicas } = desk.run.model;
  const { phases } = desk.session.protocol;
  const slot = slotAtHand(logs);
  const cells = logs.map((log) => log.find((cell) => cell.slot === slot));
  const example = cells.find((cell) => cell !== undefined && cell.votes.length > 0);
  if (slot === undefined || example === undefined) return h('div', {}, h('h3', {}, 'Votes each replica holds'), h('p', { class: 'small' }, 'None yet.'));
  return h('div', {}, h('h3', {}, 'Votes each replica holds'),
    h('table', { class: 'stage-votes' },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, `slot ${slot}`), example.votes.map(({ phase, needed }) => h('th', { scope: 'col', class: `phase-${phases.indexOf(phase)}` }, `${phase}s, need ${needed}`)))),
      h('tbody', {}, cells.map((cell, node) => h('tr', {},
        h('th', { scope: 'row' }, nodeName(node, replicas), ' ', h('span', { class: 'letter' }, cell?.digest === undefined ? '' : names.of(cell.digest))),
        example.votes.map(({ phase }) => {
          const vote = cell?.votes.find((each) => each.phase === phase);
          return h('td', {}, vote === undefined ? h('span', { class: 'tiny' }, 'none') : meter(vote.from, vote.needed, vote.outOf, `phase-${phases.indexOf(phase)}`));
        }))))));
}

/** One box a vote, and a bar where it is enough. */
function meter(from: readonly number[], needed: number, outOf: number, phase: string): HTMLElement {
  const boxes = Math.max(outOf, from.length);
  return h('span', { class: `stage-meter ${phase}${from.length >= needed ? ' enough' : ''}`, role: 'img', 'aria-label': `${from.length} of ${needed} needed${from.length === 0 ? '' : `, from ${from.join(', ')}`}` },
    Array.from({ length: boxes }, (_, index) => [h('span', { class: index < from.length ? 'box full' : 'box' }, index < from.length ? String(from[index]) : ''), index + 1 === needed ? h('span', { class: 'bar' }) : null]));
}

export function logsPanel(desk: StageDesk, names: Names, logs: readonly (readonly LogCell[])[]): HTMLElement {
  const { replicas } = desk.run.model;
  const top = Math.max(5, ...logs.flatMap((log) => log.map(({ slot }) => slot)));
  const from = Math.max(1, top - MOST_SLOTS + 1);
  const slots = Array.from({ length: top - from + 1 }, (_, index) => from + index);
  return h('div', {}, h('h3', {}, 'Logs'),
    h('div', { class: 'scroll' }, h('table', { class: 'stage-logs' },
      h('thead', {}, h('tr', {}, h('td', {}), slots.map((slot) => h('th', { scope: 'col' }, String(slot))))),
      h('tbody', {}, logs.map((log, node) => h('tr', {}, h('th', { scope: 'row' }, nodeName(node, replicas)), slots.map((slot) => {
        const cell = log.find((each) => each.slot === slot);
        return h('td', {}, cell === undefined ? h('span', { class: 'stage-cell' }) : h('span', { class: `stage-cell is-${cell.step}` }, cell.digest === undefined ? '✓' : names.of(cell.digest), h('span', { class: 'visually-hidden' }, ` ${cell.step}`)));
      })))))),
    h('ul', { class: 'key stage-key' }, CELL_STEPS.map((step) => h('li', {}, h('span', { class: `stage-cell small is-${step}`, 'aria-hidden': 'true' }, 'A'), step))));
}

export function phaseKey(phases: readonly string[]): HTMLElement {
  return h('ul', { class: 'key stage-phases', 'aria-label': 'Messages' }, phases.map((phase, index) => h('li', { class: `phase-${index === phases.length - 1 ? 'rest' : index}` }, s('svg', { width: 26, height: 8, 'aria-hidden': 'true' }, s('path', { d: 'M1 4h24' })), phase)), h('li', { class: 'second' }, s('svg', { width: 26, height: 8, 'aria-hidden': 'true' }, s('path', { d: 'M1 4h24' })), 'another digest'));
}
