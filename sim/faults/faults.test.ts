import { describe, expect, it } from 'vitest';
import { Simulation } from '../simulation.ts';
import { FaultPorts } from './fault-ports.ts';
import { drawPlan, FAULT_KINDS, type FaultPlan, faultyNodes } from './plan.ts';
import { shrink } from './shrink.ts';

const plan = (seed: string): FaultPlan => drawPlan(new Simulation({ seed }).stream('plan'), { nodes: 7, budget: 2, untilNs: 10_000, scaleNs: 1000, behaviours: ['silent', 'late'] });
const NO_SWITCHES = { stop: () => {}, comeBack: () => {}, leader: () => 0 };

describe('random plans', () => {
  it('repeat with their seed, keep to the budget and to the time given, and between them have every kind', () => {
    expect(plan('a')).toEqual(plan('a'));
    const kinds = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const faults = plan(String(seed));
      expect(faultyNodes(faults).size).toBeLessThanOrEqual(2);
      for (const fault of faults) {
        kinds.add(fault.kind);
        if ('untilNs' in fault) expect(fault.atNs < fault.untilNs && fault.untilNs <= 10_000).toBe(true);
        if (fault.kind === 'crash' && fault.backNs !== Infinity) expect(fault.backNs).toBeLessThanOrEqual(10_000);
        if (fault.kind === 'one-way') expect(fault.to).not.toBe(fault.from);
      }
    }
    expect([...kinds].sort((a, b) => (a < b ? -1 : 1))).toEqual([...FAULT_KINDS].sort((a, b) => (a < b ? -1 : 1)));
  });
});

describe('a plan at work', () => {
  it('cuts the right links at the right times', () => {
    const sim = new Simulation({ seed: '1' });
    const ports = new FaultPorts(sim, [
      { kind: 'partition', nodes: [0, 1], atNs: 10, untilNs: 20 },
      { kind: 'one-way', from: 2, to: 3, atNs: 10, untilNs: 20 },
      { kind: 'flapping', node: 4, periodNs: 4, atNs: 30, untilNs: 40 },
      { kind: 'delay', node: 2, extraNs: 7, atNs: 0, untilNs: 50 },
    ], NO_SWITCHES);
    const open = (from: number, to: number): boolean => ports.judge(from, to).copies === 1;
    const at = (timeNs: number, check: () => void): void => void sim.after(timeNs, check);
    at(9, () => expect([open(0, 2), open(2, 3)]).toEqual([true, true]));
    at(10, () => expect([open(0, 1), open(2, 3), open(3, 2), open(0, 2), open(3, 1)]).toEqual([true, false, true, false, false]));
    at(20, () => expect([open(0, 2), open(2, 3)]).toEqual([true, true]));
    for (const [timeNs, is] of [[29, true], [30, false], [31, false], [32, true], [33, true], [34, false], [40, true]] as const) at(timeNs, () => expect(open(4, 0), String(timeNs)).toBe(is));
    at(45, () => expect([ports.judge(2, 0).extraNs, ports.judge(0, 2).extraNs]).toEqual([7, 0]));
    sim.run();
    expect(ports.hits.get('partition')).toBe(2);
  });

  it('stops nodes and brings them back, whoever leads at the time', () => {
    const sim = new Simulation({ seed: '1' });
    const story: string[] = [];
    let leader = 3;
    const ports = new FaultPorts(sim, [{ kind: 'crash', node: 1, atNs: 5, backNs: Infinity, keepsDisk: true }, { kind: 'crash', node: 2, atNs: 6, backNs: 9, keepsDisk: false }, { kind: 'leader-kill', atNs: 7, backNs: 8 }], {
      stop: (node) => story.push(`${sim.now} stop ${node}`), comeBack: (node, keepsDisk) => story.push(`${sim.now} back ${node} ${keepsDisk}`), leader: () => leader,
    });
    sim.after(6, () => (leader = 4));
    sim.run();
    expect(story).toEqual(['5 stop 1', '6 stop 2', '7 stop 4', '8 back 4 true', '9 back 2 false']);
    expect(ports.slowness('slow-cpu', 0)).toBe(1);
  });
});

describe('shrinking', () => {
  it('finds the few that matter among many, wherever they stand, and is left with what fails', () => {
    const items = Array.from({ length: 40 }, (_, index) => index);
    for (const culprits of [[17], [3, 39], [0, 1, 2], [5, 20, 38]]) {
      let runs = 0;
      const fails = (some: readonly number[]): boolean => (runs++, culprits.every((each) => some.includes(each)));
      expect(shrink(items, fails)).toEqual(culprits);
      expect(runs).toBeLessThan(200);
    }
    // Two of any kind: one of many smallest sets.
    expect(shrink(items, (some) => some.length >= 2)).toHaveLength(2);
    expect(shrink(items, () => true)).toEqual([]);
  });
});
