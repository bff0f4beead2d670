/** The schedulers under comparison, from the parameters; what they promise, for the checkers; and what they want to know of a job. */
import type { SchedulerRules } from '../../sim/os/checkers/rules.ts';
import { LinuxClasses } from '../../sim/os/linux/classes.ts';
import { NICE_0_WEIGHT, weightOfNice } from '../../sim/os/linux/load-weight.ts';
import { Cfs } from '../../sim/os/policies/cfs.ts';
import { Eevdf } from '../../sim/os/policies/eevdf.ts';
import type { Policy } from '../../sim/os/policy.ts';
import type { RegulatedOptions } from '../../sim/os/regulated/options.ts';
import { innerPolicy, regulatedPolicy } from '../../sim/os/scheduler-spec.ts';
import type { TaskTable } from '../../sim/os/tasks.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { NS_PER_MS, NS_PER_US } from '../../sim/time.ts';
import type { CompareParameters } from './parameters.ts';

export interface Scheduler {
  readonly policy: Policy;
  readonly rules: SchedulerRules;
  /** Do turns end at the periodic tick? */
  readonly needsTick: boolean;
  readonly prepare: (task: number) => void;
}

/** Nice values of levels 1 to 4 for `cfs-nice`, and SCHED_FIFO priorities for `fifo-fair` (0: the fair class); choice. */
const NICE = [-10, -5, 0, 10] as const;
const FIFO_PRIORITY = [30, 20, 10, 0] as const;
/** The shortest slice that sched_setattr takes in 6.12, asked for by real-time jobs in `eevdf-short`. */
const SHORT_SLICE_NS = 100_000;
/** Level weights of the bound `weights`, and the service after which levels are compared; choice. */
const LEVEL_WEIGHTS = [8, 4, 2, 1] as const;
const LEVEL_QUANTUM_NS = NS_PER_MS;

export function buildScheduler(sim: Simulation, tasks: TaskTable, params: CompareParameters): Scheduler {
  const tickNs = Math.round(params.tickUs * NS_PER_US);
  const niceZero = (task: number): void => {
    tasks.weight[task] = NICE_0_WEIGHT;
  };
  switch (params.scheduler) {
    case 'cfs':
      return { policy: new Cfs(tasks), rules: { inner: ['cfs'] }, needsTick: true, prepare: niceZero };
    case 'cfs-nice':
      return {
        policy: new Cfs(tasks), rules: { inner: ['cfs'] }, needsTick: true,
        prepare: (task) => {
          tasks.weight[task] = weightOfNice(NICE[tasks.level[task]! - 1]!);
        },
      };
    case 'eevdf':
      return { policy: new Eevdf(tasks, { tickNs }), rules: { inner: ['eevdf'] }, needsTick: true, prepare: niceZero };
    case 'eevdf-short': {
      const sliceNsOf = (task: number): number | undefined => (tasks.level[task]! <= 2 ? SHORT_SLICE_NS : undefined);
      return { policy: new Eevdf(tasks, { tickNs, sliceNsOf }), rules: { inner: ['eevdf'] }, needsTick: true, prepare: niceZero };
    }
    case 'fifo-fair':
      return {
        policy: new LinuxClasses(sim, tasks, { policy: 'eevdf-6.12', cpus: 1, tickNs }), rules: { inner: ['linux'] }, needsTick: true,
        prepare: (task) => {
          niceZero(task);
          tasks.priority[task] = FIFO_PRIORITY[tasks.level[task]! - 1]!;
        },
      };
    case 'fcfs':
    case 'srt':
      return { policy: innerPolicy(tasks, params.scheduler), rules: { inner: [params.scheduler] }, needsTick: false, prepare: () => {} };
    case 'regulated': {
      const inner = [params.inner, params.inner, params.inner, params.inner];
      const regulated = regulatedOptions(params);
      return { policy: regulatedPolicy(tasks, inner, regulated, {}, sim), rules: { inner, regulated }, needsTick: params.inner === 'cfs', prepare: niceZero };
    }
  }
}

function regulatedOptions(params: CompareParameters): RegulatedOptions {
  const ms = (value: number): number => Math.round(value * NS_PER_MS);
  const base = { between: params.between, pollNs: Math.round(params.pollUs * NS_PER_US), handoverNs: Math.round(params.handoverUs * NS_PER_US) };
  switch (params.bound) {
    case 'none':
      return base;
    case 'aging':
      return { ...base, agingNs: [Infinity, ms(params.agingMs), ms(params.agingMs), ms(params.agingMs)] };
    case 'boost':
      return { ...base, boostNs: ms(params.boostMs) };
    case 'reservation':
      return { ...base, reservation: { budgetNs: ms(params.reserveBudgetMs), periodNs: ms(params.reservePeriodMs) } };
    case 'weights':
      return { ...base, shares: { weights: LEVEL_WEIGHTS, per: 'level', quantumNs: LEVEL_QUANTUM_NS } };
  }
}
