/** What a report says: verdicts, narrative with its figures in place, figures that the narrative does not name, notes. */
import type { ClaimReport, Effect, Report, Verdict } from '../../scenarios/testbed/report-types.ts';
import { firstSentence, stems } from '../board/claim-text.ts';
import { figures as claimFigures } from '../board/home.ts';
import { unitOf } from '../board/effect-axis.ts';
import { h } from '../shell/dom.ts';
import { effect, effectValue, interval, nobreak } from '../shell/format.ts';
import { renderMarkdown } from '../shell/markdown.ts';
import { mark, noticeOf, verdict, VERDICTS, verdictClass } from '../shell/parts.ts';
import { figureElement } from './figure.ts';

/** Element id of a claim: the stored report's are short, since links name them. */
const claimId = (prefix: string, id: string): string => (prefix === 'figure' ? `claim-${id}` : `${prefix}-claim-${id}`);

/** More claims than this stay folded where all of them hold. */
const MOST_OPEN = 5;

/** How many claims have which verdict, then each with its mark and effect on a line; a line leads to its card below. */
export function verdictList(claims: readonly ClaimReport[], prefix = 'figure'): HTMLElement | null {
  if (claims.length === 0) return null;
  const words = [...VERDICTS, 'invalid', 'not run'] as const satisfies readonly Verdict[];
  const counts = words.map((word) => [word, claims.filter((claim) => claim.verdict === word).length] as const).filter(([, n]) => n > 0);
  const head = counts.map(([word, n]) => h('span', { class: `verdict ${verdictClass(word)}` }, mark(word), `${n} ${word}`));
  const line = (claim: ClaimReport, text: string, isRest: boolean): HTMLElement =>
    h(
      'li', {},
      h('span', { class: verdictClass(claim.verdict) }, mark(claim.verdict), h('span', { class: 'visually-hidden' }, `${claim.verdict}: `)),
      h('span', {}, isRest ? '… ' : '', h('a', { href: `#${claimId(prefix, claim.id)}`, class: 'verdict-link', 'aria-label': isRest ? claim.text : undefined, on: { click: (event) => { event.preventDefault(); jump(claimId(prefix, claim.id)); } } }, nobreak(text))),
      claim.verdict === 'not run' ? null : h('span', { class: 'verdict-effect' }, ...claimFigures(claim)[0]!.childNodes),
    );
  const list = stems(claims, ({ text }) => text).map(({ stem, items }) => [
    stem === '' ? null : h('p', { class: 'verdict-stem' }, `${stem} …`),
    h('ul', {}, items.map(({ item, text }) => line(item, text, stem !== ''))),
  ]);
  const isFolded = claims.length > MOST_OPEN && counts.every(([word]) => word === 'reproduced');
  return h('section', { class: 'verdicts', 'aria-label': 'Verdicts' }, isFolded ? h('details', {}, h('summary', { class: 'verdict-counts' }, head), list) : [h('p', { class: 'verdict-counts' }, head), list]);
}

/** Scrolls without touching the address, which names the page. */
export function jump(id: string): void {
  const target = document.getElementById(id);
  if (target === null) return;
  target.scrollIntoView({ block: 'start' });
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

export interface ReportBody {
  readonly element: HTMLElement;
  /** The narrative's first paragraph, taken out of the element: it answers before the verdicts do in detail. */
  readonly lead: HTMLElement | null;
  readonly end: () => void;
}

export function reportBody(report: Report, prefix: string): ReportBody {
  const ends: (() => void)[] = [];
  const placed = new Set<string>();
  const told = new Set<string>();
  let number = 0;
  const place = (id: string): HTMLElement | undefined => {
    const figure = report.figures.find((candidate) => candidate.id === id);
    if (figure === undefined || placed.has(id)) return undefined;
    placed.add(id);
    // A warning about the whole run stands in full once; later figures carry its first sentence.
    const warnings = figure.warnings.map((text) => (told.has(text) ? firstSentence(text) : text));
    figure.warnings.forEach((text) => told.add(text));
    const made = figureElement({ ...figure, warnings }, ++number, prefix);
    ends.push(made.end);
    return made.element;
  };
  const prose = h('div', { class: 'prose report-prose' });
  renderMarkdown(prose, report.narrative, { figure: place });
  const lead = prose.firstElementChild instanceof HTMLParagraphElement ? prose.firstElementChild : null;
  if (prefix === 'figure') lead?.remove();
  const rest = report.figures.filter(({ id }) => !placed.has(id)).map(({ id }) => place(id)!);
  const element = h('div', {}, prose, rest, report.claims.length === 0 ? null : claimSection(report.claims, prefix), report.notes.map((text) => noticeOf(text)));
  return { element, lead, end: () => ends.forEach((end) => end()) };
}

/** Effect of one reading with its interval, in the unit of its claim. */
function readingEffect({ mean, low, high }: Effect, unit: string): string {
  const bounds = { mean, low: low ?? NaN, high: high ?? NaN };
  return `${low === null || high === null ? effectValue(mean, unit) : effect(bounds, unit)} ${low === null || high === null ? '(no bounded interval)' : interval(bounds, unit)}`;
}

function claimSection(claims: readonly ClaimReport[], prefix: string): HTMLElement {
  return h(
    'section', { class: 'claims-list' },
    h('h2', {}, 'Claims and their verdicts'),
    claims.map((claim) => {
      // Where readings disagree, the list below says the rest of the rule.
      const rule = claim.verdict === 'not decidable' && claim.readings.length > 1 ? claim.rule.split('; ')[0]! : claim.rule;
      return h(
        'article', { id: claimId(prefix, claim.id), class: 'claim-card' },
        h('h3', {}, nobreak(claim.text)),
        h('p', { class: 'claim-line' }, verdict(claim.verdict), ...claimFigures(claim).map((part) => h('span', {}, ...part.childNodes))),
        h('p', {}, `${rule.charAt(0).toUpperCase()}${rule.slice(1)}. `, claim.why, claim.ablation === null ? null : [' ', h('button', { class: 'link', type: 'button', on: { click: () => jump(`${prefix}-${claim.ablation!}`) } }, 'See the ablation')]),
        claim.readings.length < 2 ? null : h('ul', { class: 'small' }, claim.readings.map((reading) => h('li', {}, `${reading.title}: `, verdict(reading.verdict), reading.effect === null ? null : ` ${readingEffect(reading.effect, unitOf(claim))}`))),
        h('p', { class: 'tiny' }, `${claim.source.document}, ${claim.source.place}`),
      );
    }),
  );
}
