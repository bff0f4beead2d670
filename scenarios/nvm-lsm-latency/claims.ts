/**
 * The paper's two statements, one claim for each value size, and what has to hold if our explanation of them is right.
 *
 * Main reading: both sides have the L0 cap 10 (trigger 10, slowdown 20, stop 30), as the profile paper-nvm-v1 says. The other
 * readings change the baseline's cap or one condition; where verdicts differ between readings the source does not decide.
 */
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Selection, Source } from '../testbed/scenario.ts';
import { armName, type ConditionName, runsAt, type SystemName, SYSTEMS } from './arms.ts';
import { boundText, effectOf, meanOf, micros, percent, SIZES, sizeTitle } from './effects.ts';

const PAPER: Source = {
  document: 'Li Su et al., Journal of Zhejiang University (Engineering Science) 58(5), 2024',
  place: 'section 4.1, figures 7 and 8',
  url: 'https://doi.org/10.3785/j.issn.1008-973X.2024.05.002',
};
const OURS: Source = { document: 'This testbed', place: 'docs/decisions/0003-paper-nvm-profile.md' };

/** Half-width around "about": choice, as the paper gives no spread. */
export const ABOUT = 0.1;

export interface Reading {
  readonly title: string;
  /** For an axis: the paper's cap, the baseline's cap, the condition. */
  readonly label: string;
  readonly treatment: string;
  readonly baseline: string;
}

const pair = (title: string, label: string, condition: ConditionName, baseline: SystemName): Reading => ({ title, label, treatment: armName('paper', condition), baseline: armName(baseline, condition) });

export const MAIN_READING = pair('cap 10 on both sides', 'caps 10, 10', '', 'trigger-only');

/** "Cap" as the limit at which writes stop; then everything else of the cap is LevelDB's on both sides. */
const CAP_AS_STOP: Reading = { title: 'paper with stop limit 10, stock with stop limit 12', label: 'stop limits 10, 12', treatment: armName('paper', '-cap-as-stop'), baseline: armName('stock') };

export const READ_READINGS: readonly Reading[] = [
  pair('paper with cap 10, stock with cap 4', 'caps 10, 4', '', 'stock'),
  CAP_AS_STOP,
  pair('cap 10 on both sides, seek compaction off', 'caps 10, 10, no seeks', '-no-seeks', 'trigger-only'),
  pair('paper with cap 10, stock with cap 4, seek compaction off', 'caps 10, 4, no seeks', '-no-seeks', 'stock'),
  pair('cap 10 on both sides, quiesced', 'caps 10, 10, quiesced', '-quiesced', 'trigger-only'),
  pair('cap 10 on both sides, quiesced, seek compaction off', 'caps 10, 10, quiesced, no seeks', '-quiesced-no-seeks', 'trigger-only'),
];

export const WRITE_READINGS: readonly Reading[] = [
  pair('paper with cap 10, stock with cap 4', 'caps 10, 4', '', 'stock'),
  CAP_AS_STOP,
  pair('cap 10 on both sides, quiesced', 'caps 10, 10, quiesced', '-quiesced', 'trigger-only'),
  pair('cap 10 on both sides, log synced', 'caps 10, 10, log synced', '-synced-log', 'trigger-only'),
];

const at = (arm: string, valueBytes: number): Selection => ({ arm, where: { valueBytes } });

function paperClaim(operation: 'reads' | 'writes', valueBytes: number): Claim {
  const isRead = operation === 'reads';
  const readings = isRead ? READ_READINGS : WRITE_READINGS;
  return {
    id: `${operation}-${valueBytes}`,
    text: isRead
      ? `With the same L0 cap of 10 files on both sides, level 0 on NVM with a learned index cuts the mean read by about half at ${sizeTitle(valueBytes)} values.`
      : `With the same L0 cap of 10 files on both sides, level 0 on NVM with a learned index cuts the mean write by about 30 % at ${sizeTitle(valueBytes)} values.`,
    source: PAPER,
    measure: isRead ? 'getMeanNs' : 'putMeanNs',
    treatment: at(MAIN_READING.treatment, valueBytes),
    baseline: at(MAIN_READING.baseline, valueBytes),
    contrast: 'relative',
    paper: { value: isRead ? -0.5 : -0.3 },
    margin: ABOUT,
    reading: MAIN_READING.title,
    readings: readings.filter(({ treatment, baseline }) => runsAt(treatment, valueBytes) && runsAt(baseline, valueBytes)).map(({ title, treatment, baseline }) => ({ title, treatment: at(treatment, valueBytes), baseline: at(baseline, valueBytes) })),
    why: (results) => (isRead ? whyReads(results, valueBytes) : whyWrites(results, valueBytes)),
    ablation: isRead ? 'latency-over-l0' : 'mean-latency',
  };
}

const effect = (results: ResultSet, measure: string, treatment: string, baseline: string, valueBytes: number): string =>
  percent(effectOf(results, measure, treatment, baseline, valueBytes)?.mean ?? NaN);

function whyReads(results: ResultSet, valueBytes: number): string {
  const blocks = (arm: string): string => meanOf(results, 'ssdBlocksPerGet', arm, valueBytes).toFixed(2);
  const seeks = Math.round(meanOf(results, 'seekCompactions', 'paper', valueBytes));
  const files = meanOf(results, 'l0FilesAtRead', 'paper', valueBytes).toFixed(1);
  const sentences = [
    `With seek compaction, as in LevelDB, ${seeks} compactions run during the reads and leave ${files} files in level 0 on average, so there is little that NVM could save: ${blocks('trigger-only')} SSD blocks a read without it, ${blocks('paper')} with it.`,
  ];
  if (results.select(at('paper-no-seeks', valueBytes)).length > 0) {
    sentences.push(`With seek compaction off the same change is ${effect(results, 'getMeanNs', 'paper-no-seeks', 'trigger-only-no-seeks', valueBytes)}${boundText(effectOf(results, 'getMeanNs', 'paper-no-seeks', 'trigger-only-no-seeks', valueBytes))} (${blocks('trigger-only-no-seeks')} to ${blocks('paper-no-seeks')} SSD blocks): what counts is the number of level-0 files at read time, not the learned index.`);
  }
  return sentences.join(' ');
}

function whyWrites(results: ResultSet, valueBytes: number): string {
  const slow = (arm: string): string => String(Math.round(meanOf(results, 'slowdowns', arm, valueBytes)));
  const against = (system: SystemName, words: string): string[] =>
    [system, 'stock'].every((arm) => results.select(at(arm, valueBytes)).length > 0) ? [`${words} by ${effect(results, 'putMeanNs', system, 'stock', valueBytes)}`] : [];
  const parts = [...against('trigger-only', 'the cap alone (trigger only) changes the mean write'), ...against('nvm-only', 'NVM alone'), ...against('paper', 'both with PGM')];
  const shown = (['stock', 'trigger-only', 'paper'] as const).filter((arm) => results.select(at(arm, valueBytes)).length > 0);
  return [
    ...(parts.length === 0 ? [] : [`Against stock, ${parts.join(', ')}.`]),
    `Slowdowns of 1 ms hit ${shown.map((arm) => `${slow(arm)} writes in ${SYSTEMS[arm].title.toLowerCase()} (cap ${SYSTEMS[arm].cap})`).join(', ')}; the median write is ${shown.map((arm) => micros(meanOf(results, 'putP50Ns', arm, valueBytes))).join(', ')}.`,
  ].join(' ');
}

/** What must hold if the read effect is the number of level-0 files on SSD. */
const EXPLAINING: readonly Claim[] = [
  {
    id: 'two-l0-files-halve-reads',
    text: 'With two files in level 0, and neither filter nor block cache, level 0 on NVM halves the mean read, as the probe law n / (n + 2) says (cap 10 on both sides).',
    source: OURS,
    measure: 'getMeanAtTwoL0FilesNs',
    treatment: at('paper-uncached', 4096),
    baseline: at('trigger-only-uncached', 4096),
    contrast: 'relative',
    paper: { value: -0.5 },
    margin: ABOUT,
    why: (results) => `Two wasted block reads a get are spared: ${micros(meanOf(results, 'getMeanAtTwoL0FilesNs', 'trigger-only-uncached', 4096))} and ${micros(meanOf(results, 'getMeanAtTwoL0FilesNs', 'paper-uncached', 4096))}.`,
    ablation: 'latency-over-l0',
  },
  {
    id: 'no-l0-files-no-effect',
    text: 'With no file in level 0, level 0 on NVM changes nothing for reads (cap 10 on both sides).',
    source: OURS,
    measure: 'getMeanAtNoL0FilesNs',
    treatment: at('paper-no-seeks', 4096),
    baseline: at('trigger-only-no-seeks', 4096),
    contrast: 'relative',
    paper: { value: 0 },
    margin: 0.05,
    why: (results) => `Both read the same levels on the same SSD: ${micros(meanOf(results, 'getMeanAtNoL0FilesNs', 'trigger-only-no-seeks', 4096))} and ${micros(meanOf(results, 'getMeanAtNoL0FilesNs', 'paper-no-seeks', 4096))}.`,
    ablation: 'latency-over-l0',
  },
  {
    id: 'bloom-no-effect',
    text: 'With Bloom filters, level 0 on NVM changes nothing for reads that level 0 does not answer (cap 10 on both sides).',
    source: OURS,
    measure: 'getMeanDeeperNs',
    treatment: at('paper-bloom', 4096),
    baseline: at('trigger-only-bloom', 4096),
    contrast: 'relative',
    paper: { value: 0 },
    margin: 0.05,
    why: (results) => `A filter spares the wasted block reads (with one value a block it lets 0.2 % of foreign keys pass): ${meanOf(results, 'ssdBlocksPerGet', 'trigger-only-bloom', 4096).toFixed(2)} SSD blocks a read with level 0 on SSD, ${meanOf(results, 'ssdBlocksPerGet', 'paper-bloom', 4096).toFixed(2)} with it on NVM, where it answers ${percent(meanOf(results, 'answeredInL0', 'paper-bloom', 4096)).replace('+', '')} of the reads. What is left for the others is processor time: each file's index is searched before its filter, and a prediction takes less of it than a binary search. All reads together change by ${effect(results, 'getMeanNs', 'paper-bloom', 'trigger-only-bloom', 4096)}.`,
    ablation: 'latency-over-l0',
  },
  {
    id: 'pgm-alone-no-effect',
    text: 'A learned index in level-0 files that stay on SSD changes nothing: the block still has to be read (cap 4 on both sides).',
    source: OURS,
    measure: 'getMeanNs',
    treatment: at('pgm-only-no-seeks', 4096),
    baseline: at('stock-no-seeks', 4096),
    contrast: 'relative',
    paper: { value: 0 },
    margin: 0.05,
    why: (results) => `It replaces a binary search in memory, well below a microsecond, in front of a block read: ${micros(meanOf(results, 'getMeanNs', 'stock-no-seeks', 4096))} and ${micros(meanOf(results, 'getMeanNs', 'pgm-only-no-seeks', 4096))}.`,
    ablation: 'latency-over-l0',
  },
  {
    id: 'median-write-unchanged',
    text: 'The median write is the same in paper (cap 10) and stock (cap 4): log and memtable do not change, only the stalls do.',
    source: OURS,
    measure: 'putP50Ns',
    treatment: at('paper', 4096),
    baseline: at('stock', 4096),
    contrast: 'relative',
    paper: { value: 0 },
    margin: 0.05,
    why: (results) => `Mean ${micros(meanOf(results, 'putMeanNs', 'stock', 4096))} and ${micros(meanOf(results, 'putMeanNs', 'paper', 4096))}, median ${micros(meanOf(results, 'putP50Ns', 'stock', 4096))} and ${micros(meanOf(results, 'putP50Ns', 'paper', 4096))}.`,
    ablation: 'put-tail',
  },
];

export const CLAIMS: readonly Claim[] = [...SIZES.map((size) => paperClaim('reads', size)), ...SIZES.map((size) => paperClaim('writes', size)), ...EXPLAINING];
