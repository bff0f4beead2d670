/** Each planted LSM bug is caught by its named check, and the sound store passes all of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadMutant } from './load-mutant.ts';
import { LSM_BUGS } from './lsm.ts';
import * as sound from './lsm-entry.ts';

type Lsm = typeof sound;

interface RealTrace {
  readonly keys: 'sha256' | 'decimal16';
  readonly order: 'index' | 'with-replacement';
  readonly drawSeed: number;
  readonly n: number;
  readonly valueBytes: number;
  readonly reads: { readonly count: number; readonly seed: number; readonly passes: number };
  readonly l0CompactionTriggerFiles: number;
  readonly bloomBitsPerKey: number;
  readonly deleteEvery?: number;
  readonly blockCacheBytes?: number;
  readonly blockReads?: number;
  readonly blockReadBytes?: number;
  readonly [total: string]: unknown;
}

const { traces } = JSON.parse(readFileSync(new URL('../../sim/storage-lsm/leveldb/testdata/real-traces.json', import.meta.url), 'utf8')) as { traces: RealTrace[] };
/** Short ones with several levels, with filters and without, with reads; and the short filters of 4 KiB values. */
const golden = traces.filter((trace) => trace.deleteEvery === undefined && trace['scans'] === undefined && trace.n <= 45_000 && trace.blockReads === undefined).slice(0, 14);
const filtered = traces.filter((trace) => trace.blockCacheBytes === 0 && trace['scans'] === undefined && trace.bloomBitsPerKey > 0 && trace.n <= 45_000);
/** With the default block cache, short enough for many blocks to be asked for again, some of them after their eviction. */
const cached = traces.filter((trace) => trace.blockCacheBytes === 8_388_608 && trace.n <= 16_000);

/** First difference from a trace of the real program in totals or, where they were counted, in block reads. */
function differenceFrom(lsm: Lsm, trace: RealTrace): string | undefined {
  const store = new lsm.DeterministicStore({ ...lsm.DEFAULT_OPTIONS, l0CompactionTriggerFiles: trace.l0CompactionTriggerFiles, bloomBitsPerKey: trace.bloomBitsPerKey });
  const keys = new lsm.WorkloadKeys(store, trace);
  for (const [name, total] of Object.entries(lsm.load(store, keys, trace))) {
    if (JSON.stringify(total) !== JSON.stringify(trace[name])) return `${name} is ${JSON.stringify(total)}, not ${JSON.stringify(trace[name])}`;
  }
  const passes = Array.from({ length: trace.reads.passes }, (_, pass) => lsm.readPass(store, keys, trace, pass));
  if (JSON.stringify(passes) !== JSON.stringify(trace['passes'])) return `passes are ${JSON.stringify(passes)}`;
  if (trace.blockReads !== undefined && store.blockReads !== trace.blockReads) return `${store.blockReads} block reads, not ${trace.blockReads}`;
  return undefined;
}

/** First difference from the program's block reads past its block cache. */
function cacheDifferenceFrom(lsm: Lsm, trace: RealTrace): string | undefined {
  const options = { ...lsm.DEFAULT_OPTIONS, l0CompactionTriggerFiles: trace.l0CompactionTriggerFiles, bloomBitsPerKey: trace.bloomBitsPerKey };
  const { blockReads, blockReadBytes } = lsm.cachedBlockReads(options, trace, trace.blockCacheBytes!);
  return blockReads === trace.blockReads && blockReadBytes === trace.blockReadBytes ? undefined : `${blockReads} block reads of ${blockReadBytes} B, not ${trace.blockReads} of ${trace.blockReadBytes} B`;
}

/** A broken store may also throw: that counts as caught, and says where. */
function attempt(work: () => string | undefined): string | undefined {
  try {
    return work();
  } catch (error) {
    return String(error);
  }
}

const first = <T>(items: readonly T[], check: (item: T) => string | undefined): string | undefined => {
  for (const item of items) {
    const found = attempt(() => check(item));
    if (found !== undefined) return found;
  }
  return undefined;
};

const SEEDS = [1, 2, 3, 4, 5, 6];
const CHECKS: Readonly<Record<string, (lsm: Lsm) => string | undefined>> = {
  'naive model': (lsm) => first(SEEDS, (seed) => lsm.firstDisagreement(new lsm.DeterministicStore(lsm.SMALL_OPTIONS), seed, 6000, 400)),
  invariants: (lsm) =>
    first(SEEDS, (seed) => {
      const store = new lsm.DeterministicStore(lsm.SMALL_OPTIONS);
      attempt(() => lsm.firstDisagreement(store, seed, 6000, 400));
      return lsm.problemsOf(store)[0];
    }),
  'real traces': (lsm) => first(golden, (trace) => differenceFrom(lsm, trace)),
  'real block reads': (lsm) => first(filtered, (trace) => differenceFrom(lsm, trace)),
  'cached block reads': (lsm) => first(cached, (trace) => cacheDifferenceFrom(lsm, trace)),
  ...Object.fromEntries(Object.keys(sound.RULES).map((rule) => [`rule: ${rule}`, (lsm: Lsm) => attempt(lsm.RULES[rule]!)])),
};

describe('planted LSM bugs', () => {
  it.each(Object.entries(CHECKS))('the sound store passes: %s', (_name, check) => {
    expect(golden.length).toBeGreaterThan(8);
    expect(filtered.length).toBeGreaterThan(0);
    expect(cached.length).toBeGreaterThan(1);
    expect(check(sound)).toBeUndefined();
  });

  it('every rule that is asked alone has a bug of its own', () => {
    const rules = new Set(LSM_BUGS.map(({ caughtBy }) => caughtBy).filter((check) => check.startsWith('rule: ')));
    expect([...rules].sort()).toEqual(Object.keys(sound.RULES).map((rule) => `rule: ${rule}`).sort());
  });

  it.each(LSM_BUGS.map((bug) => [bug.id, bug.caughtBy, bug] as const))('%s is caught by: %s', async (_id, caughtBy, bug) => {
    const mutant = await loadMutant<Lsm>(bug, 'tests/planted-bugs/lsm-entry.ts');
    expect(CHECKS[caughtBy]!(mutant)).toBeTypeOf('string');
  });
});
