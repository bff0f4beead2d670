/** Ten thousand random configurations, and random command lines: refused with path, value and range, or run cleanly. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../scenarios/cli/main.ts';
import { configure, type Request } from '../../scenarios/testbed/config.ts';
import { ConfigError } from '../../scenarios/testbed/config-error.ts';
import { describeParameters } from '../../scenarios/testbed/parameters.ts';
import { planJobs } from '../../scenarios/testbed/plan.ts';
import type { Scenario } from '../../scenarios/testbed/scenario.ts';
import { registry as fixtures } from './fixtures/registry.ts';

vi.mock('../../scenarios/testbed/registry.ts', () => import('./fixtures/registry.ts'));

const SEED = 20_240_101;

let dir: string;
let scenarios: Scenario[];
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ledgerlab-fuzz-'));
  const { registry } = await vi.importActual<typeof import('../../scenarios/testbed/registry.ts')>('../../scenarios/testbed/registry.ts');
  scenarios = [await fixtures.scenario('coin'), ...(await Promise.all(registry.scenarioIds.map((id) => registry.scenario(id))))];
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const odd = fc.constantFrom('', ' ', '0', '-0', '-1', '1e999', '1e-9', 'NaN', 'Infinity', '0x10', '1,000', '١', 'true', 'TRUE', 'null', '__proto__', 'constructor', '=1', '🂡', '\n', '9007199254740993', '${x}', "'; rm");
const value = fc.oneof(odd, fc.string(), fc.integer().map(String), fc.double().map(String));

function request(scenario: Scenario): fc.Arbitrary<Request> {
  const infos = describeParameters(scenario.parameters);
  const name = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...infos.map((info) => info.name)) }, fc.string(), odd);
  const sound = fc.constantFrom(...infos).chain((info) => fc.record({ name: fc.constant(info.name), value: fc.constant(String(info.default)) }));
  const pair = fc.oneof(sound, fc.record({ name, value }));
  const pairs = fc.array(pair, { maxLength: 3 }).map((list) => Object.fromEntries(list.map((entry) => [entry.name, entry.value])));
  const sweeps = fc.array(fc.record({ name, values: fc.array(value, { maxLength: 3 }) }), { maxLength: 2 }).map((list) => Object.fromEntries(list.map((entry) => [entry.name, entry.values])));
  const usual = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });
  return fc
    .record({
      set: pairs,
      sweep: usual(sweeps),
      arms: usual(fc.array(fc.oneof(fc.constantFrom(...Object.keys(scenario.arms)), odd), { maxLength: 2 })),
      replications: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('1', '2') }, value),
      seed: usual(value),
      generator: usual(fc.oneof(fc.constantFrom('alea', 'arc4'), odd)),
    })
    .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined)) as Request);
}

describe('10 000 random configurations', () => {
  it('are planned, or refused with path, value found and what is allowed', () => {
    let planned = 0;
    let refused = 0;
    const each = Math.ceil(10_000 / scenarios.length);
    for (const scenario of scenarios) {
      fc.assert(
        fc.property(request(scenario), (asked) => {
          try {
            const jobs = planJobs(scenario, configure(scenario, asked), 'digest');
            expect(new Set(jobs.map(({ id }) => id)).size).toBe(jobs.length);
            planned++;
          } catch (error) {
            if (!(error instanceof ConfigError)) throw error;
            refused++;
            for (const { message } of error.problems) expect(message).toMatch(/allowed (is|are)|known: |fixes this parameter|both set and swept|none given|;/);
          }
        }),
        { seed: SEED, numRuns: each },
      );
    }
    expect(planned + refused).toBeGreaterThanOrEqual(10_000);
    expect(planned).toBeGreaterThan(500);
    expect(refused).toBeGreaterThan(500);
  });
});

async function ledgerlab(words: readonly string[], input: string): Promise<{ code: number; text: string }> {
  const texts: string[] = [];
  const sink = (): Writable => new Writable({ write: (chunk: Buffer, _encoding, done) => (texts.push(chunk.toString()), done()) });
  const code = await main({ argv: words, root: dir, stdin: Readable.from([Buffer.from(input)]), stdout: sink(), stderr: sink() });
  return { code, text: texts.join('') };
}

describe('2000 random command lines', () => {
  it('end with a documented code and never with a stack trace', async () => {
    const word = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('list', 'schema', 'run', 'reproduce', 'check', 'verify', 'eval', 'coin', 'double', 'broken') },
      { weight: 3, arbitrary: fc.constantFrom('--set', '--sweep', '--arms', '--replications', '--seed', '--jobs', '--only', '--quick', '--full', '--format', '--trace', '--share', '--replication', '--help', '--version', '-', '--') },
      { weight: 3, arbitrary: fc.constantFrom('jobs=3', 'jobs=0', 'jbos=3', 'meanUs=1,2', 'shape=steep', 'plain', 'cheap', '1', '2', 'json', 'junit', 'x') },
      odd,
    );
    const line = fc.tuple(fc.constantFrom([], ['run', 'coin', '--replications', '1'], ['eval', 'double'], ['schema']), fc.array(word, { maxLength: 5 })).map(([first, rest]) => [...first, ...rest]);
    const input = fc.oneof(odd, fc.json(), fc.constantFrom('{"value":1}', '[{"value":1},{"value":"a"}]', '{"nested":{"law":"x"}}', '{"file":"/"}'));
    const codes = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(line, input, async (words, text) => {
        // every run goes to the scratch folder; free words are never paths outside of it
        const safe = words.includes('run') || words.includes('reproduce') ? [...words.filter((one) => one !== '--trace' && one !== '--'), '--out', join(dir, 'out')] : words;
        const { code, text: said } = await ledgerlab(safe, text);
        codes.set(code, (codes.get(code) ?? 0) + 1);
        expect([0, 1, 64, 65, 70, 74], said).toContain(code);
        expect(said).not.toMatch(/\n\s+at .*[:(]\d+:\d+/);
        expect(said).not.toContain('internal error');
        if (code === 70) expect(said).toContain('balance is −1');
        if (code !== 0) expect(said.length).toBeGreaterThan(10);
      }),
      { seed: SEED, numRuns: 2000 },
    );
    expect([...codes.keys()]).toEqual(expect.arrayContaining([0, 64, 65]));
  });
});
