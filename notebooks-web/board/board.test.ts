import { describe, expect, it } from 'vitest';
import type { ClaimReport, Verdict } from '../../scenarios/testbed/report-types.ts';
import { domainOf, readingRange } from './effect-axis.ts';
import { briefly, stems } from './claim-text.ts';
import { boardHeadline, countVerdicts, kindsOf } from './headline.ts';

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
    expect(boardHeadline({ reproduced: 1, partly: 1, 'not reproduced': 2, 'not decidable': 0 })).toBe('One of four published claims holds. One holds in part. Two do not.');
    expect(boardHeadline({ reproduced: 3, partly: 0, 'not reproduced': 0, 'not decidable': 0 })).toBe('All three published claims hold.');
    expect(boardHeadline({ reproduced: 31, partly: 0, 'not reproduced': 0, 'not decidable': 0 }, 'check')).toBe('All 31 checks hold.');
  });

  it('tells published effects from checks against what is known', () => {
    const of = (document: string, paper: ClaimReport['paper']): ClaimReport => claim('reproduced', 0, { source: { document, place: '' }, paper });
    const kinds = kindsOf([
      of('paper', { value: -0.5 }), of('paper', { direction: 'none' }), of('direction', { direction: 'decrease' }),
      of('program', { value: 0 }), of('program', { direction: 'none' }), of('program', { value: -0.8 }), of('This testbed', { value: -0.5 }),
    ]);
    expect(Object.fromEntries(kinds)).toEqual({ paper: 'published', direction: 'published', program: 'check', 'This testbed': 'check' });
  });
});

describe('short claim texts', () => {
  it('says once what neighbours say alike, and loses no word', () => {
    const texts = ['On the same seven words here it reads half.', 'On the same seven words here it reads a third.', 'Alone.', 'On the same seven words here it writes.'];
    const runs = stems(texts, (text) => text);
    expect(runs.map(({ stem, items }) => [stem, items.length])).toEqual([['On the same seven words here it reads', 2], ['', 1], ['', 1]]);
    expect(runs.flatMap(({ stem, items }) => items.map(({ text }) => (stem === '' ? text : `${stem} ${text}`)))).toEqual(texts);
    // Equal texts and one that is the start of the next keep a word each.
    for (const { items } of stems(['a b c d e f g', 'a b c d e f g', 'a b c d e f g h'], (text) => text)) expect(items.every(({ text }) => text !== '')).toBe(true);
  });

  it('cuts a reason where a thought ends, never within one', () => {
    expect(briefly('It reads 1.7 files. And more.')).toBe('It reads 1.7 files.');
    expect(briefly(`With compaction as the program has it, few files are left in level 0, so there is little to save: ${'number '.repeat(20)}.`)).toBe('With compaction as the program has it, few files are left in level 0, so there is little to save.');
    expect(briefly(`Blocks: ${'one 2.01; '.repeat(40)}`.replaceAll(';', ','))).toBe('');
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

  it('spans the readings of a claim that the source does not decide, not the widest of their intervals', () => {
    const effect = (mean: number): ClaimReport['effect'] => ({ mean, low: mean - 0.01, high: mean + 0.01, n: 5, level: 0.95, unit: '' });
    const open = claim('not decidable', -0.4, { readings: [{ title: 'a', verdict: 'partly', effect: effect(-0.4) }, { title: 'b', verdict: 'not reproduced', effect: { ...effect(0.1)!, low: -0.8, high: 76 } }, { title: 'c', verdict: 'not run', effect: null }] });
    expect(readingRange(open)).toEqual({ low: -0.4, high: 0.1, values: [-0.4, 0.1] });
    expect(readingRange(claim('reproduced'))).toBeUndefined();
  });
});
