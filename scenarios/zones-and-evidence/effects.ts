/** Readings and figures of speech that claims, figures and sentences of this scenario share. */
import { estimate, meanOf } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import { ARMS, type ArmName } from './arms.ts';

export const ranArms = (results: ResultSet): ArmName[] => (Object.keys(ARMS) as ArmName[]).filter((arm) => results.select({ arm }).length > 0);
export const hasRun = (results: ResultSet, ...arms: readonly ArmName[]): boolean => arms.every((arm) => results.select({ arm }).length > 0);
export const mean = (results: ResultSet, measure: string, arm: ArmName): number => meanOf(results, measure, { arm });
export const spreadOf = (results: ResultSet, measure: string, arm: ArmName): { mean: number; low: number; high: number } | undefined => {
  const values = results.values(measure, { arm });
  return values.length === 0 ? undefined : estimate(values);
};

export const millis = (ns: number): string => (Number.isFinite(ns) ? `${Number((ns / 1e6).toPrecision(3))} ms` : 'no figure');
export const share = (value: number): string => (Number.isFinite(value) ? `${Number((100 * value).toPrecision(2))} %` : 'no figure');
export const count = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'no figure');

export interface CampaignSum {
  readonly kind: string;
  readonly place: string;
  readonly attempts: number;
  readonly found: number;
  readonly exposed: number;
  readonly silent: number;
}

/** The campaign of one arm, summed over replications, in the order of the table. */
export function campaignOf(results: ResultSet, arm: ArmName): CampaignSum[] {
  const sums = new Map<string, CampaignSum>();
  for (const { row } of results.rows('tampering', { arm })) {
    const key = `${String(row['kind'])}/${String(row['place'])}`;
    const before = sums.get(key);
    const sum = (field: 'attempts' | 'found' | 'exposed' | 'silent'): number => (before?.[field] ?? 0) + Number(row[field]);
    sums.set(key, { kind: String(row['kind']), place: String(row['place']), attempts: sum('attempts'), found: sum('found'), exposed: sum('exposed'), silent: sum('silent') });
  }
  return [...sums.values()];
}
