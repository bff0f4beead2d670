/** The recorder keeps exact quantiles and refuses what no table could hold. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RunRecorder } from './recorder.ts';
import { defineScenario, type Scenario } from './scenario.ts';

const scenario = defineScenario({
  id: 'made-up', title: '', question: '', source: { document: '', place: '' }, kind: 'terminating',
  parameters: z.object({}), arms: {}, baseline: 'a', quick: { replications: 1 }, full: { replications: 1 },
  measures: { first: { title: '', unit: 'ns', description: '', better: 'lower' }, second: { title: '', unit: 'ns', description: '', better: 'lower' } },
  tables: { steps: { title: '', columns: { step: { unit: '', description: '' }, sizeBytes: { unit: 'B', description: '' } } } },
  build: () => {}, figures: [], claims: [], headline: () => '', narrative: () => '',
}) as unknown as Scenario;

const recorder = (): RunRecorder => new RunRecorder(scenario);

describe('latency', () => {
  it('keeps exact quantiles by rank ceil(q n), samples of several calls taken together', () => {
    const record = recorder();
    record.latency('get', [10, 9, 8, 7, 6]);
    record.latency('get', new Float64Array([5, 4, 3, 2, 1]));
    const [get] = record.result().latency;
    expect(get).toMatchObject({ operation: 'get', count: 10 });
    const at = Object.fromEntries(get!.quantiles);
    // 0.7 * 10 is 7.000000000000001 in floats: the rank must still be 7
    expect([at['0'], at['0.1'], at['0.5'], at['0.6'], at['0.95'], at['1']]).toEqual([1, 1, 5, 6, 10, 10]);
  });

  it.each([[-1], [0.5], [NaN], [2 ** 53]])('refuses the sample %d', (sample) => {
    expect(() => recorder().latency('get', [1, sample])).toThrow(/sample 1 is .*; it must be a whole number of ns/);
  });
});

describe('measures and tables', () => {
  it('come out in the order of declaration, whatever the order of recording', () => {
    const record = recorder();
    record.measure('second', 2);
    record.measure('first', 1);
    record.row('steps', { sizeBytes: 4, step: 1 });
    const { measures, tables } = record.result();
    expect(Object.keys(measures)).toEqual(['first', 'second']);
    expect(Object.keys(tables['steps']![0]!)).toEqual(['step', 'sizeBytes']);
  });

  it.each([
    ['an undeclared measure', (record: RunRecorder) => record.measure('third', 1), 'measure third is not declared'],
    ['a name from the prototype', (record: RunRecorder) => record.measure('toString', 1), 'is not declared'],
    ['no number', (record: RunRecorder) => record.measure('first', NaN), 'must be finite'],
    ['a missing column', (record: RunRecorder) => record.row('steps', { step: 1 }), 'column sizeBytes is missing'],
    ['a column too many', (record: RunRecorder) => record.row('steps', { step: 1, sizeBytes: 1, extra: 1 }), 'column extra is not declared'],
    ['an infinite cell', (record: RunRecorder) => record.row('steps', { step: 1, sizeBytes: Infinity }), 'must be finite'],
    ['a negative rate', (record: RunRecorder) => record.throughput('get', 1, -1), 'throughput of get'],
  ])('refuse %s', (_what, action, message) => {
    expect(() => action(recorder())).toThrow(message);
  });

  it('refuse a second value of one measure', () => {
    const record = recorder();
    record.measure('first', 1);
    expect(() => record.measure('first', 1)).toThrow('recorded twice');
  });
});
