/**
 * Figures 7 and 8 of Li Su et al. 2024: does LevelDB with level 0 on NVM and a learned index in each of its files read about
 * 50 % and write about 30 % faster, for values of 4, 8 and 16 kB? Both effects have to emerge from block reads, stalls and
 * device queues; the arms take the change apart, the further arms try the readings that the text leaves open.
 */
import { ARMS } from './nvm-lsm-latency/arms.ts';
import { CLAIMS } from './nvm-lsm-latency/claims.ts';
import { SIZES } from './nvm-lsm-latency/effects.ts';
import { FIGURES } from './nvm-lsm-latency/figures.ts';
import { parameters, refine } from './nvm-lsm-latency/parameters.ts';
import { buildRun } from './nvm-lsm-latency/run.ts';
import { headline, narrative } from './nvm-lsm-latency/words.ts';
import { defineScenario, type Measure } from './testbed/scenario.ts';

const latency = (title: string, description: string, guard?: number): Measure => ({ title, unit: 'ns', description, better: 'lower', ...(guard === undefined ? {} : { guard }) });
const explains = (title: string, unit: string, description: string): Measure => ({ title, unit, description, better: 'neither' });

export default defineScenario({
  id: 'nvm-lsm-latency',
  title: 'LevelDB with level 0 on NVM and a learned index',
  question: 'Does level 0 on NVM with a PGM-index cut LevelDB\'s reads by about 50 % and its writes by about 30 %?',
  source: { document: 'Li Su et al., Journal of Zhejiang University (Engineering Science) 58(5), 2024', place: 'section 4.1, figures 7 and 8', url: 'https://doi.org/10.3785/j.issn.1008-973X.2024.05.002' },
  kind: 'terminating',
  parameters,
  refine,
  arms: ARMS,
  baseline: 'stock',
  measures: {
    getMeanNs: latency('Mean read latency', 'From call to value, all reads', 0.05),
    getP50Ns: latency('Median read latency', 'Exact quantile of a run'),
    getP90Ns: latency('Read latency, p90', 'Exact quantile of a run'),
    getP99Ns: latency('Read latency, p99', 'Exact quantile of a run'),
    getP999Ns: latency('Read latency, p99.9', 'Exact quantile of a run'),
    getMaxNs: latency('Longest read', 'Of a run'),
    getMeanAtNoL0FilesNs: latency('Mean read latency with level 0 empty', 'From the ladder; only where seek compaction is off'),
    getMeanAtTwoL0FilesNs: latency('Mean read latency with two level-0 files', 'From the ladder; only where seek compaction is off'),
    getMeanDeeperNs: latency('Mean latency of reads answered below level 0', 'Reads that found their key on level 1 or deeper'),
    putMeanNs: latency('Mean write latency', 'From call to acknowledgement, stalls included', 0.05),
    putP50Ns: latency('Median write latency', 'Exact quantile of a run', 0.05),
    putP90Ns: latency('Write latency, p90', 'Exact quantile of a run'),
    putP99Ns: latency('Write latency, p99', 'Exact quantile of a run'),
    putP999Ns: latency('Write latency, p99.9', 'Exact quantile of a run'),
    putMaxNs: latency('Longest write', 'Of a run'),
    stalledShare: explains('Share of the load spent in stalls', '', 'Slowdowns, full memtables and L0 stops over the time of the load'),
    slowdowns: explains('Slowed writes', 'writes', 'Writes that waited 1 ms because level 0 was at the slowdown limit'),
    memtableFullStalls: explains('Stalls on a full memtable', 'stalls', 'The previous memtable was not flushed yet'),
    l0StopStalls: explains('Stalls at the L0 stop', 'stalls', 'Level 0 was at the stop limit'),
    loadNs: explains('Time of the load', 'ns', 'First write to last'),
    readNs: explains('Time of the reads', 'ns', 'First read to last'),
    l0FilesAtLoadEnd: explains('Level-0 files after the last write', 'files', 'As the reads begin'),
    l0FilesAtRead: explains('Level-0 files at read time', 'files', 'Mean over reads, as each began'),
    ssdBlocksPerGet: explains('SSD blocks a read', 'blocks', 'Data blocks read from the SSD; block cache hits are none'),
    nvmReadsPerGet: explains('NVM key reads a read', 'accesses', 'Dependent accesses of searches in level-0 files on NVM'),
    answeredInMemory: explains('Reads answered in memory', '', 'Share found in a memtable'),
    answeredInL0: explains('Reads answered in level 0', '', 'Share found in a level-0 file'),
    lostReads: explains('Reads that found nothing', 'reads', 'All keys are present: 0 in a correct run'),
    seekCompactions: explains('Seek compactions', 'compactions', 'Started because a file was probed in vain too often'),
    writeAmplification: explains('Write amplification', '', 'Bytes of flushes and compactions over bytes of keys and values, whole run, log not counted'),
    ssdBytesWritten: explains('Bytes written to the SSD', 'B', 'By the device, whole run'),
    nvmBytesWritten: explains('Bytes written to NVM', 'B', 'By the device, whole run'),
    logBytesOnSsd: explains('Log bytes that reached the SSD', 'B', 'Without sync most logs are deleted before they are written back'),
    ssdBytesRead: explains('Bytes read from the SSD', 'B', 'By the device, whole run'),
  },
  tables: {
    readsByL0Files: {
      title: 'Reads by the number of level-0 files',
      columns: {
        phase: { unit: '', description: 'reads = the experiment, ladder = the controlled steps after it' },
        l0_files: { unit: 'files', description: 'Files in level 0 when the read began' },
        gets: { unit: 'reads', description: 'How many reads' },
        mean_get_ns: { unit: 'ns', description: 'Their mean latency' },
        ssd_blocks_per_1000_gets: { unit: 'blocks', description: 'Data blocks read from the SSD for 1000 reads' },
        ssd_l0_blocks_per_1000_gets: { unit: 'blocks', description: 'Of these in level 0' },
        nvm_reads_per_1000_gets: { unit: 'accesses', description: 'Key accesses on NVM for 1000 reads' },
      },
    },
    levels: {
      title: 'Files over the time of the load, first replication',
      columns: {
        t_ns: { unit: 'ns', description: 'End of the interval' },
        l0_files_lowest: { unit: 'files', description: 'Smallest number of files in level 0 in the interval' },
        l0_files_highest: { unit: 'files', description: 'Largest number of files in level 0 in the interval' },
        l1_files: { unit: 'files', description: 'Files in level 1 at its end' },
      },
    },
  },
  quick: {
    replications: 3,
    set: { records: 40_000, readCount: 40_000 },
    sweep: { valueBytes: [...SIZES] },
    // Of the readings, cap-as-stop and the synced log are left to the full run.
    arms: Object.keys(ARMS).filter((arm) => !['paper-cap-as-stop', 'trigger-only-synced-log', 'paper-synced-log', 'nvm-only-bloom', 'pgm-only-bloom', 'stock-uncached'].includes(arm)),
  },
  full: { replications: 10, sweep: { valueBytes: [...SIZES] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
