/** Fetching results that lie below `results/` beside the page. Same origin only; each file is parsed safely and checked. */
import { MODEL_DIGEST } from '../../scenarios/testbed/build-facts.ts';
import type { IndexEntry, Report, ResultTree } from '../../scenarios/testbed/report-types.ts';
import { parseMeasures, type MeasureRow } from './csv.ts';
import type { JobResult } from '../../scenarios/testbed/result-set.ts';
import { anyObject, DataError, hex, LIMITS, parseJson } from './safe-json.ts';
import { jobShape, manifestShape, reportShape, treesShape, type ManifestView } from './shapes.ts';

/** A path below results/: relative, without climbing, schemes or encoded tricks. */
export function resultPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  if (path.startsWith('/') || parts.some((part) => part === '..' || part === '.' || !/^[\w.+=,@-]+$/.test(part))) throw new DataError(`'${path.slice(0, 60)}' is no path below results/.`);
  return `results/${parts.join('/')}`;
}

async function fetchText(path: string): Promise<string | undefined> {
  const response = await fetch(path, { credentials: 'omit' });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new DataError(`${path}: the server answered ${response.status}.`);
  if (Number(response.headers.get('content-length') ?? 0) > LIMITS.bytes) throw new DataError(`${path}: larger than ${LIMITS.bytes >> 20} MiB.`);
  return response.text();
}

async function fetchNeeded(path: string): Promise<string> {
  const content = await fetchText(path);
  if (content === undefined) throw new DataError(`${path}: not there.`);
  return content;
}

let index: Promise<readonly ResultTree[]> | undefined;

/** All result trees; empty where none was made yet. Loaded once a visit. */
export function loadTrees(): Promise<readonly ResultTree[]> {
  index ??= fetchText('results/index.json').then((content) => {
    // A static host may answer an unknown address with its own page instead of 404.
    if (content === undefined || /^\s*</.test(content)) return [];
    return treesShape(parseJson(content, 'results/index.json'), 'results/index.json');
  });
  index.catch(() => (index = undefined));
  return index;
}

/** Was this result made by other sources under sim/ and scenarios/ than the page was built from? */
export const isStale = (modelDigest: string): boolean => MODEL_DIGEST !== 'unbundled' && modelDigest !== MODEL_DIGEST;

export interface Located {
  readonly tree: ResultTree;
  readonly entry: IndexEntry;
}

/** Trees that this clone ran come before the committed reference, the thorough before the quick, single runs last. */
export function ranked(trees: readonly ResultTree[]): Located[] {
  const order = ['full', 'quick', 'reference'];
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...trees].sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1)).flatMap((tree) => tree.scenarios.map((entry) => ({ tree, entry })));
}

/** One result a scenario: the first by that rank. */
export function bestPerScenario(trees: readonly ResultTree[]): Located[] {
  const seen = new Set<string>();
  return ranked(trees).filter(({ entry }) => !seen.has(entry.scenario) && seen.add(entry.scenario));
}

export async function loadReport(path: string): Promise<Report> {
  const file = `${resultPath(path)}/report.json`;
  return reportShape(parseJson(await fetchNeeded(file), file), '');
}

export async function loadManifest(path: string): Promise<ManifestView> {
  const file = `${resultPath(path)}/manifest.json`;
  return manifestShape(parseJson(await fetchNeeded(file), file), '');
}

export async function loadMeasures(path: string): Promise<MeasureRow[]> {
  const file = `${resultPath(path)}/measures.csv`;
  return parseMeasures(await fetchNeeded(file), file);
}

/** One committed replication of a result, for its block digests. */
export async function loadRun(path: string, id: string): Promise<JobResult> {
  const file = `${resultPath(path)}/runs/${hex(32)(id, 'run')}.json`;
  const content = anyObject(parseJson(await fetchNeeded(file), file), '');
  return jobShape(content['result'], 'result');
}
