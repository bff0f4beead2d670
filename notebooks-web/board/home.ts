/** The verdict board: how many published claims hold, which, how far, and the four ways in. */
import type { ClaimReport, IndexEntry, ResultTree, Verdict } from '../../scenarios/testbed/report-types.ts';
import { bestPerScenario, isStale, loadTrees, type Located } from '../data/load.ts';
import { fill, h, s } from '../shell/dom.ts';
import { effect as writeEffect, effectValue, fixed, interval, THIN } from '../shell/format.ts';
import { chip, commandText, dataTable, mark, notice, pictureOrTable, segmented, verdict, VERDICTS, verdictClass } from '../shell/parts.ts';
import { formatRoute } from '../shell/router.ts';
import { axis, domainOf, effectPicture, hatchDefinition, readingRange, unitOf } from './effect-axis.ts';
import { boardHeadline, countVerdicts } from './headline.ts';
import { waysIn } from './ways-in.ts';

interface Row {
  readonly claim: ClaimReport;
  readonly entry: IndexEntry;
}

export async function renderHome(root: HTMLElement, scenarioIds: readonly string[]): Promise<void> {
  let trees: readonly ResultTree[] = [];
  let problem: string | undefined;
  try {
    trees = await loadTrees();
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const place = h('div', {});
  fill(root, hatchDefinition(), place);
  const choices: (readonly [string, string])[] = [['all', 'newest of each'], ...trees.filter((tree) => tree.scenarios.length > 0).map((tree) => [tree.name, tree.name] as const)];
  const show = (name: string): void => {
    const located = name === 'all' ? bestPerScenario(trees) : bestPerScenario(trees.filter((tree) => tree.name === name));
    fill(place, board(located, scenarioIds, problem, choices.length > 2 ? segmented('Results', choices, name, show) : null));
  };
  show('all');
}

function board(located: readonly Located[], scenarioIds: readonly string[], problem: string | undefined, treeSwitch: HTMLElement | null): HTMLElement[] {
  const rows: Row[] = located.flatMap(({ entry }) => entry.claims.map((claim) => ({ claim, entry })));
  const counts = countVerdicts(rows.map(({ claim }) => claim));
  return [
    h(
      'header', { class: 'board-head' },
      h('div', {}, h('p', { class: 'eyebrow' }, 'Verdict board'), h('h1', {}, boardHeadline(counts)),
        h('p', { class: 'lede' }, 'Every claim is run from its mechanism on seeded replications. The effect is measured against the baseline the source names, and drawn with its 95', THIN, '% interval.')),
      rows.length === 0 ? null : h('ul', { class: 'tally', 'aria-label': 'Claims by verdict' }, VERDICTS.map((word) => tally(word, rows.filter(({ claim }) => claim.verdict === word)))),
    ),
    problem === undefined ? null : notice('The list of results could not be read.', problem, true),
    waysIn(rows.map(({ claim }) => claim), located.map(({ entry }) => entry)),
    rows.length === 0 ? empty(scenarioIds) : claims(rows, treeSwitch),
    located.length === 0 ? null : recent(located),
  ].filter((part): part is HTMLElement => part !== null);
}

function tally(word: Verdict, rows: readonly Row[]): HTMLElement {
  return h(
    'li', { class: verdictClass(word) },
    h('span', { class: 'tally-marks' }, rows.length === 0 ? h('span', { class: 'tiny' }, 'none') : rows.map(({ claim, entry }) => h('a', { href: claimLink(entry, claim), 'aria-label': `${word}: ${claim.text}`, title: claim.text }, mark(word)))),
    h('span', {}, h('b', {}, rows.length), ` ${word}`),
  );
}

const claimLink = (entry: IndexEntry, claim: ClaimReport): string => formatRoute('report', entry.scenario, { claim: claim.id, result: entry.path });

function empty(scenarioIds: readonly string[]): HTMLElement {
  return h(
    'section', { class: 'empty', 'aria-labelledby': 'empty-title' },
    h('h2', { id: 'empty-title' }, 'No results here yet.'),
    h('p', {}, commandText('npx ledgerlab reproduce --quick'), ' fills this page in about 3 minutes; or run one here:'),
    h('ul', { class: 'plain-list' }, scenarioIds.map((id) => h('li', {}, h('a', { class: 'button', href: formatRoute('report', id) }, id)))),
  );
}

function claims(rows: readonly Row[], treeSwitch: HTMLElement | null): HTMLElement {
  const body = h('div', {});
  let by: 'source' | 'verdict' = 'source';
  let view: 'picture' | 'table' = 'picture';
  const draw = (): void => fill(body, view === 'table' ? claimTable(rows) : groups(rows, by).map(([title, under, members]) => group(title, under, members)));
  draw();
  return h(
    'section', { 'aria-labelledby': 'claims-title' },
    h(
      'div', { class: 'section-head' },
      h('h2', { id: 'claims-title' }, 'Claims'),
      segmented('Group claims', [['source', 'by source'], ['verdict', 'by verdict']], 'source', (value) => { by = value; draw(); }),
      pictureOrTable((value) => { view = value; draw(); }),
      treeSwitch,
      key(),
    ),
    body,
  );
}

function key(): HTMLElement {
  const glyph = (...children: SVGElement[]): SVGElement => s('svg', { class: 'effect', width: 30, height: 14, 'aria-hidden': 'true' }, children);
  const item = (picture: SVGElement, text: string): HTMLElement => h('li', {}, picture, text);
  return h(
    'ul', { class: 'key', 'aria-label': 'Key' },
    item(glyph(s('line', { class: 'whisker', x1: 4, x2: 26, y1: 7, y2: 7 }), s('line', { class: 'whisker', x1: 4, x2: 4, y1: 3, y2: 11 }), s('line', { class: 'whisker', x1: 26, x2: 26, y1: 3, y2: 11 }), s('circle', { class: 'ours', cx: 15, cy: 7, r: 4 })), `ours, 95${THIN}%`),
    item(glyph(s('path', { class: 'paper', d: 'M15 1L21 7 15 13 9 7z' })), 'source'),
    item(glyph(s('path', { class: 'direction', d: 'M26 7H6M6 7l5 -4M6 7l5 4' })), 'direction only'),
    item(glyph(s('rect', { class: 'readings', x: 2, y: 2, width: 26, height: 10, fill: 'url(#hatch)' })), 'all readings'),
  );
}

type Group = readonly [title: string, under: string, rows: readonly Row[]];

function groups(rows: readonly Row[], by: 'source' | 'verdict'): Group[] {
  if (by === 'verdict') {
    const words: readonly Verdict[] = [...VERDICTS, 'invalid', 'not run'];
    return words.map((word): Group => [word, '', rows.filter(({ claim }) => claim.verdict === word)]).filter(([, , members]) => members.length > 0);
  }
  const stateMost = ({ claim, entry }: Row): boolean => 2 * entry.claims.filter(({ source }) => source.document === claim.source.document).length >= entry.claims.length;
  // A document that states only a few of a scenario's claims shares its heading, so that its rows share an axis.
  const headingOf = (row: Row): string => (stateMost(row) ? row.claim.source.document : row.entry.title);
  const byHeading = new Map<string, Row[]>();
  for (const row of rows) byHeading.set(headingOf(row), [...(byHeading.get(headingOf(row)) ?? []), row]);
  // What is contested comes first, what only confirms comes last.
  const open = (members: readonly Row[]): number => members.filter(({ claim }) => claim.verdict !== 'reproduced').length;
  const under = (members: readonly Row[]): string => [...new Set(members.map((row) => (stateMost(row) ? row.entry.title : row.claim.source.document)))].join(' · ');
  return [...byHeading].map(([heading, members]): Group => [heading, under(members), members]).sort(([, , a], [, , b]) => open(b) - open(a) || b.length - a.length);
}

/** Rows of a group share one axis where they share a unit; other units follow on their own axis. */
function group(title: string, under: string, rows: readonly Row[]): HTMLElement {
  const units = [...new Set(rows.map(({ claim }) => unitOf(claim)))].sort((a, b) => Number(b === 'relative') - Number(a === 'relative'));
  return h(
    'section', { class: 'claim-group', 'aria-label': title },
    units.map((unit, index) => {
      const members = rows.filter(({ claim }) => unitOf(claim) === unit);
      const domain = domainOf(members.map(({ claim }) => claim));
      return [
        h(
          'div', { class: 'claim-row claim-axis' },
          h('div', { class: 'claim-title' }, index === 0 ? h('h3', {}, title) : null, index === 0 ? h('span', { class: 'tiny' }, under) : null),
          h('div', { class: 'effect-cell' }, axis(domain)),
          h('div', { class: 'tiny figures-cell' }, unit === 'relative' ? 'change against the baseline' : 'difference from the baseline'),
        ),
        members.map((row) => claimRow(row, domain)),
      ];
    }),
  );
}

function claimRow({ claim, entry }: Row, domain: ReturnType<typeof domainOf>): HTMLElement {
  return h(
    'article', { class: 'claim-row', 'data-verdict': claim.verdict },
    h('div', { class: 'claim-text' }, h('a', { href: claimLink(entry, claim), class: 'quiet' }, claim.text), ' ', h('span', { class: 'tiny' }, claim.source.place)),
    h('div', { class: 'verdict-cell' }, verdict(claim.verdict)),
    h('div', { class: 'effect-cell' }, effectPicture(claim, domain)),
    h('div', { class: 'figures-cell' }, ...figures(claim)),
    h('div', { class: 'why-cell' }, h('p', {}, claim.why === '' ? claim.rule : claim.why), claim.ablation === null ? null : [h('a', { href: formatRoute('report', entry.scenario, { figure: claim.ablation, result: entry.path }), 'aria-label': `ablation of: ${claim.text}` }, 'ablation')]),
  );
}

/** Effect, interval, n and what the source says, in words and numbers. */
export function figures(claim: ClaimReport): HTMLElement[] {
  const unit = unitOf(claim);
  const paper = 'value' in claim.paper ? `source ${effectValue(claim.paper.value, unit)}` : claim.paper.direction === 'none' ? 'source: no effect' : 'source: direction only';
  const range = claim.verdict === 'not decidable' ? readingRange(claim) : undefined;
  if (range !== undefined) {
    const low = effectValue(range.low, unit);
    return [h('div', {}, h('b', {}, `${unit === 'relative' ? low.replace(/\s?%$/, '') : low} … ${effectValue(range.high, unit)}`)), h('div', { class: 'tiny' }, `over ${claim.readings.length} readings; ${paper}`)];
  }
  if (claim.effect === null) return [h('div', {}, claim.verdict === 'not run' ? 'not run yet' : 'no value'), h('div', { class: 'tiny' }, paper)];
  const bounds = { mean: claim.effect.mean, low: claim.effect.low ?? NaN, high: claim.effect.high ?? NaN };
  return [
    h('div', {}, h('b', {}, writeEffect(bounds, unit)), ' ', h('span', { class: 'tiny' }, interval(bounds, unit))),
    h('div', { class: 'tiny' }, `${paper}; n${THIN}=${THIN}${claim.effect.n}`),
  ];
}

function claimTable(rows: readonly Row[]): HTMLElement {
  return dataTable(
    ['claim', 'source', 'verdict', 'effect', `95${THIN}% interval`, 'n', 'the source says', 'margin', 'rule'],
    rows.map(({ claim, entry }) => {
      const unit = unitOf(claim);
      const bounds = claim.effect === null ? undefined : { mean: claim.effect.mean, low: claim.effect.low ?? NaN, high: claim.effect.high ?? NaN };
      return [
        h('a', { href: claimLink(entry, claim) }, claim.text), `${claim.source.document}, ${claim.source.place}`, verdict(claim.verdict),
        bounds === undefined ? '' : writeEffect(bounds, unit), bounds === undefined ? '' : interval(bounds, unit), claim.effect === null ? '' : fixed(claim.effect.n),
        'value' in claim.paper ? effectValue(claim.paper.value, unit) : claim.paper.direction, effectValue(claim.margin, unit).replace('+', '±'), claim.rule,
      ];
    }),
    'Claims with effect and interval',
  );
}

function recent(located: readonly Located[]): HTMLElement {
  return h(
    'section', { class: 'recent', 'aria-labelledby': 'recent-title' },
    h('h2', { id: 'recent-title' }, 'Results'),
    h(
      'ul', { class: 'result-list' },
      located.map(({ tree, entry }) =>
        h(
          'li', {},
          h('div', {}, h('a', { href: formatRoute('report', entry.scenario, { result: entry.path }) }, entry.title), h('div', { class: 'small' }, entry.headline)),
          h('span', { class: 'small' }, tree.name, isStale(entry.modelDigest) ? h('span', { class: 'tiny stale' }, 'earlier sources') : null),
          h('span', { class: 'marks', role: 'img', 'aria-label': `${entry.claims.length} claims: ${entry.claims.map(({ verdict: word }) => word).join(', ')}` }, entry.claims.map(({ verdict: word }) => mark(word))),
          chip(entry.fingerprint),
        ),
      ),
    ),
    h('p', { class: 'tiny' }, 'Same bars, same run: the fingerprint of all events, in the browser and on the command line.'),
  );
}
