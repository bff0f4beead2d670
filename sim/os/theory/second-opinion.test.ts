/** The integrals of the theory again, by plain sums over 60 000 slices of size, with the laws written out anew in Math. */
import { describe, expect, it } from 'vitest';
import { serviceMean, type ServiceLaw } from '../service-law.ts';
import { type LevelDiscipline, levelMeans } from './levels.ts';
import { mixedMeans } from './single-queue.ts';

interface Slices {
  readonly size: readonly number[];
  readonly probability: readonly number[];
}

function tailByHand(law: ServiceLaw, x: number): number {
  if (law.law === 'exp') return Math.exp(-x / law.mean);
  if (law.law === 'hyper-exp') {
    const p = 0.5 + 0.5 * Math.sqrt((law.scv - 1) / (law.scv + 1));
    return p * Math.exp((-2 * p * x) / law.mean) + (1 - p) * Math.exp((-2 * (1 - p) * x) / law.mean);
  }
  if (law.law !== 'bounded-pareto') throw new Error('not sliced');
  return x < law.min ? 1 : x > law.max ? 0 : (x ** -law.alpha - law.max ** -law.alpha) / (law.min ** -law.alpha - law.max ** -law.alpha);
}

/** Slices of equal ratio, each at its middle. */
function slicesOf(law: ServiceLaw): Slices {
  const [from, to] = law.law === 'bounded-pareto' ? [law.min, law.max] : [1e-5 * serviceMean(law), 400 * serviceMean(law)];
  const count = 60_000;
  const edge = (index: number): number => from * (to / from) ** (index / count);
  const size: number[] = [];
  const probability: number[] = [];
  for (let index = 0; index < count; index++) {
    size.push(Math.sqrt(edge(index) * edge(index + 1)));
    probability.push(tailByHand(law, edge(index)) - tailByHand(law, edge(index + 1)));
  }
  return { size, probability };
}

/** Mean wait and response of one class below classes of load `above`; `residual` is what `order` itself does not account for. */
function bySums(law: ServiceLaw, rate: number, order: 'spn' | 'srt' | 'fb', above: number, residual: number, isInterrupted: boolean): { wait: number; response: number } {
  const { size, probability } = slicesOf(law);
  let shorter = 0;
  let shorterSquare = 0;
  // The least sizes are not sliced.
  let left = probability.reduce((sum, mass) => sum + mass, 0);
  let inService = 0;
  let wait = 0;
  let response = 0;
  size.forEach((x, index) => {
    const mass = probability[index]!;
    // half of the slice counts as shorter
    const load = above + rate * (shorter + (mass * x) / 2);
    const square = shorterSquare + (mass * x * x) / 2;
    const step = index === 0 ? x : x - size[index - 1]!;
    inService += step / (1 - load);
    left -= mass / 2;
    const cut = (rate * (square + x * x * left)) / 2;
    if (order === 'spn') {
      const own = residual / (1 - load) ** 2;
      wait += mass * own;
      response += mass * (own + x / (isInterrupted ? 1 - above : 1));
    } else if (order === 'srt') {
      const own = (residual + cut) / (1 - load) ** 2;
      wait += mass * own;
      response += mass * (own + inService);
    } else {
      const cutLoad = load + rate * x * left;
      response += mass * (cut / (1 - cutLoad) ** 2 + x / (1 - cutLoad));
    }
    shorter += mass * x;
    shorterSquare += mass * x * x;
    left -= mass / 2;
  });
  return { wait, response };
}

const LAWS: readonly ServiceLaw[] = [{ law: 'exp', mean: 0.7 }, { law: 'hyper-exp', mean: 1.5, scv: 8 }, { law: 'bounded-pareto', min: 0.3, max: 300, alpha: 1.1 }, { law: 'bounded-pareto', min: 0.3, max: 3000, alpha: 2 }];
const secondMoment = (law: ServiceLaw): number => {
  const { size, probability } = slicesOf(law);
  return size.reduce((sum, x, index) => sum + probability[index]! * x * x, 0);
};

describe.each(LAWS)('$law, $mean$alpha', (law) => {
  it.each([['spn', 0.4], ['spn', 0.9], ['srpt', 0.4], ['srpt', 0.9], ['fb', 0.4], ['fb', 0.9]] as const)('%s alone at load %d', (discipline, load) => {
    const rate = load / serviceMean(law);
    const sums = bySums(law, rate, discipline === 'srpt' ? 'srt' : discipline, 0, discipline === 'spn' ? (rate * secondMoment(law)) / 2 : 0, false);
    const [means] = mixedMeans(discipline, [rate], [law]);
    expect(means!.response / sums.response).toBeCloseTo(1, 3);
    if (discipline !== 'fb') expect(means!.wait / sums.wait).toBeCloseTo(1, 3);
  });

  it.each([['np-spn', 'spn'], ['pr-spn', 'spn'], ['pr-srt', 'srt']] as const)('%s below another class', (discipline: LevelDiscipline, order) => {
    const first: ServiceLaw = { law: 'exp', mean: 2 };
    const rates = [0.15, 0.5 / serviceMean(law)];
    const residualAbove = 0.15 * 4;
    const residual = order === 'srt' ? residualAbove : residualAbove + (rates[1]! * secondMoment(law)) / 2;
    const sums = bySums(law, rates[1]!, order, 0.3, residual, discipline !== 'np-spn');
    const means = levelMeans(discipline, rates, [first, law])[1]!;
    expect(means.response / sums.response).toBeCloseTo(1, 3);
    expect(means.wait / sums.wait).toBeCloseTo(1, 3);
  });
});
