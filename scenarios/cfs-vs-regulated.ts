/**
 * The question people come for: what do the four regulated queues of the energy-blockchain operating system cost and gain against
 * CFS, at which load, for whom, what bounds the loss, and what if sizes are known badly? One core, open arrivals, common random numbers.
 */
import { ARMS, HIGH_LOAD, OVERLOAD } from './cfs-vs-regulated/arms.ts';
import { CLAIMS } from './cfs-vs-regulated/claims.ts';
import { LEVELS } from './cfs-vs-regulated/effects.ts';
import { FIGURES } from './cfs-vs-regulated/figures.ts';
import { parameters, refine } from './cfs-vs-regulated/parameters.ts';
import { buildRun } from './cfs-vs-regulated/run.ts';
import { headline, narrative } from './cfs-vs-regulated/words.ts';
import { defineScenario, type Measure } from './testbed/scenario.ts';

function levelMeasures(level: number): Readonly<Record<string, Measure>> {
  const latency = (title: string, description: string, guard?: number): Measure => ({ title: `${title}, L${level}`, unit: 'ns', description, better: 'lower', ...(guard === undefined ? {} : { guard }) });
  return {
    [`meanL${level}Ns`]: latency('Mean response', 'Arrival to completion, measured jobs of the level; absent where the level is saturated', 0.1),
    [`p50L${level}Ns`]: latency('Median response', 'Exact quantile of a run'),
    [`p90L${level}Ns`]: latency('Response, p90', 'Exact quantile of a run'),
    [`p99L${level}Ns`]: latency('Response, p99', 'Exact quantile of a run'),
    [`p999L${level}Ns`]: latency('Response, p99.9', 'Exact quantile of a run'),
    [`maxWaitL${level}Ns`]: latency('Longest wait', 'For the first service'),
    [`starvedL${level}`]: { title: `Starved jobs, L${level}`, unit: 'jobs', description: 'Waited for their first service for longer than the limit', better: 'lower' },
    ...(level <= 2 ? { [`missedL${level}`]: { title: `Deadline misses, L${level}`, unit: '', description: 'Share of jobs that took longer than the deadline', better: 'lower' } satisfies Measure } : {}),
    [`growthL${level}PerS`]: { title: `Growth of the backlog, L${level}`, unit: 'jobs/s', description: 'Jobs in the system at the horizon less those as the warm-up ended, over the time between', better: 'neither' },
  };
}

export default defineScenario({
  id: 'cfs-vs-regulated',
  title: 'CFS against regulated queues',
  question: 'What does the four-level regulated queue cost and gain against CFS, at which load, and for whom?',
  source: { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'section 4: regulated scheduling' },
  kind: 'steady-state',
  parameters,
  refine,
  arms: ARMS,
  baseline: 'cfs',
  measures: {
    ...Object.assign({}, ...LEVELS.map(levelMeasures)),
    throughputPerS: { title: 'Throughput', unit: 'jobs/s', description: 'Measured jobs done over the measured time', better: 'higher' },
    utilisation: { title: 'Utilisation', unit: '', description: 'Share of the measured time in which the core serves jobs', better: 'neither' },
    overheadShare: { title: 'Overhead', unit: '', description: 'Share of the measured time spent on switching, hand-over and classification', better: 'lower' },
    preemptionsPerJob: { title: 'Preemptions a job', unit: '', description: 'How often a measured job lost the core', better: 'neither' },
  },
  tables: {
    slowdowns: {
      title: 'Slowdown by size, first replication',
      columns: {
        level: { unit: '', description: 'Queue level by label' },
        size_decile: { unit: '', description: 'Tenth of the level\'s jobs by size, 1 = shortest' },
        mean_size_ns: { unit: 'ns', description: 'Mean CPU time of its jobs' },
        mean_slowdown: { unit: '', description: 'Mean of response over size' },
      },
    },
  },
  quick: { replications: 10, set: { horizonMs: 24_000, warmUpMs: 4000 }, sweep: { load: [0.5, 0.7, HIGH_LOAD, OVERLOAD] } },
  full: { replications: 20, set: { horizonMs: 120_000, warmUpMs: 20_000 }, sweep: { load: [0.3, 0.5, 0.7, 0.8, HIGH_LOAD, 0.95, 0.99, OVERLOAD, 1.3] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
