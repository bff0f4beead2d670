/** Two results side by side: committed ones, runs of this visit, or files from elsewhere. */
import { registry } from '../../scenarios/testbed/registry.ts';
import type { ClaimReport } from '../../scenarios/testbed/report-types.ts';
import type { Scenario } from '../../scenarios/testbed/scenario.ts';
import { loadManifest, loadMeasures, loadRun, loadTrees, ranked } from '../data/load.ts';
import { openFile } from '../data/open-files.ts';
import { ownRuns } from '../data/own-runs.ts';
import { reportBody } from '../report/report-body.ts';
import { fill, h } from '../shell/dom.ts';
import { effect } from '../shell/format.ts';
import { onKey } from '../shell/keys.ts';
import { announce, chip, copy, notice } from '../shell/parts.ts';
import { formatRoute, type Route } from '../shell/router.ts';
import { snakeCase } from '../../scenarios/testbed/parameters.ts';
import { cellsOfRows, changedParameters, counterpart, firstDifferingBlock, pairMeasures, rowsOfJobs, type Cell } from './cells.ts';
import { blockSentence, pairSection, pointOf, type PairNames, type Titles } from './pair-table.ts';

/** Anything that can stand on one side. */
interface Side {
  readonly id: string;
  readonly title: string;
  readonly scenario: string;
  readonly fingerprint: string | undefined;
  /** Baseline and treatment of its first claim, and how many claims are contested: what a comparison starts with. */
  readonly arms?: readonly [string, string] | undefined;
  readonly contested?: number;
  readonly cells: () => Promise<readonly Cell[]>;
  /** Block digests of one replication of a cell; undefined when they are not at hand. */
  readonly blocks: (cell: Cell, replication: number) => Promise<readonly string[] | undefined>;
}

const opened: Side[] = [];

export async function renderCompare(root: HTMLElement, route: Route): Promise<() => void> {
  const stored = ranked(await loadTrees().catch(() => [])).map(({ tree, entry }): Side => ({
    id: entry.path, title: `${entry.scenario} (${tree.name})`, scenario: entry.scenario, fingerprint: entry.fingerprint,
    arms: armsOfClaim(entry.claims[0]), contested: entry.claims.filter(({ verdict }) => verdict !== 'reproduced').length,
    cells: async () => cellsOfRows(await loadMeasures(entry.path)),
    blocks: async (cell, replication) => {
      const manifest = await loadManifest(entry.path);
      const run = manifest.runs.find((candidate) => candidate.arm === cell.arm && candidate.replication === replication && Object.entries(candidate.point).every(([name, value]) => cell.params.get(snakeCase(name)) === String(value)));
      return run === undefined ? undefined : (await loadRun(entry.path, run.id)).blockDigests;
    },
  }));
  const own = ownRuns().map((run, at): Side => ({
    id: `own-${at}`, title: run.name, scenario: run.scenario, fingerprint: run.fingerprint,
    cells: () => Promise.resolve(cellsOfRows(rowsOfJobs(run.scenario, run.results, run.unitOf))),
    blocks: (cell, replication) => Promise.resolve(run.results.find((result) => result.arm === cell.arm && result.replication === replication && Object.entries(result.params).every(([name, value]) => cell.params.get(snakeCase(name)) === String(value)))?.blockDigests),
  }));

  const sides = (): Side[] => [...stored, ...own, ...opened];
  const ends: (() => void)[] = [];
  const last = own.at(-1);
  const start = [...stored].sort((x, y) => Number(y.scenario === last?.scenario) - Number(x.scenario === last?.scenario) || (y.contested ?? 0) - (x.contested ?? 0))[0];
  let a = route.query.get('a') ?? start?.id ?? last?.id ?? '';
  let b = route.query.get('b') ?? last?.id ?? a;
  const heading = h('h1', {}, 'Which measures differ between two runs?');
  const place = h('div', {});
  const controls = h('div', { class: 'compare-controls' });
  const extra = h('div', {});
  let turn = 0;
  // With one result on both sides its first two arms are set against each other.
  let armA = route.query.get('armA') ?? undefined;
  let armB = route.query.get('armB') ?? undefined;

  const draw = async (): Promise<void> => {
    const mine = ++turn;
    const [left, right] = [sides().find(({ id }) => id === a), sides().find(({ id }) => id === b)];
    const armPlaceA = h('span', {});
    const armPlaceB = h('span', {});
    fill(controls, h('span', { class: 'side' }, picker('A', a, sides(), (id) => { a = id; armA = armB = undefined; void draw(); }), armPlaceA), h('button', { class: 'button', type: 'button', on: { click: swap } }, '⇄ Swap ', h('kbd', { 'aria-hidden': 'true' }, 's')), h('span', { class: 'side' }, picker('B', b, sides(), (id) => { b = id; armA = armB = undefined; void draw(); }), armPlaceB),
      h('span', { class: 'compare-chips' }, [...new Set([left?.fingerprint, right?.fingerprint])].map((fingerprint) => (fingerprint === undefined ? null : chip(fingerprint)))),
      h('button', { class: 'button', type: 'button', on: { click: () => void copy(`${location.href.split('#')[0]}${formatRoute('compare', '', { a, b, armA, armB })}`, 'Link') } }, 'Copy link'));
    if (left === undefined || right === undefined) return fill(place, nothingYet());
    try {
      const [cellsA, cellsB] = await Promise.all([left.cells(), right.cells()]);
      const scenario = registry.scenarioIds.includes(right.scenario) ? await registry.scenario(right.scenario) : undefined;
      if (mine !== turn) return;
      const titles = titlesOf(scenario);
      const [armsA, armsB] = [armsOf(cellsA), armsOf(cellsB)];
      if (armA === undefined && left.id === right.id && armsA.length > 1) [armA, armB] = left.arms ?? [scenario?.baseline ?? armsA[0]!, armsA.find((arm) => arm !== (scenario?.baseline ?? armsA[0]))!];
      armA ??= '';
      armB ??= '';
      fill(armPlaceA, armPicker('A', armA, armsA, titles, (arm) => { armA = arm; if (arm === '') armB = ''; else if (armB === '') armB = armsB[0]!; void draw(); }));
      fill(armPlaceB, armPicker('B', armB, armsB, titles, (arm) => { armB = arm; if (arm === '') armA = ''; else if (armA === '') armA = armsA[0]!; void draw(); }));
      // An arm against another: the left cells go by the right arm's name, so that they pair; their own name comes back below.
      const leftArm = armA;
      const chosenA = leftArm === '' ? cellsA : cellsA.filter(({ arm }) => arm === leftArm).map((cell) => ({ ...cell, arm: armB! }));
      const chosenB = armB === '' ? cellsB : cellsB.filter(({ arm }) => arm === armB);
      const across = left.scenario === right.scenario && leftArm !== '' && leftArm !== armB ? `${titles.arm(armB)} against ${titles.arm(leftArm)}: ` : '';
      heading.textContent = left.id === right.id && leftArm === armB ? 'A and B are the same.' : across + finding(chosenA, chosenB, left, right, scenario, across !== '');
      document.title = `${heading.textContent} - LedgerLab`;
      fill(place, pairSection(chosenA, chosenB, { a: 'A', b: 'B' }, titles, (x, y) => firstDifference(left, right, leftArm === '' ? x : { ...x, arm: leftArm }, y)));
    } catch (error) {
      if (mine === turn) fill(place, notice('These two could not be compared.', error instanceof Error ? error.message : String(error), true));
    }
  };
  const swap = (): void => {
    [a, b, armA, armB] = [b, a, armB, armA];
    void draw();
  };
  const open = async (files: Iterable<File>): Promise<void> => {
    fill(extra);
    for (const file of files) {
      try {
        const result = await openFile(file);
        if (result.report !== undefined) {
          const body = reportBody(result.report, 'opened');
          ends.push(body.end);
          fill(extra, h('h2', {}, `Opened: ${result.name}`), h('p', { class: 'lede' }, result.report.headline), body.element);
        }
        if (result.measures !== undefined) {
          const side = openedSide(result.name, result.measures);
          opened.push(side);
          // With nothing stored the first opened file is A, the next is B.
          if (!sides().some(({ id }) => id === a)) a = side.id;
          b = side.id;
          armA = armB = undefined;
        }
        announce(`${result.name} opened.`);
      } catch (error) {
        extra.prepend(notice(error instanceof Error ? error.message : String(error), '', true));
      }
    }
    await draw();
  };
  fill(
    root,
    h('p', { class: 'eyebrow' }, 'Compare'), heading,
    h('p', { class: 'lede' }, 'B against A, measure by measure. Where both used the same seed the difference is taken replication by replication, so that common luck cancels.'),
    controls, place, dropZone(open), extra,
  );
  await draw();
  ends.push(onKey([{ keys: 's', does: 'swap A and B' }], (key) => {
    if (key !== 's' && key !== 'S') return false;
    swap();
    return true;
  }));
  return () => ends.forEach((end) => end());
}

function openedSide(name: string, rows: Parameters<typeof cellsOfRows>[0]): Side {
  const cells = cellsOfRows(rows);
  return { id: `file-${opened.length}`, title: `${name} (opened)`, scenario: rows[0]?.scenario ?? '', fingerprint: undefined, cells: () => Promise.resolve(cells), blocks: () => Promise.resolve(undefined) };
}

const titlesOf = (scenario: Scenario | undefined): Titles => ({ measure: (id) => scenario?.measures[id]?.title ?? id, arm: (id) => scenario?.arms[id]?.title ?? id });

/** The largest certain change, as a sentence. */
function finding(cellsA: readonly Cell[], cellsB: readonly Cell[], left: Side, right: Side, scenario: Scenario | undefined, isAcross: boolean): string {
  if (left.scenario !== right.scenario) return `${left.scenario} and ${right.scenario} are different questions.`;
  const changes = changedParameters(cellsA, cellsB);
  const rows = cellsB.flatMap((cell) => {
    const other = counterpart(cell, cellsA);
    return other === undefined ? [] : pairMeasures(other, cell).map((row) => ({ row, arm: cell.arm, point: pointOf(cell, cellsB) }));
  });
  // Counts that only explain are in the table; the finding is about what can get better or worse.
  const matters = (measure: string): boolean => scenario?.measures[measure]?.better !== 'neither';
  const certain = rows.filter(({ row }) => matters(row.measure) && row.changeUnit === 'relative' && (row.change.low > 0 || row.change.high < 0)).sort((x, y) => Math.abs(y.row.change.mean) - Math.abs(x.row.change.mean))[0];
  if (rows.length > 0 && rows.every(({ row }) => row.kind === 'equal')) return 'Every measure is the same in every replication.';
  if (certain === undefined) return 'No measure differs beyond its interval.';
  const titles = titlesOf(scenario);
  const measure = titles.measure(certain.row.measure);
  const where = isAcross ? `${measure.charAt(0).toLowerCase()}${measure.slice(1)}` : `${measure} of ${titles.arm(certain.arm)}`;
  return `${changes.length === 1 && !isAcross ? `With another ${changes[0]!.name}, ` : ''}${where} changes most, ${effect(certain.row.change, 'relative')}${certain.point === '' ? '' : ` at ${certain.point}`}.`;
}

async function firstDifference(left: Side, right: Side, x: Cell, y: Cell): Promise<string> {
  const names: PairNames = { a: 'A', b: 'B' };
  if (x.seed !== y.seed) return `seeds differ (${x.seed}, ${y.seed}): the two runs share no event`;
  const replication = Math.min(...[...y.measures.values()].flatMap((values) => [...values.keys()]));
  const [blocksA, blocksB] = await Promise.all([left.blocks(x, replication), right.blocks(y, replication)]);
  if (blocksA === undefined || blocksB === undefined) return 'block digests are not part of an opened CSV file';
  return `replication ${replication}: ${blockSentence(firstDifferingBlock(blocksA, blocksB), names)}`;
}

function picker(name: string, selected: string, sides: readonly Side[], change: (id: string) => void): HTMLElement {
  const select = h('select', { class: 'field', 'aria-label': `Result ${name}`, on: { change: () => change(select.value) } }, sides.map(({ id, title }) => h('option', { value: id, selected: id === selected }, title)));
  return h('span', { class: 'picker' }, h('b', {}, name), ' ', select);
}

function armsOfClaim(claim: ClaimReport | undefined): readonly [string, string] | undefined {
  const [from, to] = [claim?.baseline.arm, claim?.treatment.arm];
  return from === undefined || to === undefined || from === to ? undefined : [from, to];
}

const armsOf = (cells: readonly Cell[]): string[] => [...new Set(cells.map(({ arm }) => arm))];

function armPicker(name: string, selected: string, arms: readonly string[], titles: Titles, change: (arm: string) => void): HTMLElement {
  const select = h('select', { class: 'field', 'aria-label': `Arm of ${name}`, on: { change: () => change(select.value) } }, h('option', { value: '', selected: selected === '' }, 'each arm with itself'), arms.map((arm) => h('option', { value: arm, selected: arm === selected }, titles.arm(arm))));
  return select;
}

const nothingYet = (): HTMLElement => h('div', { class: 'empty' }, h('p', {}, 'There is no pair of results yet. Run a scenario on its ', h('a', { href: '#/report' }, 'report page'), ', or open a measures.csv below.'));

function dropZone(open: (files: Iterable<File>) => Promise<void>): HTMLElement {
  const input = h('input', { type: 'file', multiple: true, accept: '.csv,.json', id: 'open-result', class: 'visually-hidden', on: { change: () => void open([...(input.files ?? [])]) } });
  const zone = h(
    'div', {
      class: 'drop',
      on: {
        dragover: (event) => { event.preventDefault(); zone.classList.add('over'); },
        dragleave: () => zone.classList.remove('over'),
        drop: (event) => { event.preventDefault(); zone.classList.remove('over'); void open([...(event.dataTransfer?.files ?? [])]); },
      },
    },
    input, h('label', { class: 'button', for: 'open-result' }, 'Open a result'), ' measures.csv to compare, report.json to read; or drop them here. They stay on this machine.',
  );
  return zone;
}
