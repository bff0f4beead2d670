/** The verdict board: how many published claims hold, which, how far, and the ways in. */
import type { ClaimReport, IndexEntry, ResultTree, Verdict } from '../../scenarios/testbed/report-types.ts';
import { bestPerScenario, isStale, loadTrees, type Located } from '../data/load.ts';
import { fill, h, s } from '../shell/dom.ts';
import { countWord, effect as writeEffect, effectValue, fixed, interval, nobreak, THIN } from '../shell/format.ts';
import { chip, commandText, dataTable, mark, notice, pictureOrTable, segmented, verdict, VERDICTS, verdictClass } from '../shell/parts.ts';
import { formatRoute } from '../shell/router.ts';
import { briefly, stems } from './claim-text.ts';
import { axis, domainOf, effectPicture, hatchDefinition, readingRange, unitOf, writeRange } from './effect-axis.ts';
import { boardHeadline, countVerdicts, kindsOf, OWN_PREDICTION, type Kind } from './headline.ts';
import { waysIn } from './ways-in.ts';

interface Row {
  readonly claim: ClaimReport;
  readonly entry: IndexEntry;
  readonly kind: Kind;
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
  const kinds = kindsOf(located.flatMap(({ entry }) => entry.claims));
  const rows: Row[] = located.flatMap(({ entry }) => entry.claims.map((claim) => ({ claim, entry, kind: kinds.get(claim.source.document)! })));
  const [published, checks] = [rows.filter(({ kind }) => kind === 'published'), rows.filter(({ kind }) => kind === 'check')];
  const hasPublished = published.some(({ claim }) => claim.verdict !== 'not run');
  const ran = checks.filter(({ claim }) => claim.verdict !== 'not run').length;
  const checked = boardHeadline(countVerdicts(checks.map(({ claim }) => claim)), 'check');
  const entries = located.map(({ entry }) => entry).sort((a, b) => contested(published, b) - contested(published, a));
  return [
    h(
      'header', { class: 'board-head' },
      h('div', {}, h('p', { class: 'eyebrow' }, 'Verdict board'), h('h1', {}, hasPublished ? boardHeadline(countVerdicts(published.map(({ claim }) => claim))) : checked),
        hasPublished && checks.length > 0 ? h('p', { class: 'lede' }, `${checked}${checks.length > ran ? ` ${countWord(checks.length - ran)} ${checks.length - ran === 1 ? 'was' : 'were'} not run.` : ''} They hold the model against programs, theory and its own predictions.`) : null,
        rows.length > 0 ? null : h('p', { class: 'lede' }, 'Every claim is run from its mechanism on seeded replications. The effect is measured against the baseline the source names, and drawn with its 95', THIN, '% interval.')),
      rows.length === 0 ? null : h('div', {},
        h('ul', { class: 'tally', 'aria-label': 'Published claims by verdict' }, hasPublished ? VERDICTS.map((word) => tally(word, published.filter(({ claim }) => claim.verdict === word))) : null),
        checks.length === 0 ? null : h('p', { class: 'tally-checks' }, h('b', {}, checks.filter(({ claim }) => claim.verdict === 'reproduced').length), ` of ${ran} checks hold`, marksOf(checks.map(({ claim }) => claim.verdict)))),
    ),
    problem === undefined ? null : notice('The list of results could not be read.', problem, true),
    answers(entries.filter((entry) => published.some((row) => row.entry === entry))),
    waysIn((published.length > 0 ? published : rows).map(({ claim }) => claim), entries, checks.map(({ claim }) => claim)),
    rows.length === 0 ? empty(scenarioIds) : claims(rows, treeSwitch),
    located.length === 0 ? null : recent(located),
  ].filter((part): part is HTMLElement => part !== null);
}

/** Published claims of a scenario that do not simply hold, and a fraction for having any. */
const contested = (published: readonly Row[], entry: IndexEntry): number =>
  published.filter((row) => row.entry === entry).reduce((sum, { claim }) => sum + (claim.verdict === 'reproduced' || claim.verdict === 'not run' ? 0.01 : 1), 0);

/** What was found about each paper, in the words of its report. */
function answers(entries: readonly IndexEntry[]): HTMLElement | null {
  if (entries.length === 0) return null;
  return h('ul', { class: 'answers', 'aria-label': 'What was found' }, entries.map((entry) => h('li', {}, h('a', { href: formatRoute('report', entry.scenario, { result: entry.path }) }, entry.title), h('p', {}, nobreak(/[.!?]$/.test(entry.headline) ? entry.headline : `${entry.headline}.`)))));
}

const marksOf = (words: readonly Verdict[]): HTMLElement => h('span', { class: 'marks', 'aria-hidden': 'true' }, words.map((word) => mark(word)));

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
  const draw = (): void => fill(body, view === 'table' ? claimTable(rows) : groups(rows, by).map(([title, under, members]) => group(title, under, members, by)));
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
    item(glyph(s('rect', { class: 'readings', x: 2, y: 2, width: 26, height: 10, fill: 'url(#hatch)' })), 'readings, where they disagree'),
  );
}

type Group = readonly [title: string, under: string, rows: readonly Row[]];

function groups(rows: readonly Row[], by: 'source' | 'verdict'): Group[] {
  if (by === 'verdict') {
    const words: readonly Verdict[] = [...VERDICTS, 'invalid', 'not run'];
    return words.map((word): Group => [word, '', rows.filter(({ claim }) => claim.verdict === word)]).filter(([, , members]) => members.length > 0);
  }
  // A paper is a heading; checks stand under the scenario that makes them.
  const headingOf = ({ claim, entry, kind }: Row): string => (kind === 'published' ? claim.source.document : entry.title);
  const byHeading = new Map<string, Row[]>();
  for (const row of rows) byHeading.set(`${row.kind} ${headingOf(row)}`, [...(byHeading.get(`${row.kind} ${headingOf(row)}`) ?? []), row]);
  // What is contested comes first, what only confirms comes last.
  const open = (members: readonly Row[]): number => (members[0]!.kind === 'published' ? 1000 : 0) + members.filter(({ claim }) => claim.verdict !== 'reproduced').length;
  const under = (members: readonly Row[]): string => [...new Set(members.flatMap((row) => (row.kind === 'published' ? [row.entry.title, ...(onePlace(members) ? [row.claim.source.place] : [])] : [row.claim.source.document])))].join(' · ');
  return [...byHeading.values()].map((members): Group => [headingOf(members[0]!), under(members), members]).sort(([, , a], [, , b]) => open(b) - open(a) || b.length - a.length);
}

const onePlace = (rows: readonly Row[]): boolean => new Set(rows.map(({ claim }) => claim.source.place)).size === 1;

/** Rows of a group share one axis where they share a unit; other units follow on their own axis. */
function group(title: string, under: string, rows: readonly Row[], by: 'source' | 'verdict'): HTMLElement {
  // Checks that hold are one line until somebody asks.
  const isFolded = by === 'source' && rows.every(({ kind }) => kind === 'check');
  const units = [...new Set(rows.map(({ claim }) => unitOf(claim)))].sort((a, b) => Number(b === 'relative') - Number(a === 'relative'));
  const place = (row: Row): string => (by === 'source' && row.kind === 'published' && onePlace(rows) ? '' : row.claim.source.place);
  const parts = units.map((unit, index) => {
    const members = rows.filter(({ claim }) => unitOf(claim) === unit);
    const domain = domainOf(members.map(({ claim }) => claim));
    const isNamed = index === 0 && !isFolded;
    return [
      h(
        'div', { class: 'claim-row claim-axis' },
        h('div', { class: 'claim-title' }, isNamed ? h('h3', {}, title) : null, isNamed ? h('span', { class: 'tiny' }, under) : null),
        h('div', { class: 'effect-cell' }, axis(domain)),
        h('div', { class: 'tiny figures-cell' }, unit === 'relative' ? 'change against the baseline' : 'difference from the baseline'),
      ),
      stems(members, ({ claim }) => claim.text).map(({ stem, items }) => [
        stem === '' ? null : h('p', { class: 'claim-stem' }, `${stem} …`),
        items.map(({ item, text }) => claimRow(item, domain, text, stem !== '', place(item))),
      ]),
    ];
  });
  if (!isFolded) return h('section', { class: 'claim-group', 'aria-label': title }, parts);
  const words = rows.map(({ claim }) => claim.verdict);
  const ran = words.filter((word) => word !== 'not run').length;
  const holds = words.filter((word) => word === 'reproduced').length;
  return h(
    'details', { class: 'claim-group checks', open: holds < ran },
    h('summary', {}, h('h3', {}, title), h('span', { class: 'tiny' }, under), h('span', { class: 'small' }, `${holds} of ${ran} checks hold${ran < words.length ? `, ${words.length - ran} not run` : ''}`), marksOf(words)),
    parts,
  );
}

function claimRow({ claim, entry }: Row, domain: ReturnType<typeof domainOf>, text: string, isRest: boolean, place: string): HTMLElement {
  const reason = briefly(claim.why) || briefly(claim.rule);
  return h(
    'article', { class: 'claim-row', 'data-verdict': claim.verdict },
    h('div', { class: 'claim-text' }, isRest ? '… ' : '', h('a', { href: claimLink(entry, claim), class: 'quiet', 'aria-label': isRest ? claim.text : undefined }, nobreak(text)), place === '' ? null : [' ', h('span', { class: 'tiny' }, place)]),
    h('div', { class: 'verdict-cell' }, verdict(claim.verdict)),
    h('div', { class: 'effect-cell' }, effectPicture(claim, domain)),
    h('div', { class: 'figures-cell' }, ...figures(claim)),
    h('div', { class: 'why-cell' }, h('p', {}, reason === '' ? '' : `${reason.charAt(0).toUpperCase()}${reason.slice(1)} `, h('a', { href: claimLink(entry, claim), 'aria-label': `why: ${claim.text}` }, 'why'), claim.ablation === null ? null : ['\u00a0·\u00a0', h('a', { href: formatRoute('report', entry.scenario, { figure: claim.ablation, result: entry.path }), 'aria-label': `ablation of: ${claim.text}` }, 'ablation')])),
  );
}

/** Effect, interval, n and what the source says, in words and numbers. */
export function figures(claim: ClaimReport): HTMLElement[] {
  const unit = unitOf(claim);
  const who = claim.source.document === OWN_PREDICTION ? 'predicted' : 'source';
  const paper = 'value' in claim.paper ? `${who} ${effectValue(claim.paper.value, unit)}` : claim.paper.direction === 'none' ? `${who}: no effect` : `${who}: direction only`;
  const range = claim.verdict === 'not decidable' ? readingRange(claim) : undefined;
  if (range !== undefined) return [h('div', {}, h('b', {}, writeRange(range, unit))), h('div', { class: 'tiny' }, `point effects of ${range.values.length} readings; ${paper}`)];
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
