/**
 * Does the storage model do what LevelDB does? The calibration workload (SHA-256 keys, 4 KiB values) on the model, in the
 * mode without time, against what was measured from LevelDB 1.23 itself.
 */
import { z } from 'zod';
import { problemsOf } from '../sim/storage-lsm/leveldb/checks.ts';
import { DeterministicStore } from '../sim/storage-lsm/leveldb/deterministic-store.ts';
import { readPass, WorkloadKeys } from '../sim/storage-lsm/leveldb/deterministic-run.ts';
import { DEFAULT_OPTIONS } from '../sim/storage-lsm/leveldb/options.ts';
import { mechanicsFigures, readRows, writtenRows } from './leveldb-mechanics/figures.ts';
import { measuredFor } from './leveldb-mechanics/measured.ts';
import type { ResultSet } from './testbed/result-set.ts';
import { type Claim, defineScenario, type Source } from './testbed/scenario.ts';

const PROGRAM: Source = { document: 'LevelDB, release 1.23', place: 'run of the program itself, calibration workload', url: 'https://github.com/google/leveldb' };
const CHUNKS = 50;
/** Block reads are sampled once the load has come this far, at each number of L0 files as it first occurs. */
const PROBING_FROM = 0.9;

const count = (max: number): z.ZodInt => z.int().min(1).max(max);
const parameters = z.strictObject({
  putCount: count(1_000_000).default(100_000).meta({ title: 'Puts', unit: 'puts', group: 'Workload', description: 'Key i is SHA-256 of its 8-byte number, put in the order of i.' }),
  valueBytes: count(65_536).default(4096).meta({ title: 'Value length', unit: 'B', group: 'Workload', description: 'Incompressible.' }),
  readCount: z.int().min(0).max(1_000_000).default(100_000).meta({ title: 'Gets after the load', unit: 'gets', group: 'Workload', description: 'Uniform over the keys; they cause seek compactions.' }),
  readSeed: z.int().min(0).max(1_000_000_000).default(8696).meta({ title: 'Seed of these Gets', unit: '', group: 'Workload', description: 'Get j asks for key splitmix64(seed + j) mod n, as in the measured run.' }),
  probeGets: count(1_000_000).default(10_000).meta({ title: 'Gets of each block-read sample', unit: 'gets', group: 'Workload', description: 'Drawn anew in each replication.' }),
  l0CompactionTriggerFiles: count(100).default(DEFAULT_OPTIONS.l0CompactionTriggerFiles).meta({ title: 'L0 compaction trigger', unit: 'files', group: 'Store', description: 'kL0_CompactionTrigger, db/dbformat.h.' }),
  bloomBitsPerKey: z.int().min(0).max(100).default(0).meta({ title: 'Bloom filter', unit: 'bits/key', group: 'Store', description: '0 = none, as LevelDB by default.' }),
});

const equal = (measure: string, text: string, margin: number, why: (results: ResultSet) => string, ablation: string): Claim => ({
  id: measure.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase(),
  text,
  source: PROGRAM,
  measure,
  treatment: { arm: 'model' },
  baseline: { arm: 'measured' },
  contrast: 'relative',
  paper: { value: 0 },
  margin,
  why,
  ablation,
});

/** Integer counts must agree exactly; this is below one byte in 10^12. */
const EXACT = 1e-12;
const of = (results: ResultSet, measure: string, arm: string): number => results.values(measure, { arm })[0]!;
const both = (measure: string, unit: string) => (results: ResultSet): string =>
  `Model ${of(results, measure, 'model')} ${unit}, program ${of(results, measure, 'measured')} ${unit}.`;
const ratio = (results: ResultSet): string => writtenRows(results).map(({ level, written, perUserByte }) => `${level} ${perUserByte.toFixed(2)} (${written})`).join(', ');
const reads = (results: ResultSet): string => readRows(results).map(({ arm, l0Files, mean }) => `${arm} with ${l0Files}: ${mean.toFixed(2)}`).join('; ');

/** 2479507794 as 2 479 507 794. */
const grouped = (bytes: number | undefined): string => (bytes === undefined ? 'an unmeasured number of' : String(bytes).replace(/\B(?=(\d{3})+$)/g, ' '));

export default defineScenario({
  id: 'leveldb-mechanics',
  title: "LevelDB's mechanics, checked against the program",
  question: 'Does the storage model flush, compact, move and read what LevelDB does, byte for byte?',
  source: PROGRAM,
  kind: 'terminating',
  parameters,
  arms: {
    measured: { title: 'LevelDB 1.23, measured', description: 'Figures recorded from the program; nothing is simulated', set: {} },
    model: { title: 'Model', description: 'The store of sim/storage-lsm/leveldb on zero time', set: {} },
    bloom: { title: 'Model with filter', description: 'The same with a 10-bit Bloom filter, load only', set: { bloomBitsPerKey: 10, readCount: 0 } },
  },
  baseline: 'measured',
  measures: {
    userBytes: { title: 'User data', unit: 'B', description: 'Keys and values put', better: 'neither' },
    walBytes: { title: 'Log', unit: 'B', description: 'Write-ahead log, headers and filling included', better: 'neither' },
    flushes: { title: 'Flushes', unit: 'files', description: 'Memtables written as tables', better: 'neither' },
    flushBytes: { title: 'Flushed', unit: 'B', description: 'Sizes of these tables', better: 'neither' },
    compactionBytes: { title: 'Written by compactions', unit: 'B', description: 'Sizes of their output files, during the load', better: 'neither' },
    compactionReadBytes: { title: 'Read by compactions', unit: 'B', description: 'Sizes of their input files, during the load', better: 'neither' },
    writeAmplification: { title: 'Write amplification', unit: '', description: '(log + flushes + compactions) / user data', better: 'lower', guard: 0.001 },
    filesL0: { title: 'Files in L0', unit: 'files', description: 'At the end of the load', better: 'neither' },
    filesL1: { title: 'Files in L1', unit: 'files', description: 'At the end of the load', better: 'neither' },
    filesL2: { title: 'Files in L2', unit: 'files', description: 'At the end of the load', better: 'neither' },
    filesL3: { title: 'Files in L3', unit: 'files', description: 'At the end of the load', better: 'neither' },
    compactionBytesAfterReads: { title: 'Written by compactions after the Gets', unit: 'B', description: 'Since the start; seek compactions included', better: 'neither' },
    filesL3AfterReads: { title: 'Files in L3 after the Gets', unit: 'files', description: 'Seek compactions push the tree down', better: 'neither' },
    blockReads0: { title: 'Data blocks a Get, L0 empty', unit: 'blocks', description: 'Mean over the sample', better: 'lower' },
    blockReads1: { title: 'Data blocks a Get, 1 file in L0', unit: 'blocks', description: 'Mean over the sample', better: 'lower' },
    blockReads2: { title: 'Data blocks a Get, 2 files in L0', unit: 'blocks', description: 'Mean over the sample', better: 'lower' },
    blockReads3: { title: 'Data blocks a Get, 3 files in L0', unit: 'blocks', description: 'Mean over the sample', better: 'lower' },
  },
  tables: {
    tree: {
      title: 'Files of each level during the load',
      columns: {
        puts: { unit: 'puts', description: 'Puts made' },
        level: { unit: '', description: 'Level, 0 to 3' },
        files: { unit: 'files', description: 'Files of the level' },
      },
    },
    written: {
      title: 'Bytes written during the load',
      columns: {
        written: { unit: '', description: 'log, flush or compaction' },
        level: { unit: '', description: 'Level the bytes ended on, or log' },
        bytes: { unit: 'B', description: 'Bytes written' },
      },
    },
  },
  // The load repeats exactly; replications only redraw the sampled Gets.
  quick: { replications: 3 },
  full: { replications: 10 },
  build: ({ sim, params, arm, record }) => {
    if (arm === 'measured') {
      const measured = measuredFor(params);
      if (measured === undefined) record.warn('not-measured', 'The program was not measured at these parameters; there is nothing to compare the model with.');
      sim.after(0, () => {
        for (const value of Object.values(measured ?? {})) sim.note(value);
      });
      return () => {
        for (const [measure, value] of Object.entries(measured ?? {})) record.measure(measure, value);
      };
    }
    const { putCount: n, valueBytes, readCount, probeGets } = params;
    const trigger = params.l0CompactionTriggerFiles;
    const store = new DeterministicStore({
      ...DEFAULT_OPTIONS,
      l0CompactionTriggerFiles: trigger,
      l0StopFiles: Math.max(DEFAULT_OPTIONS.l0StopFiles, trigger),
      bloomBitsPerKey: params.bloomBitsPerKey,
    });
    const workload = { keys: 'sha256', order: 'index', drawSeed: 0, n, valueBytes, reads: { count: readCount, seed: params.readSeed, passes: 1 } } as const;
    const keys = new WorkloadKeys(store, workload);
    const draws = sim.stream('probes');
    const sampled = new Map<number, number>();
    const afterLoad = { compactionBytes: 0, compactionReadBytes: 0, files: [0, 0, 0, 0], flushes: 0 };
    let put = 0;
    let background = 0;

    const probe = (): void => {
      const l0Files = store.set.current.levels[0]!.length;
      if (l0Files > 3 || sampled.has(l0Files)) return;
      const before = store.blockReads;
      for (let i = 0; i < probeGets; i++) store.getUncharged(keys.id(draws.below(put)));
      sampled.set(l0Files, (store.blockReads - before) / probeGets);
      sim.note(store.blockReads);
    };
    const loadChunk = (chunk: number): void => {
      const end = Math.floor((n * (chunk + 1)) / CHUNKS);
      while (put < end) {
        store.put(keys.id(put++), valueBytes);
        if (store.events.length === background) continue;
        background = store.events.length;
        if (put >= PROBING_FROM * n) probe();
      }
      const files = store.set.current.fileCounts();
      for (let level = 0; level < 4; level++) record.row('tree', { puts: put, level, files: files[level]! });
      sim.note(store.compactionBytesWritten);
      record.progress((0.8 * put) / n);
      sim.after(1, () => (chunk + 1 < CHUNKS ? loadChunk(chunk + 1) : finishLoad()));
    };
    const finishLoad = (): void => {
      afterLoad.compactionBytes = store.compactionBytesWritten;
      afterLoad.compactionReadBytes = store.compactionBytesRead;
      afterLoad.files = store.set.current.fileCounts();
      afterLoad.flushes = store.events.filter(({ event }) => event === 'flush').length;
      record.row('written', { written: 'log', level: 'log', bytes: store.walBytes });
      store.flushedBytesPerLevel.forEach((bytes, level) => bytes > 0 && record.row('written', { written: 'flush', level: `L${level}`, bytes }));
      store.compactedBytesPerLevel.forEach((bytes, level) => bytes > 0 && record.row('written', { written: 'compaction', level: `L${level}`, bytes }));
      sim.after(1, () => {
        readPass(store, keys, workload, 0);
        sim.note(store.compactionBytesWritten);
      });
    };
    sim.after(0, () => loadChunk(0));

    return () => {
      const problems = problemsOf(store);
      if (problems.length > 0) sim.fail(`store: ${problems.join('; ')}`);
      record.measure('userBytes', store.userBytes);
      record.measure('walBytes', store.walBytes);
      record.measure('flushes', afterLoad.flushes);
      record.measure('flushBytes', store.flushBytes);
      record.measure('compactionBytes', afterLoad.compactionBytes);
      record.measure('compactionReadBytes', afterLoad.compactionReadBytes);
      record.measure('writeAmplification', (store.walBytes + store.flushBytes + afterLoad.compactionBytes) / store.userBytes);
      for (let level = 0; level < 4; level++) record.measure(`filesL${level}`, afterLoad.files[level]!);
      if (readCount > 0) {
        record.measure('compactionBytesAfterReads', store.compactionBytesWritten);
        record.measure('filesL3AfterReads', store.set.current.levels[3]!.length);
      }
      for (const [l0Files, blocks] of [...sampled].sort(([a], [b]) => a - b)) record.measure(`blockReads${l0Files}`, blocks);
    };
  },
  figures: mechanicsFigures,
  claims: [
    equal('walBytes', 'The log takes as many bytes as the program writes.', EXACT, both('walBytes', 'B'), 'written'),
    equal('flushes', 'Memtables are flushed as often.', EXACT, both('flushes', 'flushes'), 'tree'),
    equal('flushBytes', 'Flushed tables are as large, to the byte.', EXACT, both('flushBytes', 'B'), 'written'),
    equal('compactionBytes', 'Compactions write as many bytes.', EXACT, (results) => `${both('compactionBytes', 'B')(results)} Bytes written a byte of user data: ${ratio(results)}.`, 'written'),
    equal('compactionReadBytes', 'Compactions read as many bytes.', EXACT, both('compactionReadBytes', 'B'), 'written'),
    equal('filesL0', 'L0 ends with as many files.', EXACT, both('filesL0', 'files'), 'tree'),
    equal('filesL1', 'L1 ends with as many files.', EXACT, both('filesL1', 'files'), 'tree'),
    equal('filesL2', 'L2 ends with as many files.', EXACT, both('filesL2', 'files'), 'tree'),
    equal('filesL3', 'L3 ends with as many files.', EXACT, both('filesL3', 'files'), 'tree'),
    equal('compactionBytesAfterReads', 'Gets cause the same seek compactions: as many bytes written after 100 000 of them.', EXACT, both('compactionBytesAfterReads', 'B'), 'tree'),
    equal('filesL3AfterReads', 'Seek compactions leave as many files in L3.', EXACT, both('filesL3AfterReads', 'files'), 'tree'),
    // The sampled keys differ from the measured ones, and the moment of the load too: three per cent.
    equal('blockReads0', 'With L0 empty, a Get reads as many data blocks.', 0.03, (results) => `Data blocks a Get: ${reads(results)}.`, 'block-reads'),
    equal('blockReads1', 'With one file in L0, a Get reads as many data blocks.', 0.03, (results) => `Data blocks a Get: ${reads(results)}.`, 'block-reads'),
    equal('blockReads2', 'With two files in L0, a Get reads as many data blocks.', 0.03, (results) => `Data blocks a Get: ${reads(results)}.`, 'block-reads'),
    equal('blockReads3', 'With three files in L0, a Get reads as many data blocks.', 0.03, (results) => `Data blocks a Get: ${reads(results)}.`, 'block-reads'),
    {
      id: 'filter-removes-l0-reads',
      text: 'A 10-bit filter brings a Get down to one data block, whatever L0 holds.',
      source: PROGRAM,
      measure: 'blockReads3',
      treatment: { arm: 'bloom' },
      baseline: { arm: 'measured' },
      contrast: 'relative',
      // 1.00 instead of 4.91 blocks.
      paper: { value: 1 / 4.91 - 1 },
      margin: 0.01,
      why: (results) => `Data blocks a Get: ${reads(results)}. Values of 4 KiB stand alone in their block, so a filter has 64 bits for one key and lets 0.2 % of foreign keys pass.`,
      ablation: 'block-reads',
    },
  ],
  headline: (results) =>
    `The model writes ${grouped(of(results, 'compactionBytes', 'model'))} bytes in compactions where LevelDB 1.23 wrote ${grouped(results.values('compactionBytes', { arm: 'measured' })[0])}, ${of(results, 'writeAmplification', 'model').toFixed(3)} bytes in all for each byte of user data.`,
  narrative: (results) =>
    [
      `${results.select({ arm: 'model' })[0]?.params['putCount'] ?? 0} puts without time: after each the background thread runs until it is idle, so that every flush, compaction and move follows from the puts alone. The first table lands on L2, the second on L1, all later ones on L0.`,
      '![](figure:tree)',
      `Each byte of user data is written several times: ${ratio(results)}.`,
      '![](figure:written)',
      `A Get reads one block in each L0 file and in each level down to the hit: ${reads(results)}. Seek compaction is switched off for these samples; with it on, the Gets themselves rewrite the tree.`,
      '![](figure:block-reads)',
    ].join('\n\n'),
});
