/** Checkers of the message level: sound runs pass, each break is told by name. Bugs inside the network are planted in tests/planted-bugs/network-message.ts. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { WATCHED_RUNS, watchedRun } from '../../message/tests/watched-runs.ts';
import { checkEarliest, checkSynchrony, MessageBooks, MessageLeg, PairOrder, SendingLines } from '../messages.ts';

const sim = (): Simulation => new Simulation({ seed: 'checkers' });

describe('sound runs', () => {
  it.each(Object.keys(WATCHED_RUNS))('%s: nothing is found, at the end and at any time before', (name) => {
    const { sent, delivered, lost, doubled } = watchedRun(name);
    expect(delivered).toBe(sent + doubled - lost);
    for (const untilNs of [1, 1e6, 3e6, 10e6, 40e6]) expect(() => watchedRun(name, untilNs)).not.toThrow();
  });
});

describe('conservation', () => {
  const twoUnderWay = (): MessageLeg => {
    const leg = new MessageLeg(sim(), 'under way');
    leg.enter(0, 1, 7, 100);
    leg.enter(2, 1, 8, 200);
    return leg;
  };

  it.each<[string, readonly [number, number, number, number]]>([
    ['comes to another node', [2, 3, 8, 200]],
    ['comes from another node', [0, 1, 8, 200]],
    ['comes with other contents', [2, 1, 9, 200]],
    ['comes at another time', [2, 1, 8, 199]],
    ['comes a second time', [0, 1, 7, 100]],
  ])('is broken where a message %s', (_what, other) => {
    const leg = twoUnderWay();
    leg.leave(0, 1, 7, 100);
    expect(() => leg.leave(...other)).toThrow('checker conservation');
  });

  it('is broken where a message never comes, and holds where it has an event to come', () => {
    const leg = twoUnderWay();
    leg.leave(0, 1, 7, 100);
    leg.finish((see) => see(2, 1, 8, 200));
    expect(() => leg.finish(() => {})).toThrow('1 messages are under way, and 0 have an event to come');
    expect(() => leg.finish((see) => see(2, 1, 8, 300))).toThrow('of which some are others');
  });
});

describe('line', () => {
  // 125 bytes at 1 Mbit/s take 1 ms
  it.each<[string, number, boolean]>([['at its rate', 2e6, true], ['a ns early, for a fraction carried over', 2e6 - 1, true], ['early', 2e6 - 2, false], ['late', 2e6 + 2, false]])('a message that leaves %s', (_when, departNs, isSound) => {
    const lines = new SendingLines(sim(), 4);
    lines.depart(3, 125, 1e6, 0, 1e6);
    const check = (): void => lines.depart(3, 125, 1e6, 500, departNs);
    if (isSound) expect(check).not.toThrow();
    else expect(check).toThrow('checker line');
  });
});

describe('books', () => {
  const books = (): MessageBooks => {
    const kept = new MessageBooks(sim());
    kept.sent = 3;
    for (const copies of [1, 0, 2]) kept.judged(copies);
    return kept;
  };
  const sound = { sent: 3, lost: 1, doubled: 1, delivered: 2 };
  it('agree', () => expect(() => books().finish(sound, 3, 2)).not.toThrow());
  it.each<[string, object, number, number]>([['sent', { sent: 4 }, 3, 2], ['lost', { lost: 0 }, 3, 2], ['made', { doubled: 0 }, 3, 2], ['launched', {}, 2, 2], ['delivered', {}, 3, 1]])('do not where a number of those %s is wrong', (what, change, launched, handedOver) => {
    expect(() => books().finish({ ...sound, ...change }, launched, handedOver)).toThrow(new RegExp(`${what}; required`));
  });
});

describe('earliest', () => {
  it('an arrival when the delay has passed is sound, a ns before it is not', () => {
    expect(() => checkEarliest(sim(), 0, 1, 100, 50, 150)).not.toThrow();
    expect(() => checkEarliest(sim(), 0, 1, 100, 50, 149)).toThrow('checker earliest');
  });
});

describe('order', () => {
  it('is broken where two messages of a pair change places, and only in that pair', () => {
    const order = new PairOrder(sim(), 2);
    for (const [pair, content] of [[0, 5], [0, 6], [1, 5], [1, 6]] as const) order.enter(pair, content);
    order.leave(1, 5, 1, 0);
    order.leave(1, 6, 1, 0);
    order.leave(0, 6, 0, 1);
    expect(() => order.leave(0, 5, 0, 1)).toThrow('checker order: message network: messages from node 0 to node 1');
  });
});

describe('synchrony', () => {
  const bound = { gstNs: 1000, deltaNs: 50 };
  it.each([[0, 1050], [1000, 1050], [2000, 2050]])('sent at %i: by %i, and not a ns later', (sentNs, latestNs) => {
    expect(() => checkSynchrony(sim(), bound, 0, 1, sentNs, latestNs)).not.toThrow();
    expect(() => checkSynchrony(sim(), bound, 0, 1, sentNs, latestNs + 1)).toThrow('checker synchrony');
  });
});
