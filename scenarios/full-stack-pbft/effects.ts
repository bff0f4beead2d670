/** Readings and figures of speech of this scenario. */
import { type Effect, meanOf, percent, relativeEffect } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Selection } from '../testbed/scenario.ts';

export const at = (arm: string): Selection => ({ arm });
export const mean = (results: ResultSet, measure: string, arm: string): number => meanOf(results, measure, at(arm));
export const hasRun = (results: ResultSet, arm: string): boolean => results.select(at(arm)).length > 0;
export const against = (results: ResultSet, measure: string, treatment: string, baseline: string): Effect | undefined => relativeEffect(results, measure, at(treatment), at(baseline));

export const millis = (ns: number): string => (Number.isFinite(ns) ? `${Number((ns / 1e6).toPrecision(3))} ms` : 'no figure');

/** `−3.1 % (−3.3 % to −2.9 %)`. */
export function changed(effect: Effect | undefined): string {
  if (effect === undefined) return 'no figure';
  return effect.n > 1 && Number.isFinite(effect.low) ? `${percent(effect.mean)} (${percent(effect.low)} to ${percent(effect.high)})` : percent(effect.mean);
}
