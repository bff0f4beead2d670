import { describe, expect, it } from 'vitest';
import type { ClaimReport, Verdict } from '../../scenarios/testbed/report-types.ts';
import { domainOf, readingRange } from './effect-axis.ts';
import { boardHeadline, countVerdicts } from './headline.ts';

const claim = (verdict: Verdict, mean: number | null = -0.4, over: Partial<ClaimReport> = {}): ClaimReport => ({
  id: 'c', text: 'Reads take half the time.', source: { document: 'paper', place: 'fig. 7' }, measure: 'get', contrast: 'relative', treatment: {}, baseline: {}, verdict,
  effect: mean === null ? null : { mean, low: mean - 0.03, high: mean + 0.03, n: 10, level: 0.95, unit: '' }, paper: { value: -0.5 }, margin: 0.1, smallest: null, rule: '', why: '', ablation: null, readings: [], ...over,
});

const WORDS: Readonly<Record<string, number>> = { No: 0, One: 1, Two: 2, Three: 3, Four: 4, Five: 5 };

describe('headline of the board', () => {
  it('agrees with the table below it for every mixture', () => {
    const kinds: readonly Verdict[] = ['reproduced', 'partly', 'not reproduced', 'not decidable', 'not run'];
    for (let n = 0; n < 400; n++) {
      // Every mixture of up to three claims a verdict.
      const claims = kinds.flatMap((verdict, at) => Array.from({ length: Math.floor(n / 4 ** at) % 4 }, () => claim(verdict)));
      const counts = countVerdicts(claims);
      const total = claims.filter(({ verdict }) => verdict !== 'not run').length;
      const text = boardHeadline(counts);
      if (total === 0) expect(text).toBe('Which claims hold?');
      else {
        const said = (pattern: RegExp): number => {
          const word = pattern.exec(text)?.[1];
          return word === undefined ? 0 : (WORDS[word] ?? Number(word));
        };
        if (!text.startsWith('All')) expect(said(/^(\w+) of/), text).toBe(counts.reproduced);
        expect(said(/\. (\w+) holds? in part/), text).toBe(counts.partly);
        expect(said(/\. (\w+) do(?:es)? not\./), text).toBe(counts['not reproduced']);
        expect(said(/\. (\w+) cannot be decided/), text).toBe(counts['not decidable']);
      }
    }
  });

  it('reads like a sentence', () => {
    expect(boardHeadline({ reproduced: 1, partly: 1, 'not reproduced': 2, 'not decidable': 0 })).toBe('One of four claims holds. One holds in part. Two do not.');
    expect(boardHeadline({ reproduced: 3, partly: 0, 'not reproduced': 0, 'not decidable': 0 })).toBe('All three claims hold.');
  });
});

describe('shared axis', () => {
  it('holds zero, the source and all intervals', () => {
    const domain = domainOf([claim('partly', -0.46), claim('reproduced', 0.1)]);
    expect(domain.low).toBeLessThan(-0.5);
    expect(domain.high).toBeGreaterThan(0.13);
    expect(domain.ticks).toContain(0);
  });

  it('does not let one far value squeeze the rest', () => {
    expect(domainOf([claim('not reproduced', 9.27)]).high).toBeLessThan(1.3);
  });

  it('spans all readings of a claim that the source does not decide', () => {
    const effect = (mean: number): ClaimReport['effect'] => ({ mean, low: mean - 0.01, high: mean + 0.01, n: 5, level: 0.95, unit: '' });
    const open = claim('not decidable', -0.4, { readings: [{ title: 'a', verdict: 'partly', effect: effect(-0.4) }, { title: 'b', verdict: 'not reproduced', effect: effect(0.1) }] });
    expect(readingRange(open)).toEqual({ low: -0.41000000000000003, high: 0.11 });
    expect(readingRange(claim('reproduced'))).toBeUndefined();
  });
});
