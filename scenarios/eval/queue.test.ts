import { describe, expect, it } from 'vitest';
import { mg1MeanWait } from '../../sim/os/closed-forms.ts';
import { serviceMean, type ServiceLaw } from '../../sim/os/service-law.ts';
import { conservedWait } from '../../sim/os/theory/conservation.ts';
import { type LevelDiscipline, levelMeans } from '../../sim/os/theory/levels.ts';
import { npServerMeans, prServerResponses } from '../../sim/os/theory/servers.ts';
import { dpsResponses } from '../../sim/os/theory/sharing.ts';
import { mixedMeans } from '../../sim/os/theory/single-queue.ts';
import { ConfigError } from '../testbed/config-error.ts';
import { parseInput } from '../testbed/problems.ts';
import queue from './queue.ts';

interface Estimate {
  readonly mean: number;
  readonly halfWidth95: number;
}
interface Answer {
  readonly classes: readonly { readonly wait: Estimate; readonly response: Estimate; readonly saturated?: boolean; readonly growthPerS?: Estimate }[];
  readonly warnings?: readonly string[];
}
const NO_FILES = { readFile: (): never => { throw new Error('reads no file'); } };
const BASE = { discipline: 'fcfs', servers: 1, lambda: [0.5], service: [{ law: 'exp', mean: 1 }], customers: 5000, replications: 10, seed: 1 };
const ask = (input: object): Answer => queue.evaluate(queue.input.parse({ ...BASE, ...input }), NO_FILES) as Answer;

describe('queue', () => {
  it('answers in the unit of the question, whatever its size', () => {
    const [one] = ask({}).classes;
    expect(Math.abs(one!.wait.mean - 1)).toBeLessThan(one!.wait.halfWidth95);
    expect(one!.response.mean - one!.wait.mean).toBeCloseTo(1, 1);
    for (const scale of [1e-9, 1e9]) {
      const [scaled] = ask({ lambda: [0.5 / scale], service: [{ law: 'exp', mean: scale }] }).classes;
      expect(Math.abs(scaled!.wait.mean / scale - 1)).toBeLessThan(0.2);
    }
  });

  it('tells classes apart: all wait alike, each is served its own time', () => {
    const service = [{ law: 'det', value: 0.1 }, { law: 'bounded-pareto', min: 0.5, max: 20, alpha: 1.5 }] as const;
    const lambda = [2, 0.3];
    const { classes, warnings } = ask({ lambda, service, customers: 20_000 });
    const truth = mg1MeanWait(lambda, service);
    expect(classes).toHaveLength(2);
    expect(warnings).toBeUndefined();
    for (const { wait } of classes) expect(Math.abs(wait.mean - truth)).toBeLessThan(1.5 * wait.halfWidth95);
    expect(classes[0]!.response.mean - classes[0]!.wait.mean).toBeCloseTo(0.1, 9);
  });

  it('encloses the closed form in at least 90 of 100 questions, heavy load included', () => {
    let inside = 0;
    for (let seed = 0; seed < 20; seed++) {
      for (const rho of [0.2, 0.4, 0.6, 0.8, 0.9]) {
        const law = seed % 2 === 0 ? ({ law: 'exp', mean: 1 } as const) : ({ law: 'det', value: 1 } as const);
        const { wait } = ask({ lambda: [rho], service: [law], seed, customers: 5000 }).classes[0]!;
        if (Math.abs(wait.mean - mg1MeanWait([rho], [law])) <= wait.halfWidth95) inside += 1;
      }
    }
    expect(inside).toBeGreaterThanOrEqual(90);
  });

  const EXP: ServiceLaw = { law: 'exp', mean: 1 };
  const MIXED: readonly ServiceLaw[] = [{ law: 'bimodal', small: 0.5, large: 12, pLarge: 0.02 }, { law: 'hyper-exp', mean: 1.5, scv: 5 }, { law: 'det', value: 2 }];
  const RATES = [0.3, 0.15, 0.1];
  const LOAD = RATES.reduce((sum, rate, index) => sum + rate * serviceMean(MIXED[index]!), 0);

  /** Interval misses are expected; a difference of twice the half-width, some four standard errors, is not. */
  const expectNear = ({ mean, halfWidth95 }: Estimate, truth: number, what: string): void => {
    expect(Math.abs(mean / truth - 1), `${what}: ${mean} +- ${halfWidth95}, closed form ${truth}`).toBeLessThan((2 * halfWidth95) / truth);
    expect(halfWidth95 / truth, what).toBeLessThan(0.2);
  };

  it.each(['np-fcfs', 'np-spn', 'pr-fcfs', 'pr-spn', 'pr-srt'] as const satisfies readonly LevelDiscipline[])('%s: waits and responses of three classes with unlike laws', (discipline) => {
    const { classes } = ask({ discipline, lambda: RATES, service: MIXED, customers: 20_000 });
    levelMeans(discipline, RATES, MIXED).forEach(({ wait, response }, index) => {
      expectNear(classes[index]!.wait, wait, `wait ${index + 1}`);
      expectNear(classes[index]!.response, response, `response ${index + 1}`);
    });
    if (discipline !== 'np-fcfs') return;
    const conserved = classes.reduce((sum, { wait }, index) => sum + RATES[index]! * serviceMean(MIXED[index]!) * wait.mean, 0);
    expect(conserved / conservedWait(RATES, MIXED)).toBeCloseTo(1, 1);
  });

  it.each(['spn', 'srpt'] as const)('%s: one queue by size, classes told apart', (discipline) => {
    const { classes } = ask({ discipline, lambda: RATES, service: MIXED, customers: 20_000 });
    mixedMeans(discipline, RATES, MIXED).forEach(({ wait, response }, index) => {
      expectNear(classes[index]!.wait, wait, `wait ${index + 1}`);
      expectNear(classes[index]!.response, response, `response ${index + 1}`);
    });
  });

  it('shares: ps stretches every class alike, dps by weight, pr-ps below the classes above', () => {
    ask({ discipline: 'ps', lambda: RATES, service: MIXED, customers: 10_000 }).classes.forEach(({ response }, index) => expectNear(response, serviceMean(MIXED[index]!) / (1 - LOAD), `ps ${index + 1}`));
    const means = [1, 0.5, 2];
    const service = means.map((mean) => ({ law: 'exp', mean }) as const);
    const lambda = [0.3, 0.4, 0.1];
    const weights = [1024, 335, 110];
    const dps = ask({ discipline: 'dps', lambda, service, weights, customers: 10_000 }).classes;
    dpsResponses(lambda, means, weights).forEach((response, index) => expectNear(dps[index]!.response, response, `dps ${index + 1}`));
    const levels = ask({ discipline: 'pr-ps', lambda, service, customers: 10_000 }).classes;
    levelMeans('pr-ps', lambda, service).forEach(({ response }, index) => expectNear(levels[index]!.response, response, `pr-ps ${index + 1}`));
  });

  it('several servers with priorities', () => {
    const question = { servers: 3, lambda: [0.9, 0.9, 0.7], service: [EXP, EXP, EXP], customers: 20_000 };
    const np = ask({ ...question, discipline: 'np-fcfs' }).classes;
    npServerMeans(question.lambda, 1, 3).forEach(({ wait }, index) => expectNear(np[index]!.wait, wait, `np ${index + 1}`));
    const pr = ask({ ...question, discipline: 'pr-fcfs' }).classes;
    prServerResponses(question.lambda, 1, 3).forEach((response, index) => expectNear(pr[index]!.response, response, `pr ${index + 1}`));
  });

  it.each(['np-fcfs', 'np-spn', 'pr-fcfs', 'pr-srt', 'pr-ps'] as const)('%s in overload: means above, growth and no mean below', (discipline) => {
    const lambda = [0.3, 0.4, 0.6, 0.2];
    const service = [EXP, { law: 'det', value: 0.8 }, EXP, EXP] as const;
    const { classes } = ask({ discipline, lambda, service, customers: 10_000 });
    levelMeans(discipline, lambda.slice(0, 3), service.slice(0, 3)).slice(0, discipline === 'pr-ps' ? 1 : 2).forEach(({ response }, index) => {
      expect(classes[index]!.saturated).toBeUndefined();
      expectNear(classes[index]!.response, response, `${index + 1}`);
    });
    for (const index of [2, 3]) expect(classes[index]).toMatchObject({ saturated: true, wait: { mean: null, halfWidth95: null }, response: { mean: null, halfWidth95: null } });
    // Class 4 is never served. Class 3 gets what is left, in customers of mean 1 where nothing tells their sizes.
    expectNear(classes[3]!.growthPerS!, 0.2, 'growth 4');
    const room = 1 - 0.3 - 0.32;
    if (discipline.endsWith('fcfs') || discipline === 'pr-ps') expectNear(classes[2]!.growthPerS!, 0.6 - room, 'growth 3');
    else expect(classes[2]!.growthPerS!.mean).toBeLessThan(0.6 - room);
  });

  it('a saturated class that comes much more often than the others ends with them, within the clock', () => {
    const { classes } = ask({ discipline: 'pr-fcfs', lambda: [0.02, 2], service: [EXP, EXP], customers: 200 });
    expect(classes[0]!.response.mean).toBeCloseTo(1, 0);
    expectNear(classes[1]!.growthPerS!, 2 - 0.98, 'growth');
  });

  it('says where long services are too rare, and reaches as far as what is known of them', () => {
    const service: readonly ServiceLaw[] = [{ law: 'bounded-pareto', min: 1, max: 1000, alpha: 1.5 }];
    const lambda = [0.6 / serviceMean(service[0]!)];
    const truth = mg1MeanWait(lambda, service);
    let inside = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { classes, warnings } = ask({ lambda, service, seed, customers: 4000 });
      expect(warnings).toHaveLength(1);
      expect(warnings![0]).toMatch(/long that about 8 of them are met/);
      if (Math.abs(classes[0]!.wait.mean - truth) <= classes[0]!.wait.halfWidth95) inside += 1;
    }
    expect(inside).toBeGreaterThanOrEqual(17);
  });

  it('is a function of its input', () => {
    expect(ask({})).toEqual(ask({}));
    expect(ask({ seed: '1' })).toEqual(ask({ seed: 1 }));
    expect(ask({ seed: 2 })).not.toEqual(ask({}));
  });

  it('warns where the warm-up cannot be long enough', () => {
    expect(ask({ lambda: [0.999], customers: 500 }).warnings).toHaveLength(1);
  });

  it('refuses with path, value and what is allowed', () => {
    const refusal = (input: object): string => {
      try {
        ask(input);
      } catch (error) {
        if (error instanceof ConfigError) return error.message;
        return `schema: ${(error as { issues?: { path: unknown[] }[] }).issues?.map(({ path }) => path.join('.')).join(' ')}`;
      }
      return 'accepted';
    };
    expect(() => parseInput(queue.input, { ...BASE, seed: null, lambda: [0] })).toThrow(/lambda\[0\]: 0 is not allowed; allowed is a number from 1e-12 to 1000000000000 1\/s[\s\S]*seed: null is not allowed; allowed is text or a number$/);
    expect(refusal({ lambda: [2] })).toMatch(/^lambda: load 2 .*below 1/);
    expect(refusal({ lambda: [0.1, 0.1] })).toMatch(/^service: 1 laws for 2/);
    expect(refusal({ service: [{ law: 'bounded-pareto', min: 2, max: 1, alpha: 1 }] })).toMatch(/^service\[0\]\.max: 1 s given/);
    expect(refusal({ service: [{ law: 'exp', mean: -1 }] })).toBe('schema: service.0.mean');
    expect(refusal({ service: [{ law: 'weibull', mean: 1 }] })).toMatch(/^schema: service\.0/);
    expect(refusal({ customers: 1.5, replications: 1, servers: 0 })).toBe('schema: servers customers replications');
    expect(refusal({ customers: 1e8, replications: 100 })).toMatch(/^customers: 100000000 customers after/);
    expect(refusal({ discipline: 'lifo' })).toBe('schema: discipline');
    expect(refusal({ discipline: 'np-fcfs', lambda: [1.5, 0.1], service: [BASE.service[0], BASE.service[0]] })).toMatch(/^lambda\[0\]: load 1\.5 of the first class alone/);
    expect(refusal({ discipline: 'ps', servers: 2 })).toMatch(/^servers: 2 servers with 'ps'/);
    expect(refusal({ discipline: 'spn', weights: [1] })).toMatch(/^weights: given with 'spn'/);
    expect(refusal({ discipline: 'dps', weights: [1, 2] })).toMatch(/^weights: 2 weights for 1/);
    expect(refusal({ service: [{ law: 'bimodal', small: 2, large: 1, pLarge: 0.1 }] })).toMatch(/^service\[0\]\.large: 1 s given; must be at least small = 2 s/);
    expect(refusal({ lambda: [1e9], service: [{ law: 'bounded-pareto', min: 1e-12, max: 1e12, alpha: 2 }] })).toMatch(/^service\[0\]: times of 1e-12 s beside/);
    expect(refusal({ lambda: [1e-9, 0.5], service: [BASE.service[0], BASE.service[0]], customers: 100 })).toMatch(/^lambda\[0\]: no customer/);
  });
});
