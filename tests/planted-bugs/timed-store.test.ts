/** Each planted bug of the timed store and its devices is caught by a named check that the sound code passes. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../sim/simulation.ts';
import * as soundDevice from '../../sim/storage-lsm/devices/device.ts';
import { PROFILES } from '../../sim/storage-lsm/devices/profiles.ts';
import { DEFAULT_OPTIONS } from '../../sim/storage-lsm/leveldb/options.ts';
import { FREE_CPU, PAPER_NVM_V1, STOCK, type TimedStoreOptions } from '../../sim/storage-lsm/store/options.ts';
import * as soundStore from '../../sim/storage-lsm/store/timed-store.ts';
import { loadMutant } from './load-mutant.ts';
import { TIMED_STORE_BUGS, type TimedStoreCheck } from './timed-store.ts';

interface Modules {
  readonly store: typeof soundStore;
  readonly device: typeof soundDevice;
}

const SOUND: Modules = { store: soundStore, device: soundDevice };
const SMALL = { ...DEFAULT_OPTIONS, writeBufferBytes: 64 * 1024, maxFileBytes: 32 * 1024, level1LimitBytes: 160 * 1024 };
const VALUE_BYTES = 1000;
/** Enough for every sound run below; a run that needs more is stuck. */
const MAX_EVENTS = 300_000;

/** Scattered 8-byte keys: an odd multiplier visits each once. */
function key(index: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, Math.imul(index + 1, 0x9e3779b1) >>> 0);
  return bytes;
}

interface Loaded {
  readonly sim: Simulation;
  readonly store: soundStore.TimedStore;
  readonly latencies: number[];
}

/** Puts `count` keys one after the other; `watch` is called after each. */
function loaded({ store: { TimedStore } }: Modules, options: TimedStoreOptions, count: number, watch: (state: Loaded) => void = () => {}, observe: (name: string, startNs: number, endNs: number) => void = () => {}): Loaded {
  const sim = new Simulation({ seed: 'planted', observer: { span: (_track, name, startNs, endNs) => observe(name, startNs, endNs), instant: () => {}, counter: () => {} } });
  const state: Loaded = { sim, store: new TimedStore(sim, options), latencies: [] };
  const next = (): void => {
    if (state.latencies.length === count) return;
    const startNs = sim.now;
    state.store.put(key(state.latencies.length), VALUE_BYTES, () => {
      state.latencies.push(sim.now - startNs);
      watch(state);
      next();
    });
  };
  next();
  sim.run({ maxEvents: MAX_EVENTS });
  return state;
}

/** Each returns a complaint, or undefined when all is well. */
const CHECKS: Readonly<Record<TimedStoreCheck, (modules: Modules) => string | undefined>> = {
  acknowledges: (modules) => {
    const options = { ...STOCK, leveldb: { ...SMALL, l0CompactionTriggerFiles: 2, l0SlowdownFiles: 3, l0StopFiles: 3 }, cpu: { ...FREE_CPU, mergeKeyNs: 500_000 } };
    const { store, latencies } = loaded(modules, options, 1500);
    if (latencies.length < 1500) return `${latencies.length} of 1500 writes were acknowledged`;
    store.checkLaws();
    return undefined;
  },
  slowdown: (modules) => {
    // Flushes take no time, so that nothing else makes a write wait.
    const options = { ...STOCK, ssd: PROFILES.ideal, cpu: FREE_CPU, leveldb: { ...SMALL, l0CompactionTriggerFiles: 100, l0SlowdownFiles: 2, l0StopFiles: 200 } };
    const { latencies } = loaded(modules, options, 400);
    const slow = latencies.filter((latency) => latency >= 1_000_000);
    if (slow.length === 0) return 'no write was slowed';
    const longest = Math.max(0, ...slow);
    return latencies.length < 400 || longest > 1_000_000 ? `${latencies.length} of 400 writes, the longest ${longest} ns` : undefined;
  },
  'pre-emption': (modules) => {
    const keyNs = 400_000;
    const switches: number[] = [];
    const spans: { name: string; startNs: number; endNs: number }[] = [];
    const options = { ...STOCK, leveldb: SMALL, ssd: PROFILES.ideal, cpu: { ...FREE_CPU, putNs: 50_000, mergeKeyNs: keyNs } };
    let immutable: unknown;
    const watch = ({ sim, store }: Loaded): void => {
      if (store.core.immutable !== undefined && store.core.immutable !== immutable) switches.push(sim.now);
      ({ immutable } = store.core);
    };
    loaded(modules, options, 800, watch, (name, startNs, endNs) => spans.push({ name, startNs, endNs }));
    const late = spans.filter(({ name, endNs }) => name.startsWith('flush') && switches.some((switchNs) => switchNs + 2 * keyNs < endNs && switchNs <= endNs && !spans.some((other) => other.name.startsWith('flush') && other.endNs < endNs && other.endNs >= switchNs)));
    const inside = late.filter(({ startNs, endNs }) => spans.some((merge) => merge.name.includes('@') && merge.startNs < startNs && endNs < merge.endNs));
    return inside.length > 0 ? `${inside.length} flushes inside a compaction came more than a key late` : undefined;
  },
  durable: (modules) => {
    // DRAM in the place of NVM: what was stored is lost on power failure unless a fence has followed.
    for (const nvm of [PROFILES.dram, PROFILES['optane-pmm-1']]) {
      let complaint: string | undefined;
      loaded(modules, { ...PAPER_NVM_V1, nvm, leveldb: SMALL }, 600, ({ store: { core } }) => {
        for (const file of core.versions.current.levels.flat()) {
          const device = core.tierOf(file) === 'nvm' ? core.tiers.nvm : core.tiers.ssd;
          if (device.durableBytes(file.number) < file.sizeBytes) complaint ??= `file ${file.number} is in the tree with ${device.durableBytes(file.number)} of ${file.sizeBytes} B durable`;
        }
      });
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  },
  traffic: (modules) => {
    const { store } = loaded(modules, { ...PAPER_NVM_V1, leveldb: SMALL }, 600);
    const { nvm, traffic } = store.core.tiers;
    const told = traffic.filter(({ tier }) => tier === 'nvm').reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
    return told === nvm.counters.bytesWritten ? undefined : `traffic says ${told} B, the device wrote ${nvm.counters.bytesWritten} B`;
  },
  present: (modules) => {
    let lost = 0;
    loaded(modules, { ...STOCK, leveldb: SMALL }, 600, ({ store, latencies }) => {
      store.get(key(latencies.length - 1 - Math.min(latencies.length - 1, latencies.length % 60)), (bytes) => {
        if (bytes === undefined) lost += 1;
      });
    });
    return lost === 0 ? undefined : `${lost} of 600 reads of acknowledged keys found nothing`;
  },
  bandwidth: ({ device: { Device, READ } }) => {
    const sim = new Simulation({ seed: 'planted' });
    const profile = { ...PROFILES['nvme-tlc'], parallelism: 4 };
    const device = new Device(sim, profile);
    for (let index = 0; index < 64; index += 1) {
      device.submit({ op: READ, bytes: 1 << 20 }, () => {});
      if (device.inService > 4) return `${device.inService} requests in 4 slots`;
    }
    sim.run();
    device.checkLaws();
    const atLeastNs = (64 * (1 << 20) * 1e9) / profile.readCapBps;
    return sim.now < atLeastNs ? `64 MiB took ${sim.now} ns, the cap allows ${atLeastNs} ns` : undefined;
  },
};

/** The complaint of a check, or the error the run stopped with. */
function outcome(check: TimedStoreCheck, modules: Modules): string | undefined {
  try {
    return CHECKS[check](modules);
  } catch (error) {
    return String(error);
  }
}

describe('planted bugs in the timed store', () => {
  it.each(Object.keys(CHECKS) as TimedStoreCheck[])('sound code passes: %s', (check) => {
    expect(outcome(check, SOUND)).toBeUndefined();
  });

  it.each(TIMED_STORE_BUGS)('$id is caught by: $caughtBy', async (bug) => {
    const isDevice = bug.caughtBy === 'bandwidth';
    const entry = isDevice ? 'sim/storage-lsm/devices/device.ts' : 'sim/storage-lsm/store/timed-store.ts';
    const mutant = await loadMutant<never>(bug, entry);
    expect(outcome(bug.caughtBy, { ...SOUND, [isDevice ? 'device' : 'store']: mutant })).toBeDefined();
  });
});
