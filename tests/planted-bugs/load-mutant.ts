/**
 * Planted bugs live outside the code they break: a row names a file, an exact text in it and its replacement, and
 * `loadMutant` applies the row while Vite loads the module, into a module graph of its own. The models hold no trace of
 * it, and a row whose text no longer stands exactly once in its file fails instead of testing nothing.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { runnerImport } from 'vite';

export interface PlantedBug {
  /** Short name; by convention `E2-past-event-accepted`. */
  readonly id: string;
  /** Path from the repository root. */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly text: string;
  readonly replacement: string;
  /** What goes wrong, in one sentence. */
  readonly what: string;
}

const root = resolve(import.meta.dirname, '../..');

/** Loads module `entry` (path from the repository root) and all it imports, with the bug in place. */
export async function loadMutant<T>(bug: PlantedBug, entry: string): Promise<T> {
  const file = resolve(root, bug.file);
  const occurrences = readFileSync(file, 'utf8').split(bug.text).length - 1;
  if (occurrences !== 1) throw new Error(`planted bug ${bug.id}: its text occurs ${occurrences} times in ${bug.file}; required: exactly once`);
  let planted = false;
  const { module } = await runnerImport<T>(resolve(root, entry), {
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: `planted-bug-${bug.id}`,
        enforce: 'pre',
        transform(code, id) {
          if (id.split('?')[0] !== file) return undefined;
          planted = true;
          return code.replace(bug.text, () => bug.replacement);
        },
      },
    ],
  });
  // A bug in a file that the entry never loads would pass every check and prove nothing.
  if (!planted) throw new Error(`planted bug ${bug.id}: ${entry} does not load ${bug.file}`);
  return module;
}
