/** The manifest: what the result is, from which sources and configuration, and a digest of each file. */
import { Buffer } from 'node:buffer';
import { canonicalJson, sha256Hex } from './canonical.ts';
import { configHash, type Configuration } from './config.ts';
import { csvTables, csvText } from './csv.ts';
import { combineFingerprints } from './fingerprint.ts';
import type { Job } from './plan.ts';
import { buildReport, collectWarnings } from './report.ts';
import type { Failure, Manifest, Report } from './report-types.ts';
import { ResultSet, type JobResult } from './result-set.ts';
import { runFileText, runPath } from './run-file.ts';
import type { Scenario } from './scenario.ts';

/** Changes when the order of events, the clock or the fingerprint is defined anew. */
const KERNEL = 'ledgerlab-kernel-1';

export interface Provenance {
  readonly version: string;
  readonly commit: string;
  readonly modelDigest: string;
}

export interface CompletedRun {
  readonly job: Job;
  readonly result: JobResult;
}

/** Every file of a result folder by path; the manifest comes last. A pure function: `verify` calls it again. */
export interface DerivedResult {
  readonly manifest: Manifest;
  readonly report: Report;
  readonly files: ReadonlyMap<string, string>;
}

export function deriveResult(scenario: Scenario, configuration: Configuration, runs: readonly CompletedRun[], failures: readonly Failure[], provenance: Provenance): DerivedResult {
  const results = new ResultSet(runs.map(({ result }) => result));
  const report = buildReport(scenario, results, failures);
  const tables = csvTables(scenario, results.jobs);
  const files = new Map<string, string>();
  for (const { job, result } of runs) files.set(runPath(job.id), runFileText(job.id, result));
  for (const table of tables) files.set(table.file, csvText(table));
  files.set('report.json', jsonText(report));
  const body: Omit<Manifest, 'sha256'> = {
    format: 1,
    scenario: scenario.id,
    title: scenario.title,
    seed: configuration.seed,
    replications: configuration.replications,
    arms: configuration.arms,
    parameters: configuration.parameters,
    version: provenance.version,
    commit: provenance.commit,
    engine: { kernel: KERNEL, generator: configuration.generator, tieShuffle: configuration.tieShuffle },
    modelDigest: provenance.modelDigest,
    configHash: configHash(configuration),
    eventCount: results.jobs.reduce((sum, { eventCount }) => sum + eventCount, 0),
    fingerprint: combineFingerprints(results.jobs.map(({ fingerprint }) => fingerprint)),
    runs: runs.map(({ job: { id, arm, point, replication }, result }) => ({ id, arm, point, replication, fingerprint: result.fingerprint, events: result.eventCount })),
    failures,
    warnings: collectWarnings(results),
    dictionary: Object.fromEntries(tables.map(({ file, columns }) => [file, columns])),
    files: [...files].map(([path, text]) => ({ path, bytes: Buffer.byteLength(text), sha256: sha256Hex(text) })).sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
  const manifest: Manifest = { ...body, sha256: sha256Hex(canonicalJson(body)) };
  return { manifest, report, files: files.set('manifest.json', jsonText(manifest)) };
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

/** The manifest in a text, or undefined if it is not exactly what was once written. */
export function readManifest(text: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(text) as Manifest;
    const { sha256, ...body } = manifest;
    return sha256 === sha256Hex(canonicalJson(body)) && jsonText(manifest) === text ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** The configuration a manifest stands for. */
export function configurationOf(manifest: Manifest): Configuration {
  const { scenario, seed, replications, arms, parameters, engine } = manifest;
  return { scenario, seed, replications, arms, parameters, generator: engine.generator as Configuration['generator'], tieShuffle: engine.tieShuffle };
}
