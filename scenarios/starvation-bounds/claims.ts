/** What strict order does to the lowest level, what each bound promises, and what it costs, as statements that replications can refute. */
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Source } from '../testbed/scenario.ts';
import { armName, NORMAL, OVERLOAD } from './arms.ts';
import { at, change, factor, LEVELS, mean, millis, rate, share } from './effects.ts';

const PAPER: Source = { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'section 4: queues served in order' };
const SHIN_LEE: Source = { document: 'I. Shin and I. Lee, Periodic resource model, RTSS 2003', place: 'supply bound of a periodic resource' };
const OURS: Source = { document: 'This testbed', place: 'sim/os/regulated/README.md' };

const STRICT = armName('pr');
const AGING = armName('pr', 'aging');
const RESERVED = armName('pr', 'reservation');
/** A reservation above and one below what level 4 asks for at the normal load (0.32 of the core). */
const AMPLE = armName('pr', 'reservation', 40);
const SCANT = armName('pr', 'reservation', 10);

/** Changes of a tenth are not worth a sentence: choice. */
const SMALLEST = 0.1;

const growths = (results: ResultSet, arm: string): string => LEVELS.map((level) => `${rate(mean(results, `growthL${level}PerS`, arm, OVERLOAD))} (L${level})`).join(', ');

/** One arm against strict order in the same mode and at the same load. */
function against(id: string, text: string, measure: string, arm: string, baseline: string, load: number, source: Source, rest: Pick<Claim, 'contrast' | 'paper' | 'margin' | 'why'> & Partial<Claim>): Claim {
  return { id, text, source, measure, treatment: at(arm, load), baseline: at(baseline, load), ...rest };
}

export const CLAIMS: readonly Claim[] = [
  {
    id: 'strict-starves-l4',
    text: `Strict order (pr) has no bound: where levels 1 to 3 ask for more than the core (load ${OVERLOAD}), level 4 gets no CPU time.`,
    source: PAPER,
    measure: 'supplyL4',
    treatment: at(STRICT, OVERLOAD),
    baseline: at(STRICT, NORMAL),
    contrast: 'relative',
    paper: { value: -1 },
    margin: 0.05,
    why: (results) => `Level 4 has ${share(mean(results, 'supplyL4', STRICT, OVERLOAD))} of the core against ${share(mean(results, 'supplyL4', STRICT, NORMAL))} at load ${NORMAL}; backlogs grow by ${growths(results, STRICT)} jobs a second.`,
    ablation: 'growth',
  },
  {
    id: 'strict-spares-l1',
    text: `Strict order (pr) keeps the backlog of level 1 from growing, at load ${OVERLOAD} as at ${NORMAL}.`,
    source: PAPER,
    measure: 'growthL1PerS',
    treatment: at(STRICT, OVERLOAD),
    baseline: at(STRICT, NORMAL),
    contrast: 'difference',
    paper: { direction: 'none' },
    margin: 1,
    why: (results) => `Level 1 asks for ${share(mean(results, 'supplyL1', STRICT, OVERLOAD))} of the core and gets it.`,
    ablation: 'growth',
  },
  against('reservation-keeps-promise', 'A reservation (pr) keeps its promise in every window: no shortfall below (Q/P)(t - 2(P-Q)), in overload of the levels above, where strict order falls short by seconds.', 'shortfallL4Ns', RESERVED, STRICT, OVERLOAD, SHIN_LEE, {
    contrast: 'relative',
    paper: { value: -1 },
    margin: 1e-9,
    why: (results) => `Worst shortfall over all windows ${millis(mean(results, 'shortfallL4Ns', RESERVED, OVERLOAD))} against ${millis(mean(results, 'shortfallL4Ns', STRICT, OVERLOAD))}; longest silence of level 4 ${millis(mean(results, 'quietL4Ns', RESERVED, OVERLOAD))} (promised: at most 160 ms) against ${millis(mean(results, 'quietL4Ns', STRICT, OVERLOAD))}.`,
    ablation: 'silence',
  }),
  against('reservation-np-one-task', 'Without preemption (np) the reservation weakens by one task: beyond Q/P of the longest task there is no shortfall.', 'excessL4Ns', armName('np', 'reservation'), armName('np'), OVERLOAD, OURS, {
    contrast: 'relative',
    paper: { value: -1 },
    margin: 1e-9,
    why: (results) => `The turn of level 4 waits for the end of a running task: its shortfall is ${millis(mean(results, 'shortfallL4Ns', armName('np', 'reservation'), OVERLOAD))}, all of it explained by one such wait.`,
    ablation: 'silence',
  }),
  against('reservation-spares-l1', 'In overload of the upper levels a reservation for level 4 (pr) leaves the backlog of level 1 where it is.', 'growthL1PerS', RESERVED, STRICT, OVERLOAD, OURS, {
    contrast: 'difference',
    paper: { direction: 'none' },
    margin: 1,
    why: (results) => `With the reservation backlogs grow by ${growths(results, RESERVED)} jobs a second, without it by ${growths(results, STRICT)}: level 3 pays what level 4 gets. p99 of level 1: ${millis(mean(results, 'p99L1Ns', RESERVED, OVERLOAD))} against ${millis(mean(results, 'p99L1Ns', STRICT, OVERLOAD))}.`,
    ablation: 'growth',
  }),
  against('aging-floods-l1', 'In overload aging (pr) carries the excess up: the backlog of level 1 grows.', 'growthL1PerS', AGING, STRICT, OVERLOAD, OURS, {
    contrast: 'difference',
    paper: { direction: 'increase' },
    smallest: 10,
    margin: 0,
    why: (results) => `Promoted jobs fill level 1, which serves first come, first served; backlogs grow by ${growths(results, AGING)} jobs a second, counted by label.`,
    ablation: 'growth',
  }),
  against('aging-shortens-wait', `At load ${NORMAL} aging (pr) shortens the longest wait of level 4.`, 'longestWaitL4Ns', AGING, STRICT, NORMAL, OURS, {
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `Longest wait of level 4 ${millis(mean(results, 'longestWaitL4Ns', AGING, NORMAL))} against ${millis(mean(results, 'longestWaitL4Ns', STRICT, NORMAL))}.`,
    ablation: 'pareto',
  }),
  against('aging-costs-l1', `At load ${NORMAL} level 1 pays for aging (pr) with its p99.`, 'p99L1Ns', AGING, STRICT, NORMAL, OURS, {
    contrast: 'relative',
    paper: { direction: 'increase' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `p99 of level 1 ${millis(mean(results, 'p99L1Ns', AGING, NORMAL))} against ${millis(mean(results, 'p99L1Ns', STRICT, NORMAL))}: a transaction stands in line behind promoted jobs of eight times its size.`,
    ablation: 'pareto',
  }),
  against('scant-reservation-no-shorter', `A reservation below what level 4 asks for (10 ms in 100 ms, pr) bounds its silence and not the wait of its jobs: at load ${NORMAL} their longest wait stays as it is.`, 'longestWaitL4Ns', SCANT, STRICT, NORMAL, OURS, {
    contrast: 'relative',
    paper: { direction: 'none' },
    margin: SMALLEST,
    why: (results) => `Longest wait ${factor(change(results, 'longestWaitL4Ns', SCANT, STRICT, NORMAL))}, longest silence of the level ${factor(change(results, 'quietL4Ns', SCANT, STRICT, NORMAL))}.`,
    ablation: 'pareto',
  }),
  against('ample-reservation-shortens', `A reservation above what level 4 asks for (40 ms in 100 ms, pr) shortens the longest wait of its jobs at load ${NORMAL}.`, 'longestWaitL4Ns', AMPLE, STRICT, NORMAL, OURS, {
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `Longest wait ${factor(change(results, 'longestWaitL4Ns', AMPLE, STRICT, NORMAL))}; p99 of level 1 ${factor(change(results, 'p99L1Ns', AMPLE, STRICT, NORMAL))}, of level 3 ${factor(change(results, 'p99L3Ns', AMPLE, STRICT, NORMAL))}.`,
    ablation: 'pareto',
  }),
  against('labels-stay', 'No promotion changes a label: what aging (pr) lifts to level 1 is still counted as ordinary work.', 'relabelled', AGING, STRICT, OVERLOAD, OURS, {
    contrast: 'difference',
    paper: { value: 0 },
    margin: 0.5,
    why: (results) => `${Math.round(mean(results, 'promotions', AGING, OVERLOAD))} promotions a run, ${Math.round(mean(results, 'relabelled', AGING, OVERLOAD))} changed labels.`,
    ablation: 'pareto',
  }),
];
