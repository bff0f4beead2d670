/**
 * `eval lsm-mechanics`: every flush, compaction and move of LevelDB 1.23 for a load of one's own size, without time.
 *
 * Deterministic mode: after each put (and each read) the background thread runs until it is idle. Totals beside `events`
 * are as of the end of the load, before the first read; each pass has its own. README in sim/storage-lsm/leveldb/.
 */
import { z } from 'zod';
import { deterministicRun, KEY_BYTES } from '../../sim/storage-lsm/leveldb/deterministic-run.ts';
import { DEFAULT_OPTIONS } from '../../sim/storage-lsm/leveldb/options.ts';
import { ConfigError, type Problem } from '../testbed/config-error.ts';
import { defineEval } from './model.ts';

const N_MAX = 2_000_000;
const VALUE_BYTES_MAX = 16 * 1024 * 1024;
const FILES_MAX = 1_000_000;
/** 16 GiB of user data: some 8 000 tables, and minutes rather than hours. */
const USER_BYTES_MAX = 17_179_869_184;
const READS_MAX = 10_000_000;
/** Seeds leave room for the number of the draw below 2^53. */
const SEED_MAX = 9_007_199_240_000_000;
const BLOOM_BITS_MAX = 1000;

const files = (title: string): z.ZodInt => z.int().min(1).max(FILES_MAX).meta({ title, unit: 'files' });

const input = z.strictObject({
  keys: z.enum(['sha256', 'decimal16']).default('sha256').meta({ title: 'Key i: SHA-256 of its 8-byte big-endian number, or 16 decimal digits', unit: '' }),
  order: z.enum(['index', 'with-replacement']).default('index').meta({ title: 'Put j writes key j, or key splitmix64(drawSeed + j) mod n', unit: '' }),
  drawSeed: z.int().min(0).max(SEED_MAX).default(1_000_003).meta({ title: 'Seed of the draws with replacement', unit: '' }),
  n: z.int().min(1).max(N_MAX).meta({ title: 'Number of puts, and of keys to draw from', unit: 'puts' }),
  valueBytes: z.int().min(0).max(VALUE_BYTES_MAX).meta({ title: 'Length of each value', unit: 'B' }),
  l0: z
    .strictObject({
      compactionTrigger: files('L0 files at which a compaction is due').default(4),
      slowdown: files('L0 files at which each put waits 1 ms (no effect without time)').optional(),
      stop: files('L0 files at which the memtable is not switched; at least compactionTrigger').optional(),
    })
    .prefault({}),
  bloomBitsPerKey: z.int().min(0).max(BLOOM_BITS_MAX).default(0).meta({ title: 'Bloom filter; 0 = none', unit: 'bits/key' }),
  reads: z
    .strictObject({
      count: z.int().min(0).max(READS_MAX).meta({ title: 'Reads of each pass', unit: 'gets' }),
      seed: z.int().min(0).max(SEED_MAX).default(8696).meta({ title: 'Seed of the reads', unit: '' }),
      passes: z.int().min(0).max(1000).default(1).meta({ title: 'Passes', unit: 'passes' }),
    })
    .optional(),
});

export default defineEval({
  id: 'lsm-mechanics',
  title: "LevelDB's flushes, compactions and moves",
  description:
    'The exact sequence of background work of LevelDB 1.23 for a load of n puts and passes of reads, with the background thread idle after each operation, '
    + 'and the bytes it writes. Totals beside the events are as of the end of the load; events of the read passes follow in the same list.',
  input,
  example: { keys: 'sha256', order: 'index', n: 20_000, valueBytes: 4096, l0: { compactionTrigger: 4 }, bloomBitsPerKey: 0, reads: { count: 5000, seed: 8696, passes: 1 } },
  evaluate: ({ keys, order, drawSeed, n, valueBytes, l0, bloomBitsPerKey, reads }) => {
    const stop = l0.stop ?? Math.max(DEFAULT_OPTIONS.l0StopFiles, l0.compactionTrigger);
    const problems: Problem[] = [];
    if (stop < l0.compactionTrigger) {
      problems.push({
        path: 'l0.stop',
        message: `${stop} files is not allowed; allowed is an integer from compactionTrigger (${l0.compactionTrigger}) files up, as writers would wait for ever for a compaction that is never due`,
      });
    }
    const userBytes = n * (KEY_BYTES[keys] + valueBytes);
    if (userBytes > USER_BYTES_MAX) {
      problems.push({ path: 'n', message: `n x (key + value) = ${userBytes} B is not allowed; allowed is at most ${USER_BYTES_MAX} B` });
    }
    const readCount = reads === undefined ? 0 : reads.count * reads.passes;
    if (readCount > READS_MAX) problems.push({ path: 'reads', message: `count x passes = ${readCount} gets is not allowed; allowed is at most ${READS_MAX} gets` });
    if (problems.length > 0) throw new ConfigError(problems);
    const options = {
      ...DEFAULT_OPTIONS,
      l0CompactionTriggerFiles: l0.compactionTrigger,
      l0SlowdownFiles: l0.slowdown ?? Math.max(DEFAULT_OPTIONS.l0SlowdownFiles, l0.compactionTrigger),
      l0StopFiles: stop,
      bloomBitsPerKey,
    };
    const { store, load, passes } = deterministicRun(options, { keys, order, drawSeed, n, valueBytes, reads: reads ?? { count: 0, seed: 0, passes: 0 } });
    return { events: store.events, ...load, passes };
  },
});
