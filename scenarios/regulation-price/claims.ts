/** The paper's promise of free regulation, and who pays whom, as statements that replications can refute. */
import type { Claim, Source } from '../testbed/scenario.ts';
import { COST_LOAD, COST_SHARE } from './arms.ts';
import { at, change, factor, mean, millis, type Point, priceOf, priceText, share } from './effects.ts';

const PAPER: Source = { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'section 4: regulation and real-time handling together' };
const PAPER_COST: Source = { ...PAPER, place: 'section 5: data that is not regulated is filtered out, so regulation costs no computing power' };
const OURS: Source = { document: 'This testbed', place: 'sim/os/regulated/README.md' };

const POINT = { load: COST_LOAD, regulatedShare: COST_SHARE };
const WHERE = `load ${COST_LOAD}, regulated share ${COST_SHARE}`;
/** Where means settle within a quick run. */
const CALM = { load: 0.6, regulatedShare: COST_SHARE };

/** A thousandth of the core is not worth a sentence, nor is a tenth of a tail: choices. */
const CORE_MARGIN = 0.001;
const SMALLEST = 0.1;

function tail(id: string, text: string, level: number, arm: string, baseline: string, direction: 'decrease' | 'increase', source: Source, statistic: 'p99' | 'mean' = 'p99', point: Point = POINT): Claim {
  const measure = `${statistic}L${level}Ns`;
  return {
    id, text, source, measure,
    treatment: at(arm, point),
    baseline: at(baseline, point),
    contrast: 'relative',
    paper: { direction },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `${statistic === 'p99' ? 'p99' : 'Mean'} of level ${level}: ${millis(mean(results, measure, arm, point))} against ${millis(mean(results, measure, baseline, point))}, ${factor(change(results, measure, arm, baseline, point))}.${level === 1 ? '' : ` Price for each millisecond of level 1: ${priceText(priceOf(results, level, arm, baseline, point, statistic))}.`}`,
    ablation: 'price',
  };
}

export const CLAIMS: readonly Claim[] = [
  tail('l1-gains-fcfs', `Regulated queues (pr) shorten the tail of transactions (L1) against FCFS at ${WHERE}.`, 1, 'pr', 'fcfs', 'decrease', PAPER),
  tail('l1-gains-cfs', `Regulated queues (pr) shorten the tail of transactions (L1) against CFS at ${WHERE}.`, 1, 'pr', 'cfs', 'decrease', PAPER),
  tail('l2-gains-fcfs', `Real-time jobs that are not regulated (L2) gain as well (pr against FCFS, ${WHERE}).`, 2, 'pr', 'fcfs', 'decrease', PAPER),
  tail('l4-pays-fcfs', `Ordinary jobs (L4) pay with their tail (pr against FCFS, ${WHERE}).`, 4, 'pr', 'fcfs', 'increase', OURS),
  tail('l4-mean-pays-cfs', `Ordinary jobs (L4) pay with their mean response (pr against CFS, load ${CALM.load}, regulated share ${CALM.regulatedShare}).`, 4, 'pr', 'cfs', 'increase', OURS, 'mean', CALM),
  tail('np-loses-cfs', `Against CFS the literal reading (np) does not help transactions but harms them where the load is moderate: their tail grows (load ${CALM.load}, regulated share ${CALM.regulatedShare}).`, 1, 'np', 'cfs', 'increase', OURS, 'p99', CALM),
  tail('np-gains-less', `The literal reading (np) leaves transactions (L1) a longer tail than preemption (pr) does, at ${WHERE}.`, 1, 'np', 'pr', 'increase', OURS),
  {
    id: 'free-classification-free',
    text: `Where classification and hand-over are free, regulation (pr) costs no computing power: the core does as much work as under FCFS, at ${WHERE}.`,
    source: PAPER_COST,
    measure: 'serviceShare',
    treatment: at('pr', POINT),
    baseline: at('fcfs', POINT),
    contrast: 'difference',
    paper: { direction: 'none' },
    margin: CORE_MARGIN,
    why: (results) => `Jobs have ${share(mean(results, 'serviceShare', 'pr', POINT))} of the core's time in both: neither idles beside work.`,
    ablation: 'costs',
  },
  {
    id: 'classification-costs',
    text: `Regulation (pr) costs no computing power when finding out the level of a job takes 50 us, at ${WHERE}.`,
    source: PAPER_COST,
    measure: 'overheadShare',
    treatment: at('pr-classify-50', POINT),
    baseline: at('pr', POINT),
    contrast: 'difference',
    paper: { direction: 'none' },
    margin: CORE_MARGIN,
    why: (results) => `It takes ${share(mean(results, 'overheadShare', 'pr-classify-50', POINT))} of the core, ${share(mean(results, 'ordinaryOverheadShare', 'pr-classify-50', POINT))} of it for jobs that turn out not to be regulated: to filter them out they have to be looked at. The p99 of level 4 goes up by that load, ${factor(change(results, 'p99L4Ns', 'pr-classify-50', 'pr', POINT))}.`,
    ablation: 'costs',
  },
  {
    id: 'ordinary-jobs-classified',
    text: `Core time goes into classifying jobs that are not regulated (pr, 50 us a job, ${WHERE}).`,
    source: OURS,
    measure: 'ordinaryOverheadShare',
    treatment: at('pr-classify-50', POINT),
    baseline: at('pr', POINT),
    contrast: 'difference',
    paper: { direction: 'increase' },
    smallest: CORE_MARGIN,
    margin: 0,
    why: (results) => `${share(mean(results, 'ordinaryOverheadShare', 'pr-classify-50', POINT) / mean(results, 'overheadShare', 'pr-classify-50', POINT))} of the time spent on classification.`,
    ablation: 'costs',
  },
  {
    id: 'handover-spares-l1',
    text: `A hand-over of 50 us between the programs (pr) is paid by level 4, not by level 1, whose tail does not change, at ${WHERE}.`,
    source: OURS,
    measure: 'p99L1Ns',
    treatment: at('pr-handover-50', POINT),
    baseline: at('pr', POINT),
    contrast: 'relative',
    paper: { direction: 'none' },
    margin: 0.02,
    why: (results) => `p99 of level 1 ${factor(change(results, 'p99L1Ns', 'pr-handover-50', 'pr', POINT))}, of level 4 ${factor(change(results, 'p99L4Ns', 'pr-handover-50', 'pr', POINT))}.`,
    ablation: 'costs',
  },
];
