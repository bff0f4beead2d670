/** What a report says: verdicts, narrative with its figures in place, figures that the narrative does not name, notes. */
import type { ClaimReport, Report } from '../../scenarios/testbed/report-types.ts';
import { figures as claimFigures } from '../board/home.ts';
import { h } from '../shell/dom.ts';
import { renderMarkdown } from '../shell/markdown.ts';
import { noticeOf, verdict } from '../shell/parts.ts';
import { figureElement } from './figure.ts';

/** Element id of a claim: the stored report's are short, since links name them. */
const claimId = (prefix: string, id: string): string => (prefix === 'figure' ? `claim-${id}` : `${prefix}-claim-${id}`);

export function verdictList(claims: readonly ClaimReport[], prefix = 'figure'): HTMLElement | null {
  if (claims.length === 0) return null;
  return h('ul', { class: 'verdicts', 'aria-label': 'Verdicts' }, claims.map((claim) => h('li', {}, h('a', { href: `#${claimId(prefix, claim.id)}`, class: 'verdict-link', on: { click: (event) => { event.preventDefault(); jump(claimId(prefix, claim.id)); } } }, claim.text), verdict(claim.verdict), claimFigures(claim)[0])));
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
  embolden(prose);
  const rest = report.figures.filter(({ id }) => !placed.has(id)).map(({ id }) => place(id)!);
  const element = h('div', {}, prose, rest, report.claims.length === 0 ? null : claimSection(report.claims, prefix), report.notes.map((text) => noticeOf(text)));
  return { element, end: () => ends.forEach((end) => end()) };
}

const firstSentence = (text: string): string => /^.+?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;

/** The first sentence of the narrative is the answer: it stands out. */
function embolden(prose: HTMLElement): void {
  const text = prose.firstElementChild?.tagName === 'P' ? prose.firstElementChild.firstChild : null;
  if (text?.nodeType !== Node.TEXT_NODE) return;
  const end = /[.!?](?=\s|$)/.exec(text.textContent ?? '')?.index;
  if (end === undefined) return;
  const words = text.textContent!;
  text.replaceWith(h('strong', {}, words.slice(0, end + 1)), words.slice(end + 1));
}

function claimSection(claims: readonly ClaimReport[], prefix: string): HTMLElement {
  return h(
    'section', { class: 'claims-list' },
    h('h2', {}, 'Claims and their verdicts'),
    claims.map((claim) =>
      h(
        'article', { id: claimId(prefix, claim.id), class: 'claim-card' },
        h('h3', {}, claim.text),
        h('p', { class: 'claim-line' }, verdict(claim.verdict), ...claimFigures(claim).map((part) => h('span', {}, ...part.childNodes))),
        h('p', {}, `${claim.rule.charAt(0).toUpperCase()}${claim.rule.slice(1)}. `, claim.why, claim.ablation === null ? null : [' ', h('button', { class: 'link', type: 'button', on: { click: () => jump(`${prefix}-${claim.ablation!}`) } }, 'See the ablation')]),
        claim.readings.length < 2 ? null : h('ul', { class: 'small' }, claim.readings.map((reading) => h('li', {}, `${reading.title}: `, verdict(reading.verdict)))),
        h('p', { class: 'tiny' }, `${claim.source.document}, ${claim.source.place}`),
      ),
    ),
  );
}
