/** What the lessons say about their runs, held against the runs: a lesson that has become wrong fails here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StageSession, type Branch } from '../../scenarios/testbed/stage/session.ts';
import { stageProtocol } from '../../scenarios/testbed/stage/protocols.ts';
import { parseBlock, parseQuestion } from '../lesson/blocks.ts';
import { namesOf, type Names } from './words.ts';
import { readStageLink, type StageLink } from './stage-link.ts';

const FOLDER = 'notebooks-web/lessons';

interface Live {
  readonly link: StageLink;
  readonly branch: Branch;
  readonly session: StageSession;
  readonly names: Names;
}

const sourceOf = (lesson: string): string => readFileSync(join(FOLDER, `${lesson}.md`), 'utf8');

function liveOf(lesson: string): Live[] {
  return [...sourceOf(lesson).matchAll(/```(live stage[^\n]*)\n/g)].map(([, info = '']) => {
    const link = readStageLink(Object.fromEntries(parseBlock(info).options));
    const session = new StageSession(stageProtocol(link.options.protocol), link.options, link.branches[0]!.script);
    const branch = session.branches[0]!;
    return { link, session, branch, names: namesOf(branch.record, session.at(0, 0).model) };
  });
}

/** `R3 prepared A in view 0`, in order. */
function seen({ branch: { record }, session: { protocol }, names }: Live, what: string): string[] {
  return record.observations.filter((each) => protocol.observations[each.what] === what).map(({ node, view, digest }) => `R${node} ${names.of(digest)} view ${view}`);
}

const kindOf = (message: unknown): string => (message as { kind: string }).kind;

describe('lessons on the stage', () => {
  const lessons = readdirSync(FOLDER).filter((file) => sourceOf(file.slice(0, -3)).includes('```live stage')).map((file) => file.slice(0, -3));

  it.each(lessons)('%s: every run can be opened as written, and every question has one right answer and an explanation', (lesson) => {
    const source = sourceOf(lesson);
    for (const { link, branch } of liveOf(lesson)) {
      expect(link.problems).toEqual([]);
      expect(link.event ?? 0).toBeLessThan(branch.end);
      expect(branch.record.acts).toHaveLength(branch.script.length);
    }
    const questions = [...source.matchAll(/```question\n([\s\S]*?)```/g)].map(([, body = '']) => parseQuestion(body));
    expect(questions.length).toBeGreaterThanOrEqual(4);
    for (const { answers, explanation } of questions) expect([answers.filter(({ isRight }) => isRight).length, explanation.length > 60]).toEqual([1, true]);
    // It asks before it shows.
    expect(source.indexOf('```question')).toBeLessThan(source.indexOf('```live'));
  });

  it('pbft-by-hand: 3 + 9 + 12 messages between the replicas', () => {
    const [{ branch: { record } } = { branch: { record: { messages: [] } } }] = liveOf('pbft-by-hand');
    const counts = ['pre-prepare', 'prepare', 'commit'].map((kind) => record.messages.filter(({ message }) => kindOf(message) === kind).length);
    expect(counts).toEqual([3, 9, 12]);
    expect(record.messages.filter(({ from, to }) => from < 4 && to < 4)).toHaveLength(24);
  });

  it('why-3f-plus-1 and the-primary-tells-two-stories: R1 and R3 are prepared with A and commit nothing in view 0; then A is carried over; two liars split R2 and R3', () => {
    const [one, two] = liveOf('why-3f-plus-1');
    for (const live of [one!, liveOf('the-primary-tells-two-stories')[0]!]) {
      const inView = (what: string): string[] => seen(live, what).filter((text) => text.endsWith('view 0'));
      expect(inView('prepared').sort((a, b) => (a < b ? -1 : 1))).toEqual(['R1 A view 0', 'R3 A view 0']);
      expect(inView('committed')).toEqual([]);
      expect([live.branch.unanswered, live.branch.record.broken]).toEqual([0, undefined]);
      const newView = live.branch.record.messages.find(({ message }) => kindOf(message) === 'new-view')!.message as { choices: { digest: number }[] };
      expect(newView.choices.map(({ digest }) => live.names.of(digest))).toEqual(['A']);
    }
    expect([...new Set(seen(two!, 'prepared'))].sort((a, b) => (a < b ? -1 : 1))).toEqual(['R2 B view 0', 'R3 A view 0']);
    expect(two!.branch.record.broken?.checker).toBe('prepared');
  });

  it('a-view-change: three go on without the primary, and change views when nothing can be proposed', () => {
    const [late, dead] = liveOf('a-view-change');
    expect(seen(late!, 'executed').slice(0, 3).sort((a, b) => (a < b ? -1 : 1))).toEqual(['R1 A view 0', 'R2 A view 0', 'R3 A view 0']);
    for (const live of [late!, dead!]) {
      expect(seen(live, 'view-entered').length).toBeGreaterThanOrEqual(3);
      expect(live.branch.unanswered).toBe(0);
    }
    expect(dead!.branch.record.observations.filter(({ event, what }) => event === 0 && dead!.session.protocol.observations[what] === 'proposed')).toEqual([]);
  });

  it('the-primary-tells-two-stories: twins with two clients break nothing', () => {
    const twins = liveOf('the-primary-tells-two-stories')[1]!;
    expect([twins.branch.unanswered, twins.branch.record.broken, twins.branch.faulty]).toEqual([0, undefined, 1]);
    const proposals = twins.branch.record.messages.filter(({ from, message }) => from === 0 && kindOf(message) === 'pre-prepare').map(({ message }) => (message as { batch: { requests: { client: number }[] } }).batch.requests[0]!.client);
    expect(new Set(proposals).size).toBe(2);
  });
});
