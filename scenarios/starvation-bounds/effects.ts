/** Comparisons and figures of speech that claims, figures and sentences of this scenario share. */
import { type Effect, estimate, meanOf, relativeEffect } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Selection } from '../testbed/scenario.ts';
import { ARMS } from './arms.ts';

export const LEVELS = [1, 2, 3, 4] as const;
export const LEVEL_NAMES = ['L1 real-time regulated', 'L2 real-time', 'L3 regulated', 'L4 the rest'] as const;

export const at = (arm: string, load: number): Selection => ({ arm, where: { load } });

/** Arms that ran at a load, in the order of declaration. */
export const armsAt = (results: ResultSet, load: number): string[] => Object.keys(ARMS).filter((arm) => results.select(at(arm, load)).length > 0);

export const hasRun = (results: ResultSet, arm: string, load: number): boolean => results.select(at(arm, load)).length > 0;

export const mean = (results: ResultSet, measure: string, arm: string, load: number): number => meanOf(results, measure, at(arm, load));

export const change = (results: ResultSet, measure: string, arm: string, baseline: string, load: number): Effect | undefined => relativeEffect(results, measure, at(arm, load), at(baseline, load));

/** Mean and interval of a measure, only where each replication has it: the lucky ones alone would not be fair. */
export function wholeEstimate(results: ResultSet, measure: string, arm: string, load: number): { mean: number; low: number; high: number; n: number } | undefined {
  const values = results.values(measure, at(arm, load));
  return values.length === 0 || values.length < results.select(at(arm, load)).length ? undefined : { ...estimate(values), n: values.length };
}

/** What levels 1 to 3 ask for in this result's runs at a load, in cores: `1.09`. */
export function upperDemand(results: ResultSet, load: number): string {
  const params = results.select({ where: { load } })[0]?.params;
  return params === undefined ? 'no figure' : (load * (1 - (1 - Number(params.regulatedShare)) * (1 - Number(params.realTimeShare)))).toFixed(2);
}

/** Milliseconds with three significant digits. */
export const millis = (ns: number): string => (Number.isFinite(ns) ? `${Number((ns / 1e6).toPrecision(3))} ms` : 'no figure');

/** `× 0.21 (0.18 to 0.24)`: a ratio from a relative change. */
export function factor(effect: Effect | undefined): string {
  if (effect === undefined) return 'no figure';
  const end = (value: number): string => String(Number((1 + value).toPrecision(2)));
  const hasInterval = effect.n > 1 && Number.isFinite(effect.low) && Number.isFinite(effect.high);
  return `× ${end(effect.mean)} (${hasInterval ? `${end(effect.low)} to ${end(effect.high)}` : 'no interval'})`;
}

/** `12.7`, `−0.3`, `0.0`: jobs a second. */
export const rate = (value: number): string => value.toFixed(1).replace(/^-0\.0$/, '0.0').replace('-', '−');

/** `33 %`. */
export const share = (value: number): string => `${Number((100 * value).toPrecision(2))} %`;
