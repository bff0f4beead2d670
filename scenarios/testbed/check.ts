/**
 * `check`: does what held in the baseline still hold?
 *
 * Layer 1: a scenario whose fingerprint, measures and claims are those of the baseline has the same verdicts; no test.
 * Layer 2: otherwise every claim's effect and every guarded measure is tested for a change. All tests of the campaign
 * share one chance of a false alarm (Holm, 5 %), and significance alone never alarms: the change must matter too.
 *   claim    the verdict differs, or the effect moved by more than a quarter of its margin (of `smallest` where the
 *            source gives a direction; of a tenth of the effect where neither is given)
 *   measure  it got worse by more than its `guard`
 * One replication a side has no test: under the same seed the run is deterministic and the size of the change decides;
 * under another seed the row is reported as undecided.
 */
import { holm } from '../../sim/measure/index.ts';
import { canonicalJson } from './canonical.ts';
import { relativeEffects, testChange, type Change } from './check-tests.ts';
import { effectText, pairedValues } from './claims.ts';
import type { LoadedResult } from './load-result.ts';
import type { ClaimReport } from './report-types.ts';
import type { JobResult } from './result-set.ts';
import type { Measure, Parameters, Scenario } from './scenario.ts';

export const ALPHA = 0.05;

export type CheckStatus = 'same' | 'passed' | 'failed' | 'undecided' | 'new';

export interface CheckRow {
  readonly scenario: string;
  /** Claim id, or `arm/measure` of a guarded measure, or empty for the scenario as a whole. */
  readonly name: string;
  readonly status: CheckStatus;
  readonly message: string;
}

export interface CheckReport {
  readonly format: 1;
  readonly alpha: number;
  /** Tests that shared alpha. */
  readonly tests: number;
  readonly failed: number;
  readonly rows: readonly CheckRow[];
}

interface Candidate {
  readonly scenario: string;
  readonly name: string;
  readonly change: Change;
  readonly isSameSeed: boolean;
  /** Does the change matter, given that it is real? */
  readonly matters: boolean;
  readonly message: string;
}

export interface CheckPair {
  readonly scenario: Scenario;
  readonly before: LoadedResult;
  readonly after: LoadedResult;
}

/** `missing` are scenarios of the baseline without a current result, `added` the other way round. */
export function checkResults(pairs: readonly CheckPair[], missing: readonly LoadedResult[] = [], added: readonly LoadedResult[] = []): CheckReport {
  const rows: CheckRow[] = added.map(({ manifest }) => ({ scenario: manifest.scenario, name: '', status: 'new', message: 'not in the baseline' }));
  rows.push(...missing.flatMap(({ manifest, report }) => [
    { scenario: manifest.scenario, name: '', status: 'failed' as const, message: 'the baseline has this scenario, the checked result does not' },
    ...report.claims.map(({ id }) => ({ scenario: manifest.scenario, name: id, status: 'failed' as const, message: 'not measured any more' })),
  ]));
  const candidates: Candidate[] = [];
  for (const pair of pairs) {
    if (isSame(pair)) rows.push(...sameRows(pair));
    else {
      rows.push(...plainRows(pair));
      candidates.push(...claimCandidates(pair), ...guardCandidates(pair));
    }
  }
  const tested = candidates.filter(({ change }) => change.test !== 'none');
  const rejected = holm(tested.map(({ change }) => change.p), ALPHA);
  const significant = new Set(tested.filter((_, index) => rejected[index]));
  rows.push(...candidates.map((candidate) => rowOf(candidate, significant.has(candidate))));
  return { format: 1, alpha: ALPHA, tests: tested.length, failed: rows.filter(({ status }) => status === 'failed').length, rows };
}

function rowOf(candidate: Candidate, isSignificant: boolean): CheckRow {
  const { scenario, name, change, isSameSeed, matters, message } = candidate;
  if (change.test === 'none') {
    const status = !matters ? 'passed' : isSameSeed ? 'failed' : 'undecided';
    return { scenario, name, status, message: `${message} (one replication, ${isSameSeed ? 'same seed: deterministic' : 'other seed: no test'})` };
  }
  return { scenario, name, status: matters && isSignificant ? 'failed' : 'passed', message: `${message} (${change.test}, p ${pText(change.p)})` };
}

function pText(p: number): string {
  return p < 0.0001 ? '< 0.0001' : `= ${p.toFixed(4)}`;
}

/** The fingerprint covers events; what was recorded from them is compared too. */
function isSame({ before, after }: CheckPair): boolean {
  const content = ({ manifest, report, results }: LoadedResult): string =>
    canonicalJson({
      fingerprint: manifest.fingerprint,
      measures: results.jobs.map(({ arm, params, measures }) => ({ arm, params, measures })),
      claims: report.claims.map(({ id, verdict }) => ({ id, verdict })),
    });
  return content(before) === content(after);
}

function sameRows({ before, after }: CheckPair): CheckRow[] {
  const scenario = after.manifest.scenario;
  if (before.report.claims.length === 0) return [{ scenario, name: '', status: 'same', message: 'same fingerprint' }];
  return before.report.claims.map(({ id, verdict }) => ({ scenario, name: id, status: 'same', message: `same fingerprint, same verdict: ${verdict}` }));
}

/** What needs no statistics: claims that came, went, or cannot be judged any more. */
function plainRows({ before, after }: CheckPair): CheckRow[] {
  const scenario = after.manifest.scenario;
  const now = new Map(after.report.claims.map((claim) => [claim.id, claim]));
  const rows: CheckRow[] = [];
  for (const { id, verdict } of before.report.claims) {
    const current = now.get(id);
    if (current === undefined) rows.push({ scenario, name: id, status: 'failed', message: 'the baseline has this claim, the checked result does not' });
    else if (current.verdict === 'invalid' && verdict !== 'invalid') rows.push({ scenario, name: id, status: 'failed', message: `was ${verdict}, is invalid: ${current.rule}` });
    else if (current.effect === null && verdict !== current.verdict) rows.push({ scenario, name: id, status: 'failed', message: `was ${verdict}, is ${current.verdict}: ${current.rule}` });
  }
  const known = new Set(before.report.claims.map(({ id }) => id));
  for (const { id, verdict } of after.report.claims) if (!known.has(id)) rows.push({ scenario, name: id, status: 'new', message: `not in the baseline; ${verdict}` });
  for (const { arm, replication, message } of after.manifest.failures) rows.push({ scenario, name: `${arm}, replication ${replication}`, status: 'failed', message });
  return rows;
}

function sameSeed({ before, after }: CheckPair): boolean {
  const setting = ({ manifest: { seed, engine } }: LoadedResult): string => canonicalJson([seed, engine.generator, engine.tieShuffle]);
  return setting(before) === setting(after);
}

function claimCandidates(pair: CheckPair): Candidate[] {
  const before = new Map(pair.before.report.claims.map((claim) => [claim.id, claim]));
  return pair.after.report.claims.flatMap((claim): Candidate[] => {
    const old = before.get(claim.id);
    if (old === undefined || old.effect === null || claim.effect === null || claim.verdict === 'invalid') return [];
    const change = testChange(effectsOf(old, pair.before), effectsOf(claim, pair.after), sameSeed(pair));
    const tolerance = toleranceOf(claim, change.before);
    const { unit } = claim.effect;
    const verdicts = old.verdict === claim.verdict ? `still ${claim.verdict}` : `was ${old.verdict}, is ${claim.verdict}`;
    return [{
      scenario: pair.after.manifest.scenario,
      name: claim.id,
      change,
      isSameSeed: sameSeed(pair),
      matters: old.verdict !== claim.verdict || Math.abs(change.difference) > tolerance,
      message: `effect ${effectText(change.before, unit)} -> ${effectText(change.after, unit)}, tolerance ${effectText(tolerance, unit).replace('+', '')}; ${verdicts}`,
    }];
  });
}

function effectsOf(claim: ClaimReport, { results }: LoadedResult): number[] {
  const { treated, based } = pairedValues(claim.measure, results, claim.treatment, claim.baseline);
  return claim.contrast === 'relative' ? relativeEffects(treated, based) : treated.map((value, index) => value - based[index]!);
}

function toleranceOf(claim: ClaimReport, before: number): number {
  const isDirection = 'direction' in claim.paper && claim.paper.direction !== 'none';
  const scale = isDirection ? (claim.smallest ?? 0) : claim.margin;
  return scale > 0 ? scale / 4 : Math.abs(before) / 10;
}

function guardCandidates(pair: CheckPair): Candidate[] {
  const guarded = Object.entries(pair.scenario.measures).filter(([, { guard, better }]) => guard !== undefined && better !== 'neither');
  // Points are told apart by what either side swept; a parameter that is fixed on both may differ, for that is a change to find.
  const swept = [...new Set([pair.before, pair.after].flatMap(({ manifest }) => Object.entries(manifest.parameters).flatMap(([name, values]) => (values.length > 1 ? [name] : []))))];
  const before = groups(pair.before.results.jobs, swept);
  return [...groups(pair.after.results.jobs, swept)].flatMap(([key, group]) =>
    guarded.flatMap(([id, measure]) => guardCandidate(pair, id, measure, before.get(key)?.jobs ?? [], group)),
  );
}

function guardCandidate(pair: CheckPair, id: string, measure: Measure, before: readonly JobResult[], { jobs, point }: Group): Candidate[] {
  const values = (runs: readonly JobResult[]): number[] => runs.flatMap((job) => job.measures[id] ?? []);
  const [old, now] = [values(before), values(jobs)];
  if (old.length === 0 || now.length === 0) return [];
  const change = testChange(old, now, sameSeed(pair));
  const worse = measure.better === 'lower' ? change.difference : -change.difference;
  const relative = change.before === 0 ? (worse === 0 ? 0 : Math.sign(worse) * Infinity) : worse / Math.abs(change.before);
  const where = Object.entries(point).map(([name, value]) => ` ${name}=${String(value)}`).join('');
  const direction = relative === 0 ? 'unchanged' : `${(Math.abs(relative) * 100).toFixed(1)} % ${relative > 0 ? 'worse' : 'better'}`;
  return [{
    scenario: pair.after.manifest.scenario,
    name: `${jobs[0]!.arm}/${id}${where}`,
    change,
    isSameSeed: sameSeed(pair),
    matters: relative > measure.guard!,
    message: `${measure.title} ${change.before} -> ${change.after} ${measure.unit}, ${direction}, guard ${measure.guard! * 100} %${claimsOn(pair, id, jobs[0]!)}`,
  }];
}

function samePoint(point: Readonly<Record<string, unknown>>, params: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(point).every(([name, value]) => params[name] === value);
}

/** A slower arm is named together with the claims that rest on it, in their main or another reading; else with those of its measure. */
function claimsOn({ scenario }: CheckPair, measure: string, job: JobResult): string {
  const ofMeasure = scenario.claims.filter((claim) => claim.measure === measure);
  const resting = ofMeasure.filter((claim) =>
    [claim, ...(claim.readings ?? [])]
      .flatMap(({ treatment, baseline }) => [treatment, baseline])
      .some(({ arm, where }) => (arm === undefined || arm === job.arm) && samePoint(where ?? {}, job.params)),
  );
  if (resting.length > 0) return `; claims that rest on it: ${resting.map(({ id }) => id).join(', ')}`;
  return ofMeasure.length === 0 ? '' : `; claims about this measure: ${ofMeasure.map(({ id }) => id).join(', ')}`;
}

interface Group {
  readonly point: Parameters;
  readonly jobs: JobResult[];
}

/** Runs of one arm at one point, by replication. */
function groups(jobs: readonly JobResult[], swept: readonly string[]): Map<string, Group> {
  const found = new Map<string, Group>();
  for (const job of jobs) {
    const point = Object.fromEntries(swept.map((name) => [name, job.params[name]!]));
    const key = canonicalJson([job.arm, point]);
    const group = found.get(key);
    if (group === undefined) found.set(key, { point, jobs: [job] });
    else group.jobs.push(job);
  }
  for (const group of found.values()) group.jobs.sort((a, b) => a.replication - b.replication);
  return found;
}
