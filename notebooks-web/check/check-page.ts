/** Claims as a guard: how far each is from its margin, what moved between two result trees, and how to use it in CI. */
import type { ClaimReport, ResultTree } from '../../scenarios/testbed/report-types.ts';
import { unitOf } from '../board/effect-axis.ts';
import { loadTrees, ranked } from '../data/load.ts';
import { fill, h, s } from '../shell/dom.ts';
import { effect, effectValue, fixed, THIN } from '../shell/format.ts';
import { chip, commandText, dataTable, verdict, verdictClass } from '../shell/parts.ts';
import { formatRoute } from '../shell/router.ts';

interface Guarded {
  readonly scenario: string;
  readonly path: string;
  readonly claim: ClaimReport;
  /** Distance of our effect from the source's value, in margins: 1 is the edge. */
  readonly margins: number;
}

export function guarded(trees: readonly ResultTree[]): Guarded[] {
  const seen = new Set<string>();
  return ranked(trees).flatMap(({ entry }) =>
    entry.claims.flatMap((claim) => {
      const key = `${entry.scenario} ${claim.id}`;
      const aim = 'value' in claim.paper ? claim.paper.value : claim.paper.direction === 'none' ? 0 : undefined;
      if (seen.has(key) || claim.effect === null || aim === undefined || claim.margin <= 0) return [];
      seen.add(key);
      return [{ scenario: entry.scenario, path: entry.path, claim, margins: (claim.effect.mean - aim) / claim.margin }];
    }),
  );
}

const WORKFLOW = `# any CI that has Node: exit code 1 names the claim that stopped holding
npx ledgerlab reproduce --quick --out results/now
npx ledgerlab check results/now --baseline results/reference --format junit > check.xml
npx ledgerlab verify results/reference`;

export async function renderCheck(root: HTMLElement): Promise<void> {
  const trees = await loadTrees().catch((): readonly ResultTree[] => []);
  const claims = guarded(trees);
  const nearest = [...claims].filter(({ margins }) => Math.abs(margins) <= 1).sort((a, b) => Math.abs(b.margins) - Math.abs(a.margins))[0];
  fill(
    root,
    h('p', { class: 'eyebrow' }, 'Check'),
    h('h1', {}, headline(claims)),
    h('p', { class: 'lede' }, 'A check fails a build when a claim stops holding, and only then: equal fingerprints need no test, differing ones are compared on paired replications, with a margin that was stated beforehand.'),
    claims.length === 0 ? null : h('section', {}, h('h2', { class: 'gap' }, 'How far from the source, in margins'), runChart(claims), h('p', { class: 'small' }, nearest === undefined ? 'No claim with a stated value lies inside its margin.' : ['Nearest to its edge from inside: ', h('a', { href: formatRoute('report', nearest.scenario, { claim: nearest.claim.id, result: nearest.path }) }, nearest.claim.text), ` It uses ${fixed(Math.abs(nearest.margins) * 100)}${THIN}% of its margin.`])),
    moved(trees),
    h('section', {}, h('h2', { class: 'gap' }, 'In a build'), h('pre', { tabindex: 0, class: 'snippet' }, h('code', {}, WORKFLOW)), h('ul', { class: 'small' }, h('li', {}, commandText('npx ledgerlab check'), ' compares a result with the committed reference; formats text, json, junit, github.'), h('li', {}, commandText('npx ledgerlab verify results/reference'), ' runs everything again and compares fingerprints and file digests.'), h('li', {}, 'Exit codes: 0 holds, 1 a claim failed, 64 usage, 65 bad configuration, 70 an invariant broke.'))),
  );
}

/** Counted from the picture below it. */
export function headline(claims: readonly Guarded[]): string {
  if (claims.length === 0) return 'Which claims guard a build?';
  const inside = claims.filter(({ margins }) => Math.abs(margins) <= 1).length;
  return `${inside} of ${claims.length} claims with a stated value ${inside === 1 ? 'lies' : 'lie'} inside ${inside === 1 ? 'its' : 'their'} margin.`;
}

const REACH = 3;

function runChart(claims: readonly Guarded[]): HTMLElement {
  const y = (margins: number): number => 60 - (Math.max(-REACH, Math.min(REACH, margins)) / REACH) * 56;
  const x = (at: number): string => `${(((at + 0.5) / claims.length) * 100).toFixed(2)}%`;
  return h(
    'div', { class: 'margin-chart' },
    s(
      'svg', { class: 'effect', width: '100%', height: 120, role: 'img', 'aria-label': `${headline(claims)} The band is the margin around the source's value.` },
      s('rect', { class: 'margin-band', x: 0, width: '100%', y: y(1), height: y(-1) - y(1) }),
      s('line', { class: 'zero', x1: 0, x2: '100%', y1: y(0), y2: y(0) }),
      claims.map(({ margins, claim }, at) => s('g', { class: verdictClass(claim.verdict) }, s('title', {}, claim.text), Math.abs(margins) > REACH ? s('svg', { x: x(at), y: y(margins), overflow: 'visible' }, s('path', { class: 'off', d: margins > 0 ? 'M0 14V0M0 0l-4 6M0 0l4 6' : 'M0 -14V0M0 0l-4 -6M0 0l4 -6' })) : [whisker(claim, x(at), y), s('circle', { class: 'ours', cx: x(at), cy: y(margins), r: 4.5 })])),
    ),
    h('ol', { class: 'tiny margin-list' }, claims.map(({ claim, margins }) => h('li', {}, `${claim.text} `, h('b', {}, effect({ mean: claim.effect!.mean, low: claim.effect!.low ?? NaN, high: claim.effect!.high ?? NaN }, unitOf(claim))), `, ${fixed(margins, 1)} margins from ${'value' in claim.paper ? effectValue(claim.paper.value, unitOf(claim)) : 'no effect'}`))),
  );
}

/** The interval of an effect, in margins. */
function whisker(claim: ClaimReport, x: string, y: (margins: number) => number): SVGElement | null {
  const { low, high } = claim.effect!;
  if (low === null || high === null) return null;
  const aim = 'value' in claim.paper ? claim.paper.value : 0;
  return s('line', { class: 'whisker', x1: x, x2: x, y1: y((low - aim) / claim.margin), y2: y((high - aim) / claim.margin) });
}

/** The same claims in the reference and in another tree. */
function moved(trees: readonly ResultTree[]): HTMLElement | null {
  const reference = trees.find(({ name }) => name === 'reference');
  const other = trees.find(({ name, scenarios }) => name !== 'reference' && scenarios.some(({ scenario }) => reference?.scenarios.some((entry) => entry.scenario === scenario)));
  if (reference === undefined || other === undefined) return null;
  const rows = other.scenarios.flatMap((now) => {
    const before = reference.scenarios.find(({ scenario }) => scenario === now.scenario);
    if (before === undefined) return [];
    return now.claims.map((claim) => {
      const old = before.claims.find(({ id }) => id === claim.id);
      const write = (of: ClaimReport | undefined): string => (of?.effect == null ? '' : effect({ mean: of.effect.mean, low: of.effect.low ?? NaN, high: of.effect.high ?? NaN }, unitOf(of)));
      return [h('a', { href: formatRoute('report', now.scenario, { claim: claim.id, result: now.path }) }, claim.text), old === undefined ? 'new' : verdict(old.verdict), write(old), verdict(claim.verdict), write(claim), before.fingerprint === now.fingerprint ? 'same run' : ''];
    });
  });
  if (rows.length === 0) return null;
  return h('section', {}, h('h2', { class: 'gap' }, `What moved from reference to ${other.name}`), h('p', { class: 'small' }, 'Two trees of different size differ in the width of their intervals; a verdict that changes is what to look at.'), dataTable(['claim', 'reference', '', other.name, '', 'fingerprint'], rows, 'Claims in two result trees'), h('p', { class: 'small fingerprints' }, other.scenarios.map(({ scenario, fingerprint }) => h('span', {}, `${scenario} `, chip(fingerprint)))));
}
