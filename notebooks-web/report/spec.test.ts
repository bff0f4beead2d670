import { describe, expect, it } from 'vitest';
import { fitSpec } from './fit-spec.ts';
import { checkSpec } from './spec-guard.ts';

const values = [{ arm: 'a', x: 1 }, { arm: 'b', x: 2 }, { arm: 'c', x: 3 }];

describe('guard of chart specifications', () => {
  it('lets inline data pass, whatever its columns are called', () => {
    expect(() => checkSpec({ data: { values: [{ url: 'x', href: 'y' }] }, mark: 'point', encoding: { x: { field: 'url' } } })).not.toThrow();
  });

  it.each([
    [{ data: { url: 'https://example.org/x.json' }, mark: 'point' }, 'data.url'],
    [{ mark: 'point', encoding: { href: { field: 'x' } } }, 'encoding.href'],
    [{ mark: { type: 'image' } }, 'images are not allowed'],
    [{ usermeta: { embedOptions: { actions: true } }, mark: 'point' }, 'usermeta'],
    [{ layer: [{ data: { values: [], format: {} }, mark: { type: 'text', href: 'javascript:alert(1)' } }] }, 'layer[0].mark.href'],
    [JSON.parse('{"data":{"values":[{"__proto__":{"x":1}}]}}') as object, '__proto__'],
  ])('refuses %j', (spec, message) => {
    expect(() => checkSpec(spec)).toThrow(message as string);
  });
});

describe('fitting', () => {
  const unit = { mark: 'point', encoding: {} };
  it('lets a single view fill its container', () => {
    expect(fitSpec({ data: { values }, ...unit }, 700)).toMatchObject({ width: 'container' });
  });

  it('shares the width among small multiples, and wraps them on a phone', () => {
    const facet = { data: { values }, facet: { column: { field: 'arm' } }, spec: unit };
    expect((fitSpec(facet, 800)['spec'] as { width: number }).width).toBe(Math.floor((800 - 70 - 72) / 3));
    const narrow = fitSpec(facet, 328);
    expect(narrow).toMatchObject({ columns: 1, facet: { field: 'arm' } });
    expect((narrow['spec'] as { width: number }).width).toBeLessThanOrEqual(328);
  });

  it('draws an interval that reaches zero at the floor of a logarithmic axis', () => {
    const rows = [{ low: -3, mean: 2, high: 5, other: -1 }, { low: 0.5, mean: 2, high: 4, other: -1 }];
    const log = { field: 'mean', type: 'quantitative', scale: { type: 'log' } };
    const chart = { layer: [{ data: { values: rows }, mark: 'rule', encoding: { x: { field: 'other' }, y: { field: 'low' }, y2: { field: 'high' } } }, { data: { values: rows }, mark: 'point', encoding: { y: log } }] };
    const [whiskers] = fitSpec(chart, 700)['layer'] as { data: { values: typeof rows } }[];
    expect(whiskers!.data.values.map(({ low, other }) => [low, other])).toEqual([[0.5, -1], [0.5, -1]]);
    expect(rows[0]!.low).toBe(-3);
    // One run has no interval: its infinite ends are left out, as they are in a stored result.
    const [alone] = fitSpec({ layer: [{ data: { values: [{ low: -Infinity, mean: 2, high: Infinity }] }, mark: 'rule', encoding: { y: { field: 'low' }, y2: { field: 'high' } } }, { mark: 'point', encoding: { y: log } }] }, 700)['layer'] as { data: { values: unknown[] } }[];
    expect(alone!.data.values).toEqual([{ low: null, mean: 2, high: null }]);
    // Beside it, on an axis of its own, zero has a place.
    const linear = fitSpec({ hconcat: [{ data: { values: rows }, mark: 'point', encoding: { y: log } }, { data: { values: rows }, mark: 'point', encoding: { y: { field: 'low' } } }] }, 900)['hconcat'] as { data: { values: typeof rows } }[];
    expect(linear[1]!.data.values[0]!.low).toBe(-3);
  });

  it('stacks what stood side by side when there is no room', () => {
    const pair = { hconcat: [unit, unit] };
    expect(fitSpec(pair, 800)).toHaveProperty('hconcat');
    expect(fitSpec(pair, 328)).toHaveProperty('vconcat');
    expect(pair).not.toHaveProperty('vconcat');
  });
});
