/** The stage as tables: what happened up to the cursor, what is under way, and the fault script. */
import { rowToText } from '../../scenarios/testbed/stage/script.ts';
import { h } from '../shell/dom.ts';
import { dataTable } from '../shell/parts.ts';
import type { StageDesk } from './stage-desk.ts';
import { ms, nodeName, rowWords, type Names } from './words.ts';

/** choice: events in the table; the last ones up to the cursor. */
const MOST_ROWS = 60;

export function eventTable({ run: { model }, branch: { record }, event }: StageDesk, names: Names): HTMLElement {
  const rows = record.events.slice(Math.max(0, event - MOST_ROWS), event).toReversed().map(({ event: number, timeNs, kind, node, number: what, ignored }) => {
    const message = kind === 'arrive' ? record.messages[what - 1] : undefined;
    const text = message === undefined ? (kind === 'timer' ? `${model.timerName(node, what)} timer` : 'act') : `${model.words(message.message, names.of)} from ${nodeName(message.from, model.replicas)}`;
    return [String(number), ms(timeNs), node < 0 ? '' : nodeName(node, model.replicas), text, ignored ?? ''];
  });
  return dataTable(['event', 'time', 'node', 'takes', 'ignored because'], rows, `Events up to ${event}, latest first`);
}

export function flightTable(desk: StageDesk, names: Names): HTMLElement {
  const { run: { model }, branch: { record } } = desk;
  return dataTable(['message', 'from', 'to', 'what', 'due'], desk.inFlight().map((number) => {
    const { from, to, message, dueNs } = record.messages[number - 1]!;
    return [String(number), nodeName(from, model.replicas), nodeName(to, model.replicas), model.words(message, names.of), ms(dueNs)];
  }), 'Messages under way');
}

export function scriptTable({ branch: { record, script }, run: { model } }: StageDesk): HTMLElement {
  if (script.length === 0) return h('p', { class: 'small' }, 'Nothing was done to this run yet.');
  const rows = script.map((row) => {
    const acted = record.acts.find((act) => rowToText(act.row) === rowToText(row));
    return [acted === undefined ? String(row.atEvent ?? '') : String(acted.event), acted === undefined ? 'never' : ms(acted.timeNs), rowWords(row, model.replicas), h('code', {}, rowToText(row))];
  });
  return dataTable(['after event', 'time', 'what', 'row'], rows, 'Fault script of this branch');
}
