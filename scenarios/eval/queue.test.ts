import { describe, expect, it } from 'vitest';
import { mg1MeanWait } from '../../sim/os/closed-forms.ts';
import { ConfigError } from '../testbed/config-error.ts';
import { parseInput } from '../testbed/problems.ts';
import queue from './queue.ts';

interface Answer {
  readonly classes: readonly { readonly wait: { readonly mean: number; readonly halfWidth95: number }; readonly response: { readonly mean: number; readonly halfWidth95: number } }[];
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
    expect(refusal({ lambda: [1e9], service: [{ law: 'bounded-pareto', min: 1e-12, max: 1e12, alpha: 2 }] })).toMatch(/^service\[0\]: times of 1e-12 s beside/);
    expect(refusal({ lambda: [1e-9, 0.5], service: [BASE.service[0], BASE.service[0]], customers: 100 })).toMatch(/^lambda\[0\]: no customer/);
  });
});
