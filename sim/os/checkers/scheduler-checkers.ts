/**
 * All checkers that apply to a scheduler, as one probe to hand to its processor:
 *
 *   probes: [schedulerCheckers(sim, tasks, { inner: ['fcfs', 'fcfs', 'fcfs', 'fcfs'], regulated: { between: 'pr' } })]
 *
 * They stop the run at the first broken promise (README.md lists them). `finish` settles the accounts after a run.
 */
import { NO_COSTS } from '../cpu/costs.ts';
import type { Processor } from '../cpu/processor.ts';
import type { Probe } from '../cpu/probe.ts';
import type { EnqueueCause, PutCause } from '../policy.ts';
import type { Simulation } from '../../simulation.ts';
import type { TaskTable } from '../tasks.ts';
import { Account } from './account.ts';
import { AgingBound, ReservationBound, SharesBound } from './bounds.ts';
import type { Checker } from './checker.ts';
import { Costs } from './costs.ts';
import { CfsPromises, EevdfPromises } from './fair.ts';
import { FluidEnds } from './fluid-ends.ts';
import { InnerOrder } from './inner-order.ts';
import { LevelOrder } from './level-order.ts';
import { Quantum } from './quantum.ts';
import { Records } from './records.ts';
import { isFluid, type SchedulerRules } from './rules.ts';
import { Service } from './service.ts';
import { Token } from './token.ts';
import { WorkConservation } from './work-conservation.ts';
import { WorkPath } from './work-path.ts';

export class SchedulerCheckers implements Probe {
  readonly account: Account;
  readonly checkers: readonly Checker[];
  /** Digest of the unfinished work at every arrival; undefined with several cores or with costs. */
  readonly workPath: WorkPath | undefined;
  private readonly sim: Simulation;
  /** Those that listen, per call: most checkers want few of them. */
  private readonly onLapseOf: readonly Checker[];
  private readonly onReadyOf: readonly Checker[];
  private readonly onDispatchOf: readonly Checker[];
  private readonly onStopOf: readonly Checker[];
  private lastNs = 0;

  constructor(sim: Simulation, tasks: TaskTable, rules: SchedulerRules) {
    this.sim = sim;
    const account = (this.account = new Account(sim, tasks, rules));
    const { costs = NO_COSTS, regulated } = rules;
    const isFree = costs.contextSwitchNs + costs.warmUpNs + costs.classifyNs + (regulated?.handoverNs ?? 0) === 0;
    this.workPath = account.coreCount === 1 && isFree ? new WorkPath(account) : undefined;
    const checkers: Checker[] = [new WorkConservation(account, rules), new Service(account, rules), new Records(account, rules)];
    // Who pays for a switch between the sharers of a fluid is nobody's rule.
    if (!rules.inner.some(isFluid)) checkers.push(new Costs(account, rules));
    // A reservation and shares serve lower levels out of turn; aging and boost move tasks to other levels and keep the order.
    if (regulated !== undefined && regulated.reservation === undefined && regulated.shares === undefined) checkers.push(new LevelOrder(account, rules));
    if (account.coreCount === 1 && regulated?.agingNs !== undefined && regulated.boostNs === undefined) checkers.push(new AgingBound(account, regulated.agingNs));
    if (account.coreCount === 1 && isFree && regulated?.between === 'pr') {
      if (regulated.reservation !== undefined && regulated.agingNs === undefined && regulated.boostNs === undefined) checkers.push(new ReservationBound(account, regulated.reservation));
      if (regulated.shares?.per === 'level') checkers.push(new SharesBound(account, regulated.shares));
    }
    if (regulated?.token === true) checkers.push(new Token(account, rules));
    if (rules.inner.some((inner) => inner === 'fcfs' || inner === 'spn' || inner === 'srt')) checkers.push(new InnerOrder(account, rules));
    if (rules.inner.includes('rr')) checkers.push(new Quantum(account, rules));
    if (this.workPath !== undefined) checkers.push(this.workPath);
    if (rules.fluids !== undefined) checkers.push(new FluidEnds(account, rules.fluids));
    if (rules.fair?.cfs !== undefined) checkers.push(new CfsPromises(account, rules.fair.cfs, rules.fair.tickNs));
    if (rules.fair?.eevdf !== undefined) checkers.push(new EevdfPromises(account, rules.fair.eevdf, rules.fair.tickNs));
    this.checkers = checkers;
    this.onLapseOf = checkers.filter(({ onLapse }) => onLapse !== undefined);
    this.onReadyOf = checkers.filter(({ onReady }) => onReady !== undefined);
    this.onDispatchOf = checkers.filter(({ onDispatch }) => onDispatch !== undefined);
    this.onStopOf = checkers.filter(({ onStop }) => onStop !== undefined);
  }

  /** After the run: nothing may be left unaccounted. */
  finish(processor: Processor): void {
    this.lapse();
    for (const checker of this.checkers) checker.onFinish?.(processor, this.sim.now);
  }

  onReady(task: number, cause: EnqueueCause, nowNs: number, core: number): void {
    this.lapse();
    this.account.onReady(task, cause, nowNs, core);
    for (const checker of this.onReadyOf) checker.onReady!(task, cause, nowNs, core);
  }

  onDispatch(core: number, task: number, overheadNs: number, nowNs: number): void {
    this.lapse();
    this.account.onDispatch(core, task, overheadNs, nowNs);
    for (const checker of this.onDispatchOf) checker.onDispatch!(core, task, overheadNs, nowNs);
  }

  onBurst(core: number, task: number, nowNs: number): void {
    this.lapse();
    this.account.onBurst(core, task, nowNs);
    for (const checker of this.checkers) checker.onBurst?.(core, task, nowNs);
  }

  onStop(core: number, task: number, cause: PutCause, ranNs: number, nowNs: number): void {
    this.lapse();
    this.account.onStop(core, task, cause, nowNs);
    for (const checker of this.onStopOf) checker.onStop!(core, task, cause, ranNs, nowNs);
  }

  onIdle(core: number, nowNs: number): void {
    this.lapse();
    for (const checker of this.checkers) checker.onIdle?.(core, nowNs);
  }

  onWithdraw(task: number, nowNs: number): void {
    this.lapse();
    this.account.onWithdraw(task);
    for (const checker of this.checkers) checker.onWithdraw?.(task, nowNs);
  }

  onMove(task: number, from: number, to: number, nowNs: number): void {
    this.lapse();
    this.account.onMove(task, to);
    for (const checker of this.checkers) checker.onMove?.(task, from, to, nowNs);
  }

  onLevel(task: number, from: number, nowNs: number): void {
    this.lapse();
    this.account.onLevel(task);
    for (const checker of this.checkers) checker.onLevel?.(task, from, nowNs);
  }

  /** Time has passed since the last call: what stood then has held until now. */
  private lapse(): void {
    const { now } = this.sim;
    if (now === this.lastNs) return;
    for (const checker of this.onLapseOf) checker.onLapse!(this.lastNs, now);
    this.lastNs = now;
  }
}

export function schedulerCheckers(sim: Simulation, tasks: TaskTable, rules: SchedulerRules): SchedulerCheckers {
  return new SchedulerCheckers(sim, tasks, rules);
}
