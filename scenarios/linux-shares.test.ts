import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CASE_IDS, CASES, type CaseId, DUTY_CASES, fairShare, undisturbedShare } from './linux-shares/cases.ts';
import { at, PAIRS } from './linux-shares/claims.ts';
import { MEASURED } from './linux-shares/measured.ts';
import scenario from './linux-shares.ts';
import { configure } from './testbed/config.ts';
import { meanOf } from './testbed/effects.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, Scenario } from './testbed/scenario.ts';

const generic = scenario as unknown as Scenario;
function results(cases: readonly CaseId[], hz: readonly number[] = [250], set: Parameters = {}): ResultSet {
  const configuration = configure(generic, { preset: 'quick', replications: 3, set: { windowMs: 2000, ...set }, sweep: { case: [...cases], hz: [...hz] } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

interface RealCase {
  readonly id: string;
  readonly phaseUs: number;
  readonly nsPerInstruction?: number;
  readonly input: { readonly tasks: unknown };
  readonly measured: { readonly shares: Readonly<Record<string, number>>; readonly wakeUs: Readonly<Record<string, object | null>> };
}

describe('linux-shares', () => {
  it('states what was measured, of the very tasks that it runs', () => {
    const { kernels } = JSON.parse(readFileSync(new URL('../sim/os/linux/testdata/real-kernels.json', import.meta.url), 'utf8')) as { kernels: readonly { policy: 'cfs-6.1' | 'eevdf-6.12'; cases: readonly RealCase[] }[] };
    for (const { policy, cases } of kernels) {
      for (const id of CASE_IDS) {
        const real = cases.find((entry) => entry.id === id && entry.phaseUs === 0 && (entry.nsPerInstruction ?? 4) === 4)!;
        const { tasks, watched } = CASES[id];
        const nameless = (list: unknown): unknown => (list as { name: string }[]).map(({ name: _, ...rest }) => rest);
        expect(nameless(tasks)).toEqual(nameless(real.input.tasks));
        const name = (real.input.tasks as { name: string }[])[watched]!.name;
        const wakeUs = real.measured.wakeUs[name];
        expect(MEASURED[policy][id]).toEqual({ share: real.measured.shares[name], ...(wakeUs !== null && { wakeUs }) });
      }
    }
  });

  it('runs models between the yardsticks, and puts measurements beside them at 250 Hz only', () => {
    const set = results(['duty-5-5-vs-1', 'fifo-normal'], [250, 1000]);
    for (const { model } of PAIRS) {
      const share = meanOf(set, 'share', at(model, 'duty-5-5-vs-1'));
      expect(share).toBeGreaterThan(fairShare('duty-5-5-vs-1') - 0.01);
      expect(share).toBeLessThan(undisturbedShare('duty-5-5-vs-1')!);
    }
    expect(set.values('share', at('kernel-6.1', 'duty-5-5-vs-1', 250))).toHaveLength(3);
    expect(set.values('share', at('kernel-6.1', 'duty-5-5-vs-1', 1000))).toHaveLength(0);
    expect(set.values('wakeP99Ns', at('cfs-6.1', 'fifo-normal'))).toHaveLength(0);
    for (const silenceNs of set.values('silenceNs', at('eevdf-6.12', 'fifo-normal'))) expect(silenceNs).toBe(950e6);
  });

  it('shows what a read of the CPU clock does to EEVDF and not to CFS', () => {
    const [reads, blind] = ['sparse', 'none'].map((cpuClock) => results(['duty-3-7-vs-4'], [250], { cpuClock }));
    const gain = (model: string): number => meanOf(blind!, 'share', at(model, 'duty-3-7-vs-4')) - meanOf(reads!, 'share', at(model, 'duty-3-7-vs-4'));
    expect(gain('eevdf-6.12')).toBeGreaterThan(0.04);
    expect(Math.abs(gain('cfs-6.1'))).toBeLessThan(0.005);
  });

  it('has a sentence, three figures and a reason for every claim, whole or in part', () => {
    const whole = results(['nice-0-5', 'duty-1-1-vs-1', ...DUTY_CASES, 'duty-0.1-5-vs-4', 'fifo-normal'].filter((id, index, all) => all.indexOf(id) === index) as CaseId[], [250], { windowMs: 500 });
    for (const set of [whole, results(['nice-0-5'], [100], { windowMs: 100 }), new ResultSet([])]) {
      const text = [generic.headline(set), generic.narrative(set), ...generic.claims.map(({ why }) => why(set)), ...generic.figures.map(({ caption }) => caption(set))].join('\n');
      expect(text).not.toMatch(/NaN|undefined|Infinity/);
      for (const { draw, table } of generic.figures) expect(JSON.stringify([draw(set), table(set)])).not.toMatch(/null,null/);
    }
    expect(generic.figures[0]!.table(whole).length).toBe(2 * 8);
  });
});
