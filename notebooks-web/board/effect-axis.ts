/**
 * Effects on a shared axis: ours as a dot with its interval, the paper as an open diamond, a direction as an arrow from
 * zero, the span of all readings as a hatched range. Positions are percentages, so the picture follows its column.
 */
import { ticks } from 'd3';
import type { ClaimReport, Effect } from '../../scenarios/testbed/report-types.ts';
import { s } from '../shell/dom.ts';
import { effect as writeEffect, effectValue, interval, scaleFor, fixed } from '../shell/format.ts';
import { verdictClass } from '../shell/parts.ts';

export interface Domain {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** Unit of the values as formatted: `relative` for shares of the baseline. */
  readonly unit: string;
}

export const unitOf = (claim: ClaimReport): string => (claim.contrast === 'relative' ? 'relative' : (claim.effect?.unit ?? claim.readings.find(({ effect }) => effect !== null)?.effect?.unit ?? ''));

/** Lowest and highest point effect over the readings that ran: one wide interval says nothing about the other readings. */
export function readingRange(claim: ClaimReport): { low: number; high: number; values: readonly number[] } | undefined {
  const values = claim.readings.flatMap(({ effect }) => (effect === null ? [] : [effect.mean]));
  return values.length < 2 ? undefined : { low: Math.min(...values), high: Math.max(...values), values };
}

/** The range in words, e.g. "−62 … −2.1 %". */
export function writeRange(range: { low: number; high: number }, unit: string): string {
  const low = effectValue(range.low, unit);
  return `${unit === 'relative' ? low.replace(/\s?%$/, '') : low} … ${effectValue(range.high, unit)}`;
}

/** Axis that holds zero, the paper's values and ours; relative effects beyond ±100 % become arrows at the edge. */
export function domainOf(claims: readonly ClaimReport[]): Domain {
  const unit = claims[0] === undefined ? 'relative' : unitOf(claims[0]);
  const values = [0];
  for (const claim of claims) {
    if (claim.effect !== null) values.push(claim.effect.mean, claim.effect.low ?? claim.effect.mean, claim.effect.high ?? claim.effect.mean);
    if ('value' in claim.paper) values.push(claim.paper.value);
    const range = claim.verdict === 'not decidable' ? readingRange(claim) : undefined;
    if (range !== undefined) values.push(range.low, range.high);
  }
  const clip = (value: number): number => (unit === 'relative' ? Math.min(1, Math.max(-1, value)) : value);
  let low = Math.min(...values.map(clip));
  let high = Math.max(...values.map(clip));
  const span = high - low || (unit === 'relative' ? 0.2 : 1);
  low -= span * (low < 0 ? 0.08 : 0.3);
  high += span * (high > 0 ? 0.08 : 0.3);
  return { low, high, ticks: ticks(low, high, 5), unit };
}

const percent = (value: number, domain: Domain): number => ((value - domain.low) / (domain.high - domain.low)) * 100;
const at = (value: number, domain: Domain): string => `${percent(value, domain).toFixed(2)}%`;

/** Tick labels above a group; the unit stands once, at the last tick. */
export function axis(domain: Domain): SVGElement {
  const scale = domain.unit === 'relative' ? { unit: '%', factor: 100 } : scaleFor(domain.unit, Math.max(Math.abs(domain.low), Math.abs(domain.high)));
  const step = Math.abs((domain.ticks[1] ?? 1) - (domain.ticks[0] ?? 0)) * scale.factor;
  const decimals = step >= 1 || step === 0 ? 0 : Math.ceil(-Math.log10(step));
  return s(
    'svg', { class: 'effect axis', width: '100%', height: 20, 'aria-hidden': 'true' },
    domain.ticks.map((tick, index) => {
      const last = index === domain.ticks.length - 1;
      const text = `${tick > 0 ? '+' : ''}${fixed(tick * scale.factor, decimals)}${last && scale.unit !== '' ? ` ${scale.unit}` : ''}`;
      return s('text', { x: at(tick, domain), y: 14, 'text-anchor': last && percent(tick, domain) > 84 ? 'end' : 'middle', dx: last && percent(tick, domain) > 84 ? 10 : 0 }, text);
    }),
  );
}

/** What the picture says, for those who do not see it. */
export function describe(claim: ClaimReport): string {
  const unit = unitOf(claim);
  const paper = 'value' in claim.paper ? `the source says ${effectValue(claim.paper.value, unit)}` : `the source states only a direction: ${claim.paper.direction}`;
  const range = claim.verdict === 'not decidable' ? readingRange(claim) : undefined;
  if (range !== undefined) return `${claim.verdict}; point effects of ${range.values.length} readings ${writeRange(range, unit)}; ${paper}`;
  if (claim.effect === null) return `${claim.verdict}; ${paper}`;
  const { mean, low, high } = claim.effect;
  const bounds = { mean, low: low ?? NaN, high: high ?? NaN };
  return `${claim.verdict}; ours ${writeEffect(bounds, unit)} ${interval(bounds, unit)}; ${paper}`;
}

const HEIGHT = 40;

/** One row's picture. */
export function effectPicture(claim: ClaimReport, domain: Domain, height = HEIGHT): SVGElement {
  // Vertical positions are relative to the middle of the row, however high its text makes it.
  const middle = 0;
  const marks: SVGElement[] = [];
  const lines = domain.ticks.map((tick) => s('line', { class: tick === 0 ? 'zero' : 'grid', x1: at(tick, domain), x2: at(tick, domain), y1: 0, y2: '100%' }));
  const range = claim.verdict === 'not decidable' ? readingRange(claim) : undefined;
  if ('direction' in claim.paper && claim.paper.direction !== 'none') {
    const sign = claim.paper.direction === 'decrease' ? -1 : 1;
    marks.push(s('svg', { x: at(0, domain), y: claim.effect === null ? 0 : -10, overflow: 'visible' }, s('path', { class: 'direction', d: `M0 0H${22 * sign}M${22 * sign} 0l${-5 * sign} -4M${22 * sign} 0l${-5 * sign} 4` })));
  }
  if (range !== undefined) {
    const [from, to] = [percent(Math.max(range.low, domain.low), domain), percent(Math.min(range.high, domain.high), domain)];
    marks.push(s('rect', { class: 'readings', x: `${from.toFixed(2)}%`, width: `${Math.max(0.6, to - from).toFixed(2)}%`, y: middle - 6, height: 12, fill: 'url(#hatch)' }));
    marks.push(...range.values.filter((value) => value >= domain.low && value <= domain.high).map((value) => s('line', { class: 'reading', x1: at(value, domain), x2: at(value, domain), y1: middle - 9, y2: middle + 9 })));
  } else if (claim.effect !== null) {
    marks.push(...ours(claim, claim.effect, domain, middle));
  }
  if ('value' in claim.paper) marks.push(s('svg', { x: at(claim.paper.value, domain), y: middle, overflow: 'visible' }, s('path', { class: 'paper', d: 'M0 -6.5L6.5 0 0 6.5 -6.5 0z' })));
  else if (claim.paper.direction === 'none') marks.push(s('svg', { x: at(0, domain), y: middle, overflow: 'visible' }, s('path', { class: 'paper', d: 'M0 -6.5L6.5 0 0 6.5 -6.5 0z' })));
  return s('svg', { class: 'effect', width: '100%', height, role: 'img', 'aria-label': describe(claim) }, lines, s('svg', { y: '50%', overflow: 'visible' }, marks));
}

function ours(claim: ClaimReport, effect: Effect, domain: Domain, middle: number): SVGElement[] {
  const colour = verdictClass(claim.verdict);
  if (effect.mean < domain.low || effect.mean > domain.high) {
    // Off the scale: an arrow at the edge with the number.
    const right = effect.mean > domain.high;
    const sign = right ? 1 : -1;
    return [
      s('svg', { x: right ? '100%' : '0%', y: middle, overflow: 'visible', class: colour }, s('path', { class: 'off', d: `M${-42 * sign} 0H${-2 * sign}M${-2 * sign} 0l${-6 * sign} -4M${-2 * sign} 0l${-6 * sign} 4` }), s('text', { x: -22 * sign, y: -7, 'text-anchor': 'middle' }, effectValue(effect.mean, domain.unit))),
    ];
  }
  const marks: SVGElement[] = [];
  if (effect.low !== null && effect.high !== null) {
    const low = at(Math.max(effect.low, domain.low), domain);
    const high = at(Math.min(effect.high, domain.high), domain);
    marks.push(s('line', { class: 'whisker', x1: low, x2: high, y1: middle, y2: middle }));
    if (effect.low >= domain.low) marks.push(s('line', { class: 'whisker', x1: low, x2: low, y1: middle - 6, y2: middle + 6 }));
    if (effect.high <= domain.high) marks.push(s('line', { class: 'whisker', x1: high, x2: high, y1: middle - 6, y2: middle + 6 }));
  }
  marks.push(s('circle', { class: 'ours', cx: at(effect.mean, domain), cy: middle, r: 3.8 }));
  return [s('g', { class: colour }, marks)];
}

/** The hatch of "all readings", defined once a page. */
export const hatchDefinition = (): SVGElement =>
  s('svg', { width: 0, height: 0, 'aria-hidden': 'true', class: 'definitions' }, s('defs', {}, s('pattern', { id: 'hatch', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }, s('line', { x1: 0, x2: 0, y1: 0, y2: 6, class: 'hatch-line' }))));
