/** A result is the same bytes however it was computed, and verify notices any byte that is not. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureCli, treeDigest, type Cli } from './ledgerlab.ts';

let cli: Cli;
beforeAll(async () => {
  cli = await fixtureCli();
});
afterAll(() => cli.remove());

const SWEEP = ['run', 'coin', '--sweep', 'jobs=9,40', '--sweep', 'shape=steep,flat', '--replications', '3'];

describe('a result tree', () => {
  it('is the same bytes with 1, 2 and 7 jobs, in another time zone and locale, and when options come in another order', () => {
    const variants: [string, string[], Record<string, string>][] = [
      ['one', [...SWEEP, '--jobs', '1'], {}],
      ['two', [...SWEEP, '--jobs', '2'], { TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' }],
      ['seven', ['run', 'coin', '--replications', '3', '--sweep', 'shape=steep,flat', '--jobs', '7', '--sweep', 'jobs=9,40', '--arms', 'cheap,plain'], { TZ: 'America/St_Johns' }],
    ];
    const digests = variants.map(([out, words, env]) => {
      const { status, stderr } = cli.run([...words, '--out', out], { env });
      expect(status, stderr).toBe(0);
      return treeDigest(join(cli.dir, out));
    });
    expect(digests[0]).toHaveLength(24 + 6);
    expect(digests[1]).toEqual(digests[0]);
    expect(digests[2]).toEqual(digests[0]);
  });

  it('reuses what is committed, and repairs what is damaged', () => {
    cpSync(join(cli.dir, 'one'), join(cli.dir, 'again'), { recursive: true });
    expect(cli.run([...SWEEP, '--out', 'again']).stderr).toContain('reused 24 of 24 runs');
    const run = treeDigest(join(cli.dir, 'again')).find((line) => line.startsWith('runs/'))!.split(' ')[0]!;
    writeFileSync(join(cli.dir, 'again', run), '{"format":1');
    rmSync(join(cli.dir, 'again', 'latency.csv'));
    expect(cli.run([...SWEEP, '--out', 'again']).stderr).toContain('reused 23 of 24 runs');
    expect(treeDigest(join(cli.dir, 'again'))).toEqual(treeDigest(join(cli.dir, 'one')));
  });

  it('holds after a change of configuration only what the new one asks for', () => {
    cli.run(['run', 'coin', '--replications', '4', '--out', 'changed']);
    const { stderr } = cli.run(['run', 'coin', '--replications', '2', '--out', 'changed']);
    expect(stderr).toContain('reused 4 of 4 runs');
    expect(stderr).toContain('removed 4 files of an earlier configuration');
    cli.run(['run', 'coin', '--replications', '2', '--out', 'fresh']);
    expect(treeDigest(join(cli.dir, 'changed'))).toEqual(treeDigest(join(cli.dir, 'fresh')));
  });

  it('never touches a folder that holds something else', () => {
    writeFileSync(join(cli.dir, 'fresh', 'thesis.tex'), 'ten years');
    const { status, stderr } = cli.run(['run', 'coin', '--out', 'fresh']);
    expect(status).toBe(65);
    expect(stderr).toContain('holds thesis.tex, which is no part of a result');
    expect(cli.run(['run', 'broken', '--out', 'one']).stderr).toContain('holds a result of coin');
  });

  it('writes CSV by RFC 4180 with the units of the dictionary', () => {
    const faces = readFileSync(join(cli.dir, 'one', 'coin_faces.csv'), 'utf8');
    expect(faces.split('\r\n')[0]).toBe('scenario,arm,jobs,mean_us,slowdown_percent,discount,shape,replication,face,seen_count');
    expect(faces).toContain('"tails, ""the other"""');
    const { dictionary } = JSON.parse(readFileSync(join(cli.dir, 'one', 'manifest.json'), 'utf8')) as { dictionary: Record<string, { column: string; unit: string }[]> };
    expect(dictionary['latency.csv']!.at(-1)).toMatchObject({ column: 'latency_ns', unit: 'ns' });
    expect(dictionary['measures.csv']!.find(({ column }) => column === 'mean_us')!.unit).toBe('us');
  });
});

describe('verify', () => {
  it('passes on a sound result', () => {
    const { status, stdout } = cli.run(['verify', 'one']);
    expect(stdout).toContain('24 of 24 runs repeated with the same fingerprint');
    expect(status).toBe(0);
  });

  it('names the file after one flipped byte, whichever file it is', () => {
    const folder = join(cli.dir, 'two');
    for (const line of treeDigest(folder).filter((_, index, all) => index < 8 || index === all.length - 1)) {
      const path = line.split(' ')[0]!;
      const sound = readFileSync(join(folder, path));
      const flipped = Buffer.from(sound);
      flipped[Math.floor(flipped.length / 2)]! ^= 1;
      writeFileSync(join(folder, path), flipped);
      const { status, stdout } = cli.run(['verify', 'two', '--share', '0']);
      expect(status, path).toBe(1);
      expect(stdout).toContain(path);
      writeFileSync(join(folder, path), sound);
    }
    expect(cli.run(['verify', 'two', '--share', '0']).status).toBe(0);
  });

  it('names files that are missing and files that do not belong', () => {
    rmSync(join(cli.dir, 'two', 'throughput.csv'));
    writeFileSync(join(cli.dir, 'two', 'extra.csv'), 'a\r\n');
    const { stdout } = cli.run(['verify', 'two', '--share', '0']);
    expect(stdout).toMatch(/throughput\.csv: is missing/);
    expect(stdout).toMatch(/extra\.csv: is no part of this result/);
  });
});
