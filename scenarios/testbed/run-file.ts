/** The commit record of one run: its payload with a digest, in one text form, so that any flipped byte shows. */
import { canonicalJson, sha256Hex } from './canonical.ts';
import type { RunFile } from './report-types.ts';
import type { JobResult } from './result-set.ts';

export function runPath(id: string): string {
  return `runs/${id}.json`;
}

export function runFileText(id: string, result: JobResult): string {
  const file: RunFile = { format: 1, id, sha256: sha256Hex(canonicalJson(result)), result };
  return `${JSON.stringify(file)}\n`;
}

/** The run that a file holds, or undefined if it is not exactly what a commit of this run would have written. */
export function readRunFile(id: string, text: string): JobResult | undefined {
  let file: RunFile;
  try {
    file = JSON.parse(text) as RunFile;
  } catch {
    return undefined;
  }
  if (typeof file !== 'object' || file === null || typeof file.result !== 'object' || file.result === null || file.id !== id) return undefined;
  return runFileText(id, file.result) === text ? file.result : undefined;
}
