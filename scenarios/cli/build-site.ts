/** `build`: the viewer as a static site in dist/site, with the committed reference results below results/. */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonText } from '../testbed/manifest.ts';
import { buildDefines, digestOf, sourcePaths } from '../testbed/model-digest.mjs';
import { resultTrees } from '../testbed/result-index.ts';
import { tell, UsageError, type Host } from './host.ts';

/** In the site: which sources it was built from. */
const STAMP = 'build.json';

export function siteFolder(root: string): string {
  return join(root, 'dist', 'site');
}

/** Builds the site unless the one there is of these sources. */
export async function ensureSite(host: Host): Promise<string> {
  const site = siteFolder(host.root);
  if (!existsSync(join(site, 'index.html')) || !isCurrent(host.root, site)) await buildSite(host);
  return site;
}

function isCurrent(root: string, site: string): boolean {
  try {
    return (JSON.parse(readFileSync(join(site, STAMP), 'utf8')) as { digest: string }).digest === siteDigest(root);
  } catch {
    return false;
  }
}

function siteDigest(root: string): string {
  const isAnything = (path: string): boolean => !/\.(?:test|bench)\.ts$/.test(path);
  return digestOf(root, [...sourcePaths(root, ['notebooks-web', 'scenarios', 'sim'], isAnything), 'package-lock.json', 'vite.config.ts']);
}

export async function buildSite(host: Host): Promise<void> {
  if (host.loadVite === undefined) throw new UsageError('build needs Vite; run it in a clone after npm ci');
  tell(host, 'Building the viewer (about 10 s, once for each change of the sources) ...');
  const { root } = host;
  const digest = siteDigest(root);
  const { build } = await host.loadVite();
  // Beside the old site, then swapped in: a failed build leaves what was there.
  const fresh = join(root, 'dist', `site.tmp-${process.pid}-0`);
  try {
    await build({ configFile: join(root, 'vite.config.ts'), root: join(root, 'notebooks-web'), logLevel: 'error', define: buildDefines(root), build: { outDir: fresh, emptyOutDir: true, reportCompressedSize: false, chunkSizeWarningLimit: 2000 } });
    copyReference(root, fresh);
    writeFileSync(join(fresh, STAMP), jsonText({ digest }));
    rmSync(siteFolder(root), { recursive: true, force: true });
    renameSync(fresh, siteFolder(root));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  tell(host, 'The site is in dist/site.');
}

function copyReference(root: string, site: string): void {
  const results = join(root, 'results');
  const target = join(site, 'results');
  mkdirSync(target, { recursive: true });
  const trees = resultTrees(results, 'results').filter(({ name }) => name === 'reference');
  for (const { path } of trees) cpSync(join(results, path), join(target, path), { recursive: true });
  writeFileSync(join(target, 'index.json'), jsonText(trees));
}
