import { describe, expect, it } from 'vitest';
import schedule from '../../scenarios/eval/schedule.ts';
import { clampWindow, clockLayout, panWindow, zoomWindow } from './clock-window.ts';
import { chromeTrace } from './chrome-trace.ts';
import { divergences, servesAlike, shareApart } from './divergence.ts';
import { compareLevels } from './level-statistics.ts';
import { openTrace } from './open-trace.ts';
import { policyChoice, POLICY_IDS, type PolicyId } from './policy-choices.ts';
import { type GivenJob, runSchedule } from './run-schedule.ts';
import { DEFAULT_SCHEDULE, linkQuery, readOptions, type ScheduleOptions } from './schedule-options.ts';
import { apartSentence, divergenceSentence, headline, stateSentence } from './sentences.ts';
import type { JobRecord, Segment, Timeline } from './timeline.ts';

const options: ScheduleOptions = { ...DEFAULT_SCHEDULE, jobs: 150 };
const MS = 1e6;
const job = (arrivalMs: number, sizeMs: number, level: number): GivenJob => ({ arrivalNs: arrivalMs * MS, sizeNs: sizeMs * MS, level, weight: 1 });

/** A report of 30 ms, a payment that comes 10 ms later, a reading after that. */
const SMALL = [job(0, 30, 4), job(10, 5, 1), job(12, 2, 2)];
const small = (policy: PolicyId, more: Partial<ScheduleOptions> = {}): ReturnType<typeof runSchedule> => runSchedule(policy, { ...options, ...more }, SMALL);

describe('a run, by hand', () => {
  it('draws a report that a payment interrupts, and the jobs of each level that wait', () => {
    const { timeline } = small('pr-fcfs');
    expect(timeline.segments.map(({ jobs, startNs, endNs }) => [jobs[0], startNs / MS, endNs / MS])).toEqual([[1, 0, 10], [2, 10, 15], [3, 15, 17], [1, 17, 37]]);
    expect(timeline.depths.map(({ timeNs, waiting }) => [timeNs / MS, ...waiting])).toEqual([[0, 0, 0, 0, 0], [10, 0, 0, 0, 1], [12, 0, 1, 0, 1], [15, 0, 0, 0, 1], [17, 0, 0, 0, 0], [37, 0, 0, 0, 0]].slice(0, timeline.depths.length));
    expect(timeline.jobs.map(({ preemptions, endNs }) => [preemptions, endNs / MS])).toEqual([[1, 37], [0, 15], [0, 17]]);
  });

  it('draws a fluid as shares, and the time of a switch as time without service', () => {
    const fluid = small('ps').timeline;
    expect(fluid.segments.slice(0, 3).map(({ jobs, startNs }) => [jobs, startNs / MS])).toEqual([[[1], 0], [[1, 2], 10], [[1, 2, 3], 12]]);
    const costly = small('pr-fcfs', { switchUs: 100 }).timeline;
    expect(costly.segments.map(({ costNs }) => costNs)).toEqual([1e5, 1e5, 1e5, 1e5]);
    expect(costly.endNs).toBe(37.4 * MS);
  });
});

describe.each(POLICY_IDS)('policy %s', (policy) => {
  const cores = policyChoice(policy).isFluid ? 1 : 3;
  const { timeline } = runSchedule(policy, { ...options, cores, switchUs: cores === 1 ? 0 : 20 });

  it('gives each job its size, between arrival and end, on no core twice at once', () => {
    const served = new Map<number, number>();
    for (const { jobs, startNs, endNs, costNs } of timeline.segments) for (const number of jobs) served.set(number, (served.get(number) ?? 0) + (endNs - startNs - costNs) / jobs.length);
    const slackNs = policyChoice(policy).isFluid ? 100 : 0;
    for (const { number, sizeNs, arrivalNs, startNs, endNs } of timeline.jobs) {
      expect(Math.abs(served.get(number)! - sizeNs)).toBeLessThanOrEqual(slackNs);
      expect(startNs).toBeGreaterThanOrEqual(arrivalNs);
      expect(endNs).toBe(Math.max(...timeline.segments.filter(({ jobs }) => jobs.includes(number)).map((segment) => segment.endNs)));
    }
    for (let core = 0; core < cores; core++) {
      const own = timeline.segments.filter((segment) => segment.core === core);
      for (let at = 1; at < own.length; at++) expect(own[at]!.startNs).toBeGreaterThanOrEqual(own[at - 1]!.endNs);
    }
  });

  it('counts as many in its depth lanes as the jobs say', () => {
    for (const { timeNs, waiting } of timeline.depths) {
      const there = timeline.jobs.filter(({ arrivalNs, endNs }) => arrivalNs <= timeNs && endNs > timeNs);
      const running = new Set(timeline.segments.filter(({ startNs, endNs }) => startNs <= timeNs && endNs > timeNs).flatMap(({ jobs }) => jobs));
      const expected = [1, 2, 3, 4].map((level) => there.filter((one) => one.level === level && (timeline.isFluid || !running.has(one.number))).length);
      expect(waiting).toEqual(expected);
    }
  });
});

describe('against the calculator of schedules', () => {
  /** Completion in us by number, index 0 unused. */
  function evaluate(jobs: readonly JobRecord[], between: 'none' | 'np' | 'pr', inner: 'fcfs' | 'spn' | 'srt' | 'ps'): number[] {
    // Ids of equal length, so that code units order them as numbers do.
    const id = (number: number): string => String(number).padStart(6, '0');
    const input = schedule.input.parse({ between, inner, jobs: jobs.map(({ number, arrivalNs, sizeNs, level }) => ({ id: id(number), arrivalUs: arrivalNs / 1000, sizeUs: sizeNs / 1000, level, weight: 1 })) });
    const { completionsUs } = schedule.evaluate(input, { readFile: () => new Uint8Array() }) as { completionsUs: Record<string, number> };
    return [NaN, ...jobs.map(({ number }) => completionsUs[id(number)]!)];
  }

  it.each([['fcfs', 'none', 'fcfs'], ['srt', 'none', 'srt'], ['np-spn', 'np', 'spn'], ['pr-srt', 'pr', 'srt'], ['pr-ps', 'pr', 'ps']] as const)('%s ends every job where it says', (policy, between, inner) => {
    const { timeline } = runSchedule(policy, options);
    const expected = evaluate(timeline.jobs, between, inner);
    for (const { number, endNs } of timeline.jobs) expect(Math.abs(endNs - expected[number]! * 1000)).toBeLessThan(inner === 'ps' ? 100 : 0.01);
  });
});

describe('where two schedules part', () => {
  const segment = (core: number, jobs: number[], startNs: number, endNs: number): Segment => ({ core, jobs, startNs, endNs, costNs: 0 });
  const timeline = (cores: number, ...segments: Segment[]): Timeline => ({ cores, isFluid: false, segments, depths: [], jobs: [], endNs: Math.max(...segments.map(({ endNs }) => endNs)) });
  const spans = (a: Timeline, b: Timeline): number[][] => divergences(a, b).map(({ startNs, endNs }) => [startNs, endNs]);

  it('finds planted differences and nothing else: another order, an idle core, a later end', () => {
    const one = timeline(1, segment(0, [1], 0, 10), segment(0, [2], 10, 30), segment(0, [3], 30, 40), segment(0, [4], 50, 60));
    expect(spans(one, one)).toEqual([]);
    expect(spans(one, timeline(1, segment(0, [1], 0, 10), segment(0, [3], 10, 20), segment(0, [2], 20, 40), segment(0, [4], 50, 60)))).toEqual([[10, 20], [30, 40]]);
    expect(spans(one, timeline(1, segment(0, [1], 0, 10), segment(0, [2], 12, 32), segment(0, [3], 32, 42), segment(0, [4], 50, 60)))).toEqual([[10, 12], [30, 32], [40, 42]]);
    expect(spans(one, timeline(1, ...one.segments.slice(0, 3), segment(0, [4], 50, 61)))).toEqual([[60, 61]]);
  });

  it('takes a block cut in two, or another core, for the same schedule', () => {
    const whole = timeline(2, segment(0, [1], 0, 10), segment(1, [2], 0, 10));
    expect(spans(whole, timeline(2, segment(0, [2], 0, 4), segment(1, [1], 0, 10), segment(0, [2], 4, 10)))).toEqual([]);
    expect(spans(whole, timeline(2, segment(0, [1], 0, 10), segment(1, [3], 0, 10)))).toEqual([[0, 10]]);
  });

  it('agrees with a look at every instant of real runs', () => {
    const [a, b] = [runSchedule('cfs', options).timeline, runSchedule('pr-fcfs', options).timeline];
    const list = divergences(a, b);
    const runningAt = ({ segments }: Timeline, at: number): string => segments.filter(({ startNs, endNs }) => startNs <= at && at < endNs).flatMap(({ jobs }) => jobs).sort((x, y) => x - y).join();
    for (let at = 0; at < a.endNs; at += 777_777) expect(list.some(({ startNs, endNs }) => startNs <= at && at < endNs), `at ${at}`).toBe(runningAt(a, at) !== runningAt(b, at));
    expect(list.length).toBeGreaterThan(3);
    expect(shareApart(list, a, b)).toBeGreaterThan(0.1);
  });

  it('sees that work-conserving orders leave the same work, and that costs do not', () => {
    expect(servesAlike(runSchedule('cfs', options).timeline, runSchedule('pr-srt', options).timeline)).toBe(true);
    const costly = { ...options, switchUs: 50 };
    expect(servesAlike(runSchedule('rr', costly).timeline, runSchedule('fcfs', costly).timeline)).toBe(false);
  });

  it('says what happens there', () => {
    const [a, b] = [small('fcfs'), small('pr-fcfs')];
    const list = divergences(a.timeline, b.timeline);
    expect(divergenceSentence(list, 0, a, b)).toBe('First difference at 10\u202fms. Job 2 (level 1) arrives: FCFS then runs job 1 (level 4), regulated pr runs job 2 (level 1).');
    expect(divergenceSentence([], 0, a, a)).toBe('The two schedules are the same from start to end.');
    expect(apartSentence(list, shareApart(list, a.timeline, b.timeline))).toBe('They run different jobs 38\u202f% of the time, in 2 stretches.');
    expect(stateSentence(b.timeline, 12.5 * MS)).toBe('job 2 (level 1); waiting 0, 1, 0, 1');
    expect(stateSentence(small('ps').timeline, 11 * MS)).toBe('2 jobs at once; there 1, 0, 0, 1');
  });
});

describe('what each level gets', () => {
  it('is what one counts by hand', () => {
    const pairs = compareLevels(small('fcfs').timeline, small('pr-fcfs').timeline, 4);
    expect(pairs[0]).toMatchObject({ level: 1, a: { n: 1, meanNs: 25 * MS, maxNs: 25 * MS }, b: { meanNs: 5 * MS }, meanDifferenceNs: -20 * MS, sooner: 1, later: 0 });
    expect(pairs[3]).toMatchObject({ a: { meanNs: 30 * MS }, b: { meanNs: 37 * MS, preemptions: 1 }, meanDifferenceNs: 7 * MS, sooner: 0, later: 1 });
    expect(pairs[2]!.a.n).toBe(0);
    expect(headline(pairs, ['FCFS', 'Regulated pr'])).toBe('On average level 1 takes 5\u202fms under regulated pr instead of 25\u202fms under FCFS; level 4 takes 37\u202fms instead of 30\u202fms.');
  });

  it('never lets a lower level touch level 1 under pr', () => {
    const firsts = (list: readonly GivenJob[]): (readonly number[])[] => runSchedule('pr-fcfs', options, list).timeline.jobs.filter(({ level }) => level === 1).map(({ arrivalNs, endNs }) => [arrivalNs, endNs]);
    const all = runSchedule('fcfs', options).timeline.jobs.map(({ arrivalNs, sizeNs, level }) => ({ arrivalNs, sizeNs, level, weight: 1 }));
    expect(firsts(all)).toEqual(firsts(all.filter(({ level }) => level === 1)));
  });
});

describe('the pictures of the lessons show what the lessons say', () => {
  const means = (a: PolicyId, b: PolicyId, load: number): { a: number[]; b: number[] } => {
    const asked = { ...DEFAULT_SCHEDULE, load, mix: [30, 30, 30, 10], sizesMs: [2, 2, 2, 2], jobs: 600 };
    const pairs = compareLevels(runSchedule(a, asked).timeline, runSchedule(b, asked).timeline, 4);
    return { a: [0, ...pairs.map((pair) => pair.a.meanNs)], b: [0, ...pairs.map((pair) => pair.b.meanNs)] };
  };

  it('strict order: level 1 hardly notices the load, level 4 starves; a reservation helps it at the cost of level 3', () => {
    const [calm, busy, overload] = [0.6, 0.95, 1.1].map((load) => means('fcfs', 'pr-fcfs', load)) as [ReturnType<typeof means>, ReturnType<typeof means>, ReturnType<typeof means>];
    expect(overload.b[1]! / calm.b[1]!).toBeLessThan(1.5);
    expect(busy.b[4]! / calm.b[4]!).toBeGreaterThan(10);
    expect(overload.b[4]! / overload.a[4]!).toBeGreaterThan(3);
    const reserved = means('pr-fcfs', 'pr-reservation', 1.1);
    expect(reserved.b[4]! / reserved.a[4]!).toBeLessThan(0.1);
    const lost = [1, 2, 3].map((level) => reserved.b[level]! - reserved.a[level]!);
    expect(Math.max(...lost)).toBe(lost[2]);
    const aged = means('pr-fcfs', 'pr-aging', 1.1);
    expect(aged.b[1]! / aged.a[1]!).toBeGreaterThan(5);
  });

  it('CFS or regulated queues: levels 1 and 2 in a fraction of the time, level 4 pays; np costs level 1; nice values get most of it', () => {
    const mean = (policy: PolicyId): number[] => compareLevels(runSchedule(policy, DEFAULT_SCHEDULE).timeline, runSchedule(policy, DEFAULT_SCHEDULE).timeline, 4).map(({ a }) => a.meanNs);
    const [cfs, nice, np, pr] = (['cfs', 'cfs-nice', 'np-fcfs', 'pr-fcfs'] as const).map(mean) as [number[], number[], number[], number[]];
    for (const at of [0, 1]) expect(pr[at]! / cfs[at]!).toBeLessThan(0.25);
    expect(pr[3]! / cfs[3]!).toBeGreaterThan(1.3);
    expect(np[0]! / pr[0]!).toBeGreaterThan(3);
    expect((cfs[0]! - nice[0]!) / (cfs[0]! - pr[0]!)).toBeGreaterThan(0.7);
    expect(nice[3]! / cfs[3]!).toBeGreaterThan(1.3);
  });
});

describe('links', () => {
  it('come back as they were written', () => {
    const wanted: ScheduleOptions = { ...DEFAULT_SCHEDULE, a: 'np-spn', load: 1.05, mix: [1, 2, 3, 4], law: 'det', cores: 2, seed: 'a b&c' };
    expect(readOptions(linkQuery(wanted))).toEqual({ options: wanted, problems: [] });
    expect(linkQuery(DEFAULT_SCHEDULE)).toEqual({ a: 'cfs', b: 'pr-fcfs' });
  });

  it('with values that are not allowed open with the default and say so', () => {
    const { options: read, problems } = readOptions({ a: 'constructor', load: '9', mix: '0,0,0,0', jobs: '50.5', law: 'toString', seed: '\u0000' });
    expect(read).toEqual(DEFAULT_SCHEDULE);
    expect(problems).toHaveLength(6);
    expect(problems[1]).toBe('This link asks for load = 9; allowed is a number from 0.05 to 1.5. Opened with the default, 0.9.');
  });
});

describe('the clock', () => {
  it('zooms around an instant, pans, and stays within the run', () => {
    expect(zoomWindow({ fromNs: 0, toNs: 100e6 }, 0.5, 20e6, 200e6)).toEqual({ fromNs: 10e6, toNs: 60e6 });
    expect(panWindow({ fromNs: 150e6, toNs: 190e6 }, 0.5, 200e6)).toEqual({ fromNs: 160e6, toNs: 200e6 });
    expect(clampWindow({ fromNs: -5, toNs: 5 }, 1e9)).toEqual({ fromNs: 0, toNs: 20_000 });
    expect(zoomWindow({ fromNs: 0, toNs: 100e6 }, 100, 0, 200e6)).toEqual({ fromNs: 0, toNs: 200e6 });
  });

  it.each([[328, 1], [328, 4], [1200, 1], [1200, 4]])('lays out %i px and %i cores without overlap', (width, cores) => {
    const { panels: [a, b], laneHeight, depthHeight, ribbonY, axisY, left, right } = clockLayout(width, cores, 4);
    const edges = [a, b].flatMap((panel) => [...panel.laneY.flatMap((y) => [y, y + laneHeight]), ...panel.depthY.flatMap((y) => [y - depthHeight, y])]);
    expect(edges).toEqual([...edges].sort((x, y) => x - y));
    expect(ribbonY).toBeGreaterThan(a.bottomY);
    expect(b.bottomY).toBeLessThan(axisY);
    expect(right - left).toBeGreaterThan(width * 0.75);
  });
});

describe('jobs from outside, and a trace to the outside', () => {
  const file = (text: string): File => new File([text], 'jobs.csv');
  it('reads a CSV in order of arrival and refuses whole files with the place', async () => {
    expect((await openTrace(file('arrival_us,size_us,level\n10,5,1\n0,30.5,4\n'))).jobs).toEqual([{ arrivalNs: 0, sizeNs: 30_500, level: 4, weight: 1 }, { arrivalNs: 10_000, sizeNs: 5000, level: 1, weight: 1 }]);
    await expect(openTrace(file('arrival_us,size_us,level\n10,5,9\n'))).rejects.toThrow("line 2, column level: '9' is not allowed; allowed is an integer from 1 to 4. Nothing was loaded.");
    await expect(openTrace(file(`arrival_us,size_us\n${'1,1\n'.repeat(2001)}`))).rejects.toThrow('2001 jobs; allowed are 2000');
  });

  it('writes Chrome trace events of both schedules', () => {
    const { traceEvents } = JSON.parse(chromeTrace([{ name: 'A: FCFS', timeline: small('fcfs').timeline }, { name: 'B', timeline: small('pr-fcfs').timeline }])) as { traceEvents: { ph: string; name: string; ts: number; dur: number; pid: number }[] };
    expect(traceEvents.filter(({ ph, pid }) => ph === 'X' && pid === 2).map(({ name, ts, dur }) => [name, ts, dur])).toEqual([['L4', 0, 10_000], ['L1', 10_000, 5000], ['L2', 15_000, 2000], ['L4', 17_000, 20_000]]);
  });
});
