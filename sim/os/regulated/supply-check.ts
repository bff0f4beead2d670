/**
 * Watches one core and says how far the service of the reserved levels ever fell short of what a reservation (Q, P) promises, over every
 * window [s, t] in which they had work without a break: at least (Q/P)(t - s - 2(P-Q)). Tasks count by label, so that other
 * bounds, which change levels, can be held against the same promise.
 *
 * With f(t) = service(t) - (Q/P) t the promise for all windows at once reads f(s) - f(t) <= 2 Q (P-Q) / P for s < t: one pass, since f
 * only turns where service starts or stops.
 */
import type { Probe } from '../cpu/probe.ts';
import { type EnqueueCause, PREEMPTED, type PutCause } from '../policy.ts';
import type { TaskTable } from '../tasks.ts';
import type { ReservationOptions } from './options.ts';

export class SupplyCheck implements Probe {
  /** Worst shortfall of service so far, ns; at most 0 where the promise is kept. */
  shortfallNs = -Infinity;
  /** Longest time so far that the reserved levels had work and no service. */
  blackoutNs = 0;
  private readonly tasks: TaskTable;
  private readonly rate: number;
  private readonly allowanceNs: number;
  private readonly fromLevel: number;
  private present = 0;
  private sinceNs = 0;
  private servedNs = 0;
  private servingSinceNs = -1;
  private quietSinceNs = 0;
  private highest = 0;

  constructor(tasks: TaskTable, { budgetNs, periodNs, fromLevel }: ReservationOptions, lowestLevel: number) {
    this.tasks = tasks;
    this.rate = budgetNs / periodNs;
    this.allowanceNs = 2 * this.rate * (periodNs - budgetNs);
    this.fromLevel = fromLevel ?? lowestLevel;
  }

  onReady(task: number, _cause: EnqueueCause, nowNs: number): void {
    if (this.tasks.label[task]! < this.fromLevel) return;
    this.present += 1;
    if (this.present > 1) return;
    this.sinceNs = this.quietSinceNs = nowNs;
    this.servedNs = this.highest = 0;
  }

  onDispatch(_core: number, task: number, overheadNs: number, nowNs: number): void {
    if (this.tasks.label[task]! < this.fromLevel) return;
    this.servingSinceNs = nowNs + overheadNs;
    this.blackoutNs = Math.max(this.blackoutNs, this.servingSinceNs - this.quietSinceNs);
    this.look(this.servingSinceNs);
  }

  onStop(_core: number, task: number, cause: PutCause, ranNs: number, nowNs: number): void {
    if (this.servingSinceNs < 0) return;
    this.servedNs += ranNs;
    this.servingSinceNs = -1;
    if (ranNs > 0) this.quietSinceNs = nowNs;
    this.look(nowNs);
    if (cause !== PREEMPTED) this.present -= 1;
  }

  /** Takes the time until now into account, where the run ends in a wait. */
  finish(nowNs: number): void {
    if (this.present === 0 || this.servingSinceNs >= 0) return;
    this.blackoutNs = Math.max(this.blackoutNs, nowNs - this.quietSinceNs);
    this.look(nowNs);
  }

  private look(nowNs: number): void {
    const f = this.servedNs - this.rate * (nowNs - this.sinceNs);
    this.shortfallNs = Math.max(this.shortfallNs, this.highest - f - this.allowanceNs);
    this.highest = Math.max(this.highest, f);
  }
}
