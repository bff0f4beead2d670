/** What the paper promises of its queues and what it is silent about, as statements that replications can refute. */
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Source } from '../testbed/scenario.ts';
import { HIGH_LOAD, OVERLOAD } from './arms.ts';
import { at, factorWithInterval, change, meanOf, millis, rateText } from './effects.ts';

const PAPER: Source = { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'section 4: four queues, regulatory and ordinary program' };
const PAPER_COST: Source = { ...PAPER, place: 'section 5: data that is not regulated is filtered out, so regulation costs no computing power' };
const OURS: Source = { document: 'This testbed', place: 'docs/decisions/0009-regulated-scheduler-gaps.md' };

/** Ratios below a tenth are not worth a sentence: choice. */
const SMALLEST = 0.1;

const p99 = (results: ResultSet, level: number, arm: string, load = HIGH_LOAD): string => millis(meanOf(results, `p99L${level}Ns`, arm, load));

function tailClaim(id: string, text: string, level: number, arm: string, direction: 'decrease' | 'increase', source: Source, load = HIGH_LOAD): Claim {
  return {
    id, text, source,
    measure: `p99L${level}Ns`,
    treatment: at(arm, load),
    baseline: at('cfs', load),
    contrast: 'relative',
    paper: { direction },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `p99 of level ${level}: ${p99(results, level, arm, load)} against ${p99(results, level, 'cfs', load)} under CFS, ${factorWithInterval(change(results, `p99L${level}Ns`, arm, 'cfs', load))}.`,
    ablation: 'p99-over-load',
  };
}

export const CLAIMS: readonly Claim[] = [
  tailClaim('l1-gains-pr', 'The preemptive regulated queue (pr) serves real-time regulated jobs (L1) sooner than CFS: their p99 falls.', 1, 'pr-fcfs', 'decrease', PAPER),
  tailClaim('l2-gains-pr', 'The preemptive regulated queue (pr) serves real-time jobs that are not regulated (L2) sooner than CFS: their p99 falls.', 2, 'pr-fcfs', 'decrease', PAPER),
  tailClaim('l1-gains-np', 'The non-preemptive, literal reading (np) also serves L1 sooner than CFS.', 1, 'np-fcfs', 'decrease', PAPER),
  tailClaim('l3-gains-pr', 'Regulated jobs that are not real-time (L3) are served sooner under the preemptive regulated queue (pr) than under CFS.', 3, 'pr-fcfs', 'decrease', PAPER),
  tailClaim('l4-pays-pr', 'Ordinary jobs (L4) pay for it under the preemptive regulated queue (pr): their p99 rises against CFS.', 4, 'pr-fcfs', 'increase', OURS),
  {
    id: 'l4-mean-pays-pr',
    text: 'The mean response of ordinary jobs (L4) rises against CFS under the preemptive regulated queue (pr) with first come first served inside.',
    source: OURS,
    measure: 'meanL4Ns',
    treatment: at('pr-fcfs', HIGH_LOAD),
    baseline: at('cfs', HIGH_LOAD),
    contrast: 'relative',
    paper: { direction: 'increase' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `Mean of L4: ${millis(meanOf(results, 'meanL4Ns', 'pr-fcfs', HIGH_LOAD))} against ${millis(meanOf(results, 'meanL4Ns', 'cfs', HIGH_LOAD))}; median ${millis(meanOf(results, 'p50L4Ns', 'pr-fcfs', HIGH_LOAD))} against ${millis(meanOf(results, 'p50L4Ns', 'cfs', HIGH_LOAD))}.`,
    ablation: 'paired-differences',
  },
  {
    id: 'no-compute-cost',
    text: 'Regulation takes no computing power from the machine: utilisation with classification at 50 us a job (pr) is that without.',
    source: PAPER_COST,
    measure: 'overheadShare',
    treatment: at('pr-classify', HIGH_LOAD),
    baseline: at('pr-fcfs', HIGH_LOAD),
    contrast: 'difference',
    paper: { value: 0 },
    margin: 0.005,
    why: (results) => `Share of the core spent on switching and classifying: ${(100 * meanOf(results, 'overheadShare', 'pr-classify', HIGH_LOAD)).toFixed(2)} % against ${(100 * meanOf(results, 'overheadShare', 'pr-fcfs', HIGH_LOAD)).toFixed(2)} %. Every job has to be classified, the non-regulated ones too.`,
    ablation: 'robustness',
  },
  {
    id: 'srt-survives-errors',
    text: 'Shortest remaining time inside the levels (pr) still shortens the mean response of L4 against first come first served inside (pr) when size estimates are off by a lognormal factor of sigma 1.',
    source: OURS,
    measure: 'meanL4Ns',
    treatment: at('pr-srt-s1', HIGH_LOAD),
    baseline: at('pr-fcfs', HIGH_LOAD),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `Mean response of L4: ${millis(meanOf(results, 'meanL4Ns', 'pr-fcfs', HIGH_LOAD))} first come first served; SRT ${millis(meanOf(results, 'meanL4Ns', 'pr-srt', HIGH_LOAD))} with an oracle, ${millis(meanOf(results, 'meanL4Ns', 'pr-srt-s1', HIGH_LOAD))} with sigma 1, ${millis(meanOf(results, 'meanL4Ns', 'pr-srt-s2', HIGH_LOAD))} with sigma 2.`,
    ablation: 'robustness',
  },
  {
    id: 'overload-l1-safe',
    text: `At an offered load of ${OVERLOAD} the preemptive regulated queue (pr) keeps the backlog of L1 from growing.`,
    source: OURS,
    measure: 'growthL1PerS',
    treatment: at('pr-fcfs', OVERLOAD),
    baseline: at('pr-fcfs', HIGH_LOAD),
    contrast: 'difference',
    paper: { value: 0 },
    margin: 0.5,
    why: (results) => `Backlogs grow by ${[1, 2, 3, 4].map((level) => `${rateText(meanOf(results, `growthL${level}PerS`, 'pr-fcfs', OVERLOAD))} (L${level})`).join(', ')} jobs a second; under CFS by ${[1, 2, 3, 4].map((level) => `${rateText(meanOf(results, `growthL${level}PerS`, 'cfs', OVERLOAD))} (L${level})`).join(', ')}.`,
    ablation: 'overload',
  },
  {
    id: 'reservation-bounds-l4',
    text: 'A reservation for L4 (pr) bounds what L4 loses: its longest wait falls against strict order.',
    source: OURS,
    measure: 'maxWaitL4Ns',
    treatment: at('pr-reserve', HIGH_LOAD),
    baseline: at('pr-fcfs', HIGH_LOAD),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `Longest wait of L4 ${millis(meanOf(results, 'maxWaitL4Ns', 'pr-reserve', HIGH_LOAD))} against ${millis(meanOf(results, 'maxWaitL4Ns', 'pr-fcfs', HIGH_LOAD))}; p99 of L1 ${p99(results, 1, 'pr-reserve')} against ${p99(results, 1, 'pr-fcfs')}.`,
    ablation: 'bounds',
  },
];
