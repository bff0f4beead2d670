import { describe, expect, it } from 'vitest';
import { cellsOfRows, changedParameters, counterpart, firstDifferingBlock, pairMeasures } from './cells.ts';
import type { MeasureRow } from '../data/csv.ts';

const rows = (arm: string, seed: string, trigger: string, values: readonly number[]): MeasureRow[] =>
  values.map((value, replication) => ({ scenario: 's', arm, params: new Map([['l0_trigger', trigger]]), replication, seed, measure: 'get', unit: 'ns', value }));

describe('two results', () => {
  it('pair by replication under one seed: common luck cancels', () => {
    const luck = [10, 400, 35, 220, 90];
    const [a] = cellsOfRows(rows('paper', 'x', '10', luck.map((value) => 1000 + value)));
    const [b] = cellsOfRows(rows('paper', 'x', '4', luck.map((value) => 900 + value)));
    const [pair] = pairMeasures(a!, b!);
    expect(pair).toMatchObject({ kind: 'paired t', n: 5, changeUnit: 'relative' });
    expect(pair!.change.high).toBeLessThan(0);
    const [other] = cellsOfRows(rows('paper', 'y', '4', luck.map((value) => 900 + value)));
    const [unpaired] = pairMeasures(a!, other!);
    expect(unpaired!.kind).toBe('Welch');
    expect(unpaired!.change.high - unpaired!.change.low).toBeGreaterThan(2 * (pair!.change.high - pair!.change.low));
  });

  it('say "equal" and "no interval" in words', () => {
    const [a] = cellsOfRows(rows('paper', 'x', '4', [5, 6]));
    expect(pairMeasures(a!, a!)[0]).toMatchObject({ kind: 'equal', change: { mean: 0 } });
    const [one] = cellsOfRows(rows('paper', 'x', '4', [7]));
    expect(pairMeasures(a!, one!)[0]).toMatchObject({ kind: 'one run, no interval', n: 1 });
  });

  it('name what differs and pick the nearest point', () => {
    const a = cellsOfRows([...rows('paper', 'x', '4', [1]), ...rows('paper', 'x', '10', [2])]);
    const b = cellsOfRows(rows('paper', 'x', '10', [3]));
    expect(changedParameters(a, b)).toEqual([{ name: 'l0_trigger', a: ['4', '10'], b: ['10'] }]);
    expect(counterpart(b[0]!, a)!.params.get('l0_trigger')).toBe('10');
    expect(counterpart({ ...b[0]!, arm: 'stock' }, a)).toBeUndefined();
  });

  it('find the first block that differs, also where one run is longer', () => {
    expect(firstDifferingBlock(['a', 'b', 'c'], ['a', 'x', 'c'])).toBe(1);
    expect(firstDifferingBlock(['a'], ['a', 'b'])).toBe(1);
    expect(firstDifferingBlock(['a', 'b'], ['a', 'b'])).toBeUndefined();
  });
});
