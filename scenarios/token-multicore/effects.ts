/** Points of a result, and figures as sentences show them. */
import { type Effect, differenceEffect, meanOf, percent, relativeEffect } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Selection } from '../testbed/scenario.ts';
import { NORMAL, OVERLOAD, VARIANTS } from './arms.ts';
import { hasTheory, parameters, type TokenParameters } from './parameters.ts';

export interface Point {
  readonly cores: number;
  readonly load: number;
}

export const at = (arm: string, { cores, load }: Point): Selection => ({ arm, where: { cores, load } });
export const mean = (results: ResultSet, measure: string, arm: string, point: Point): number => meanOf(results, measure, at(arm, point));
export const change = (results: ResultSet, measure: string, arm: string, baseline: string, point: Point): Effect | undefined => relativeEffect(results, measure, at(arm, point), at(baseline, point));
export const difference = (results: ResultSet, measure: string, arm: string, baseline: string, point: Point): Effect | undefined => differenceEffect(results, measure, at(arm, point), at(baseline, point));
export const hasRun = (results: ResultSet, arm: string, point: Point): boolean => results.select(at(arm, point)).length > 0;

const ascending = (values: readonly unknown[]): number[] => values.map(Number).sort((a, b) => a - b);
export const coresOf = (results: ResultSet): number[] => ascending(results.distinct('cores'));
export const loadsOf = (results: ResultSet): number[] => ascending(results.distinct('load'));
export const variantsOf = (results: ResultSet): typeof VARIANTS => VARIANTS.filter(({ arm }) => results.arms().includes(arm));
export const paramsOf = (results: ResultSet): TokenParameters => parameters.parse(results.jobs[0]!.params);
export const theoryApplies = (results: ResultSet): boolean => results.jobs.length > 0 && hasTheory(paramsOf(results));

/** The overload and the normal load of a result: those of the claims if they ran, else the highest above 1 and the highest below. */
export const overloadOf = (results: ResultSet): number | undefined => pickLoad(loadsOf(results).filter((load) => load > 1), OVERLOAD);
export const normalOf = (results: ResultSet): number | undefined => pickLoad(loadsOf(results).filter((load) => load < 1), NORMAL);
const pickLoad = (loads: readonly number[], wanted: number): number | undefined => (loads.includes(wanted) ? wanted : loads.at(-1));

/** Does a level have measured jobs that never got done, in most replications? */
export function isSaturated(results: ResultSet, level: number, arm: string, point: Point): boolean {
  const jobs = results.select(at(arm, point));
  return jobs.filter((job) => job.measures[`meanL${level}Ns`] === undefined).length * 2 > jobs.length;
}

/** Largest load that ran at which no level's backlog grew; undefined if every one did. */
export const carriedLoad = (results: ResultSet, arm: string, cores: number): number | undefined =>
  loadsOf(results).filter((load) => hasRun(results, arm, { cores, load }) && ![1, 2, 3, 4].some((level) => isSaturated(results, level, arm, { cores, load }))).at(-1);

/** `71 %` of something, three digits above 99 %. */
export const share = (value: number): string => (Number.isFinite(value) ? `${Number((100 * value).toPrecision(value > 0.99 && value < 1 ? 3 : 2))} %` : 'no figure');
export const millis = (ns: number): string => (Number.isFinite(ns) ? `${Number((ns / 1e6).toPrecision(3))} ms` : 'none (saturated)');

/** `−21 % (−22 % to −20 %)`, of a relative change. */
export function changeText(effect: Effect | undefined): string {
  if (effect === undefined) return 'not run';
  return `${percent(effect.mean)} (${effect.n > 1 && Number.isFinite(effect.low) && Number.isFinite(effect.high) ? `${percent(effect.low)} to ${percent(effect.high)}` : 'no interval'})`;
}

/** `21 points (20 to 22)`, of a difference of shares that is a loss. */
export function lossText(effect: Effect | undefined): string {
  if (effect === undefined) return 'not run';
  const points = (value: number): string => String(Number((100 * value).toFixed(1)) + 0).replace('-', '−');
  return `${points(-effect.mean)} points${effect.n > 1 ? ` (${points(-effect.high)} to ${points(-effect.low)})` : ''}`;
}
