/** Finds results below a folder and makes the indexes that the viewer starts from. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from './manifest.ts';
import type { IndexEntry, Manifest, Report, ResultTree } from './report-types.ts';

/** Name of the group that collects results which belong to no tree. */
const SINGLE_RUNS = 'runs';

/** Manifest of a folder, if it holds a complete result. */
export function manifestIn(dir: string): Manifest | undefined {
  const text = textOf(join(dir, 'manifest.json'));
  return text === undefined ? undefined : readManifest(text);
}

/** Folders directly below `dir` that hold a complete result, in code unit order. */
export function resultFolders(dir: string): string[] {
  return subfolders(dir).filter((name) => manifestIn(join(dir, name)) !== undefined);
}

/** TREE/index.json: one entry a result folder. */
export function treeIndex(dir: string): IndexEntry[] {
  return resultFolders(dir).map((name) => entryOf(join(dir, name), name)!);
}

/** results/index.json: all trees below `dir`, or the tree or single result that `dir` itself is. */
export function resultTrees(dir: string, name: string): ResultTree[] {
  const own = entryOf(dir, '');
  if (own !== undefined) return [{ name, path: '', scenarios: [own] }];
  const here = treeIndex(dir);
  const trees = subfolders(dir)
    .filter((folder) => manifestIn(join(dir, folder)) === undefined)
    .map((folder) => ({ name: folder, path: folder, scenarios: treeIndex(join(dir, folder)).map((entry) => ({ ...entry, path: `${folder}/${entry.path}` })) }))
    .filter(({ scenarios }) => scenarios.length > 0);
  if (here.length === 0) return trees;
  return [{ name: textOf(join(dir, 'index.json')) === undefined ? SINGLE_RUNS : name, path: '', scenarios: here }, ...trees];
}

function entryOf(dir: string, path: string): IndexEntry | undefined {
  const manifest = manifestIn(dir);
  const text = textOf(join(dir, 'report.json'));
  if (manifest === undefined || text === undefined) return undefined;
  const { headline, claims } = JSON.parse(text) as Report;
  const { scenario, title, fingerprint, modelDigest } = manifest;
  return { scenario, title, headline, fingerprint, modelDigest, claims, path };
}

export function subfolders(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort((a, b) => (a < b ? -1 : 1));
  } catch {
    return [];
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
