/** Readings and figures of speech of this scenario. */
import { type Effect, meanOf, percent, relativeEffect } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Selection } from '../testbed/scenario.ts';

export const at = (arm: string, replicas: number): Selection => ({ arm, where: { replicas } });
export const mean = (results: ResultSet, measure: string, arm: string, replicas: number): number => meanOf(results, measure, at(arm, replicas));
export const hasRun = (results: ResultSet, arm: string, replicas: number): boolean => results.select(at(arm, replicas)).length > 0;
export const ranSizes = (results: ResultSet): number[] => [...new Set(results.jobs.map((job) => Number(job.params['replicas'])))].sort((a, b) => a - b);
export const against = (results: ResultSet, measure: string, treatment: Selection, baseline: Selection): Effect | undefined => relativeEffect(results, measure, treatment, baseline);

export const perS = (value: number): string => (Number.isFinite(value) ? `${Math.round(Number(value.toPrecision(3)))} requests/s` : 'no figure');
export const millis = (ns: number): string => (Number.isFinite(ns) ? `${Number((ns / 1e6).toPrecision(3))} ms` : 'no figure');
export const count = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : 'no figure');

/** `−3.1 % (−3.3 % to −2.9 %)`. */
export function changed(effect: Effect | undefined): string {
  if (effect === undefined) return 'no figure';
  return effect.n > 1 && Number.isFinite(effect.low) ? `${percent(effect.mean)} (${percent(effect.low)} to ${percent(effect.high)})` : percent(effect.mean);
}
