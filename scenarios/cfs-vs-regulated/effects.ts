/** Comparisons by arm, load and level, as claims, figures and sentences of this scenario use them. */
import { type Effect, meanOf as meanOfSelection, relativeEffect } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Selection } from '../testbed/scenario.ts';

export const LEVEL_NAMES = ['L1 real-time regulated', 'L2 real-time', 'L3 regulated', 'L4 the rest'] as const;
export const LEVELS = [1, 2, 3, 4] as const;
export type Level = (typeof LEVELS)[number];

export const at = (arm: string, load: number): Selection => ({ arm, where: { load } });

export function loadsOf(results: ResultSet): number[] {
  return results.distinct('load').map(Number).sort((a, b) => a - b);
}

/** Loads below 1, at which every level has a mean. */
export const stableLoadsOf = (results: ResultSet): number[] => loadsOf(results).filter((load) => load < 1);

/** Relative change of one measure of `arm` against `baseline` at a load. */
export function change(results: ResultSet, measure: string, arm: string, baseline: string, load: number): Effect | undefined {
  return relativeEffect(results, measure, at(arm, load), at(baseline, load));
}

export function meanOf(results: ResultSet, measure: string, arm: string, load: number): number {
  return meanOfSelection(results, measure, at(arm, load));
}

/** Milliseconds with three significant digits. */
export function millis(ns: number): string {
  return Number.isFinite(ns) ? `${Number((ns / 1e6).toPrecision(3))} ms` : 'no figure';
}

/** `× 0.21`, `× 3.4`: a ratio from a relative change. */
export function factor(effect: Effect | undefined): string {
  return effect === undefined ? 'no figure' : `× ${Number((1 + effect.mean).toPrecision(2))}`;
}

/** The same with its interval. */
export function factorWithInterval(effect: Effect | undefined): string {
  if (effect === undefined) return 'no figure';
  if (effect.n < 2 || !Number.isFinite(effect.low) || !Number.isFinite(effect.high)) return `${factor(effect)} (no interval)`;
  const end = (value: number): string => String(Number((1 + value).toPrecision(2)));
  return `${factor(effect)} (${end(effect.low)} to ${end(effect.high)})`;
}

/** For a table whose heading says that it holds ratios: `0.21 [0.15, 0.37]`. */
export function ratioCell(effect: Effect | undefined): string {
  if (effect === undefined) return 'none';
  const figure = (value: number): string => String(Number((1 + value).toPrecision(2)));
  return effect.n < 2 || !Number.isFinite(effect.low) || !Number.isFinite(effect.high) ? figure(effect.mean) : `${figure(effect.mean)} [${figure(effect.low)}, ${figure(effect.high)}]`;
}

/** Is the effect beyond chance, and in which direction? */
export function direction(effect: Effect | undefined): 'lower' | 'higher' | 'unclear' {
  if (effect === undefined || effect.n < 2) return 'unclear';
  return effect.high < 0 ? 'lower' : effect.low > 0 ? 'higher' : 'unclear';
}

/** `12.7`, `−0.3`, `0.0`: jobs a second. */
export function rateText(value: number): string {
  const text = value.toFixed(1).replace(/^-0\.0$/, '0.0');
  return text.replace('-', '−');
}
