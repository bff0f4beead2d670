/** The smaller commands as a user meets them: names, calculators, traces, help, a reader that goes away. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBundle } from '../../scenarios/testbed/bundle.mjs';
import { TraceEvents } from '../../scenarios/testbed/trace-events.ts';
import { fixtureCli, ROOT, type Cli } from './ledgerlab.ts';

let cli: Cli;
beforeAll(async () => {
  cli = await fixtureCli();
});
afterAll(() => cli.remove());

describe('names and usage', () => {
  it.each([
    [['rnu'], 64, 'Did you mean run?'],
    [['run', 'coyn'], 64, 'did you mean coin?'],
    [['run', 'coin', '--replication5'], 64, 'Did you mean'],
    [['run', 'coin', '--set', 'meanus=3'], 65, 'did you mean meanUs?'],
    [['run', 'coin', '--set', 'meanUs=1001'], 65, 'meanUs: 1001 is not allowed; allowed is a number from 1 to 1000 us'],
    [['run', 'coin', '--set', 'shape=steep', '--set', 'jobs=6000'], 65, 'jobs: 6000 is not allowed; a steep shape allows at most 5000 jobs'],
    [['run', 'coin', '--arms', 'chaep'], 65, 'did you mean cheap?'],
    [['eval', 'duoble'], 64, 'did you mean double?'],
    [['verify', 'nowhere'], 65, 'there is no such folder'],
    [['run', 'coin', '--out', ''], 64, '"" is not allowed; allowed is a path'],
    [['reproduce', '--only', ','], 64, '--only: no scenario given; known: '],
  ])('%j exits %i and says: %s', (words, status, text) => {
    const answer = cli.run(words);
    expect(answer.stderr).toContain(text);
    expect(answer.status).toBe(status);
  });

  it('documents its exit codes and lists what there is', () => {
    expect(cli.run(['--help']).stdout).toMatch(/0\s+done[\s\S]*1\s+a claim failed[\s\S]*64\s+wrong usage[\s\S]*65\s+bad configuration[\s\S]*70\s+a run broke/);
    expect(cli.run(['list']).stdout).toMatch(/coin\s+A service that a coin makes slow\s+1 claim/);
    expect(cli.run(['schema', 'coin']).stdout).toMatch(/meanUs\s+Mean service\s+default 100 us\s+a number from 1 to 1000 us/);
  });

  it('ends quietly when its reader goes away', () => {
    expect(execFileSync('bash', ['-c', `node ${join(cli.dir, 'ledgerlab.mjs')} schema coin 2>&1 | head -1`], { encoding: 'utf8' })).toBe('coin: A service that a coin makes slow\n');
  });
});

describe('eval', () => {
  it('answers an object with an object and an array with an array', () => {
    expect(cli.run(['eval', 'double'], { input: '{"value":2}' }).stdout).toBe('{"double":4}\n');
    expect(cli.run(['eval', 'double', '-'], { input: '[{"value":1},{"value":2.5}]' }).stdout).toBe('[{"double":2},{"double":5}]\n');
    expect(cli.run(['eval', 'double'], { input: '[]' }).stdout).toBe('[]\n');
  });

  it('reads files named in the input from beside the input', () => {
    writeFileSync(join(cli.dir, 'data.bin'), 'twelve bytes');
    writeFileSync(join(cli.dir, 'in.json'), '{"file":"data.bin"}');
    expect(cli.run(['eval', 'double', join(cli.dir, 'in.json')]).stdout).toBe('{"bytes":12}\n');
  });

  it.each([
    ['[{"value":1},{"value":1e9}]', '[1].value: 1000000000 is not allowed; allowed is a number from -1000000 to 1000000 m'],
    ['[{"value":1},{}]', '[1].value: is missing'],
    ['{"valeu":1}', 'valeu: there is no field "valeu"; did you mean value?'],
    ['{"nested":{"law":"exq"}}', 'nested.law: "exq" is not allowed; allowed is one of exp, det'],
    ['{"value":', 'the input is no JSON'],
    ['', 'the input is empty'],
    ['{"file":"missing.bin"}', 'there is no file'],
  ])('refuses %s', (input, text) => {
    const { status, stdout, stderr } = cli.run(['eval', 'double'], { input });
    expect(stderr).toContain(text);
    expect(stdout).toBe('');
    expect(status).toBe(65);
  });

  it('refuses lists within lists without end', () => {
    const { status, stderr } = cli.run(['eval', 'double'], { input: `{"value":${'['.repeat(20_000)}${']'.repeat(20_000)}}` });
    expect(stderr).toContain('more than 100 deep');
    expect(status).toBe(65);
  });
});

describe('--trace', () => {
  it('writes a trace of the first run and changes no result', () => {
    cli.run(['run', 'coin', '--replications', '1', '--out', 'plain']);
    const { stderr } = cli.run(['run', 'coin', '--replications', '1', '--out', 'traced', '--trace', 'trace.json']);
    expect(stderr).toContain('Trace of arm plain, replication 0 in trace.json (80 events)');
    const { traceEvents } = JSON.parse(readFileSync(join(cli.dir, 'trace.json'), 'utf8')) as { traceEvents: { ph: string; ts?: number; dur?: number }[] };
    expect(traceEvents.filter(({ ph }) => ph === 'X')).toHaveLength(40);
    expect(traceEvents.filter(({ ph }) => ph === 'C')).toHaveLength(40);
    expect(readFileSync(join(cli.dir, 'traced/manifest.json'), 'utf8')).toBe(readFileSync(join(cli.dir, 'plain/manifest.json'), 'utf8'));
  });

  it('nests the slices of every thread, in whatever order they are reported', () => {
    let text = '';
    const trace = new TraceEvents((part) => (text += part));
    let state = 1;
    const next = (n: number): number => (state = (state * 48_271) % 2_147_483_647) % n;
    for (let index = 0; index < 500; index++) {
      const start = next(1000);
      trace.span(`node ${next(2)}/disk`, 'io', start, start + next(50));
    }
    trace.end();
    const { traceEvents } = JSON.parse(text) as { traceEvents: { ph: string; tid: number; ts: number; dur: number }[] };
    const slices = traceEvents.filter(({ ph }) => ph === 'X').map(({ tid, ts, dur }) => ({ tid, from: Math.round(ts * 1000), to: Math.round((ts + dur) * 1000) }));
    expect(slices).toHaveLength(500);
    const crossing = slices.filter((a, i) => slices.some((b, j) => i < j && a.tid === b.tid && ((a.from < b.from && b.from < a.to && a.to < b.to) || (b.from < a.from && a.from < b.to && b.to < a.to))));
    expect(crossing).toEqual([]);
  });
});

describe('the bundle', () => {
  it('is built by two starts at once without harm, kept when nothing changed, and refused where a file is in the way', async () => {
    const cache = join(cli.dir, 'bundles');
    const registry = join(ROOT, 'tests/cli/fixtures/registry.ts');
    const [first, second] = await Promise.all([ensureBundle({ registry, cache }), ensureBundle({ registry, cache })]);
    expect(second).toBe(first);
    expect(readdirSync(cache)).toHaveLength(1);
    let builds = 0;
    expect(await ensureBundle({ registry, cache, onBuild: () => builds++ })).toBe(first);
    expect(builds).toBe(0);
    writeFileSync(join(cli.dir, 'in-the-way'), '');
    await expect(ensureBundle({ registry, cache: join(cli.dir, 'in-the-way') })).rejects.toMatchObject({ code: 'EEXIST' });
  });
});

describe('the launcher', () => {
  it('starts the real command line', () => {
    expect(execFileSync(process.execPath, [join(ROOT, 'scenarios/cli/ledgerlab.mjs'), '--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
