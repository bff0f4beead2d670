/** Runs the command line on the fixtures: bundled and spawned, or in this process. */
import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBundle, ROOT } from '../../scenarios/testbed/bundle.mjs';

const REGISTRY = fileURLToPath(new URL('./fixtures/registry.ts', import.meta.url));

export interface Cli {
  /** Scratch folder of the test file. */
  readonly dir: string;
  run(words: readonly string[], options?: { input?: string; env?: Record<string, string>; node?: string }): SpawnSyncReturns<string>;
  start(words: readonly string[]): ReturnType<typeof spawn>;
  remove(): void;
}

/** One bundle a test file: other work in the checkout does not disturb it. */
export async function fixtureCli(): Promise<Cli> {
  const dir = mkdtempSync(join(tmpdir(), 'ledgerlab-test-'));
  const folder = await ensureBundle({ registry: REGISTRY, cache: join(dir, 'bundle') });
  const entry = join(dir, 'ledgerlab.mjs');
  writeFileSync(
    entry,
    `import { main } from ${JSON.stringify(`${folder}/main.mjs`)};
process.exitCode = await main({ argv: process.argv.slice(2), root: ${JSON.stringify(dir)}, workerScript: ${JSON.stringify(`${folder}/worker.mjs`)}, stdin: process.stdin, stdout: process.stdout, stderr: process.stderr });
`,
  );
  return {
    dir,
    run: (words, { input, env, node } = {}) =>
      spawnSync(node ?? process.execPath, [entry, ...words], { cwd: dir, encoding: 'utf8', maxBuffer: 64 << 20, ...(input === undefined ? {} : { input }), env: { ...process.env, ...env } }),
    start: (words) => spawn(process.execPath, [entry, ...words], { cwd: dir, stdio: 'ignore' }),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Path and digest of every file, sorted: two trees are the same bytes when these are equal. */
export function treeDigest(dir: string): string[] {
  return (readdirSync(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path.slice(dir.length + 1)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
    .sort((a, b) => (a < b ? -1 : 1));
}

export { ROOT };
