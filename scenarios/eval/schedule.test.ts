import { describe, expect, it } from 'vitest';
import { type Between, type ExactJob, exactCompletions, type Inner } from '../../sim/os/policies/tests/exact-schedule.ts';
import { decimal, type Fraction, fraction, toNumber } from '../../sim/os/policies/tests/fraction.ts';
import { ConfigError } from '../testbed/config-error.ts';
import { parseInput } from '../testbed/problems.ts';
import schedule from './schedule.ts';

type Completions = Record<string, number>;
interface Job {
  readonly id: string;
  readonly arrivalUs: number;
  readonly sizeUs: number;
  readonly level?: number;
  readonly weight?: number;
}
const NO_FILES = { readFile: (): never => { throw new Error('reads no file'); } };
const ask = (between: Between, inner: Inner, jobs: readonly Job[]): Completions =>
  (schedule.evaluate(parseInput(schedule.input, { jobs, between, inner }), NO_FILES) as { completionsUs: Completions }).completionsUs;

/** All twelve. */
const COMBINATIONS = (['none', 'np', 'pr'] as const).flatMap((between) =>
  (['fcfs', 'spn', 'srt', 'ps', 'dps'] as const).filter((inner) => between !== 'np' || inner === 'fcfs' || inner === 'spn').map((inner) => [between, inner] as const),
);

/** Small repeatable integers. */
function lcg(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** Random jobs with many equal arrivals and sizes, in whole us, tenths, thirds or sevenths; in numbers as given and as meant. */
function randomJobs(seed: number): { jobs: Job[]; exact: ExactJob[] } {
  const draw = lcg(seed * 7919 + 1);
  const parts = [1, 10, 3, 7][seed % 4]!;
  const weights = seed % 8 < 4 ? [1, 2, 0.5, 1024, 335] : [1, 1e9, 1e-6, 0.1];
  const both = Array.from({ length: 1 + draw(9) }, () => {
    const [arrival, size] = [draw(12 * parts), 1 + draw(6 * parts)];
    const job = { id: `${draw(30)}.${draw(1e6)}`, arrivalUs: arrival / parts, sizeUs: size / parts, level: [1, 2, 2, 7][draw(4)]!, weight: weights[draw(weights.length)]! };
    const exact = { id: job.id, arrival: fraction(BigInt(arrival), BigInt(parts)), size: fraction(BigInt(size), BigInt(parts)), level: job.level, weight: decimal(job.weight) };
    return { job, exact };
  });
  return { jobs: both.map(({ job }) => job), exact: both.map(({ exact }) => exact) };
}

describe('schedule, by hand', () => {
  const jobs: Job[] = [
    { id: 'a', arrivalUs: 0, sizeUs: 8, level: 2 },
    { id: 'b', arrivalUs: 1, sizeUs: 4, level: 2, weight: 3 },
    { id: 'c', arrivalUs: 2, sizeUs: 2, level: 1 },
    { id: 'd', arrivalUs: 2, sizeUs: 1, level: 2 },
  ];
  it.each<[Between, Inner, Completions]>([
    ['none', 'fcfs', { a: 8, b: 12, c: 14, d: 15 }],
    ['none', 'spn', { a: 8, d: 9, c: 11, b: 15 }],
    // b comes with 4 against 7 left of a; d and c with 1 and 2 against 3 left of b.
    ['none', 'srt', { d: 3, c: 5, b: 8, a: 15 }],
    ['np', 'fcfs', { a: 8, c: 10, b: 14, d: 15 }],
    ['np', 'spn', { a: 8, c: 10, d: 11, b: 15 }],
    ['pr', 'fcfs', { c: 4, a: 10, b: 14, d: 15 }],
    // a was begun, so it goes on before the shorter ones.
    ['pr', 'spn', { c: 4, a: 10, d: 11, b: 15 }],
    ['pr', 'srt', { c: 4, d: 5, b: 8, a: 15 }],
    // a alone to 1, halves to 2, quarters until d is done at 6, thirds until c is at 9, halves until b is at 12.
    ['none', 'ps', { d: 6, c: 9, b: 12, a: 15 }],
    ['pr', 'ps', { c: 4, d: 7, b: 12, a: 15 }],
    // b has 3/4 to 2, then 3/6 until d is done at 8 with 1/4 of b left, 3/5 until b is; then a and c have halves.
    ['none', 'dps', { d: 8, b: 8 + 5 / 12, c: 10.25, a: 15 }],
    // From 4 on b has 3/5 until d is done at 9, then 3/4 for the last quarter.
    ['pr', 'dps', { c: 4, d: 9, b: 9 + 1 / 3, a: 15 }],
  ])('%s %s', (between, inner, expected) => {
    const found = ask(between, inner, jobs);
    expect(Object.keys(found)).toEqual(['a', 'b', 'c', 'd']);
    for (const [id, completionUs] of Object.entries(expected)) expect(found[id], id).toBeCloseTo(completionUs, 12);
  });

  it('breaks ties by arrival, then by id in code units, whatever the order of the list', () => {
    const equal: Job[] = ['b', 'a10', 'a9', 'B', '\u{1F600}', '\uFF5E'].map((id) => ({ id, arrivalUs: 1, sizeUs: 1 }));
    for (const inner of ['fcfs', 'spn', 'srt'] as const) {
      expect(ask('none', inner, equal)).toEqual({ B: 2, a10: 3, a9: 4, b: 5, '\u{1F600}': 6, '\uFF5E': 7 });
      // Equal remaining time does not interrupt, and the earlier one is first.
      expect(ask('pr', inner, [{ id: 'a', arrivalUs: 2, sizeUs: 2 }, { id: 'z', arrivalUs: 0, sizeUs: 4 }])).toEqual({ z: 4, a: 6 });
    }
  });

  it('lets what ends at an instant go before what comes in it, and knows all that comes before it chooses', () => {
    const meeting: Job[] = [{ id: 'long', arrivalUs: 0, sizeUs: 0.3 }, { id: 'wide', arrivalUs: 0.3, sizeUs: 9, level: 4 }, { id: 'short', arrivalUs: 0.3, sizeUs: 1, level: 7 }];
    expect(ask('none', 'spn', meeting)).toEqual({ long: 0.3, short: 1.3, wide: 10.3 });
    expect(ask('np', 'spn', meeting)).toEqual({ long: 0.3, wide: 9.3, short: 10.3 });
    // Two shares of a fluid end together as a higher level takes the core: both are done.
    const together: Job[] = [{ id: 'p', arrivalUs: 0, sizeUs: 2, level: 2 }, { id: 'q', arrivalUs: 0, sizeUs: 2, level: 2 }, { id: 'top', arrivalUs: 4, sizeUs: 5 }];
    expect(ask('pr', 'ps', together)).toEqual({ p: 4, q: 4, top: 9 });
  });

  it('reads numbers as decimals', () => {
    expect(ask('none', 'fcfs', [{ id: 'x', arrivalUs: 0.1, sizeUs: 0.2 }])).toEqual({ x: 0.3 });
    expect(ask('none', 'ps', [{ id: 'x', arrivalUs: 0, sizeUs: 1 / 3 }, { id: 'y', arrivalUs: 0, sizeUs: 1 / 3 }])).toEqual({ x: 2 / 3, y: 2 / 3 });
  });

  it('answers an empty list with an empty schedule', () => {
    for (const [between, inner] of COMBINATIONS) expect(ask(between, inner, [])).toEqual({});
  });
});

it.each(COMBINATIONS)('%s %s agrees with exact fractions on 400 random lists', (between, inner) => {
  for (let seed = 0; seed < 400; seed++) {
    const { jobs, exact } = randomJobs(seed);
    const found = ask(between, inner, jobs);
    const wanted = exactCompletions(exact, between, inner);
    for (const { id } of jobs) {
      const difference = Math.abs(found[id]! - toNumber(wanted.get(id) as Fraction));
      if (!(difference < 1e-9)) expect.fail(`${id} at ${found[id]}, exactly ${toNumber(wanted.get(id)!)}: seed ${seed}, ${JSON.stringify(jobs)}`);
    }
  }
});

describe('schedule, large', () => {
  it('shares among 100 000 at once as exactly as among two', () => {
    // All come at 0: the one of size s and weight g is done when each other has had min(its size, s/g times its weight).
    const draw = lcg(5);
    const jobs = Array.from({ length: 100_000 }, (_, index) => ({ id: `${index}`, arrivalUs: 0, sizeUs: (1 + draw(50_000)) / 10, weight: [1024, 335, 15, 88_761][draw(4)]! }));
    for (const inner of ['ps', 'dps'] as const) {
      const found = ask('none', inner, jobs);
      const weightOf = ({ weight }: { weight: number }): number => (inner === 'dps' ? weight : 1);
      for (const probe of [0, 1, 777, 99_999]) {
        const [size, weight] = [Math.round(jobs[probe]!.sizeUs * 10), weightOf(jobs[probe]!)];
        // In tenths of a us times the weight, all integers.
        const sum = jobs.reduce((total, job) => total + BigInt(Math.min(Math.round(job.sizeUs * 10) * weight, size * weightOf(job))), 0n);
        expect(Math.abs(found[probe]! - Number(sum) / weight / 10)).toBeLessThan(1e-3);
      }
    }
  });

  it('keeps a fluid exact over days of busy time and weights far apart', () => {
    // Remaining work of each job in fixed point of 2^-90 us, taken down from one event to the next.
    const draw = lcg(11);
    const SCALE = 2 ** 45;
    const fixed = (valueUs: number): bigint => BigInt(Math.round(valueUs * 8)) * 2n ** 87n;
    const jobs = Array.from({ length: 3000 }, (_, index) => ({ id: `${index}`, arrivalUs: draw(1e9) / 8 + index * 4e7, sizeUs: (1 + draw(6e8)) / 8, weight: [1, 3, 1000, 2 ** 20][draw(4)]! }));
    const found = ask('none', 'dps', jobs);
    let present: { id: string; left: bigint; weight: bigint }[] = [];
    const coming = [...jobs].sort((a, b) => a.arrivalUs - b.arrivalUs);
    let now = 0n;
    let worst = 0;
    for (let next = 0; next < coming.length || present.length > 0; ) {
      const total = present.reduce((sum, { weight }) => sum + weight, 0n);
      let step = next < coming.length ? fixed(coming[next]!.arrivalUs) - now : 2n ** 200n;
      for (const { left, weight } of present) if ((left * total) / weight < step) step = (left * total) / weight;
      for (const entry of present) entry.left -= (step * entry.weight) / total;
      now += step;
      for (const { id } of present.filter(({ left }) => left < 2n ** 60n)) worst = Math.max(worst, Math.abs(found[id]! - Number(now / 2n ** 45n) / SCALE));
      present = present.filter(({ left }) => left >= 2n ** 60n);
      while (next < coming.length && fixed(coming[next]!.arrivalUs) === now) {
        const { id, sizeUs, weight } = coming[next++]!;
        present.push({ id, left: fixed(sizeUs), weight: BigInt(weight) });
      }
    }
    expect(worst).toBeLessThan(1e-3);
  });

  it.each(COMBINATIONS)('%s %s: 20 000 jobs use the core without a gap', (between, inner) => {
    const draw = lcg(3);
    const jobs = Array.from({ length: 20_000 }, (_, index) => ({ id: `${index}`, arrivalUs: draw(1_000_000) / 8, sizeUs: (1 + draw(96)) / 8, level: 1 + draw(4), weight: 1 + draw(9) }));
    const found = ask(between, inner, jobs);
    let end = 0;
    for (const { arrivalUs, sizeUs } of [...jobs].sort((a, b) => a.arrivalUs - b.arrivalUs)) end = Math.max(end, arrivalUs) + sizeUs;
    expect(Math.max(...Object.values(found))).toBe(end);
    expect(jobs.filter(({ id, arrivalUs, sizeUs }) => found[id]! - arrivalUs < sizeUs - 1e-9)).toEqual([]);
  });
});

describe('schedule refuses', () => {
  const refusal = (input: object): string => {
    try {
      const whole = { jobs: [{ id: 'a', arrivalUs: 0, sizeUs: 1, level: 1, weight: 1 }], between: 'none', inner: 'fcfs', ...input };
      schedule.evaluate(parseInput(schedule.input, whole), NO_FILES);
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    return 'accepted';
  };
  const job = (fields: object): object => ({ jobs: [{ id: 'a', arrivalUs: 0, sizeUs: 1, level: 1, weight: 1, ...fields }] });
  it('np with what interrupts inside a level', () => {
    for (const inner of ['srt', 'ps', 'dps']) expect(refusal({ between: 'np', inner })).toMatch(new RegExp(`^inner: '${inner}' interrupts running jobs.*must be 'fcfs' or 'spn'`));
  });
  it('names that are no names, and fields that are no times', () => {
    expect(refusal(job({ sizeUs: 0 }))).toMatch(/^jobs\[0\]\.sizeUs: 0 .*from 0\.000001 to/);
    expect(refusal(job({ arrivalUs: -1 }))).toMatch(/^jobs\[0\]\.arrivalUs: -1 /);
    expect(refusal(job({ level: 1.5 }))).toMatch(/^jobs\[0\]\.level: 1\.5 /);
    expect(refusal(job({ weight: 0 }))).toMatch(/^jobs\[0\]\.weight: 0 /);
    expect(refusal(job({ id: 7 }))).toMatch(/^jobs\[0\]\.id: 7 /);
    expect(refusal(job({ priority: 1 }))).toMatch(/priority/);
    expect(refusal({ inner: 'rr' })).toMatch(/^inner: "rr" is not allowed/);
    expect(refusal({ jobs: [0, 1].map(() => ({ id: 'twin', arrivalUs: 0, sizeUs: 1 })) })).toMatch(/^jobs\[1\]\.id: 'twin' is taken/);
  });
  it('more levels than fit', () => {
    const many = (count: number): object => ({ between: 'pr', jobs: Array.from({ length: count }, (_, index) => ({ id: `${index}`, arrivalUs: 0, sizeUs: 1, level: 7 * index + 1 })) });
    expect(refusal(many(250))).toBe('accepted');
    expect(refusal(many(251))).toMatch(/^jobs: 251 different levels; must be at most 250/);
  });
  it('times too far apart for one clock', () => {
    const far = (sizeUs: number): object => ({ jobs: [{ id: 'a', arrivalUs: 0, sizeUs }, { id: 'b', arrivalUs: 9e11 + 0.123456, sizeUs: 1 }] });
    expect(refusal(far(1))).toBe('accepted');
    expect(refusal(far(0.0123))).toMatch(/^jobs\[0\]\.sizeUs: 0\.0123 us, where a schedule of up to 900000000000 us is told in steps of 0\.001 us; must be at least 100 steps/);
    expect(refusal({ jobs: Array.from({ length: 2000 }, (_, index) => ({ id: `${index}`, arrivalUs: 0.5, sizeUs: 1e12 - 0.25 })) })).toMatch(/^jobs: a schedule .* must be at most 1e12 us long/);
  });
});
