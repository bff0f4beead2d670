/** Readings and figures of speech that claims, figures and sentences of this scenario share. */
import { type Effect, meanOf, percent, relativeEffect } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Selection } from '../testbed/scenario.ts';
import { armName, CROSSINGS, type Place, type Speed } from './arms.ts';

export const at = (place: Place, speed: Speed, crossingNs: number): Selection => ({ arm: armName(place, speed), where: { crossingNs } });
export const mean = (results: ResultSet, measure: string, place: Place, speed: Speed, crossingNs: number): number => meanOf(results, measure, at(place, speed, crossingNs));
export const hasRun = (results: ResultSet, place: Place, speed: Speed, crossingNs: number): boolean => results.select(at(place, speed, crossingNs)).length > 0;
/** Crossings that were run, among those that sentences speak of. */
export const ranCrossings = (results: ResultSet): number[] => CROSSINGS.filter((crossingNs) => results.select({ where: { crossingNs } }).length > 0);

/** Relative change against consensus in user space with one call a crossing. */
export const against = (results: ResultSet, measure: string, place: Place, speed: Speed, crossingNs: number): Effect | undefined => relativeEffect(results, measure, at(place, speed, crossingNs), at('user', speed, crossingNs));

export const micros = (ns: number): string => (Number.isFinite(ns) ? `${Number((ns / 1000).toPrecision(3))} us` : 'no figure');
export const millis = (ns: number): string => (Number.isFinite(ns) ? `${Number((ns / 1e6).toPrecision(4))} ms` : 'no figure');
export const share = (value: number): string => (Number.isFinite(value) ? `${Number((100 * value).toPrecision(2))} %` : 'no figure');
export const count = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : 'no figure');
export const crossing = (ns: number): string => (ns < 1000 ? `${ns} ns` : `${ns / 1000} us`);

/** `−3.1 % (−3.3 % to −2.9 %)`. */
export function changed(effect: Effect | undefined): string {
  if (effect === undefined) return 'no figure';
  return effect.n > 1 && Number.isFinite(effect.low) ? `${percent(effect.mean)} (${percent(effect.low)} to ${percent(effect.high)})` : percent(effect.mean);
}
