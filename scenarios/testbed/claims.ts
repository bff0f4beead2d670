/**
 * The verdict on a claim: from an interval over replications, by a rule fixed beforehand, never from one run.
 *
 * Effect = contrast of treatment and baseline, paired by replication (common random numbers), 95 % interval.
 *
 * The source states a value v with margin m; the band is v - m .. v + m:
 *   reproduced      the whole interval lies in the band
 *   partly          not so, but the interval excludes 0 on the source's side and reaches half of v or more
 *   not reproduced  the interval excludes 0 on the other side, or stays below half of v, or misses the band altogether
 *   not decidable   the interval holds both 0 and a part of the band
 * The source states a direction; s is the smallest effect that counts:
 *   reproduced      the whole interval lies beyond s in that direction
 *   partly          it excludes 0 in that direction, and reaches below s
 *   not reproduced  it stays below s, or excludes 0 in the other direction
 *   not decidable   it holds both 0 and effects beyond s
 * The source states no effect: the band is -m .. m and there is no partly (an equivalence test, stricter than the usual
 * two one-sided tests since the interval is 95 %, not 90 %).
 *
 * Where several readings of a source are admissible and their verdicts differ, the source does not decide: not decidable.
 */
import { pairedInterval, pairedRatioInterval } from '../../sim/measure/index.ts';
import type { ClaimReport, Effect, Failure, ReadingReport, Verdict } from './report-types.ts';
import type { ResultSet } from './result-set.ts';
import type { Claim, Scenario, Selection } from './scenario.ts';

const LEVEL = 0.95;

interface Judgement {
  readonly verdict: Verdict;
  readonly rule: string;
}

export function judgeClaims(scenario: Scenario, results: ResultSet, failures: readonly Failure[] = []): ClaimReport[] {
  return scenario.claims.map((claim) => judgeClaim(scenario, claim, results, failures));
}

export function judgeClaim(scenario: Scenario, claim: Claim, results: ResultSet, failures: readonly Failure[] = []): ClaimReport {
  const unit = claim.contrast === 'relative' ? '' : (scenario.measures[claim.measure]?.unit ?? '');
  const readings = [{ title: claim.reading ?? 'main reading', treatment: claim.treatment, baseline: claim.baseline }, ...(claim.readings ?? [])].map(
    ({ title, treatment, baseline }): ReadingReport & Judgement => {
      const effect = effectOf(claim, results, treatment, baseline, unit);
      const isBroken = failures.some((failure) => isSelected(failure, treatment) || isSelected(failure, baseline));
      const judgement = isBroken ? { verdict: 'invalid' as const, rule: 'a run this claim needs broke an invariant' } : judge(claim, effect);
      return { title, effect: effect === 'no runs' || effect === 'no scale' ? null : effect, ...judgement };
    },
  );
  const main = readings[0]!;
  const { verdict, rule } = overReadings(readings);
  return {
    id: claim.id,
    text: claim.text,
    source: claim.source,
    measure: claim.measure,
    contrast: claim.contrast,
    treatment: claim.treatment,
    baseline: claim.baseline,
    verdict,
    effect: main.effect,
    paper: claim.paper,
    margin: claim.margin,
    smallest: claim.smallest ?? null,
    rule,
    why: verdict === 'not run' || verdict === 'invalid' ? '' : attempt(() => claim.why(results)),
    ablation: claim.ablation ?? null,
    readings: readings.map(({ title, verdict: own, effect }) => ({ title, verdict: own, effect })),
  };
}

function isSelected(failure: Failure, selection: Selection): boolean {
  if (selection.arm !== undefined && selection.arm !== failure.arm) return false;
  return Object.entries(selection.where ?? {}).every(([name, value]) => failure.params[name] === value);
}

/** One value a replication; several points of a sweep within the selection are averaged. */
function byReplication(measure: string, results: ResultSet, selection: Selection): Map<number, number> {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const job of results.select(selection)) {
    const value = job.measures[measure];
    if (value === undefined) continue;
    const entry = sums.get(job.replication) ?? { sum: 0, count: 0 };
    sums.set(job.replication, { sum: entry.sum + value, count: entry.count + 1 });
  }
  return new Map([...sums].map(([replication, { sum, count }]) => [replication, sum / count]));
}

/** Values of both sides, one pair a replication, in the order of replications. */
export function pairedValues(measure: string, results: ResultSet, treatment: Selection, baseline: Selection): { treated: number[]; based: number[] } {
  const a = byReplication(measure, results, treatment);
  const b = byReplication(measure, results, baseline);
  const shared = [...a.keys()].filter((replication) => b.has(replication)).sort((x, y) => x - y);
  return { treated: shared.map((replication) => a.get(replication)!), based: shared.map((replication) => b.get(replication)!) };
}

function effectOf(claim: Claim, results: ResultSet, treatment: Selection, baseline: Selection, unit: string): Effect | 'no runs' | 'no scale' {
  const { treated, based } = pairedValues(claim.measure, results, treatment, baseline);
  if (treated.length === 0) return 'no runs';
  const isRelative = claim.contrast === 'relative';
  if (isRelative && based.reduce((sum, value) => sum + value, 0) === 0) return 'no scale';
  const { mean, low, high, n } = (isRelative ? pairedRatioInterval : pairedInterval)(treated, based, LEVEL);
  return { mean, low: finite(low), high: finite(high), n, level: LEVEL, unit };
}

function finite(bound: number): number | null {
  return Number.isFinite(bound) ? bound : null;
}

function judge(claim: Claim, effect: Effect | 'no runs' | 'no scale'): Judgement {
  if (effect === 'no runs') return { verdict: 'not run', rule: 'the arms or parameter values it compares are not in this result' };
  if (effect === 'no scale') return { verdict: 'not decidable', rule: 'the baseline is 0, so there is no relative effect' };
  const { low, high, n } = effect;
  if (low === null || high === null) return { verdict: 'not decidable', rule: `${n} replication${n === 1 ? '' : 's'} give${n === 1 ? 's' : ''} no finite interval; run at least 2` };
  const interval = `the interval ${span(low, high, effect.unit)} (${n} replications)`;
  if ('value' in claim.paper && claim.paper.value !== 0) return judgeValue(claim.paper.value, claim.margin, low, high, interval, effect.unit);
  if ('value' in claim.paper || claim.paper.direction === 'none') return judgeNone(claim.margin, low, high, interval, effect.unit);
  const smallest = claim.smallest ?? 0;
  // A decrease is an increase of the mirrored interval.
  return claim.paper.direction === 'increase'
    ? judgeIncrease(smallest, low, high, interval, effect.unit)
    : judgeIncrease(smallest, -high, -low, interval, effect.unit);
}

function judgeValue(value: number, margin: number, low: number, high: number, interval: string, unit: string): Judgement {
  const [from, to] = [value - margin, value + margin];
  const band = `the source's ${span(from, to, unit)}`;
  if (low >= from && high <= to) return { verdict: 'reproduced', rule: `${interval} lies within ${band}` };
  const isRightSide = value > 0 ? low > 0 : high < 0;
  const farthest = value > 0 ? high : -low;
  if (isRightSide && farthest < Math.abs(value) / 2 && (high < from || low > to)) {
    return { verdict: 'not reproduced', rule: `${interval} points in the source's direction, but stays below half of the ${effectText(value, unit)} it states` };
  }
  if (isRightSide) return { verdict: 'partly', rule: `${interval} excludes 0 in the source's direction, but does not lie within ${band}` };
  if (value > 0 ? high < 0 : low > 0) return { verdict: 'not reproduced', rule: `${interval} excludes 0 in the other direction` };
  if (high < from || low > to) return { verdict: 'not reproduced', rule: `${interval} holds 0 and misses ${band}` };
  return { verdict: 'not decidable', rule: `${interval} holds both 0 and a part of ${band}; more replications would narrow it` };
}

function judgeNone(margin: number, low: number, high: number, interval: string, unit: string): Judgement {
  const band = `the margin around no effect, ${span(-margin, margin, unit)}`;
  if (low >= -margin && high <= margin) return { verdict: 'reproduced', rule: `${interval} lies within ${band}` };
  if (low > margin || high < -margin) return { verdict: 'not reproduced', rule: `${interval} misses ${band}` };
  return { verdict: 'not decidable', rule: `${interval} straddles ${band}; more replications would narrow it` };
}

function judgeIncrease(smallest: number, low: number, high: number, interval: string, unit: string): Judgement {
  const counts = `the smallest effect that counts, ${effectText(smallest, unit)}`;
  if (low > smallest) return { verdict: 'reproduced', rule: `${interval} lies beyond ${counts}, in the source's direction` };
  if (low > 0) return { verdict: 'partly', rule: `${interval} excludes 0 in the source's direction, but reaches below ${counts}` };
  if (high < 0) return { verdict: 'not reproduced', rule: `${interval} excludes 0 in the other direction` };
  if (high <= smallest) return { verdict: 'not reproduced', rule: `${interval} stays below ${counts}` };
  return { verdict: 'not decidable', rule: `${interval} holds both 0 and effects beyond ${counts}; more replications would narrow it` };
}

function overReadings(readings: readonly (ReadingReport & Judgement)[]): Judgement {
  const [main] = readings;
  const tried = readings.filter(({ verdict }) => verdict !== 'not run');
  if (main === undefined || tried.length === 0 || main.verdict === 'not run') return { verdict: 'not run', rule: main?.rule ?? '' };
  if (tried.some(({ verdict }) => verdict === 'invalid')) return { verdict: 'invalid', rule: 'a run this claim needs broke an invariant' };
  if (new Set(tried.map(({ verdict }) => verdict)).size === 1) return main;
  const parts = tried.map(({ title, verdict, effect }) => `${title}: ${verdict}${effect === null ? '' : ` (${effectText(effect.mean, effect.unit)})`}`);
  return { verdict: 'not decidable', rule: `admissible readings of the source disagree; ${parts.join('; ')}` };
}

/** `-47.3 %` for relative effects, `12.5 us` for differences; a unit of `1` is not written. */
export function effectText(value: number, unit: string): string {
  const number = unit === '' ? value * 100 : value;
  const digits = Math.abs(number) >= 100 || Number.isInteger(number) ? 0 : Math.abs(number) >= 1 ? 1 : 3;
  const text = number.toFixed(digits).replace('-', '−');
  const behind = unit === '1' ? '' : ` ${unit === '' ? '%' : unit}`;
  return `${number > 0 ? '+' : ''}${text}${behind}`;
}

function span(low: number, high: number, unit: string): string {
  return `${effectText(low, unit)} to ${effectText(high, unit)}`;
}

/** A scenario's sentence; empty when the selection of arms lacks what the sentence is about. */
function attempt(sentence: () => string): string {
  try {
    return sentence();
  } catch {
    return '';
  }
}
