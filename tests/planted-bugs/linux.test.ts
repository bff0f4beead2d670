/** Each planted bug takes the Linux models away from what real kernels showed in at least one of a few cases; the sound code agrees in all. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as sound from './linux-entry.ts';
import { LINUX_BUGS } from './linux.ts';
import { loadMutant } from './load-mutant.ts';

type Percentiles = Readonly<Record<'p50' | 'p90' | 'p99', number>>;
interface Case {
  readonly id: string;
  readonly phaseUs: number;
  readonly nsPerInstruction?: number;
  readonly input: { readonly tasks: readonly sound.TaskSpec[] };
  readonly measured: { readonly shares: Readonly<Record<string, number>>; readonly wakeUs: Readonly<Record<string, Percentiles | null>> };
}
interface Kernel {
  readonly policy: 'cfs-6.1' | 'eevdf-6.12';
  readonly cases: readonly Case[];
}

const kernels = (JSON.parse(readFileSync(new URL('../../sim/os/linux/testdata/real-kernels.json', import.meta.url), 'utf8')) as { kernels: readonly Kernel[] }).kernels;
/** Shares of sleepers with short and long bursts, wake-ups that wait and that do not, the idle class, real-time beside normal. */
const CHOSEN = ['nice-0-5', 'duty-0.2-1-vs-1', 'duty-1-1-vs-1', 'duty-5-5-vs-1', 'duty-10-10-vs-1', 'duty-3-7-vs-2', 'duty-20-20-vs-2', 'duty-0.1-5-vs-4', 'duty-0.2-10-vs-8', 'idle-waker-0.1-5-vs-idle-hog', 'period-16.7-3-vs-4', 'fifo-normal', 'fifo-period-20-8-plus-sleeper'];
const cases = kernels.flatMap(({ policy, cases: all }) => CHOSEN.map((id) => ({ policy, entry: all.find((one) => one.id === id && one.phaseUs === 0 && (one.nsPerInstruction ?? 4) === 4)! })));

/** First case where a share is off by more than 0.02 (0.001 beside a real-time task that spins), or a p90 by more than 25 % and 1 ms; undefined if all agree. */
function disagreement({ runFromRandomPhase, Simulation }: typeof sound): string | undefined {
  for (const { policy, entry } of cases) {
    const { tasks } = entry.input;
    const runs = Array.from({ length: 4 }, (_, replication) => runFromRandomPhase(new Simulation({ seed: 'bugs', replication }), { policy, hz: 250, cpus: 1, cpuClock: 'sparse', windowNs: 4e9 }, tasks));
    const cpuNs = tasks.map((_, index) => runs.reduce((sum, run) => sum + run[index]!.cpuNs, 0));
    const totalNs = cpuNs.reduce((sum, value) => sum + value, 0);
    const margin = entry.id === 'fifo-normal' ? 0.001 : 0.02;
    for (const [index, { name }] of tasks.entries()) {
      const difference = cpuNs[index]! / totalNs - entry.measured.shares[name]!;
      if (Math.abs(difference) > margin) return `${policy} ${entry.id}: share of ${name} off by ${difference}`;
      const real = entry.measured.wakeUs[name];
      if (real === null || real === undefined) continue;
      const sorted = Float64Array.from(runs.flatMap((run) => [...run[index]!.wakeNs.values])).sort((a, b) => a - b);
      const p90 = sorted[Math.ceil(0.9 * sorted.length) - 1]! / 1000;
      const gapUs = Math.abs(p90 - real.p90);
      if (gapUs > 1000 && gapUs > 0.25 * real.p90) return `${policy} ${entry.id}: p90 of ${name} ${p90} us, measured ${real.p90}`;
    }
  }
  return undefined;
}

describe('Linux models against kernels', () => {
  it('sound: agree in every case', () => {
    expect(cases).toHaveLength(2 * CHOSEN.length);
    expect(disagreement(sound)).toBeUndefined();
  });

  it.each(LINUX_BUGS)('$id: $what', async (bug) => {
    expect(disagreement(await loadMutant<typeof sound>(bug, 'tests/planted-bugs/linux-entry.ts'))).toBeDefined();
  });
});
