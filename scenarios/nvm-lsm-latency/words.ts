/** Headline and narrative: every number from the data, sentences left out where the arms they are about were not run. */
import { type DeviceProfile, PROFILES, profileHash, type ProfileName } from '../../sim/storage-lsm/devices/profiles.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import { ABOUT, MAIN_READING } from './claims.ts';
import { type Effect, effectOf, meanOf, percent, percentRange, sizesOf, sizeTitle } from './effects.ts';

const READS = { measure: 'getMeanNs', paper: -0.5 } as const;
const WRITES = { measure: 'putMeanNs', paper: -0.3 } as const;

function effectsOf(results: ResultSet, measure: string, treatment: string, baseline: string): { valueBytes: number; effect: Effect }[] {
  return sizesOf(results).flatMap((valueBytes) => {
    const effect = effectOf(results, measure, treatment, baseline, valueBytes);
    return effect === undefined ? [] : [{ valueBytes, effect }];
  });
}

/** Effects of all sizes as one text: `−4.1 % (4 kB), …`. */
function listed(results: ResultSet, measure: string, treatment: string, baseline: string): string | undefined {
  const found = effectsOf(results, measure, treatment, baseline);
  return found.length === 0 ? undefined : found.map(({ valueBytes, effect }) => `${percent(effect.mean)} (${sizeTitle(valueBytes)})`).join(', ');
}

const main = (results: ResultSet, measure: string): Effect[] => effectsOf(results, measure, MAIN_READING.treatment, MAIN_READING.baseline).map(({ effect }) => effect);

const means = (effects: readonly Effect[]): string => percentRange(effects.map(({ mean }) => mean));
/** Outermost ends of the intervals. */
function ends(effects: readonly Effect[]): string {
  const bounds = effects.flatMap(({ low, high }) => [low, high]);
  return bounds.every(Number.isFinite) ? percentRange(bounds) : 'no bounds';
}

/** Yes, no, or neither, by the same band as the claims. */
function answer(reads: readonly Effect[], writes: readonly Effect[]): string {
  const all = [...reads.map((effect) => ({ effect, paper: READS.paper })), ...writes.map((effect) => ({ effect, paper: WRITES.paper }))];
  if (all.some(({ effect }) => effect.n === 1)) return 'One run, no interval';
  if (all.every(({ effect: { low, high }, paper }) => low >= paper - ABOUT && high <= paper + ABOUT)) return 'Yes';
  if (all.every(({ effect: { low, high }, paper }) => low > paper + ABOUT || high < paper - ABOUT)) return 'Not with equal caps';
  return 'Only in part';
}

const NOT_RUN = 'The arms paper and trigger-only, which the main reading compares, are not both in this result';

/** Does it hold: one sentence that a reader can repeat. */
export function headline(results: ResultSet): string {
  const [reads, writes] = [main(results, READS.measure), main(results, WRITES.measure)];
  if (reads.length === 0) {
    const [other, otherWrites] = [READS, WRITES].map(({ measure }) => effectsOf(results, measure, 'paper', 'stock').map(({ effect }) => effect));
    if (other === undefined || otherWrites === undefined || other.length === 0) return NOT_RUN;
    return `With cap 10 against stock with cap 4, level 0 on NVM with a learned index changes mean reads by ${means(other)} and mean writes by ${means(otherWrites)}; only trigger-only beside them would tell the cap from the device`;
  }
  return `${answer(reads, writes)}: with cap 10 on both sides, level 0 on NVM with a learned index changes mean reads by ${means(reads)} and mean writes by ${means(writes)}, where the paper reports about −50 % and −30 %`;
}

/** Why, and how sure: the paragraph under the headline. */
function answerParagraph(results: ResultSet): string {
  const [reads, writes] = [main(results, READS.measure), main(results, WRITES.measure)];
  if (reads.length === 0) return `${NOT_RUN}.`;
  const sentences = ['**What decides is not the learned index: for reads it is how many files level 0 holds, for writes the cap of level 0.**'];
  const whole = effectsOf(results, WRITES.measure, 'paper', 'stock').map(({ effect }) => effect);
  const cap = effectsOf(results, WRITES.measure, 'trigger-only', 'stock').map(({ effect }) => effect);
  if (whole.length > 0 && cap.length > 0) sentences.push(`Against stock LevelDB with cap 4 the mean write does change by ${means(whole)}, but the higher cap alone gives ${means(cap)} of it.`);
  const { n } = reads[0]!;
  if (n > 1) sentences.push(`With equal caps all 95 % intervals over ${n} replications lie within ${ends(reads)} for reads and ${ends(writes)} for writes.`);
  return sentences.join(' ');
}

function readsParagraph(results: ResultSet): string {
  const sizes = sizesOf(results);
  const files = sizes.map((size) => `${meanOf(results, 'l0FilesAtRead', 'paper', size).toFixed(1)} (${sizeTitle(size)})`);
  const sentences = ['**Reads.** Each file in level 0 costs a read about one wasted SSD block, on NVM two or three microseconds instead. So the saving grows with the number of files in level 0, and there is none when it is empty.'];
  const equal = listed(results, READS.measure, MAIN_READING.treatment, MAIN_READING.baseline);
  if (equal !== undefined) sentences.push(`LevelDB compacts files that many reads probe in vain (seek compaction). So the reads met only ${files.join(', ')} level-0 files on average, and with equal caps their mean changes by ${equal}.`);
  const equalNoSeeks = effectsOf(results, READS.measure, 'paper-no-seeks', 'trigger-only-no-seeks').map(({ effect }) => effect);
  if (equalNoSeeks.length > 0) {
    const isWide = equalNoSeeks.some(({ low, high, n }) => n > 1 && high - low > 1);
    sentences.push(`With seek compaction switched off it changes by ${listed(results, READS.measure, 'paper-no-seeks', 'trigger-only-no-seeks')}.`);
    if (isWide) sentences.push('These intervals are so wide that they say little: how many files level 0 holds depends on where in its cycle the load happens to end.');
  }
  const stockNoSeeks = listed(results, READS.measure, 'paper-no-seeks', 'stock-no-seeks');
  if (stockNoSeeks !== undefined) sentences.push(`Against stock with cap 4, also without seek compaction, it changes by ${stockNoSeeks}: that baseline keeps fewer files in level 0.`);
  const atRest = listed(results, READS.measure, 'paper-quiesced-no-seeks', 'trigger-only-quiesced-no-seeks');
  if (atRest !== undefined) sentences.push(`On a tree at rest, with equal caps and without seek compaction, it changes by ${atRest}.`);
  sentences.push('"About half" is what two files in level 0 give without a block cache, by the probe law n / (n + 2).');
  return sentences.join(' ');
}

function writesParagraph(results: ResultSet): string {
  const sentences = ['**Writes.** Nearly all writes take as long with NVM as without: the median does not move. The mean does, because some writes stall, most of them for the 1 ms with which LevelDB slows writers down when level 0 is long. How long it may become is what the cap sets.'];
  const cap = listed(results, WRITES.measure, 'trigger-only', 'stock');
  const whole = listed(results, WRITES.measure, 'paper', 'stock');
  if (cap !== undefined && whole !== undefined) sentences.push(`Against stock with cap 4, cap 10 alone changes the mean write by ${cap}, the whole variant by ${whole}.`);
  const equal = listed(results, WRITES.measure, MAIN_READING.treatment, MAIN_READING.baseline);
  if (equal !== undefined) sentences.push(`With cap 10 on both sides ${equal} remain for NVM and index.`);
  return sentences.join(' ');
}

const time = (ns: number): string => (ns >= 1000 ? `${ns / 1000} µs` : `${ns} ns`);
const rate = (bps: number): string => (Number.isFinite(bps) ? `${Number((bps / 1e9).toPrecision(3))} GB/s` : 'unbounded');

function deviceRow(place: string, profile: DeviceProfile): string {
  const { name, title, readRandomNs, writeSequentialNs, readCapBps, writeCapBps, barrierNs, mark, source } = profile;
  return `| ${place} | ${name} ${profileHash(profile)}: ${title} | ${time(readRandomNs)} | ${time(writeSequentialNs)} | ${rate(readCapBps)}, ${rate(writeCapBps)} | ${time(barrierNs)} | ${mark}: ${source} |`;
}

/** Every device profile of the result, with hash and source. */
export function devicesTable(results: ResultSet): string {
  const rows = (['ssdProfile', 'nvmProfile'] as const).flatMap((parameter) =>
    results.distinct(parameter).map((name) => deviceRow(parameter === 'ssdProfile' ? 'SSD' : 'NVM', PROFILES[name as ProfileName])));
  return ['| place | profile | random read | write | read, write at most | barrier | source |', '|---|---|---|---|---|---|---|', ...rows].join('\n');
}

export function narrative(results: ResultSet): string {
  const replications = new Set(results.jobs.map((job) => job.replication)).size;
  return [
    answerParagraph(results),
    'The paper puts the files of level 0 on NVM, gives each a PGM-index, and raises the cap of level 0 to 10 files. It reports reads cut by about 50 % and writes by about 30 % for values of 4, 8 and 16 kB. Its text leaves open whether the baseline has the same cap, how many files level 0 holds when the reads run, and how the log is written. The main reading gives both sides cap 10, so that device and index alone make the difference; the other readings are judged beside it, and where they disagree, the verdict is that the text does not decide.',
    '![](figure:mean-latency)',
    writesParagraph(results),
    '![](figure:put-tail)',
    '![](figure:l0-series)',
    readsParagraph(results),
    '![](figure:latency-over-l0)',
    'The learned index itself saves about two microseconds of a search on NVM, next to block reads of some 70 µs, and nothing on SSD, where the block has to be read anyway. With Bloom filters the wasted block reads disappear up to a few false positives, and with them what NVM could save on reads that level 0 does not answer.',
    '![](figure:readings)',
    `**How sure.** ${replications === 1 ? 'One run: no interval.' : `Every interval is a 95 % t interval over ${replications} replications with the same keys, reads and end of the load in all arms.`} It covers chance in the model, not the model: devices are profiles, processor costs are choices, and the paper's own hardware is not known. The devices:`,
    devicesTable(results),
  ].join('\n\n');
}
