/**
 * The price of regulation: what the other levels' tails lose for what the transactions' tail gains, at equal load, against schedulers
 * without levels; over the load and the share of regulated work, and with what classification and hand-over cost the core.
 */
import { ARMS, COST_ARMS, COST_LOAD, COST_SHARE } from './regulation-price/arms.ts';
import { CLAIMS } from './regulation-price/claims.ts';
import { FIGURES } from './regulation-price/figures.ts';
import { parameters, refine } from './regulation-price/parameters.ts';
import { buildRun } from './regulation-price/run.ts';
import { headline, narrative } from './regulation-price/words.ts';
import { defineScenario, type Measure } from './testbed/scenario.ts';

function levelMeasures(level: number): Readonly<Record<string, Measure>> {
  return {
    [`meanL${level}Ns`]: { title: `Mean response, L${level}`, unit: 'ns', description: 'Arrival to completion, measured jobs of the level', better: 'lower' },
    [`p99L${level}Ns`]: { title: `Response, p99, L${level}`, unit: 'ns', description: 'Exact quantile of a run', better: 'lower' },
  };
}

export default defineScenario({
  id: 'regulation-price',
  title: 'The price of regulation',
  question: 'How much do other jobs lose for what transactions gain from regulated queues, and does regulation cost computing power?',
  source: { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'sections 4 and 5: regulated scheduling; data that is not regulated is filtered out' },
  kind: 'steady-state',
  parameters,
  refine,
  arms: ARMS,
  baseline: 'fcfs',
  measures: {
    ...Object.assign({}, ...[1, 2, 3, 4].map(levelMeasures)),
    overheadShare: { title: 'Core time spent on costs', unit: '', description: 'Share of the measured time spent on classification, hand-over and switching', better: 'lower' },
    ordinaryOverheadShare: { title: 'Core time spent on classifying ordinary jobs', unit: '', description: 'Part of it that went into finding out that a job is not regulated', better: 'lower' },
    serviceShare: { title: 'Core time spent on jobs', unit: '', description: 'Share of the measured time in which jobs were served', better: 'neither' },
  },
  quick: {
    replications: 10,
    set: { measuredMs: 5000, measuredJobs: 100, warmUpMs: 1000 },
    sweep: { load: [0.6, COST_LOAD], regulatedShare: [0.01, 0.1, COST_SHARE, 0.6] },
    arms: ['fcfs', 'cfs', 'pr', 'np', 'poll', ...COST_ARMS],
  },
  full: { replications: 20, sweep: { load: [0.3, 0.6, 0.8, COST_LOAD, 0.95], regulatedShare: [0.01, 0.05, 0.1, COST_SHARE, 0.6] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
