/** Readings and figures of speech of this scenario. */
import { meanOf } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Selection } from '../testbed/scenario.ts';

export const at = (arm: string, timeoutMs: number): Selection => ({ arm, where: { timeoutMs } });
export const mean = (results: ResultSet, measure: string, arm: string, timeoutMs: number): number => meanOf(results, measure, at(arm, timeoutMs));
export const hasRun = (results: ResultSet, arm: string, timeoutMs: number): boolean => results.select(at(arm, timeoutMs)).length > 0;
export const ranTimeouts = (results: ResultSet): number[] => [...new Set(results.jobs.map((job) => Number(job.params['timeoutMs'])))].sort((a, b) => a - b);

export const share = (value: number): string => (Number.isFinite(value) ? `${Number((100 * value).toPrecision(3))} %` : 'no figure');
export const count = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'no figure');
