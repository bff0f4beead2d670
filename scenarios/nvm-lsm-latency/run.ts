/**
 * One replication: load, read, and (where seek compaction is off) climb the level-0 ladder. A single client, one operation
 * after the other, as in the paper's measurement; latencies are from call to completion, so stalls are in them.
 */
import { TimedStore } from '../../sim/storage-lsm/store/timed-store.ts';
import { copyOf, emptyAnswers, type GetTotals } from '../../sim/storage-lsm/store/reader.ts';
import { totalStalls } from '../../sim/storage-lsm/store/writer.ts';
import { PlainHash } from '../../sim/ledger/msha256.ts';
import { exactQuantiles } from '../../sim/measure/index.ts';
import type { RandomStream } from '../../sim/random.ts';
import type { Recorder, Run } from '../testbed/scenario.ts';
import { type LatencyParameters, recordsPerMemtable, storeOptions } from './parameters.ts';

/** Points of each series in the first replication. */
const SERIES_POINTS = 40;

/**
 * Keys are hashes of 16 drawn bytes that stand for the record's content, so their order has nothing to do with the order of
 * insertion. Values are lengths only and all contents differ: equal values falling on one key are not modelled.
 */
function drawKeys(count: number, hash: PlainHash, stream: RandomStream): Uint8Array[] {
  const content = new Uint8Array(16);
  const view = new DataView(content.buffer);
  return Array.from({ length: count }, () => {
    for (let at = 0; at < 16; at += 4) view.setUint32(at, stream.uint32());
    return hash.digest(content);
  });
}

export function buildRun({ sim, params, record, replication }: Run<LatencyParameters & Record<string, number | string | boolean>>): () => void {
  const { valueBytes, readCount, mode, ladderReads, seekCompaction } = params;
  const store = new TimedStore(sim, storeOptions(params));
  const perMemtable = recordsPerMemtable(valueBytes);
  const records = params.records + (params.phaseMemtables === 0 ? 0 : sim.stream('end of load').below(params.phaseMemtables * perMemtable));
  // Once round the cycle of level 0, but never more than twice the load: memtables full of tiny values would dwarf it.
  const rungs = ladderReads > 0 && !seekCompaction ? Math.min(params.l0CompactionTriggerFiles + 1, Math.floor((2 * params.records) / perMemtable)) : 0;
  const keys = drawKeys(records + rungs * (perMemtable + 64), new PlainHash(params.keyHash), sim.stream('records'));
  const chosen = sim.stream('reads');
  const putNs = new Float64Array(records);
  const getNs = new Float64Array(readCount);
  const totalWork = records + readCount;
  let written = 0;
  let isLoaded = false;
  let loadEndNs = 0;
  let loadEndL0 = 0;
  let readEndNs = 0;
  let stalledNs = 0;
  const series: { readonly tNs: number; readonly l0: number; readonly l1: number }[] = [];
  const ladder = new Map<number, GetTotals>();
  let readTotals: GetTotals[] = [];
  let answers = emptyAnswers();

  store.onLevels((files) => {
    if (!isLoaded) series.push({ tNs: sim.now, l0: files[0]!, l1: files[1]! });
  });

  const put = (then: () => void): void => {
    const startNs = sim.now;
    store.put(keys[written]!, valueBytes, () => {
      if (written < records) putNs[written] = sim.now - startNs;
      written += 1;
      if (written % 4096 === 0) record.progress(written / totalWork);
      if (mode === 'quiesced') store.whenIdle(then);
      else then();
    });
  };

  const load = (): void => {
    if (written < records) return put(load);
    isLoaded = true;
    loadEndNs = sim.now;
    loadEndL0 = store.core.l0Files;
    stalledNs = totalStalls(store.writer.stalls).totalNs;
    read(0);
  };

  const read = (done: number): void => {
    if (done === readCount) {
      readEndNs = sim.now;
      readTotals = store.reader.byL0Files.map((totals) => ({ ...totals }));
      answers = copyOf(store.reader.answers);
      if (rungs > 0) store.whenIdle(() => climb(rungs));
      return;
    }
    const startNs = sim.now;
    store.get(keys[chosen.below(records)]!, () => {
      getNs[done] = sim.now - startNs;
      if (done % 4096 === 0) record.progress((records + done) / totalWork);
      read(done + 1);
    });
  };

  /** Reads at the present number of level-0 files, then one more flush, with the background thread at rest each time. */
  const climb = (left: number): void => {
    if (left === 0) return;
    const before = store.reader.byL0Files.map((totals) => ({ ...totals }));
    const step = (done: number): void => {
      if (done < ladderReads) {
        store.get(keys[chosen.below(records)]!, () => step(done + 1));
        return;
      }
      store.reader.byL0Files.forEach((after, files) => addRung(ladder, files, after, before[files]));
      const flushes = store.core.counters.flushes;
      const fill = (): void => {
        // At rest after each write, so that the ladder is climbed one flush at a time.
        if (store.core.counters.flushes === flushes && written < keys.length) put(() => store.whenIdle(fill));
        else climb(left - 1);
      };
      fill();
    };
    step(0);
  };

  load();

  return () => {
    store.checkLaws();
    const { core, writer } = store;
    const { counters, tiers } = core;
    record.latency('put', putNs);
    record.latency('get', getNs);
    latencyMeasures(record, 'put', putNs);
    latencyMeasures(record, 'get', getNs);
    sim.note(putNs.reduce((sum, value) => sum + value, 0));
    sim.note(getNs.reduce((sum, value) => sum + value, 0));
    const gets = sumOf(readTotals, 'gets');
    // Everything free: a load without duration has no stalls either.
    record.measure('stalledShare', loadEndNs === 0 ? 0 : stalledNs / loadEndNs);
    record.measure('slowdowns', writer.stalls.slowdown.count);
    record.measure('memtableFullStalls', writer.stalls['memtable full'].count);
    record.measure('l0StopStalls', writer.stalls['L0 stop'].count);
    record.measure('loadNs', loadEndNs);
    record.measure('readNs', readEndNs - loadEndNs);
    record.measure('l0FilesAtLoadEnd', loadEndL0);
    record.measure('l0FilesAtRead', readTotals.reduce((sum, totals, files) => sum + files * totals.gets, 0) / gets);
    record.measure('ssdBlocksPerGet', sumOf(readTotals, 'ssdBlocks') / gets);
    record.measure('nvmReadsPerGet', sumOf(readTotals, 'nvmReads') / gets);
    record.measure('answeredInMemory', answers.memory.gets / gets);
    record.measure('answeredInL0', answers['level 0'].gets / gets);
    record.measure('lostReads', answers.nowhere.gets);
    if (answers.deeper.gets > 0) record.measure('getMeanDeeperNs', Math.round(answers.deeper.latencyNs / answers.deeper.gets));
    record.measure('seekCompactions', counters.seekCompactions);
    record.measure('writeAmplification', (counters.flushBytes + counters.compactionBytesWritten) / counters.userBytes);
    record.measure('ssdBytesWritten', tiers.ssd.counters.bytesWritten);
    record.measure('nvmBytesWritten', tiers.nvm.counters.bytesWritten);
    record.measure('logBytesOnSsd', params.walTier === 'ssd' ? tiers.ssd.counters.bytesWritten - tableBytesOnSsd(store) : 0);
    record.measure('ssdBytesRead', tiers.ssd.counters.bytesRead);
    for (const [files, totals] of [...ladder].sort((a, b) => a[0] - b[0])) recordRung(record, 'ladder', files, totals);
    for (const [files, measure] of [[0, 'getMeanAtNoL0FilesNs'], [2, 'getMeanAtTwoL0FilesNs']] as const) {
      const rung = ladder.get(files);
      if (rung !== undefined) record.measure(measure, Math.round(rung.latencyNs / rung.gets));
    }
    readTotals.forEach((totals, files) => recordRung(record, 'reads', files, totals));
    if (replication === 0) recordSeries(record, series, loadEndNs, putNs, getNs);
    if (params.records !== 100_000 || readCount !== 100_000) record.warn('size', `${params.records} records and ${readCount} reads; the paper has 100 000 of each. With fewer, the tree is shallower and the reads before seek compaction has emptied level 0 weigh more.`);
  };
}

/** Everything but the log that was handed to the SSD to be written. */
function tableBytesOnSsd({ core }: TimedStore): number {
  const { tiers } = core;
  return (['flush', 'compaction', 'manifest'] as const).reduce((sum, purpose) => sum + tiers.trafficOf('ssd', purpose).bytesWritten, 0);
}

function sumOf(totals: readonly GetTotals[], name: keyof GetTotals): number {
  return totals.reduce((sum, entry) => sum + entry[name], 0);
}

function addRung(ladder: Map<number, GetTotals>, files: number, after: GetTotals, before: GetTotals | undefined): void {
  const known = ladder.get(files);
  const gain = (name: keyof GetTotals): number => after[name] - (before?.[name] ?? 0) + (known?.[name] ?? 0);
  if (gain('gets') === 0) return;
  ladder.set(files, { gets: gain('gets'), latencyNs: gain('latencyNs'), ssdBlocks: gain('ssdBlocks'), ssdBlocksL0: gain('ssdBlocksL0'), nvmSearches: gain('nvmSearches'), nvmReads: gain('nvmReads') });
}

function recordRung(record: Recorder, phase: string, files: number, totals: GetTotals): void {
  if (totals.gets === 0) return;
  const perThousand = (value: number): number => Math.round((1000 * value) / totals.gets);
  record.row('readsByL0Files', {
    phase, l0_files: files, gets: totals.gets, mean_get_ns: Math.round(totals.latencyNs / totals.gets),
    ssd_blocks_per_1000_gets: perThousand(totals.ssdBlocks), ssd_l0_blocks_per_1000_gets: perThousand(totals.ssdBlocksL0), nvm_reads_per_1000_gets: perThousand(totals.nvmReads),
  });
}

function latencyMeasures(record: Recorder, operation: 'put' | 'get', samplesNs: Float64Array): void {
  record.measure(`${operation}MeanNs`, Math.round(samplesNs.reduce((sum, value) => sum + value, 0) / samplesNs.length));
  const quantiles = exactQuantiles(samplesNs, [0.5, 0.9, 0.99, 0.999, 1]);
  ['P50', 'P90', 'P99', 'P999', 'Max'].forEach((name, index) => record.measure(`${operation}${name}Ns`, quantiles[index]!));
}

/** Files and throughput over time, at a fixed number of points, so that result folders stay small. */
function recordSeries(record: Recorder, series: readonly { tNs: number; l0: number; l1: number }[], loadEndNs: number, putNs: Float64Array, getNs: Float64Array): void {
  let at = 0;
  for (let point = 1; point <= SERIES_POINTS; point += 1) {
    const untilNs = Math.round((loadEndNs * point) / SERIES_POINTS);
    let lowest = series[Math.max(0, at - 1)]?.l0 ?? 0;
    let highest = lowest;
    for (; at < series.length && series[at]!.tNs <= untilNs; at += 1) {
      lowest = Math.min(lowest, series[at]!.l0);
      highest = Math.max(highest, series[at]!.l0);
    }
    record.row('levels', { t_ns: untilNs, l0_files_lowest: lowest, l0_files_highest: highest, l1_files: series[Math.max(0, at - 1)]?.l1 ?? 0 });
  }
  throughput(record, 'put', putNs, 0);
  throughput(record, 'get', getNs, loadEndNs);
}

function throughput(record: Recorder, operation: string, latencyNs: Float64Array, startNs: number): void {
  const step = Math.ceil(latencyNs.length / SERIES_POINTS);
  let tNs = startNs;
  for (let from = 0; from < latencyNs.length; from += step) {
    const part = latencyNs.subarray(from, from + step);
    const spanNs = part.reduce((sum, value) => sum + value, 0);
    tNs += spanNs;
    record.throughput(operation, Math.round(tNs), spanNs === 0 ? 0 : Math.round((part.length * 1e9) / spanNs));
  }
}
