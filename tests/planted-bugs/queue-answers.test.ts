/** Each bug planted in the queue calculator moves an answer away from its closed form; the sound one keeps to all of them. */
import { describe, expect, it } from 'vitest';
import sound from '../../scenarios/eval/queue.ts';
import { mg1MeanWait } from '../../sim/os/closed-forms.ts';
import type { ServiceLaw } from '../../sim/os/service-law.ts';
import { levelMeans } from '../../sim/os/theory/levels.ts';
import { dpsResponses } from '../../sim/os/theory/sharing.ts';
import { loadMutant } from './load-mutant.ts';
import { QUEUE_BUGS } from './queue-answers.ts';

interface Estimate {
  readonly mean: number;
  readonly halfWidth95: number;
}
type Calculator = typeof sound;

const EXP: ServiceLaw = { law: 'exp', mean: 1 };

function ask(calculator: Calculator, question: object): { wait: Estimate; response: Estimate }[] {
  const input = calculator.input.parse({ servers: 1, replications: 10, seed: 1, ...question });
  return (calculator.evaluate(input, { readFile: () => { throw new Error('reads no file'); } }) as { classes: { wait: Estimate; response: Estimate }[] }).classes;
}

/** Closer than twice the half-width, which is four standard errors, and that is no more than a quarter of the value. */
const agrees = ({ mean, halfWidth95 }: Estimate, truth: number): boolean => Math.abs(mean - truth) <= 2 * halfWidth95 && halfWidth95 < truth / 4;

/** For bugs that widen the interval as well: the control shows that something is missing. */
const isNear = ({ mean }: Estimate, truth: number, share: number): boolean => Math.abs(mean / truth - 1) < share;

const QUESTIONS: Readonly<Record<(typeof QUEUE_BUGS)[number]['question'], (calculator: Calculator) => boolean>> = {
  levels: (calculator) => {
    const lambda = [0.3, 0.3, 0.3];
    const classes = ask(calculator, { discipline: 'pr-fcfs', lambda, service: [EXP, EXP, EXP], customers: 3000, replications: 40 });
    return levelMeans('pr-fcfs', lambda, [EXP, EXP, EXP]).every(({ wait, response }, index) => agrees(classes[index]!.wait, wait) && agrees(classes[index]!.response, response));
  },
  shares: (calculator) => {
    const lambda = [0.3, 0.3];
    const classes = ask(calculator, { discipline: 'dps', lambda, service: [EXP, EXP], weights: [1024, 335], customers: 5000 });
    return dpsResponses(lambda, [1, 1], [1024, 335]).every((response, index) => agrees(classes[index]!.response, response));
  },
  // Runs so short that those who are left at the end would be missed.
  short: (calculator) => {
    const lambda = [0.25, 0.25, 0.25];
    const classes = ask(calculator, { discipline: 'pr-fcfs', lambda, service: [EXP, EXP, EXP], customers: 100, replications: 800 });
    return isNear(classes[2]!.response, levelMeans('pr-fcfs', lambda, [EXP, EXP, EXP])[2]!.response, 0.04);
  },
  // The class that fills the rest asks for hardly more, so that a backlog would take long to build up.
  overload: (calculator) => {
    const lambda = [0.3, 0.72];
    const [above] = ask(calculator, { discipline: 'np-fcfs', lambda, service: [EXP, EXP], customers: 100, replications: 800 });
    return isNear(above!.wait, levelMeans('np-fcfs', lambda, [EXP, EXP])[0]!.wait, 0.015);
  },
  shortest: (calculator) => {
    const lambda = [0.3, 0.9];
    const [above] = ask(calculator, { discipline: 'np-spn', lambda, service: [EXP, EXP], customers: 4000, replications: 40 });
    return isNear(above!.wait, levelMeans('np-spn', lambda, [EXP, EXP])[0]!.wait, 0.008);
  },
  rare: (calculator) => {
    const service: ServiceLaw = { law: 'bounded-pareto', min: 1, max: 1000, alpha: 1.5 };
    let inside = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { mean, halfWidth95 } = ask(calculator, { discipline: 'fcfs', lambda: [0.2], service: [service], customers: 1000, seed })[0]!.wait;
      if (Math.abs(mean - mg1MeanWait([0.2], [service])) <= halfWidth95) inside += 1;
    }
    return inside >= 36;
  },
};

describe('bugs planted in the queue calculator', () => {
  it.each(Object.entries(QUESTIONS))('the sound one keeps to the closed forms: %s', (_, keeps) => expect(keeps(sound)).toBe(true));

  it.each(QUEUE_BUGS)('$id: $what', async (bug) => {
    const { default: calculator } = await loadMutant<{ default: Calculator }>(bug, 'scenarios/eval/queue.ts');
    expect(QUESTIONS[bug.question](calculator)).toBe(false);
  });
});
