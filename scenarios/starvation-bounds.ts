/**
 * Strict order between queue levels starves the lowest. What bounds its wait, and what do the transactions pay for it? Aging,
 * reservation, level weights and boost at several strengths, at a load with room for all and at one where the upper levels alone ask
 * for more than there is. One core, open arrivals, common random numbers.
 */
import { ARMS, NORMAL, OVERLOAD } from './starvation-bounds/arms.ts';
import { CLAIMS } from './starvation-bounds/claims.ts';
import { FIGURES } from './starvation-bounds/figures.ts';
import { parameters, refine } from './starvation-bounds/parameters.ts';
import { buildRun } from './starvation-bounds/run.ts';
import { headline, narrative } from './starvation-bounds/words.ts';
import { defineScenario, type Measure } from './testbed/scenario.ts';

function levelMeasures(level: number): Readonly<Record<string, Measure>> {
  const latency = (title: string, description: string): Measure => ({ title: `${title}, L${level}`, unit: 'ns', description: `${description}; absent where the level is saturated: jobs were left over, or in overload its backlog kept growing`, better: 'lower' });
  return {
    [`p50L${level}Ns`]: latency('Median response', 'Exact quantile of a run'),
    [`p99L${level}Ns`]: latency('Response, p99', 'Exact quantile of a run'),
    [`longestWaitL${level}Ns`]: latency('Longest wait', 'Longest time a job waited without a break, before its first service or after an interruption'),
    [`growthL${level}PerS`]: { title: `Growth of the backlog, L${level}`, unit: 'jobs/s', description: 'Jobs in the system at the horizon less those as the warm-up ended, over the time between', better: 'neither' },
    [`supplyL${level}`]: { title: `CPU had, L${level}`, unit: '', description: 'Share of the measured time in which jobs of this label were served', better: 'neither' },
  };
}

export default defineScenario({
  id: 'starvation-bounds',
  title: 'Bounds against starvation',
  question: 'What bounds the wait of ordinary jobs under queues in strict order, and what do transactions pay for it?',
  source: { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'section 4: queues served in order; the paper names no bound' },
  kind: 'steady-state',
  parameters,
  refine,
  arms: ARMS,
  baseline: 'pr-strict',
  measures: {
    ...Object.assign({}, ...[1, 2, 3, 4].map(levelMeasures)),
    quietL4Ns: { title: 'Longest silence of L4', unit: 'ns', description: 'Longest time in which level 4 had work and no service, from the start of the run to its end', better: 'lower' },
    shortfallL4Ns: { title: 'Shortfall of L4', unit: 'ns', description: 'Most CPU time that level 4 was short of the promise (Q/P)(t - 2(P-Q)), over all windows in which it had work; 0 where the promise is kept', better: 'lower' },
    excessL4Ns: { title: 'Shortfall of L4 beyond one delay', unit: 'ns', description: 'Shortfall less what one delay of the turn explains: in np Q/P of the longest stretch that another label had the core for, in poll Q/P of the interval, in pr nothing', better: 'lower' },
    promotions: { title: 'Promotions', unit: 'jobs', description: 'How often a job came to compete on a higher level', better: 'neither' },
    relabelled: { title: 'Changed labels', unit: 'jobs', description: 'Jobs whose label was not the one they came with; 0 in a correct run', better: 'lower' },
  },
  tables: {
    longest: {
      title: 'Longest waits, first replication',
      columns: {
        id: { unit: '', description: 'Number of the job, in order of arrival' },
        label: { unit: '', description: 'Queue level that its data demands' },
        level: { unit: '', description: 'Queue level on which it was served at the end' },
        program: { unit: '', description: 'Program that served it last' },
        arrival_ns: { unit: 'ns', description: 'Arrival' },
        first_start_ns: { unit: 'ns', description: 'First service' },
        end_ns: { unit: 'ns', description: 'End' },
        cpu_ns: { unit: 'ns', description: 'CPU time' },
        wait_ns: { unit: 'ns', description: 'Time in the system without service, all waits together' },
        preemptions: { unit: '', description: 'How often it lost the core' },
      },
    },
  },
  quick: { replications: 10, set: { horizonMs: 8000, warmUpMs: 1500 }, sweep: { load: [NORMAL, OVERLOAD] } },
  full: { replications: 20, set: { horizonMs: 60_000, warmUpMs: 10_000 }, sweep: { load: [0.7, NORMAL, 0.97, OVERLOAD] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
