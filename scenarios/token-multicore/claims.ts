/** What the token costs a machine of several cores, and what queues of their own cost the transactions, as statements to refute. */
import type { Claim, Source } from '../testbed/scenario.ts';
import { armOf, type Mode, NORMAL, OVERLOAD } from './arms.ts';
import { at, change, changeText, difference, lossText, mean, millis, type Point, share } from './effects.ts';

const PAPER_COST: Source = { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'section 4: the right to the queues is handed over when tasks are finished; section 5: regulation costs no computing power' };
const OURS: Source = { document: 'This testbed', place: 'scenarios/token-multicore/theory.ts, sim/os/regulated/options.ts' };

const CORES = 8;
const OVER: Point = { cores: CORES, load: OVERLOAD };
const CALM: Point = { cores: CORES, load: NORMAL };
const WHERE = `${CORES} cores, load ${OVERLOAD}`;

/** Choices: a hundredth of the machine counts for a difference, a twentieth for a loss worth a sentence; a twentieth of a response. */
const MACHINE_MARGIN = 0.01;
const SMALLEST_LOSS = 0.05;
const SMALLEST_RESPONSE = 0.05;

const capacity = { measure: 'utilisation', contrast: 'difference', ablation: 'capacity' } as const;

function tokenLoses(mode: Mode): Claim {
  return {
    ...capacity,
    id: `token-loses-${mode}`,
    text: `A single token leaves a machine with more work than it can do less of it done than one shared queue does (${mode}, ${WHERE}).`,
    source: OURS,
    treatment: at(armOf('token', mode), OVER),
    baseline: at(armOf('shared', mode), OVER),
    paper: { direction: 'decrease' },
    smallest: SMALLEST_LOSS,
    margin: 0,
    why: (results) => `${lossText(difference(results, 'utilisation', armOf('token', mode), armOf('shared', mode), OVER))} of the core time are lost: ${share(mean(results, 'idleBesideWork', armOf('token', mode), OVER))} of it cores are idle beside waiting jobs.`,
  };
}

function slower(id: string, text: string, measure: 'p99L1Ns' | 'meanL1Ns', arm: string, baseline: string, point: Point, why: Claim['why']): Claim {
  return { id, text, source: OURS, measure, treatment: at(arm, point), baseline: at(baseline, point), contrast: 'relative', paper: { direction: 'increase' }, smallest: SMALLEST_RESPONSE, margin: 0, why, ablation: 'tails' };
}

export const CLAIMS: readonly Claim[] = [
  {
    ...capacity,
    id: 'literal-token-free',
    text: `Read to the letter, with one right for all cores and tasks that run to their end (np), regulation costs no computing power (${WHERE}).`,
    source: PAPER_COST,
    treatment: at('np-token', OVER),
    baseline: at('np-shared', OVER),
    paper: { direction: 'none' },
    margin: MACHINE_MARGIN,
    why: (results) => `With one right a core the machine serves ${share(mean(results, 'utilisation', 'np-shared', OVER))} of its time, with one for all ${share(mean(results, 'utilisation', 'np-token', OVER))}.`,
  },
  tokenLoses('np'),
  tokenLoses('pr'),
  {
    ...capacity,
    id: 'one-core-free',
    text: `On one core the token costs nothing (np, load ${OVERLOAD}).`,
    source: OURS,
    treatment: at('np-token', { ...OVER, cores: 1 }),
    baseline: at('np-shared', { ...OVER, cores: 1 }),
    paper: { direction: 'none' },
    margin: MACHINE_MARGIN,
    why: () => 'The right follows the only core: nobody else could be kept from one.',
  },
  {
    ...capacity,
    id: 'loss-grows-with-cores',
    text: `The more cores, the less of the machine the token lets work (np, load ${OVERLOAD}, 8 against 2 cores).`,
    source: OURS,
    treatment: at('np-token', OVER),
    baseline: at('np-token', { ...OVER, cores: 2 }),
    paper: { direction: 'decrease' },
    smallest: SMALLEST_LOSS,
    margin: 0,
    why: (results) => `${[1, 2, 4, 8].map((cores) => `${share(mean(results, 'utilisation', 'np-token', { ...OVER, cores }))} with ${cores}`).join(', ')}: ordinary jobs wait for an instant at which no regulatory job is in service on any core.`,
  },
  {
    id: 'token-starves-l4',
    text: `At a load that leaves three tenths of the machine free, the token lets the backlog of ordinary jobs (L4) grow without end (np, ${CORES} cores, load ${NORMAL}).`,
    source: OURS,
    measure: 'growthL4PerS',
    treatment: at('np-token', CALM),
    baseline: at('np-shared', CALM),
    contrast: 'difference',
    paper: { direction: 'increase' },
    // A tenth of the ordinary jobs that come.
    smallest: 84,
    margin: 0,
    why: (results) => `It grows by ${mean(results, 'growthL4PerS', 'np-token', CALM).toFixed(0)} jobs a second; ${share(mean(results, 'idleBesideWork', 'np-token', CALM))} of the core time is idle beside it.`,
    ablation: 'cores',
  },
  {
    id: 'token-no-gain-pr',
    text: `Transactions (L1) gain nothing from the token that preemption does not give them already (pr, ${CORES} cores, load ${NORMAL}).`,
    source: OURS,
    measure: 'p99L1Ns',
    treatment: at('pr-token', CALM),
    baseline: at('pr-shared', CALM),
    contrast: 'relative',
    paper: { direction: 'none' },
    margin: 0.01,
    why: (results) => `p99 ${millis(mean(results, 'p99L1Ns', 'pr-token', CALM))} and ${millis(mean(results, 'p99L1Ns', 'pr-shared', CALM))}: under either nobody of a lower level is in their way.`,
    ablation: 'tails',
  },
  slower('token-harms-l1-np', `Without preemption the token even stretches the tail of transactions (L1) (np, ${CORES} cores, load ${NORMAL}).`, 'p99L1Ns', 'np-token', 'np-shared', CALM, (results) =>
    `p99 ${millis(mean(results, 'p99L1Ns', 'np-token', CALM))} against ${millis(mean(results, 'p99L1Ns', 'np-shared', CALM))}, ${changeText(change(results, 'p99L1Ns', 'np-token', 'np-shared', CALM))}: they wait until the last ordinary job on any core is done, not the first.`),
  {
    ...capacity,
    id: 'own-queues-work',
    text: `Queues of their own, with stealing, keep the cores as busy as a shared queue does (pr, ${WHERE}).`,
    source: OURS,
    treatment: at('pr-own', OVER),
    baseline: at('pr-shared', OVER),
    paper: { direction: 'none' },
    margin: MACHINE_MARGIN,
    why: (results) => `${share(mean(results, 'utilisation', 'pr-own', OVER))} and ${share(mean(results, 'utilisation', 'pr-shared', OVER))} of the core time: an idle core takes what waits anywhere.`,
  },
  slower('own-queues-invert', `Queues of their own make transactions (L1) slower: some wait at one core while another serves a lower level (pr, ${WHERE}).`, 'meanL1Ns', 'pr-own', 'pr-shared', OVER, (results) =>
    `Mean response ${changeText(change(results, 'meanL1Ns', 'pr-own', 'pr-shared', OVER))}, p99 ${changeText(change(results, 'p99L1Ns', 'pr-own', 'pr-shared', OVER))}; ${share(mean(results, 'inverted', 'pr-own', OVER))} of the core time goes to lower levels beside waiting transactions, and no busy core looks for them.`),
];
