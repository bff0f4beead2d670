import { describe, expect, it } from 'vitest';
import { COMMITTED, EXECUTED, VIEW_ENTERED } from '../../../sim/consensus/observations.ts';
import { NS_PER_MS } from '../../../sim/time.ts';
import { stageProtocol } from './protocols.ts';
import { rowsOfText, rowToText, scriptToText, type Row } from './script.ts';
import { recordRun, StageSession } from './session.ts';
import { stageFileFromJson, stageFileToText, stageOptionsFrom, stageScriptFrom } from './stage-file.ts';
import { StageRun } from './stage-run.ts';

const pbft = stageProtocol('pbft');
const options = stageOptionsFrom({});
const rows = (text: string): readonly Row[] => stageScriptFrom(rowsOfText(text), options);
const record = (text: string, more = {}) => recordRun(pbft, stageOptionsFrom(more), stageScriptFrom(rowsOfText(text), stageOptionsFrom(more)));
const whoSaw = ({ record: { observations } }: ReturnType<typeof recordRun>, what: number): number[] => [...new Set(observations.filter((each) => each.what === what).map(({ node }) => node))].sort((a, b) => a - b);

describe('a run that can be stopped', () => {
  it('is the same step by step, at once, and without checkers', () => {
    const script = rows('7:drop:9;20:crash:0;60:restart:0:kept');
    const whole = new StageRun(pbft, options, script);
    const prints: string[] = [];
    while (whole.events < 200 && whole.advance(whole.events + 1)) prints.push(whole.fingerprint());
    expect(new Set(prints).size).toBe(prints.length);
    for (const event of [1, 7, 8, 20, 21, 59, 60, 61, prints.length]) for (const isChecked of [true, false]) {
      const again = new StageRun(pbft, options, script, { isChecked });
      again.advance(event);
      expect(again.fingerprint(), `${event} ${isChecked}`).toBe(prints[event - 1]);
    }
    expect(whole.unanswered).toBe(0);
  });

  it('without faults: three phases and a reply a request, the numbers of the paper', () => {
    const { run, record: { messages, observations } } = record('');
    // A request: 1 to the primary, 2 n (n - 1) for agreement, n replies; no checkpoint before the fourth.
    expect(messages).toHaveLength(3 * (1 + 2 * 4 * 3 + 4));
    expect(observations.filter(({ what }) => what === EXECUTED)).toHaveLength(3 * 4);
    expect(run.events + run.sim.pendingCount).toBeGreaterThanOrEqual(messages.length);
    expect(messages.every(({ sentNs, endNs, dueNs, fate }) => fate === 'arrived' && endNs === dueNs && dueNs - sentNs >= 3 * NS_PER_MS && dueNs - sentNs <= 7 * NS_PER_MS)).toBe(true);
  });
});

describe('acts', () => {
  it('a message: dropped, held back, doubled, whether under way or still to come', () => {
    const fates = (text: string, number: number): unknown => {
      const { fate, sentNs, endNs } = record(text).record.messages[number - 1]!;
      return [fate, endNs - sentNs];
    };
    const [, usualNs] = fates('', 2) as [string, number];
    expect(fates('0:drop:2', 2)).toEqual(['dropped', 0]);
    expect((fates('1:drop:2', 2) as [string, number])[0]).toBe('dropped');
    for (const at of [0, 1]) expect(fates(`${at}:delay:2:1000000`, 2)).toEqual(['arrived', usualNs + 1_000_000]);
    for (const at of [0, 1]) {
      const doubled = record(`${at}:duplicate:2`).record;
      const [original] = doubled.messages.filter(({ number }) => number === 2);
      expect(doubled.messages.filter(({ message }) => message === original!.message && doubled.messages[1]!.to === original!.to).filter(({ to }) => to === original!.to)).toHaveLength(2);
      expect(doubled.events.some(({ ignored }) => ignored === 'pre-prepare: known')).toBe(true);
    }
    // What has arrived cannot be dropped.
    expect(fates('80:drop:2', 2)).toEqual(['arrived', usualNs]);
  });

  it('links: a partition and a one-way cut lose what is sent meanwhile, and only that; healing ends them', () => {
    const cut = record('0:partition:3;40:heal').record;
    const lost = cut.messages.filter(({ fate }) => fate === 'cut off');
    expect(lost.length).toBeGreaterThan(5);
    expect(lost.every(({ from, to, sentEvent }) => (from === 3) !== (to === 3) && sentEvent <= 40)).toBe(true);
    expect(cut.messages.filter(({ from, to, sentEvent }) => (from === 3) !== (to === 3) && sentEvent > 40).every(({ fate }) => fate !== 'cut off')).toBe(true);
    const oneWay = record('0:one-way:1:2').record.messages;
    expect(oneWay.filter(({ from, to }) => from === 1 && to === 2).every(({ fate }) => fate === 'cut off')).toBe(true);
    expect(oneWay.filter(({ from, to }) => !(from === 1 && to === 2)).some(({ fate }) => fate === 'cut off')).toBe(false);
    const slow = record('0:slow:1:2000000').record.messages;
    expect(slow.filter(({ from }) => from === 1).every(({ sentNs, dueNs }) => dueNs - sentNs >= 5 * NS_PER_MS)).toBe(true);
  });

  it('a crash of the primary: nobody hears it, the others change views and answer; back with or without its memory', () => {
    const crashed = record('3:crash:0');
    expect(crashed.run.unanswered).toBe(0);
    expect(whoSaw(crashed, VIEW_ENTERED)).toEqual([1, 2, 3]);
    expect(crashed.record.messages.filter(({ to, sentEvent }) => to === 0 && sentEvent > 3).every(({ fate }) => fate === 'the receiver is down')).toBe(true);
    expect(crashed.record.messages.some(({ from, sentEvent }) => from === 0 && sentEvent > 3)).toBe(false);
    const back = record('3:crash:3;40:restart:3:lost', { requests: 12 });
    expect(back.run.unanswered).toBe(0);
    expect(back.run.isFaulty(3)).toBe(true);
    expect(back.record.observations.some(({ node, event, what }) => node === 3 && event > 40 && what === EXECUTED)).toBe(true);
  });

  it('a dated act is an event of its own, and changes nothing before it', () => {
    const dated = new StageRun(pbft, options, rows('20000000ns:crash:0'));
    const plain = new StageRun(pbft, options, []);
    while (dated.sim.now < 20_000_000 && dated.applied.length === 0) {
      expect(dated.fingerprint()).toBe(plain.fingerprint());
      dated.advance(dated.events + 1);
      plain.advance(plain.events + 1);
    }
    expect([dated.sim.now, dated.nodes[0]!.isUp]).toEqual([20_000_000, false]);
  });

  it('one that tells two stories breaks nothing; two of them break agreement, and the checkers say where', () => {
    const one = record('0:lie:0:two-stories');
    expect([one.record.broken, one.run.unanswered]).toEqual([undefined, 0]);
    const second = one.record.messages.filter(({ message }) => pbft.make(options).placeOf(message) === '0/1').map(({ message }) => pbft.make(options).digestOf(message));
    expect(new Set(second).size).toBe(2);
    const two = record('0:lie:0:two-stories;0:lie:1:two-stories');
    expect(two.record.broken?.checker).toBe('prepared');
    expect(two.run.faultyCount).toBe(2);
    // Without checkers the two that follow the protocol go on, and commit different batches.
    const on = new StageRun(pbft, options, rows('0:lie:0:two-stories;0:lie:1:two-stories'), { isChecked: false });
    on.advance(40);
    expect(new Set([2, 3].map((node) => on.model.log(on.nodes[node]!.player.state)[0]!.digest)).size).toBe(2);
    expect(whoSaw(two, COMMITTED).length).toBeLessThan(2);
  });

  it('every behaviour alone leaves every request answered and every checker content', () => {
    for (const { id } of pbft.behaviours) {
      const { run, record: { broken } } = record(`0:lie:0:${id}`);
      expect([id, broken, run.unanswered]).toEqual([id, undefined, 0]);
    }
  });
});

describe('branches', () => {
  it('share the past with the branch they leave, and leave it untouched', () => {
    const session = new StageSession(pbft, options, rows('10:drop:15'));
    const trunk = session.branches[0]!;
    const before = structuredClone(trunk.record.messages);
    const fork = session.fork(trunk.id, 30, [{ act: 'crash', node: 1 }]);
    expect(fork.script.map(rowToText)).toEqual(['10:drop:15', '30:crash:1']);
    for (const event of [5, 10, 29]) expect(session.at(fork.id, event).fingerprint()).toBe(session.at(trunk.id, event).fingerprint());
    expect(session.at(fork.id, 30).fingerprint()).not.toBe(session.at(trunk.id, 30).fingerprint());
    expect(trunk.record.messages).toEqual(before);
    expect(session.at(trunk.id, trunk.end).fingerprint()).toBe(trunk.fingerprint);
    // Acts that had not happened yet belong to the other future.
    expect(session.fork(trunk.id, 5, []).script).toEqual([]);
  });

  it('end at a broken invariant, at the same place whether run at once or sought', () => {
    const session = new StageSession(pbft, options, rows('0:lie:0:two-stories;0:lie:1:two-stories'));
    const { end, fingerprint, id } = session.branches[0]!;
    expect(session.at(id, end).fingerprint()).toBe(fingerprint);
    expect(session.at(id, end + 50).events).toBe(end);
    expect(session.at(id, end - 1).broken).toBeUndefined();
  });
});

describe('a protocol that keeps something outside its state', () => {
  it('is refused as soon as its run is recorded, and not when somebody goes back', () => {
    let made = 0;
    const forgetful = { ...pbft, make: (given: typeof options) => pbft.make({ ...given, requests: ++made }) };
    expect(() => new StageSession(forgetful, options)).toThrow(/branch 0 made again ends at event \d+ with [0-9a-f]{32}; required: \d+ with [0-9a-f]{32}/);
    expect(made).toBe(2);
  });
});

describe('files', () => {
  it('keep a run whole, and short forms of all acts come back as they were', () => {
    const script = rows('0:lie:0:twins;3:drop:5;4:delay:6:1000;5:duplicate:7;6:crash:1;7:restart:1:lost;8:partition:0,1;9:one-way:1:2;10:slow:2:5;11:heal;12000ns:crash:2');
    expect(rows(scriptToText(script))).toEqual(script);
    const file = { options, script, atEvent: 12, events: 40, fingerprint: '0123456789abcdef0123456789abcdef' };
    expect(stageFileFromJson(JSON.parse(stageFileToText(file)))).toEqual(file);
  });

  it('are refused with place, value and what is allowed', () => {
    const refusal = (json: unknown): string => {
      try {
        stageFileFromJson(json);
        return 'taken';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const stage = { protocol: 'pbft' };
    expect(refusal({ stage, script: [{ atEvent: 1, act: 'crash', node: 4 }] })).toMatch(/script\[0\]\.node.*4.*0 to 3/);
    expect(refusal({ stage, script: [{ atEvent: 1, act: 'crash', node: 4 }] })).toBe('script[0].node: 4 is not allowed, it is client C0; allowed is a replica, a whole number from 0 to 3; take one of these, or raise stage.replicas');
    for (const act of [{ act: 'restart', disk: 'kept' }, { act: 'slow', byNs: 1 }, { act: 'lie', behaviour: 'silent' }]) expect(refusal({ stage, script: [{ atEvent: 1, ...act, node: -1 }] })).toMatch(/^script\[0\]\.node: -1 is not allowed; .*from 0 to 3;/);
    expect(refusal({ stage, script: [{ atEvent: 1, act: 'partition', nodes: [4, 5, -1] }] })).toMatch(/^script\[0\]\.nodes\[1\]: 5 .*from 0 to 4, up to 3 replicas, then clients; .*\nscript\[0\]\.nodes\[2\]: -1 /);
    expect(refusal({ stage, script: [{ atEvent: 1, act: 'one-way', from: 4, to: 5 }] })).toMatch(/^script\[0\]\.to: 5 .*from 0 to 4/);
    expect(refusal({ stage, script: [{ act: 'heal' }] })).toMatch(/script\[0\].*0 of atEvent and atNs/);
    expect(refusal({ stage, script: [{ atEvent: 1, atNs: 1, act: 'heal' }] })).toMatch(/2 of atEvent and atNs/);
    expect(refusal({ stage, script: [{ atEvent: 1, act: 'lie', node: 0, behaviour: 'sleepy' }] })).toMatch(/script\[0\]\.behaviour.*sleepy.*twins/);
    expect(refusal({ stage, script: [{ atEvent: 1, act: 'explode' }] })).toMatch(/script\[0\]/);
    expect(refusal({ stage: { protocol: 'pbft', replicas: 3 }, script: [] })).toMatch(/stage\.replicas.*3.*4 to 13/);
    expect(refusal({ stage: { protocol: 'paxos' }, script: [] })).toMatch(/stage\.protocol.*paxos/);
    expect(refusal({ stage, script: [], extra: 1 })).toMatch(/extra/);
    expect(refusal({ stage, script: [] })).toBe('taken');
  });
});
