/**
 * `verify`: is a result what it claims to be? First its files against their digests, then its runs against runs of today:
 * fingerprint, and everything recorded. Last, its tables and report against those derived anew from its runs.
 */
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { BLOCK_EVENTS, firstDifference } from '../../sim/trace.ts';
import { canonicalJson } from './canonical.ts';
import { ConfigError } from './config-error.ts';
import type { Executor, Outcome } from './executor.ts';
import { configurationOf, deriveResult, jsonText, readManifest } from './manifest.ts';
import type { Job } from './plan.ts';
import { runJobs } from './pool.ts';
import type { Registry } from './registry-of.ts';
import type { Manifest } from './report-types.ts';
import { treeIndex } from './result-index.ts';
import type { JobResult } from './result-set.ts';
import { readRunFile, runPath } from './run-file.ts';
import { runParameters } from './config.ts';
import { resultDirs } from './load-result.ts';
import { Store } from './store.ts';

export interface Finding {
  /** File that is not what it should be. */
  readonly path: string;
  readonly message: string;
}

export interface VerifyOptions {
  readonly registry: Registry;
  readonly executors: readonly Executor[];
  /** Share of the runs to repeat, percent. */
  readonly share: number;
  /** Digest of the present sources. */
  readonly modelDigest: string;
  readonly isStopped?: () => boolean;
  readonly onPlan?: (scenario: string, total: number) => void;
  readonly onRun?: (index: number) => void;
}

export interface Verification {
  readonly findings: readonly Finding[];
  readonly files: number;
  readonly repeated: number;
  readonly runs: number;
  /** Sources have changed since: tables and report were not derived anew. */
  readonly isOlder: boolean;
}

export async function verifyFolder(dir: string, options: VerifyOptions): Promise<Verification> {
  const dirs = resultDirs(dir);
  const parts: Verification[] = [];
  for (const folder of dirs) parts.push(await verifyResult(folder, options));
  const index = dirs[0] === dir ? [] : indexFindings(dir);
  const sum = (value: (part: Verification) => number): number => parts.reduce((total, part) => total + value(part), 0);
  return {
    findings: [...parts.flatMap(({ findings }) => findings), ...index],
    files: sum(({ files }) => files),
    repeated: sum(({ repeated }) => repeated),
    runs: sum(({ runs }) => runs),
    isOlder: parts.some(({ isOlder }) => isOlder),
  };
}

function indexFindings(dir: string): Finding[] {
  const text = new Store(dir).readText('index.json');
  if (text === undefined || text === jsonText(treeIndex(dir))) return [];
  return [{ path: join(dir, 'index.json'), message: 'differs from the index of the results beside it' }];
}

async function verifyResult(dir: string, options: VerifyOptions): Promise<Verification> {
  const store = new Store(dir);
  const manifest = readManifest(store.readText('manifest.json') ?? '');
  const nothing = { files: 0, repeated: 0, runs: 0, isOlder: false };
  if (manifest === undefined) return { ...nothing, findings: [{ path: join(dir, 'manifest.json'), message: 'its bytes differ from what was written' }] };
  const damage = fileFindings(store, manifest);
  const counted = { ...nothing, files: manifest.files.length + 1, runs: manifest.runs.length };
  if (damage.length > 0) return { ...counted, findings: damage };
  if (!options.registry.scenarioIds.includes(manifest.scenario)) {
    throw new ConfigError([{ path: dir, message: `holds a result of scenario ${manifest.scenario}, which is not there any more` }]);
  }
  const completed = await plannedRuns(store, manifest, options);
  const chosen = completed.filter((_, index) => Math.floor(((index + 1) * options.share) / 100) > Math.floor((index * options.share) / 100));
  options.onPlan?.(manifest.scenario, chosen.length);
  const findings = await repeatRuns(dir, chosen, options);
  const isOlder = manifest.modelDigest !== options.modelDigest;
  if (!isOlder && findings.length === 0) findings.push(...(await derivedFindings(dir, store, manifest, completed, options)));
  return { ...counted, findings, repeated: chosen.length, isOlder };
}

function fileFindings(store: Store, manifest: Manifest): Finding[] {
  const expected = new Map(manifest.files.map((file) => [file.path, file]));
  const findings: Finding[] = [];
  const present = store.list();
  for (const { path, bytes, sha256 } of manifest.files) {
    const text = present.includes(path) ? store.readBytes(path) : undefined;
    if (text === undefined) findings.push({ path: join(store.root, path), message: 'is missing' });
    else if (text.length !== bytes) findings.push({ path: join(store.root, path), message: `has ${text.length} bytes; the manifest says ${bytes}` });
    else if (createHash('sha256').update(text).digest('hex') !== sha256) findings.push({ path: join(store.root, path), message: 'its bytes differ from the digest in the manifest' });
  }
  for (const path of present) if (path !== 'manifest.json' && !expected.has(path)) findings.push({ path: join(store.root, path), message: 'is no part of this result' });
  return findings;
}

interface Planned {
  readonly job: Job;
  readonly result: JobResult;
}

async function plannedRuns(store: Store, manifest: Manifest, options: VerifyOptions): Promise<Planned[]> {
  const scenario = await options.registry.scenario(manifest.scenario);
  const { seed, generator, tieShuffle } = configurationOf(manifest);
  return manifest.runs.map(({ id, arm, point, replication }, index) => {
    const result = readRunFile(id, store.readText(runPath(id)) ?? '');
    if (result === undefined) throw new ConfigError([{ path: join(store.root, runPath(id)), message: 'is no run file' }]);
    if (scenario.arms[arm] === undefined) throw new ConfigError([{ path: store.root, message: `arm ${arm} is not in scenario ${scenario.id} any more` }]);
    const params = runParameters(scenario, arm, result.params);
    return { result, job: { index, id, scenario: scenario.id, arm, params, point, replication, seed, generator, tieShuffle } };
  });
}

async function repeatRuns(dir: string, planned: readonly Planned[], options: VerifyOptions): Promise<Finding[]> {
  const committed = new Map(planned.map(({ job, result }) => [job.index, result]));
  const found = new Map<number, Finding>();
  await runJobs(planned.map(({ job }) => job), options.executors, {
    ...(options.isStopped === undefined ? {} : { isStopped: options.isStopped }),
    onOutcome: (job, outcome) => {
      const message = difference(committed.get(job.index)!, outcome);
      if (message !== undefined) found.set(job.index, { path: join(dir, runPath(job.id)), message: `${job.arm}, replication ${job.replication}: ${message}` });
      options.onRun?.(job.index);
    },
  });
  return [...found].sort(([a], [b]) => a - b).map(([, finding]) => finding);
}

function difference(before: JobResult, outcome: Outcome): string | undefined {
  if (outcome.kind === 'failed') return `cannot be repeated: ${outcome.message}`;
  const { result } = outcome;
  const block = firstDifference(before.blockDigests, result.blockDigests);
  if (block !== undefined) {
    return `fingerprint ${result.fingerprint} differs from the committed ${before.fingerprint}; first difference in block ${block} (events ${block * BLOCK_EVENTS} to ${(block + 1) * BLOCK_EVENTS - 1})`;
  }
  if (result.fingerprint !== before.fingerprint) return `fingerprint ${result.fingerprint} differs from the committed ${before.fingerprint}`;
  const fields = Object.keys(before) as (keyof JobResult)[];
  const differing = fields.filter((field) => canonicalJson(before[field]) !== canonicalJson(result[field]));
  return differing.length === 0 ? undefined : `same events, but other ${differing.join(', ')}`;
}

async function derivedFindings(dir: string, store: Store, manifest: Manifest, runs: readonly Planned[], { registry }: VerifyOptions): Promise<Finding[]> {
  const scenario = await registry.scenario(manifest.scenario);
  const { files } = deriveResult(scenario, configurationOf(manifest), runs, manifest.failures, manifest);
  return [...files]
    .filter(([path, text]) => store.readText(path) !== text)
    .map(([path]) => ({ path: join(dir, path), message: `differs from what the runs of ${basename(dir)} give` }));
}
