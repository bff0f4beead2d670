/** Shapes of the files of a result folder, as the runner writes them (scenarios/testbed/report-types.ts). */
import type { ClaimReport, Effect, FigureReport, IndexEntry, Manifest, ReadingReport, Report, ResultTree, Verdict } from '../../scenarios/testbed/report-types.ts';
import type { JobResult } from '../../scenarios/testbed/result-set.ts';
import type { Selection, Source } from '../../scenarios/testbed/scenario.ts';
import { anyObject, count, DataError, hex, listOf, nullable, num, object, oneOf, optional, recordOf, scalar, text, type Shape } from './safe-json.ts';

const verdict = oneOf<Verdict>('reproduced', 'partly', 'not reproduced', 'not decidable', 'invalid', 'not run');
const source: Shape<Source> = object<Source>({ document: text, place: text, url: optional(text) } as never);
const selection: Shape<Selection> = object<Selection>({ arm: optional(text), where: optional(recordOf(scalar)) } as never);
const effect = object<Effect>({ mean: num, low: nullable(num), high: nullable(num), n: count, level: num, unit: text });
const reading = object<ReadingReport>({ title: text, verdict, effect: nullable(effect) });

const paper: Shape<ClaimReport['paper']> = (value, path) => {
  const given = anyObject(value, path);
  return 'value' in given ? { value: num(given['value'], `${path}.value`) } : { direction: oneOf('decrease', 'increase', 'none')(given['direction'], `${path}.direction`) };
};

export const claimShape = object<ClaimReport>({
  id: text, text, source, measure: text, contrast: oneOf('relative', 'difference'), treatment: selection, baseline: selection, verdict, effect: nullable(effect),
  paper, margin: num, smallest: nullable(num), rule: text, why: text, ablation: nullable(text), readings: listOf(reading),
});

const row = recordOf(scalar);
export const figureShape = object<FigureReport>({ id: text, title: text, caption: text, warnings: listOf(text), spec: anyObject, rows: listOf(row) });

const format: Shape<1> = (value, path) => {
  if (value !== 1) throw new DataError(`${path}: this page reads format 1, the file has ${String(value).slice(0, 20)}. Nothing was loaded.`);
  return 1;
};

export const reportShape = object<Report>({
  format, scenario: text, title: text, question: text, source, headline: text, narrative: text, figures: listOf(figureShape), claims: listOf(claimShape), notes: listOf(text),
});

/** What the viewer uses of a manifest. */
export type ManifestView = Pick<Manifest, 'format' | 'scenario' | 'title' | 'seed' | 'replications' | 'arms' | 'parameters' | 'version' | 'commit' | 'modelDigest' | 'eventCount' | 'fingerprint' | 'runs' | 'failures' | 'warnings' | 'dictionary' | 'files'>;

export const manifestShape = object<ManifestView>({
  format, scenario: text, title: text, seed: text, replications: count, arms: listOf(text), parameters: recordOf(listOf(scalar)), version: text, commit: text,
  modelDigest: text, eventCount: count, fingerprint: hex(32),
  runs: listOf(object<ManifestView['runs'][number]>({ id: text, arm: text, point: recordOf(scalar), replication: count, fingerprint: hex(32), events: count })),
  failures: listOf(object<ManifestView['failures'][number]>({ id: text, arm: text, params: recordOf(scalar), replication: count, seed: text, message: text, replay: text })),
  warnings: listOf(object<ManifestView['warnings'][number]>({ code: text, text })),
  dictionary: recordOf(listOf(object<{ column: string; unit: string; description: string }>({ column: text, unit: text, description: text }))),
  files: listOf(object<ManifestView['files'][number]>({ path: text, bytes: count, sha256: text })),
});

const indexEntry = object<IndexEntry>({ scenario: text, title: text, headline: text, fingerprint: hex(32), modelDigest: text, claims: listOf(claimShape), path: text });
export const treesShape = listOf(object<ResultTree>({ name: text, path: text, scenarios: listOf(indexEntry) }));

/** A pair of the quantile table. */
const quantile: Shape<readonly [string, number]> = (value, path) => {
  const [name, ns] = listOf((item) => item)(value, path);
  return [text(name, `${path}[0]`), num(ns, `${path}[1]`)];
};
const point: Shape<readonly [number, string, number]> = (value, path) => {
  const [tNs, operation, rate] = listOf((item) => item)(value, path);
  return [num(tNs, `${path}[0]`), text(operation, `${path}[1]`), num(rate, `${path}[2]`)];
};

export const jobShape = object<JobResult>({
  arm: text, params: recordOf(scalar), replication: count, seed: text, fingerprint: hex(32), blockDigests: listOf(text), eventCount: count, endTimeNs: num,
  measures: recordOf(num),
  latency: listOf(object<JobResult['latency'][number]>({ operation: text, count, quantiles: listOf(quantile) })),
  throughput: listOf(point), tables: recordOf(listOf(row)), warnings: listOf(object<JobResult['warnings'][number]>({ code: text, text })),
});
