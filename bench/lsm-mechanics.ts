/** LevelDB's mechanics without time: puts of the calibration workload a second, compactions included. */
import { deterministicRun } from '../sim/storage-lsm/leveldb/deterministic-run.ts';
import { DEFAULT_OPTIONS } from '../sim/storage-lsm/leveldb/options.ts';
import { defineBenchmark } from './benchmark.ts';

export default defineBenchmark({
  name: 'lsm-mechanics',
  about: 'LevelDB load without time: puts, then Gets, with all flushes and compactions',
  flags: { puts: 100_000, valueBytes: 4096, gets: 0, bloomBitsPerKey: 0, keys: 'sha256' },
  choices: { keys: ['sha256', 'decimal16'] },
  run: ({ puts, valueBytes, gets, bloomBitsPerKey, keys }) => {
    const { store, load, passes } = deterministicRun(
      { ...DEFAULT_OPTIONS, bloomBitsPerKey },
      { keys: keys === 'decimal16' ? 'decimal16' : 'sha256', order: 'index', drawSeed: 0, n: puts, valueBytes, reads: { count: gets, seed: 8696, passes: gets > 0 ? 1 : 0 } },
    );
    const compacted = passes.at(-1)?.compactionBytesWritten ?? load.compactionBytesWritten;
    return { events: puts + gets, checksum: `${store.events.length}:${load.flushBytes}:${compacted}` };
  },
  compare: { sizes: [{ puts: 20_000 }, { puts: 100_000 }], versions: [{ valueBytes: 4096 }, { valueBytes: 100 }] },
});
