/** What the command line may touch, so that tests can run it in memory. */
import type { Readable, Writable } from 'node:stream';

export interface Host {
  readonly argv: readonly string[];
  /** The clone: where package.json stands. */
  readonly root: string;
  /** Bundle of worker.ts; without one, runs happen in this thread. */
  readonly workerScript?: string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly loadVite?: () => Promise<typeof import('vite')>;
}

/** A mistake in the command line itself: exit code 64. */
export class UsageError extends Error {}

export function say(host: Host, text: string): void {
  host.stdout.write(`${text}\n`);
}

export function tell(host: Host, text: string): void {
  host.stderr.write(`${text}\n`);
}
