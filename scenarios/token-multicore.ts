/**
 * The regulatory program "hands the right to the queues" to the ordinary one when its tasks are finished: on several cores, whose
 * right? One queue whose cores each have their own right, a queue a core, or one token for the machine, which leaves cores idle beside
 * waiting work. Over cores and loads, both modes, common random numbers.
 */
import { ARMS, CORES, NORMAL, OVERLOAD } from './token-multicore/arms.ts';
import { CLAIMS } from './token-multicore/claims.ts';
import { FIGURES } from './token-multicore/figures.ts';
import { parameters } from './token-multicore/parameters.ts';
import { buildRun } from './token-multicore/run.ts';
import { headline, narrative } from './token-multicore/words.ts';
import { defineScenario, type Measure } from './testbed/scenario.ts';

function levelMeasures(level: number): Readonly<Record<string, Measure>> {
  return {
    [`meanL${level}Ns`]: { title: `Mean response, L${level}`, unit: 'ns', description: 'Arrival to completion, measured jobs of the level; none where they did not all get done', better: 'lower' },
    [`p99L${level}Ns`]: { title: `Response, p99, L${level}`, unit: 'ns', description: 'Exact quantile of a run; none where measured jobs did not all get done', better: 'lower' },
    [`growthL${level}PerS`]: { title: `Growth of the backlog, L${level}`, unit: 'jobs/s', description: 'Jobs in the system at the horizon less those as the warm-up ended, over the time between', better: 'lower' },
    [`coresL${level}`]: { title: `Cores had, L${level}`, unit: '', description: 'Share of the core time that the level held, costs included', better: 'neither' },
  };
}

export default defineScenario({
  id: 'token-multicore',
  title: 'One right for several cores',
  question: 'What does a machine of several cores lose if the right to the queues is a single token, and what if each core has queues of its own?',
  source: { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'section 4: the regulatory program hands the right to the queues to the ordinary one when its tasks are finished' },
  kind: 'steady-state',
  parameters,
  arms: ARMS,
  baseline: 'np-shared',
  measures: {
    throughputPerS: { title: 'Throughput', unit: 'jobs/s', description: 'Jobs that left in the measured time: those that came less the growth of the backlog', better: 'higher' },
    utilisation: { title: 'Core time spent on jobs', unit: '', description: 'Share of the core time in which jobs were served; with more work than the machine can do, its capacity', better: 'neither' },
    idleBesideWork: { title: 'Cores idle beside waiting jobs', unit: '', description: 'Share of the core time in which cores were idle, as many as jobs were waiting', better: 'lower' },
    inverted: { title: 'Cores on lower levels beside waiting L1', unit: '', description: 'Share of the core time in which cores served levels 2 to 4, as many as jobs of level 1 were waiting', better: 'lower' },
    ...Object.assign({}, ...[1, 2, 3, 4].map(levelMeasures)),
    overheadShare: { title: 'Core time spent on costs', unit: '', description: 'Share of the core time spent on switching, warm-up after moves and hand-over', better: 'lower' },
    migrationsPerJob: { title: 'Moves to another core', unit: '1/job', description: 'Of measured jobs that got done', better: 'lower' },
    preemptionsPerJob: { title: 'Interruptions', unit: '1/job', description: 'Of measured jobs that got done', better: 'lower' },
  },
  quick: { replications: 10, set: { measuredJobs: 1200 }, sweep: { cores: [...CORES], load: [NORMAL, OVERLOAD] } },
  full: { replications: 20, sweep: { cores: [...CORES], load: [0.3, 0.4, 0.5, 0.6, NORMAL, 0.8, 0.9, OVERLOAD] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
