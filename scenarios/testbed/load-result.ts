/** Reads committed results back: one folder, or all folders of a tree. */
import { join } from 'node:path';
import { ConfigError } from './config-error.ts';
import { readManifest } from './manifest.ts';
import type { Manifest, Report } from './report-types.ts';
import { ResultSet, type JobResult } from './result-set.ts';
import { readRunFile, runPath } from './run-file.ts';
import { subfolders } from './result-index.ts';
import { Store } from './store.ts';

export interface LoadedResult {
  readonly dir: string;
  readonly manifest: Manifest;
  readonly report: Report;
  readonly results: ResultSet;
}

/** Folders of results (complete or damaged) at or directly below `dir`; throws ConfigError if there are none. */
export function resultDirs(dir: string): string[] {
  if (new Store(dir).readText('manifest.json') !== undefined) return [dir];
  const found = subfolders(dir)
    .map((name) => join(dir, name))
    .filter((folder) => new Store(folder).readText('manifest.json') !== undefined);
  if (found.length === 0) throw new ConfigError([{ path: dir, message: 'holds no complete result; allowed is a result folder or a tree of them, as run and reproduce write them' }]);
  return found;
}

export function loadResult(dir: string): LoadedResult {
  const store = new Store(dir);
  const damaged = (path: string): never => {
    throw new ConfigError([{ path: join(dir, path), message: 'is damaged or missing; `ledgerlab verify` says more, running again repairs it' }]);
  };
  const manifest = readManifest(store.readText('manifest.json') ?? '') ?? damaged('manifest.json');
  const jobs = manifest.runs.map(({ id }): JobResult => readRunFile(id, store.readText(runPath(id)) ?? '') ?? damaged(runPath(id)));
  const report = parseReport(store.readText('report.json')) ?? damaged('report.json');
  return { dir, manifest, report, results: new ResultSet(jobs) };
}

function parseReport(text: string | undefined): Report | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Report);
  } catch {
    return undefined;
  }
}
