/** Equivalence by two one-sided tests (Schuirmann 1987). A difference that is merely not significant proves nothing. */
import type { Interval } from './interval.ts';

/** True if the interval lies inside (-margin, margin). Tests at level alpha take an interval of level 1 - 2 alpha: 0.90 for 5 %. */
export function equivalence(interval: Pick<Interval, 'low' | 'high'>, margin: number): boolean {
  return interval.low > -margin && interval.high < margin;
}
