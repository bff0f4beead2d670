/**
 * Which sources these are: SHA-256 over the files under sim/ and scenarios/, without tests and benchmarks.
 * Plain JavaScript, because the launcher needs it before anything is bundled, and the viewer's build uses it too.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = /\.(?:ts|mjs)$/;
const NO_MODEL = /\.(?:test|bench)\.ts$/;

/** Paths below `root` with `/`, in code unit order. */
export function sourcePaths(root, folders, isWanted = (path) => SOURCE.test(path) && !NO_MODEL.test(path)) {
  const found = [];
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile() && isWanted(path)) found.push(path);
    }
  };
  folders.forEach(walk);
  return found.sort((a, b) => (a < b ? -1 : 1));
}

/** 64 hex digits over names and contents. */
export function digestOf(root, paths) {
  const total = createHash('sha256');
  for (const path of paths) {
    const bytes = readFileSync(join(root, path));
    total.update(`${path}\n${createHash('sha256').update(bytes).digest('hex')}\n`);
  }
  return total.digest('hex');
}

export function modelDigest(root) {
  return digestOf(root, sourcePaths(root, ['scenarios', 'sim']));
}

/** For `define` of any build that runs scenarios: the command line's bundle and the viewer. */
export function buildDefines(root) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return { LEDGERLAB_MODEL_DIGEST: JSON.stringify(modelDigest(root)), LEDGERLAB_VERSION: JSON.stringify(version) };
}
