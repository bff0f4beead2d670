/** Whatever ends a run, what was committed stays, and the next run completes the very same bytes. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureCli, treeDigest, type Cli } from './ledgerlab.ts';

const RUNS = 60;
const WORDS = ['run', 'coin', '--set', 'jobs=2000', '--replications', String(RUNS / 2), '--jobs', '2'];

let cli: Cli;
let undisturbed: string[];
beforeAll(async () => {
  cli = await fixtureCli();
  expect(cli.run([...WORDS, '--out', 'undisturbed']).status).toBe(0);
  undisturbed = treeDigest(join(cli.dir, 'undisturbed'));
});
afterAll(() => cli.remove());

function committed(out: string): string[] {
  try {
    return readdirSync(join(cli.dir, out, 'runs')).filter((name) => /^[0-9a-f]{32}\.json$/.test(name));
  } catch {
    return [];
  }
}

/** Starts a run and sends a signal as soon as so many runs are committed. */
async function interrupt(out: string, signal: NodeJS.Signals, after: number): Promise<number | null> {
  const child = cli.start([...WORDS, '--out', out]);
  const ended = new Promise<number | null>((done) => child.on('exit', (code) => done(code)));
  const timer = setInterval(() => {
    if (committed(out).length >= after) child.kill(signal);
  }, 1);
  const code = await ended;
  clearInterval(timer);
  return code;
}

describe('a file put into the folder of a run under way', () => {
  it('is not ours to remove', async () => {
    const child = cli.start([...WORDS, '--out', 'visited']);
    const ended = new Promise<number | null>((done) => child.on('exit', (code) => done(code)));
    while (committed('visited').length < 3) await new Promise((wait) => setTimeout(wait, 2));
    writeFileSync(join(cli.dir, 'visited', 'notes.txt'), 'mine');
    expect(await ended).toBe(0);
    expect(readdirSync(join(cli.dir, 'visited'))).toContain('notes.txt');
  });
});

describe('a run that is killed', () => {
  it('keeps every committed run and ends in the same bytes, killed ten times on its way', async () => {
    for (let round = 1; round <= 10; round++) {
      const before = committed('killed');
      await interrupt('killed', 'SIGKILL', Math.min(RUNS - 1, round * 5));
      expect(committed('killed')).toEqual(expect.arrayContaining(before));
    }
    const kept = committed('killed').length;
    expect(kept).toBeGreaterThan(10);
    const { status, stderr } = cli.run([...WORDS, '--out', 'killed']);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain(`reused ${kept} of ${RUNS} runs`);
    expect(treeDigest(join(cli.dir, 'killed'))).toEqual(undisturbed);
  });

  it('leaves with code 130 on the interrupt key, and resumes', async () => {
    expect(await interrupt('stopped', 'SIGINT', 3)).toBe(130);
    const kept = committed('stopped').length;
    expect(kept).toBeGreaterThanOrEqual(3);
    expect(kept).toBeLessThan(RUNS);
    expect(cli.run([...WORDS, '--out', 'stopped']).stderr).toContain(`reused ${kept} of`);
    expect(treeDigest(join(cli.dir, 'stopped'))).toEqual(undisturbed);
  });

  it('does no harm when two work on one folder', async () => {
    const both = [1, 2].map(() => cli.start([...WORDS, '--out', 'shared'])).map((child) => new Promise((done) => child.on('exit', done)));
    expect(await Promise.all(both)).toEqual([0, 0]);
    expect(treeDigest(join(cli.dir, 'shared'))).toEqual(undisturbed);
  });
});

describe('a run whose invariant breaks', () => {
  it('keeps the others, says how to see it again, makes the claim invalid and exits 70', () => {
    const { status, stdout, stderr } = cli.run(['run', 'broken', '--out', 'broken']);
    expect(status).toBe(70);
    expect(stderr).toContain('balance is −1, must be at least 0');
    expect(stderr).toContain('repeat it with: npx ledgerlab run broken --arms only --replication 1');
    expect(stdout).toContain('invalid');
    expect(committed('broken')).toHaveLength(2);
    const replay = cli.run(['run', 'broken', '--arms', 'only', '--replication', '1', '--out', 'replay']);
    expect(replay.status).toBe(70);
    expect(committed('replay')).toEqual([]);
    expect(cli.run(['run', 'broken', '--replication', '7', '--out', 'eighth']).status).toBe(0);
    expect(committed('eighth')).toHaveLength(1);
    expect(cli.run(['run', 'broken', '--set', 'breaksAt=-1', '--out', 'sound']).status).toBe(0);
  });
});
