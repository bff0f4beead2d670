/** Two-phase commit as the stage runs it: what it promises, what it does not, and that each of its checkers can fail. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ABORTED, COMMITTED, TOLD } from '../../../sim/consensus/two-phase/two-phase.ts';
import { TwoPhaseCheckers } from '../../../sim/consensus/two-phase/checkers.ts';
import { Simulation } from '../../../sim/simulation.ts';
import { STAGE_PROTOCOLS, stageProtocol } from './protocols.ts';
import { rowsOfText } from './script.ts';
import { recordRun } from './session.ts';
import { stageOptionsFrom, stageScriptFrom } from './stage-file.ts';

function run(script: string, more: Record<string, unknown> = {}) {
  const options = stageOptionsFrom({ protocol: 'two-phase', spreadPercent: 0, ...more });
  return recordRun(stageProtocol('two-phase'), options, stageScriptFrom(rowsOfText(script), options));
}

const times = ({ record }: ReturnType<typeof run>, what: number): number => record.observations.filter((each) => each.what === what).length;

describe('two-phase commit', () => {
  it('is on the stage', () => {
    expect(STAGE_PROTOCOLS.map(({ id }) => id)).toContain('two-phase');
  });

  it('without faults commits everywhere: 3 (n - 1) messages among the nodes, and a client waits for four delays', () => {
    for (const replicas of [2, 4, 7]) {
      const all = run('', { replicas, requests: 3 });
      expect([times(all, COMMITTED), times(all, ABORTED), times(all, TOLD)]).toEqual([3 * replicas, 0, 3]);
      expect(all.record.messages).toHaveLength(3 * (3 * (replicas - 1) + 2));
      expect(all.record.observations.filter(({ what }) => what === TOLD).map(({ timeNs }) => timeNs)).toEqual([20e6, 40e6, 60e6]);
    }
  });

  it('a lost vote aborts the transaction at every node, and the next one goes through', () => {
    // 1 BEGIN, 2 to 4 PREPARE, 5 to 7 votes.
    const lost = run('0:drop:6', { requests: 2 });
    expect([times(lost, ABORTED), times(lost, COMMITTED), times(lost, TOLD), lost.record.broken]).toEqual([4, 4, 2, undefined]);
  });

  it('while the coordinator is down, whoever said yes can only wait and ask; when it is back it aborts', () => {
    // Down after the PREPAREs have arrived, before a vote has.
    const down = run('4:crash:0', { requests: 1 });
    expect([times(down, COMMITTED), times(down, ABORTED), down.run.unanswered]).toEqual([0, 0, 1]);
    const asks = down.record.messages.filter(({ message }) => (message as { kind: string }).kind === 'ask');
    expect(asks.length).toBeGreaterThan(100);
    const back = run('4:crash:0;30:restart:0:kept', { requests: 1 });
    expect([times(back, ABORTED), back.run.unanswered, back.record.broken]).toEqual([4, 0, undefined]);
  });

  it('a participant that was down asks, and hears what the others did', () => {
    // All voted yes; participant 3 is down when the decision comes.
    const late = run('6:crash:3;11:restart:3:kept', { requests: 1 });
    expect([times(late, COMMITTED), late.record.broken]).toEqual([4, undefined]);
  });

  it('transactions of two clients that meet at an account: one is refused, none is done in half', () => {
    for (let seed = 0; seed < 40; seed++) {
      const { record, run: done } = run('', { clients: 3, requests: 5, spreadPercent: 100, seed: String(seed) });
      expect([record.broken, done.unanswered]).toEqual([undefined, 0]);
    }
    expect(times(run('', { clients: 3, requests: 5, spreadPercent: 100 }), ABORTED)).toBeGreaterThan(0);
  });

  it('keeps its promises under random crashes, losses and cuts', () => {
    for (let seed = 0; seed < 60; seed++) {
      const node = seed % 4;
      const { record } = run(`${3 + (seed % 17)}:crash:${node};${25 + seed}:restart:${node}:kept;${seed}:drop:${seed + 5};${seed}:one-way:0:${1 + (seed % 3)};${seed + 30}:heal`, { clients: 2, requests: 4, spreadPercent: 80, seed: String(seed) });
      expect(record.broken, `seed ${seed}`).toBeUndefined();
    }
  });

  it('bears no liar: a coordinator that tells two stories splits the nodes, and the lamp says so', () => {
    expect(run('0:lie:0:two-stories', { requests: 1 }).record.broken?.checker).toMatch(/same-outcome|all-yes/);
  });
});

describe('its checkers', () => {
  const broken = (act: (checkers: TwoPhaseCheckers) => void): string => {
    try {
      act(new TwoPhaseCheckers(new Simulation({ seed: 'checkers', scenario: 'two-phase' }), 3));
    } catch (error) {
      return /checker ([a-z-]+)/.exec(String(error))?.[1] ?? 'another error';
    }
    return 'nothing';
  };
  const vote = (checkers: TwoPhaseCheckers, from: number): void => checkers.onSend(from, 0, { kind: 'vote', seq: 1, isYes: true });

  it('see what is wrong, and nothing else', () => {
    expect(broken((checkers) => {
      for (const node of [1, 2]) vote(checkers, node);
      for (const node of [0, 1, 2]) checkers.onObserve(node, COMMITTED, 0, 1, 5);
      checkers.onSend(0, 3, { kind: 'outcome', seq: 1, client: 3, timestamp: 1, isCommit: true });
    })).toBe('nothing');
    expect(broken((checkers) => {
      vote(checkers, 1);
      checkers.onObserve(0, COMMITTED, 0, 1, 5);
    })).toBe('all-yes');
    expect(broken((checkers) => {
      checkers.onObserve(1, ABORTED, 0, 1, 5);
      checkers.onObserve(2, COMMITTED, 0, 1, 5);
    })).toBe('same-outcome');
    expect(broken((checkers) => {
      checkers.onObserve(1, ABORTED, 0, 1, 5);
      checkers.onObserve(1, COMMITTED, 0, 1, 5);
    })).toBe('final');
    expect(broken((checkers) => checkers.onSend(0, 3, { kind: 'outcome', seq: 1, client: 3, timestamp: 1, isCommit: false }))).toBe('told');
  });
});

describe('docs/write-your-own-protocol.md', () => {
  it('shows code that stands in the files, word for word', () => {
    const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();
    const read = (path: string): string => readFileSync(`${import.meta.dirname}/../../../${path}`, 'utf8');
    const sources = squeezed(['sim/consensus/two-phase/two-phase.ts', 'sim/consensus/two-phase/checkers.ts', 'scenarios/testbed/stage/protocols.ts'].map(read).join('\n'));
    const shown = [...read('docs/write-your-own-protocol.md').matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => squeezed(match[1]!));
    expect(shown).toHaveLength(5);
    for (const code of shown) expect(sources).toContain(code);
  });
});
