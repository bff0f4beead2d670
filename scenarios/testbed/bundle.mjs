/**
 * Bundles the command line once for each state of the sources. Vite expands the registry's globs and strips the types;
 * the result is cached under node_modules/.cache/ledgerlab/<digest>/, so an unchanged start is a hash and an import.
 *
 * A bundle appears by one rename, so two starts at once are safe. Where the checkout is read-only, a private folder of the
 * system's temporary directory serves.
 */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDefines, digestOf, sourcePaths } from './model-digest.mjs';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const HOUR_MS = 3_600_000;
const KEPT = 4;

/**
 * Folder with main.mjs and worker.mjs. `registry` replaces the module that finds the scenarios (tests bring their own).
 */
export async function ensureBundle({ root = ROOT, registry, cache, onBuild = () => {} } = {}) {
  const digest = bundleDigest(root, registry);
  const places = cache === undefined ? [join(root, 'node_modules', '.cache', 'ledgerlab'), ...privateFolder()] : [cache];
  for (const place of places) if (isUsable(join(place, digest))) return join(place, digest);
  onBuild();
  let refusal;
  for (const place of places) {
    try {
      return await buildInto(place, digest, root, registry);
    } catch (error) {
      if (!['EACCES', 'EROFS', 'EPERM', 'ENOSPC', 'ENOTDIR', 'EEXIST'].includes(error?.code)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

function bundleDigest(root, registry) {
  const sources = sourcePaths(root, ['scenarios', 'sim']);
  const hash = createHash('sha256').update(digestOf(root, [...sources, 'package.json', 'package-lock.json']));
  if (registry !== undefined) for (const path of sourcePaths(dirname(registry), ['.'])) hash.update(path).update(readFileSync(join(dirname(registry), path)));
  return hash.digest('hex').slice(0, 32);
}

/** None if the name is taken by somebody else: nobody may put code where we import it from. */
function privateFolder() {
  const folder = join(tmpdir(), `ledgerlab-${process.getuid?.() ?? 'user'}`);
  const status = lstatSync(folder, { throwIfNoEntry: false });
  if (status === undefined || process.getuid === undefined) return [folder];
  const isOurs = status.isDirectory() && status.uid === process.getuid() && (status.mode & 0o022) === 0;
  return isOurs ? [folder] : [];
}

function isUsable(folder) {
  return existsSync(join(folder, 'main.mjs')) && existsSync(join(folder, 'worker.mjs'));
}

async function buildInto(place, digest, root, registry) {
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const target = join(place, digest);
  const temporary = `${target}.tmp-${process.pid}-0`;
  mkdirSync(temporary, { recursive: true });
  try {
    await bundle(temporary, root, registry);
    try {
      renameSync(temporary, target);
    } catch (error) {
      if (!isUsable(target)) throw error; // else another start was faster
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  prune(place, digest);
  return target;
}

async function bundle(outDir, root, registry) {
  const { build } = await import('vite');
  const replaced = join(root, 'scenarios', 'testbed', 'registry.ts');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    envFile: false,
    publicDir: false,
    define: buildDefines(root),
    ssr: { noExternal: true },
    plugins: registry === undefined ? [] : [{ name: 'other-registry', enforce: 'pre', resolveId: (id) => (id.endsWith('testbed/registry.ts') || id === './registry.ts' || id === replaced ? registry : undefined) }],
    build: {
      ssr: true,
      target: 'node20',
      outDir,
      emptyOutDir: false,
      minify: false,
      reportCompressedSize: false,
      rollupOptions: {
        input: { main: join(root, 'scenarios/cli/main.ts'), worker: join(root, 'scenarios/cli/worker.ts') },
        output: { entryFileNames: '[name].mjs', chunkFileNames: 'chunks/[name]-[hash].mjs' },
      },
    },
  });
}

/** Bundles of older sources go, unless a process may still be loading from them. */
function prune(place, digest) {
  const now = Date.now();
  const others = readdirSync(place)
    .filter((name) => /^[0-9a-f]{32}(?:\.tmp-\d+-\d+)?$/.test(name) && name !== digest)
    .map((name) => ({ path: join(place, name), age: now - (statSync(join(place, name), { throwIfNoEntry: false })?.mtimeMs ?? 0) }))
    .sort((a, b) => a.age - b.age);
  for (const { path, age } of others.slice(KEPT - 1)) if (age > HOUR_MS) rmSync(path, { recursive: true, force: true });
}
