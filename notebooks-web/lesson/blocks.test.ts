import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { registry } from '../../scenarios/testbed/registry.ts';
import { readOptions as readFlows } from '../flows/flow-options.ts';
import { readOptions } from '../schedule/schedule-options.ts';
import { parseBlock, parseQuestion } from './blocks.ts';

const FOLDER = new URL('../lessons/', import.meta.url);
const lessons = readdirSync(FOLDER).filter((name) => name.endsWith('.md')).map((name) => ({ name, source: readFileSync(new URL(name, FOLDER), 'utf8') }));
const fences = (source: string): { info: string; body: string }[] => [...source.matchAll(/^```(\S[^\n]*)\n([\s\S]*?)^```$/gm)].map(([, info = '', body = '']) => ({ info, body }));

describe('blocks of a lesson', () => {
  it('parse into kind, words and options', () => {
    const block = parseBlock('live lsm arm=paper valueBytes=4096');
    expect(block.kind).toBe('live');
    expect(block.words).toEqual(['lsm']);
    expect([...block.options]).toEqual([['arm', 'paper'], ['valueBytes', '4096']]);
  });

  it('parse a question with its answers and explanation', () => {
    expect(parseQuestion('Why?\n\n- [ ] no\n- [x] yes\n\nBecause.')).toEqual({ text: 'Why?', answers: [{ text: 'no', isRight: false }, { text: 'yes', isRight: true }], explanation: 'Because.' });
  });
});

describe.each(lessons)('lesson $name', ({ source }) => {
  it('has a title, asks before it shows, and has one right answer a question', () => {
    expect(source).toMatch(/^# .+\?$/m);
    const questions = fences(source).filter(({ info }) => info === 'question').map(({ body }) => parseQuestion(body));
    expect(questions.length).toBeGreaterThanOrEqual(2);
    for (const { answers, explanation } of questions) {
      expect(answers.filter(({ isRight }) => isRight)).toHaveLength(1);
      expect(explanation.length).toBeGreaterThan(40);
    }
    const kinds = fences(source).map(({ info }) => parseBlock(info).kind);
    expect(kinds.indexOf('question')).toBeLessThan(kinds.findIndex((kind) => kind === 'live' || kind === 'figure'));
  });

  it.each([['schedule', readOptions], ['flows', readFlows]] as const)('asks the picture of %s only for what it has', (picture, read) => {
    const live = fences(source).map(({ info }) => parseBlock(info)).filter(({ kind, words }) => kind === 'live' && words[0] === picture);
    for (const { options } of live) expect(read(Object.fromEntries(options)).problems).toEqual([]);
  });

  it('names figures that exist, and starts from an unanswered page', async () => {
    for (const { info } of fences(source)) {
      const { kind, options } = parseBlock(info);
      if (kind !== 'figure') continue;
      const scenario = await registry.scenario(options.get('scenario') ?? '');
      const wanted = options.get('figure');
      if (wanted !== undefined) expect(scenario.figures.map(({ id }) => id)).toContain(wanted);
    }
  });
});
