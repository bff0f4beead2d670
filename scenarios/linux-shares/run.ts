/** One run: a model of a kernel, or a yardstick that only states its value. */
import { z } from 'zod';
import type { Probe } from '../../sim/os/cpu/probe.ts';
import { LINUX_POLICIES, type LinuxPolicy } from '../../sim/os/linux/classes.ts';
import { CPU_CLOCKS } from '../../sim/os/linux/task-scripts.ts';
import { startFromRandomPhase, WARM_UP_NS } from '../../sim/os/linux/task-spec.ts';
import { NS_PER_MS, NS_PER_US } from '../../sim/time.ts';
import type { Arm, Parameters, Run } from '../testbed/scenario.ts';
import { CASE_IDS, type CaseId, CASES, fairShare, undisturbedShare } from './cases.ts';
import { MEASURED } from './measured.ts';

export const parameters = z.object({
  case: z.enum(CASE_IDS).default('duty-5-5-vs-1').meta({ title: 'Case', unit: '', group: 'Tasks', description: 'Tasks on one CPU, named as in the measurements.' }),
  hz: z.number().int().min(24).max(10_000).default(250).meta({ title: 'Tick rate', unit: '1/s', group: 'Kernel', description: 'CONFIG_HZ; distributions have 100, 250 or 1000.' }),
  cpuClock: z.enum(CPU_CLOCKS).default('sparse').meta({ title: 'How a burst measures its CPU time', unit: '', group: 'Tasks', description: 'sparse: as the measuring program does. Each read of the CPU clock lets EEVDF end a slice.' }),
  windowMs: z.number().min(10).max(600_000).default(5000).meta({ title: 'Measured time', unit: 'ms', group: 'Run', description: 'After 500 ms of warm-up.' }),
});

export type SharesParameters = Readonly<z.output<typeof parameters>> & Parameters;

export const ARMS: Readonly<Record<string, Arm>> = {
  'cfs-6.1': { title: 'CFS, model', description: 'Linux 6.1, simulated', set: {} },
  'eevdf-6.12': { title: 'EEVDF, model', description: 'Linux 6.12, simulated', set: {} },
  'kernel-6.1': { title: 'CFS, real', description: 'What Debian 6.1.192 did on an emulated CPU, HZ 250; nothing is simulated', set: {} },
  'kernel-6.12': { title: 'EEVDF, real', description: 'What Debian 6.12.117 did on an emulated CPU, HZ 250; nothing is simulated', set: {} },
  fair: { title: 'Fair fluid', description: 'Weighted processor sharing without credit for sleep, as a formula; 5 % for the normal task beside a real-time one', set: {} },
  undisturbed: { title: 'Undisturbed', description: 'The sleeper as if it had the CPU for itself', set: {} },
};

const MEASURED_BY: ReadonlyMap<string, LinuxPolicy> = new Map([['kernel-6.1', 'cfs-6.1'], ['kernel-6.12', 'eevdf-6.12']]);

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** Longest time in the window in which the watched task, which always wants the CPU, had none. */
interface Silence {
  readonly probe: Probe;
  longestNs(): number;
}

/** Scripts get the first slots of the task table in their order, and none is ever freed: a task's slot is its script's index. */
function silenceOf(watched: number, endNs: number): Silence {
  let longest = 0;
  let sinceNs = WARM_UP_NS;
  const resume = (nowNs: number): void => {
    longest = Math.max(longest, Math.min(nowNs, endNs) - sinceNs);
    sinceNs = Infinity;
  };
  return {
    probe: {
      onDispatch: (_core, task, _overheadNs, nowNs) => {
        if (task === watched) resume(nowNs);
      },
      onStop: (_core, task, _cause, _ranNs, nowNs) => {
        if (task === watched) sinceNs = Math.max(WARM_UP_NS, nowNs);
      },
    },
    longestNs: () => {
      resume(endNs);
      return longest;
    },
  };
}

export function buildRun({ sim, params, arm, record }: Run<SharesParameters>): () => void {
  const id: CaseId = params.case;
  const model = LINUX_POLICIES.find((name) => name === arm);
  if (model === undefined) {
    sim.after(0, () => sim.note(0));
    return () => stateValue(id, params.hz, arm, record);
  }
  const { tasks, watched } = CASES[id];
  const windowNs = Math.round(params.windowMs * NS_PER_MS);
  const silence = silenceOf(watched, WARM_UP_NS + windowNs);
  const results = startFromRandomPhase(sim, { policy: model, hz: params.hz, cpus: 1, cpuClock: params.cpuClock, windowNs, probes: [silence.probe] }, tasks);
  return () => {
    const total = results.reduce((sum, { cpuNs }) => sum + cpuNs, 0);
    record.measure('share', results[watched]!.cpuNs / total);
    const wakes = results[watched]!.wakeNs.values.slice().sort((a, b) => a - b);
    if (wakes.length > 0) for (const [name, share] of [['wakeP50Ns', 0.5], ['wakeP90Ns', 0.9], ['wakeP99Ns', 0.99]] as const) record.measure(name, quantile(wakes, share));
    if (tasks[watched]!.behaviour === 'spin') record.measure('silenceNs', silence.longestNs());
  };
}

/** Yardsticks know one number each; measurements exist for HZ 250 only. */
function stateValue(id: CaseId, hz: number, arm: string, record: Run['record']): void {
  if (arm === 'fair') record.measure('share', fairShare(id));
  const undisturbed = undisturbedShare(id);
  if (arm === 'undisturbed' && undisturbed !== undefined) record.measure('share', undisturbed);
  const policy = MEASURED_BY.get(arm);
  if (policy === undefined || hz !== 250) return;
  const { share, wakeUs } = MEASURED[policy][id];
  record.measure('share', share);
  if (wakeUs === undefined) return;
  record.measure('wakeP50Ns', wakeUs.p50 * NS_PER_US);
  record.measure('wakeP90Ns', wakeUs.p90 * NS_PER_US);
  record.measure('wakeP99Ns', wakeUs.p99 * NS_PER_US);
}
