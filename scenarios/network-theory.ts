/**
 * The network against its laws: queues at a port, one Reno flow at a buffer, loss laws of Reno and CUBIC, max-min fairness. Two arms answer
 * the same question, one by simulation, one by formula (sim/network/theory/). Steady state; each experiment states its warm-up in its file.
 */
import { z } from 'zod';
import { EXPERIMENT_IDS, experiment, type ExperimentId } from './network-theory/experiments.ts';
import { estimate, replicationsOf, round6 } from './testbed/effects.ts';
import type { ResultSet } from './testbed/result-set.ts';
import { type Claim, defineScenario } from './testbed/scenario.ts';

const parameters = z.object({
  experiment: z.enum(EXPERIMENT_IDS).default('md1').meta({ title: 'Experiment', unit: '', group: 'Law', description: 'System whose answer is known in closed form.' }),
  length: z.number().min(0.05).max(50).default(1).meta({ title: 'Length of the run', unit: '', group: 'Run', description: 'Multiplies packets or seconds that are measured.' }),
});

interface Point {
  readonly id: ExperimentId;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly law: number;
}

function pointOf(results: ResultSet, id: ExperimentId): Point | undefined {
  const values = results.values('answer', { arm: 'simulation', where: { experiment: id } });
  return values.length === 0 ? undefined : { id, ...estimate(values), law: experiment(id).law };
}

const pointsOf = (results: ResultSet): Point[] => EXPERIMENT_IDS.map((id) => pointOf(results, id)).filter((point) => point !== undefined);

/** Distance from the law: relative, or as it is where the law says 0. */
const gap = (value: number, law: number): number => (law === 0 ? value : value / law - 1);

function rows(results: ResultSet): Record<string, number | string | boolean>[] {
  return pointsOf(results).map(({ id, mean, low, high, law }) => ({
    experiment: experiment(id).title, answer: experiment(id).answer, law: round6(law), simulated: round6(mean), low: round6(low), high: round6(high),
    relative_error: round6(gap(mean, law)), error_low: round6(gap(low, law)), error_high: round6(gap(high, law)), margin: experiment(id).margin, replications: replicationsOf(results),
  }));
}

function claimOf(id: ExperimentId): Claim {
  const { text, source, contrast, margin, beside, answer } = experiment(id);
  return {
    id, text, contrast, margin,
    source: { document: source, place: answer },
    measure: 'answer',
    treatment: { arm: 'simulation', where: { experiment: id } },
    baseline: { arm: 'law', where: { experiment: id } },
    paper: { value: 0 },
    why: (results) => {
      const point = pointOf(results, id);
      return point === undefined ? '' : `Simulated ${round6(point.mean)} (95 %: ${round6(point.low)} to ${round6(point.high)}), law ${round6(point.law)} (${answer}). Beside the law: ${beside}`;
    },
    ablation: 'relative-error',
  };
}

/** What the repairs of a transport make of the law with timeouts, at the loss rate where both were run. */
function timeoutsAvoided(results: ResultSet): string {
  const [today, classic] = [pointOf(results, 'pftk-heavy'), pointOf(results, 'pftk-classic')];
  if (today === undefined || classic === undefined) return '';
  const times = ({ mean, law }: Point): string => (mean / law).toFixed(2);
  return `The law with timeouts of Padhye et al. is about a Reno without selective acknowledgements. At 10 % of loss that one sends ${times(classic)} times what the law says; the transport of this simulator, which repairs as Linux does today, ${times(today)} times. There the claim fails, and by what it fails is what those repairs are worth.`;
}

/** Paragraphs of the report, without those that have nothing to say. */
const paragraphs = (texts: readonly string[]): string => texts.filter((text) => text !== '').join('\n\n');

export default defineScenario({
  id: 'network-theory',
  title: 'The network with known answers',
  question: 'Do ports, transports and the flow level obey the laws that are proved for them?',
  source: { document: 'Laws named at each experiment', place: 'queueing theory, TCP throughput, max-min fairness' },
  kind: 'steady-state',
  parameters,
  arms: {
    law: { title: 'Law', description: 'The formula, evaluated; nothing is simulated.', set: {} },
    simulation: { title: 'Simulation', description: 'The same system, packet by packet, or flow by flow where the law is about flows.', set: {} },
  },
  baseline: 'law',
  measures: {
    answer: { title: 'Answer', unit: '', description: 'Of the experiment, in its own unit: packets waiting, share dropped, utilisation, segments of window or sent a second, slowdown.', better: 'neither' },
  },
  quick: { replications: 5, set: { length: 1 }, sweep: { experiment: [...EXPERIMENT_IDS] } },
  full: { replications: 20, set: { length: 5 }, sweep: { experiment: [...EXPERIMENT_IDS] } },
  build: ({ sim, params, arm, record }) => {
    const { law, simulate } = experiment(params.experiment);
    if (arm === 'law') {
      sim.after(0, () => sim.note(law));
      return () => record.measure('answer', law);
    }
    const answer = simulate(sim, params.length);
    return () => {
      const value = answer();
      sim.note(value);
      record.measure('answer', value);
    };
  },
  figures: [
    {
      id: 'relative-error',
      title: 'Simulation against law',
      caption: (results) => `Relative difference of the simulated answer from the law (as it is where the law says 0), 95 % t interval over ${replicationsOf(results)} replications. Grey: the margin of the claim, which holds what the law leaves out.`,
      draw: (results) => ({
        $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
        data: { values: rows(results).map((row) => ({ ...row, margin_low: -Number(row['margin']) })) },
        width: 'container',
        height: { step: 18 },
        config: { axisY: { labelLimit: 320 } },
        encoding: { y: { field: 'experiment', type: 'nominal', title: null, sort: EXPERIMENT_IDS.map((id) => experiment(id).title) } },
        layer: [
          { mark: { type: 'bar', opacity: 0.15 }, encoding: { x: { field: 'margin_low', type: 'quantitative', axis: { format: '+%' }, title: 'simulation / law - 1' }, x2: { field: 'margin' } } },
          { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'error_low', type: 'quantitative' }, x2: { field: 'error_high' } } },
          { mark: { type: 'point', filled: true, size: 45 }, encoding: { x: { field: 'relative_error', type: 'quantitative' }, tooltip: [{ field: 'experiment', type: 'nominal' }, { field: 'law', type: 'quantitative' }, { field: 'simulated', type: 'quantitative' }] } },
        ],
      }),
      table: rows,
    },
  ],
  claims: EXPERIMENT_IDS.map(claimOf),
  headline: (results) => {
    const points = pointsOf(results);
    const within = points.filter(({ id, low, high, law }) => Math.max(Math.abs(gap(low, law)), Math.abs(gap(high, law))) <= experiment(id).margin).length;
    return `${within} of ${points.length} laws hold in simulation within their margin, with the whole 95 % interval`;
  },
  narrative: (results) => {
    const worst = pointsOf(results).reduce<Point | undefined>((a, b) => (a === undefined || Math.abs(gap(b.mean, b.law)) > Math.abs(gap(a.mean, a.law)) ? b : a), undefined);
    return paragraphs([
      'Before packets are believed about congestion controls that nobody can solve, they have to be right where somebody has. Each system here is the plainest in which its law is exact or nearly so: one source at one port, one flow at one buffer, a flow that loses every thousandth packet.',
      '![](figure:relative-error)',
      worst === undefined ? '' : `The largest distance is ${(100 * gap(worst.mean, worst.law)).toFixed(1)} % (${experiment(worst.id).title}). Beside that law: ${experiment(worst.id).beside}`,
      timeoutsAvoided(results),
      'Queues at a port are exact but for chance. The laws of TCP are not: they speak of a fluid window, of losses that come one at a time and cost no time to repair. Their margins are wider, and the report says at each what it holds.',
    ]);
  },
});
