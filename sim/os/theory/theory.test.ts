import { describe, expect, it } from 'vitest';
import type { ServiceLaw } from '../service-law.ts';
import { serviceMean, serviceSecondMoment } from '../service-law.ts';
import { type LevelDiscipline, levelMeans } from './levels.ts';
import { dpsResponses, psResponse } from './sharing.ts';
import { conservedWait, meanUnfinishedWork, mm1MeanWaitDeviation } from './conservation.ts';
import { npServerMeans, prServerResponses } from './servers.ts';
import { feedbackResponse, mixedMeans, spnWait, srptResponse } from './single-queue.ts';
import { meanOverSizes, partialMoment, tail } from './size-law.ts';

const EXP: ServiceLaw = { law: 'exp', mean: 1 };
const FOUR = [0.15, 0.15, 0.15, 0.15];
const four = (discipline: LevelDiscipline, what: 'wait' | 'response'): number[] => levelMeans(discipline, FOUR, [EXP, EXP, EXP, EXP]).map((means) => Number(means[what].toFixed(5)));

describe('worked values: four classes of 0.15 a unit of time, exponential services of mean 1', () => {
  // Computed apart with adaptive quadrature and confirmed by another simulator.
  it.each([
    ['np-fcfs', 'wait', [0.70588, 1.0084, 1.55844, 2.72727]],
    ['pr-fcfs', 'response', [1.17647, 1.68067, 2.5974, 4.54545]],
    ['np-spn', 'response', [1.65104, 1.91561, 2.3826, 3.32937]],
    ['pr-spn', 'response', [1.16276, 1.63428, 2.46552, 4.14755]],
    ['pr-srt', 'response', [1.08507, 1.52602, 2.30433, 3.88228]],
  ] as const)('%s %s', (discipline, what, expected) => {
    expect(four(discipline, what)).toEqual([...expected]);
  });

  it('one class at load 0.6: SRPT, SPN, PS', () => {
    expect(mixedMeans('srpt', [0.6], [EXP])[0]!.response).toBeCloseTo(1.60409, 5);
    expect(mixedMeans('spn', [0.6], [EXP])[0]!.response).toBeCloseTo(1.96246, 5);
    expect(psResponse(1, 0.6)).toBeCloseTo(2.5, 12);
    expect(srptResponse(1, [0.6], [EXP])).toBeCloseTo(1.29322, 5);
  });

  it('two servers', () => {
    expect(npServerMeans([1.2], 1, 2)[0]!.wait).toBeCloseTo(0.5625, 12);
    expect(prServerResponses([1.2], 1, 2)[0]!).toBeCloseTo(1.5625, 12);
    // One server: the formulas of M/G/1.
    const one = npServerMeans(FOUR, 1, 1).map(({ wait }) => Number(wait.toFixed(5)));
    expect(one).toEqual([0.70588, 1.0084, 1.55844, 2.72727]);
    expect(prServerResponses(FOUR, 1, 1).map((response) => Number(response.toFixed(5)))).toEqual([1.17647, 1.68067, 2.5974, 4.54545]);
  });

  it("Kleinrock's sum, and the work that it stands for", () => {
    expect(conservedWait(FOUR, [EXP, EXP, EXP, EXP])).toBeCloseTo(0.9, 12);
    expect(meanUnfinishedWork(FOUR, [EXP, EXP, EXP, EXP])).toBeCloseTo(1.5, 12);
  });

  it('1 % of the mean wait of M/M/1 at load 0.8 with 95 % takes some 4.7 million customers', () => {
    expect((1.96 * mm1MeanWaitDeviation(0.8, 4_700_000)) / 4).toBeCloseTo(0.01, 4);
  });

  it('DPS with weights 1024 and 335', () => {
    const [heavy, light] = dpsResponses([0.3, 0.3], [1, 1], [1024, 335]);
    expect(heavy!).toBeCloseTo(1.9568, 5);
    expect(light!).toBeCloseTo(3.0432, 5);
  });
});

describe('laws of the formulas', () => {
  const LAWS: readonly ServiceLaw[] = [EXP, { law: 'det', value: 2 }, { law: 'hyper-exp', mean: 1.5, scv: 6 }, { law: 'bounded-pareto', min: 0.3, max: 300, alpha: 1.4 }, { law: 'bimodal', small: 0.5, large: 20, pLarge: 0.02 }];

  it.each(LAWS)('partial moments of $law end at the whole moments and grow as the law says', (law) => {
    expect(partialMoment(law, 1, Infinity)).toBeCloseTo(serviceMean(law), 10);
    expect(partialMoment(law, 2, Infinity) / serviceSecondMoment(law)).toBeCloseTo(1, 10);
    // the mean of min(S, x), by parts and by summing the tail in small steps
    for (const x of [0.4, 1.7, 9]) {
      let sum = 0;
      const step = x / 40_000;
      for (let t = step / 2; t < x; t += step) sum += tail(law, t) * step;
      expect(partialMoment(law, 1, x) + x * tail(law, x)).toBeCloseTo(sum, 3);
    }
    expect(meanOverSizes(law, (x) => x)).toBeCloseTo(serviceMean(law), 8);
  });

  it('Kleinrock conservation: the weighted waits of a size-blind order do not depend on the order', () => {
    const lambda = [0.2, 0.1, 0.05];
    const service: readonly ServiceLaw[] = [EXP, LAWS[2]!, LAWS[1]!];
    const weighted = (order: readonly number[]): number => {
      const means = levelMeans('np-fcfs', order.map((i) => lambda[i]!), order.map((i) => service[i]!));
      return order.reduce((sum, i, at) => sum + lambda[i]! * serviceMean(service[i]!) * means[at]!.wait, 0);
    };
    for (const order of [[0, 1, 2], [2, 1, 0], [1, 0, 2]]) expect(weighted(order)).toBeCloseTo(conservedWait(lambda, service), 10);
    expect(npServerMeans([0.5, 0.9], 1, 2).reduce((sum, { wait }, i) => sum + [0.5, 0.9][i]! * wait, 0)).toBeCloseTo(1.4 * npServerMeans([1.4], 1, 2)[0]!.wait, 10);
  });

  it('exponential sizes: least attained service has the mean of every order that is blind to them, and SRPT is below', () => {
    expect(mixedMeans('fb', [0.6], [EXP])[0]!.response).toBeCloseTo(2.5, 9);
    expect(mixedMeans('srpt', [0.6], [EXP])[0]!.response).toBeLessThan(2.5);
    // Short customers gain, long ones lose.
    expect(feedbackResponse(0.2, [0.6], [EXP])).toBeLessThan(0.2 / 0.4);
    expect(feedbackResponse(4, [0.6], [EXP])).toBeGreaterThan(4 / 0.4);
  });

  it('by size: means over sizes of the answers for one size are the answers for the class', () => {
    const law = LAWS[3]!;
    const rate = 0.7 / serviceMean(law);
    expect(meanOverSizes(law, (x) => srptResponse(x, [rate], [law]))).toBeCloseTo(mixedMeans('srpt', [rate], [law])[0]!.response, 6);
    expect(meanOverSizes(law, (x) => spnWait(x, [rate], [law]))).toBeCloseTo(mixedMeans('spn', [rate], [law])[0]!.wait, 9);
  });

  it('sharing inside levels: on top plain PS for every law, below exponential only', () => {
    const means = levelMeans('pr-ps', [0.1, 0.2, 0.1], [LAWS[2]!, EXP, LAWS[4]!]);
    expect(means[0]!.response).toBeCloseTo(1.5 / 0.85, 12);
    // Mean work of class 2: what the first two classes have less what the first has alone.
    const work = (classes: number): number => meanUnfinishedWork([0.1, 0.2].slice(0, classes), [LAWS[2]!, EXP].slice(0, classes));
    expect(means[1]!.response).toBeCloseTo((work(2) - work(1)) / 0.2, 12);
    expect(means[2]!.response).toBeNaN();
  });

  it('equal sizes: every order by size is first come, first served', () => {
    const det: ServiceLaw = { law: 'det', value: 1 };
    const fcfs = 0.7 / (2 * 0.3);
    expect(mixedMeans('spn', [0.7], [det])[0]!.wait).toBeCloseTo(fcfs, 12);
    expect(mixedMeans('srpt', [0.7], [det])[0]!.wait).toBeCloseTo(fcfs, 12);
    expect(mixedMeans('srpt', [0.7], [det])[0]!.response).toBeCloseTo(fcfs + 1, 10);
  });

  it('saturated tail: the classes above keep their means, the class that fills the rest delays them as a busy server does', () => {
    const means = levelMeans('np-fcfs', [0.3, 0.4, 0.5], [EXP, { law: 'det', value: 1 }, EXP]);
    expect(means[0]!.wait).toBeCloseTo(0.8 / 0.7, 12);
    expect(means[1]!.wait).toBeCloseTo(0.8 / (0.7 * 0.3), 12);
    expect(means[2]!.wait).toBe(Infinity);
    expect(levelMeans('pr-fcfs', [0.3, 0.4, 0.5], [EXP, EXP, EXP])[0]!.response).toBeCloseTo(1 / 0.7, 12);
  });

  it('saturated tail, shortest next: only the short ones of the class that fills the rest are ever in service', () => {
    // Threshold 2.43922 from 1 - e^-x (1 + x) = 0.7; the simulated wait of class 1 is 0.8857 +- 0.0022.
    expect(levelMeans('np-spn', [0.3, 1], [EXP, EXP])[0]!.wait).toBeCloseTo(0.8857, 2);
    // Equal sizes: shortest next is first come first served.
    const det: ServiceLaw = { law: 'det', value: 1 };
    expect(levelMeans('np-spn', [0.3, 1], [det, det])[0]!.wait).toBeCloseTo(levelMeans('np-fcfs', [0.3, 1], [det, det])[0]!.wait, 9);
  });

  it('equal weights: DPS is PS', () => {
    for (const response of dpsResponses([0.2, 0.3, 0.1], [1, 1, 1], [5, 5, 5])) expect(response).toBeCloseTo(2.5, 10);
  });
});
