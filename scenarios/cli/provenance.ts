/** Which sources a result comes from: version, commit, digest. */
import { execFileSync } from 'node:child_process';
import { MODEL_DIGEST, VERSION } from '../testbed/build-facts.ts';
import type { Provenance } from '../testbed/manifest.ts';

export function provenance(root: string): Provenance {
  return { version: VERSION, commit: commit(root), modelDigest: MODEL_DIGEST };
}

/** The last commit that touched the model: documents and viewer may move on without making a result look old. */
function commit(root: string): string {
  const git = (...words: string[]): string => execFileSync('git', ['-C', root, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const hash = git('log', '-1', '--format=%H', '--', 'sim', 'scenarios');
    if (hash === '') return 'unknown';
    return git('status', '--porcelain', '--', 'sim', 'scenarios') === '' ? hash : `${hash}+modified`;
  } catch {
    return 'unknown';
  }
}
