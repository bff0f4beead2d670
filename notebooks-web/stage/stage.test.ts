import { describe, expect, it, vi } from 'vitest';
import { stageProtocol } from '../../scenarios/testbed/stage/protocols.ts';
import { type Act, rowsOfText } from '../../scenarios/testbed/stage/script.ts';
import { StageSession } from '../../scenarios/testbed/stage/session.ts';
import { stageOptionsFrom, stageScriptFrom } from '../../scenarios/testbed/stage/stage-file.ts';
import { StageRun } from '../../scenarios/testbed/stage/stage-run.ts';
import { Simulation } from '../../sim/simulation.ts';
import { parseRoute, formatRoute } from '../shell/router.ts';
import { faultsAt } from './hand-card.ts';
import { StageDesk, type Stride } from './stage-desk.ts';
import { readStageLink, type StageLink, type StagePlace, stageQuery } from './stage-link.ts';
import { namesOf, story } from './words.ts';

const pbft = stageProtocol('pbft');
/** choice: short runs, many of them. */
const MOST_EVENTS = 160;
const deskOf = (seed = '7', script = '', event = 0): StageDesk => {
  const options = stageOptionsFrom({ seed });
  const session = new StageSession(pbft, options, stageScriptFrom(rowsOfText(script), options), MOST_EVENTS);
  return new StageDesk(session, session.branches[0]!, event);
};

describe('walks', () => {
  it('1000 random walks of step, seek, fork, fault and change of branch stand where a fresh run stands, and no branch changes afterwards', () => {
    const stream = new Simulation({ seed: 'walks' }).stream('walks');
    const STRIDES: readonly Stride[] = ['event', 'message', 'decision'];
    let faults = 0;
    let rewinds = 0;
    for (let walk = 0; walk < 1000; walk++) {
      const desk = deskOf(String(walk % 50));
      const { session } = desk;
      const first = new Map<number, string>();
      for (let act = 0; act < 5; act++) {
        const before = desk.event;
        const way = stream.below(6);
        if (way === 0) desk.seek(stream.below(desk.branch.end + 1));
        else if (way <= 2) desk.seek(desk.next(STRIDES[stream.below(3)]!, stream.below(2) === 0 ? 1 : -1));
        else if (way === 3) desk.choose(session.branches[stream.below(session.branches.length)]!);
        else {
          if (stream.below(2) === 0) desk.takeMessage(1);
          else desk.hand = { kind: 'node', node: stream.below(4) };
          const offered = faultsAt(desk, pbft.behaviours[stream.below(pbft.behaviours.length)]!.id);
          desk.act(offered.length === 0 ? [] : [offered[stream.below(offered.length)]!.act]);
          faults += 1;
        }
        if (desk.event < before) rewinds += 1;
        const fresh = new StageRun(pbft, session.options, desk.branch.script);
        fresh.advance(desk.event);
        expect([desk.run.events, desk.run.fingerprint()], `walk ${walk}, act ${act}`).toEqual([fresh.events, fresh.fingerprint()]);
        for (const { id, fingerprint, script } of session.branches) {
          const key = `${fingerprint} ${script.length}`;
          if (id !== desk.branch.id && first.has(id)) expect(key).toBe(first.get(id));
          first.set(id, key);
        }
      }
    }
    expect(faults).toBeGreaterThan(1000);
    expect(rewinds).toBeGreaterThan(300);
  }, 120_000);

  it('an act at the place where a branch began belongs to it; elsewhere it begins another; old branches make room', () => {
    const desk = deskOf();
    desk.seek(12);
    desk.act([{ act: 'crash', node: 1 }]);
    desk.act([{ act: 'crash', node: 2 }]);
    expect(desk.session.branches).toHaveLength(2);
    expect(desk.branch.script).toHaveLength(2);
    desk.seek(14);
    desk.act([]);
    expect([desk.session.branches.length, desk.branch.parent]).toEqual([3, 1]);
    for (let more = 0; more < 12; more++) {
      desk.seek(desk.event + 1);
      desk.act([]);
    }
    expect(desk.session.branches).toHaveLength(9);
    expect(desk.session.branches[0]!.parent).toBe(-1);
    expect(desk.session.branches).toContain(desk.branch);
  });

  it('tells when more than f are faulty, crashed ones included, and which acts had no effect', () => {
    const desk = deskOf('7', '2:lie:1:silent;5:crash:0;5:crash:0;9:restart:0:kept');
    const toldAt = (event: number): string[] => {
      desk.seek(event);
      return story(desk, namesOf(desk.branch.record, desk.run.model)).filter((line) => line.startsWith('Then'));
    };
    expect(toldAt(2)).toEqual(['Then R1 lies: silent.']);
    expect(toldAt(5)).toEqual(['Then R0 crashes.', 'Then R0 crashes, to no effect: it is down already.', 'Then 2 (1 crashed, 1 lying) are faulty, beyond f: agreement is promised, answers are not.']);
    expect(toldAt(9)).toEqual(['Then R0 comes back with its disk.']);
  });

  it('steps by decision stand on an execution, and by message on an arrival', () => {
    const desk = deskOf();
    for (let decision = 0; decision < 3; decision++) {
      desk.seek(desk.next('decision', 1));
      expect(story(desk, namesOf(desk.branch.record, desk.run.model)).join(' ')).toContain('executed A in slot 1, view 0');
    }
    const here = desk.event;
    desk.seek(desk.next('decision', 1));
    desk.seek(desk.next('decision', -1));
    expect(desk.event).toBe(here);
    desk.seek(desk.next('message', 1));
    expect(desk.branch.record.events[desk.event - 1]!.kind).toBe('arrive');
  });
});

describe('100 000 events', () => {
  it('are gone through back and forth to the same fingerprints; back makes the events before the place again, forward only those between', () => {
    const MOST = 100_000;
    const options = stageOptionsFrom({ replicas: 13, clients: 8, requests: 100 });
    const session = new StageSession(pbft, options, [], MOST);
    const desk = new StageDesk(session, session.branches[0]!, MOST);
    expect([desk.branch.end, desk.run.fingerprint()]).toEqual([MOST, desk.branch.fingerprint]);
    const { advance } = StageRun.prototype;
    let ran = 0;
    const spy = vi.spyOn(StageRun.prototype, 'advance').mockImplementation(function counted(this: StageRun, to: number): boolean {
      const before = this.events;
      const isThere = advance.call(this, to);
      ran += this.events - before;
      return isThere;
    });
    const prints = new Map<number, string>();
    for (const [to, isForward] of [[MOST - 1, false], [50_000, false], [50_001, true], [60_000, true], [1, false], [50_000, true], [MOST - 1, true], [MOST, true], [60_000, false]] as const) {
      const from = desk.event;
      ran = 0;
      desk.seek(to);
      expect([to, ran]).toEqual([to, isForward ? to - from : to]);
      expect(prints.get(to) ?? desk.run.fingerprint()).toBe(desk.run.fingerprint());
      prints.set(to, desk.run.fingerprint());
    }
    spy.mockRestore();
    expect([prints.size, prints.get(MOST)]).toEqual([6, desk.branch.fingerprint]);
  });
});

const placeOf = ({ branch, event, run }: StageDesk): StagePlace => ({ branch, event, fingerprint: run.fingerprint() });
const linkOf = (desk: StageDesk, second?: StageDesk): StageLink => readStageLink(Object.fromEntries(parseRoute(formatRoute('stage', '', stageQuery(desk.session, placeOf(desk), second && placeOf(second)))).query));

describe('links', () => {
  it('carry options, script, event and fingerprint there and back', () => {
    const options = stageOptionsFrom({ seed: 'a b&c', replicas: 7, timeoutMs: 80 });
    const session = new StageSession(pbft, options, stageScriptFrom(rowsOfText('12:drop:15;30:partition:0,1'), options), MOST_EVENTS);
    const desk = new StageDesk(session, session.branches[0]!, 33);
    const alone = linkOf(desk);
    expect(alone).toEqual({ options, branches: [{ parent: -1, forkEvent: 0, script: desk.branch.script }], branch: 0, event: 33, fingerprint: desk.run.fingerprint(), second: undefined, problems: [] });
    expect(new StageSession(pbft, alone.options, alone.branches[0]!.script, MOST_EVENTS).at(0, 33).fingerprint()).toBe(alone.fingerprint);
    // With branches: all of them, and where they left.
    desk.act([{ act: 'crash', node: 0 }]);
    desk.seek(40);
    desk.act([{ act: 'heal' }]);
    desk.choose(session.branches[1]!);
    const many = linkOf(desk);
    expect(many.branches).toEqual(session.branches.map(({ parent, forkEvent, script }) => ({ parent, forkEvent, script })));
    expect([many.branch, many.fingerprint]).toEqual([1, session.at(1, many.event!).fingerprint()]);
  });

  it('carry both views, each to its branch, event and fingerprint, also where the other branches are left out', () => {
    const desk = deskOf();
    const { session } = desk;
    const fork = (event: number, act: Act): void => {
      desk.choose(session.branches[0]!);
      desk.seek(event);
      desk.act([act]);
    };
    fork(12, { act: 'crash', node: 0 });
    fork(20, { act: 'partition', nodes: [0, 1] });
    const second = new StageDesk(session, session.branches[1]!, 31);
    const check = (link: StageLink, branches: readonly number[]): void => {
      const again = new StageSession(pbft, link.options, link.branches[0]!.script, MOST_EVENTS);
      for (const { parent, forkEvent, script } of link.branches.slice(1)) again.add(script, again.branches[parent]?.id ?? 0, forkEvent);
      expect(again.branches.map(({ fingerprint }) => fingerprint)).toEqual(branches.map((index) => session.branches[index]!.fingerprint));
      for (const [{ branch, event, fingerprint }, sent] of [[link, desk], [link.second!, second]] as const) {
        expect([event, fingerprint]).toEqual([sent.event, sent.run.fingerprint()]);
        expect(again.at(again.branches[branch]!.id, event!).fingerprint()).toBe(fingerprint);
      }
      expect(link.problems).toEqual([]);
    };
    check(linkOf(desk, second), [0, 1, 2]);
    expect([linkOf(desk, second).branch, linkOf(desk, second).second!.branch]).toEqual([2, 1]);
    // A branch too long for a link, on which nobody stands.
    const long = Array.from({ length: 120 }, (_, row) => `${row}:drop:${1000 + row}`).join(';');
    session.add(stageScriptFrom(rowsOfText(long), session.options), 0, 0);
    check(linkOf(desk, second), [1, 2]);
    expect([linkOf(desk, second).branch, linkOf(desk, second).second!.branch]).toEqual([1, 0]);
    // Two views of one branch.
    second.choose(desk.branch);
    check(linkOf(desk, second), [2]);
  });

  it('that place the second view on a branch they do not have say so and open with one view', () => {
    const { second, problems } = readStageLink({ script: '12:crash:0', event: '3', secondBranch: '1', secondEvent: '3' });
    expect(second).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(/secondBranch: 1 is not allowed; allowed is a branch of the link, 0 to 0.*Opened with one view/)]);
  });

  it('that ask for what is not there say so and open with the defaults', () => {
    const { options, branches: [{ script } = { script: undefined }], problems } = readStageLink({ protocol: 'raft', script: '1:crash:9', replicas: '77', event: 'x' });
    expect([options.protocol, options.replicas, script, problems.length]).toEqual(['pbft', 4, [], 2]);
    expect(problems[0]).toMatch(/replicas|protocol/);
    expect(problems[1]).toMatch(/script\[0\]\.node.*9/);
  });
});

describe('words', () => {
  it('name digests in the order of their proposals, and mark the second story at a place', () => {
    const desk = deskOf('7', '0:lie:0:two-stories');
    const names = namesOf(desk.branch.record, desk.run.model);
    const proposals = desk.branch.record.messages.filter(({ message }) => (message as { kind: string }).kind === 'pre-prepare').slice(0, 3);
    expect(proposals.map(({ to, number, message }) => [to, names.of((message as { digest: number }).digest), names.isSecond(number)])).toEqual([[1, 'A', false], [2, 'B', true], [3, 'A', false]]);
  });
});
