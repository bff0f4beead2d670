/**
 * What bounds against starvation promise, on one core. Aging: nobody waits on a level below the first for longer than its A_k (aging.ts).
 * Reservation (Q, P), mode pr, no costs: since the reserved levels got work, they were served at least (Q/P)(t - 2(P-Q)) in the time t,
 * and never wait longer than 2(P-Q) together (Shin and Lee, RTSS 2003). Level weights, mode pr: while two levels have work, their
 * services by weight differ by at most a quantum by weight each (Goyal, Vin and Cheng, SIGCOMM 1996, theorem 1).
 */
import { type EnqueueCause, type PutCause, PREEMPTED } from '../policy.ts';
import type { ReservationOptions, SharesOptions } from '../regulated/options.ts';
import { NONE, type Column } from '../tasks.ts';
import { formatNs } from '../../time.ts';
import type { Account } from './account.ts';
import type { Checker } from './checker.ts';

export class AgingBound implements Checker {
  readonly name = 'aging-bound';
  private readonly account: Account;
  private readonly agingNs: readonly number[];
  private readonly sinceNs: Column;

  constructor(account: Account, agingNs: readonly number[]) {
    this.account = account;
    this.agingNs = agingNs;
    this.sinceNs = account.tasks.column();
  }

  onReady(task: number, _cause: EnqueueCause, nowNs: number): void {
    this.sinceNs.values[task] = nowNs;
  }

  onStop(_core: number, task: number, cause: PutCause, _ranNs: number, nowNs: number): void {
    if (cause === PREEMPTED) this.sinceNs.values[task] = nowNs;
  }

  onDispatch(_core: number, task: number, _overheadNs: number, nowNs: number): void {
    this.check(task, this.account.levelOf(task), nowNs);
  }

  onLevel(task: number, from: number, nowNs: number): void {
    if (this.account.running.includes(task)) return;
    this.check(task, from, nowNs);
    this.sinceNs.values[task] = nowNs;
  }

  private check(task: number, level: number, nowNs: number): void {
    const waitedNs = nowNs - this.sinceNs.values[task]!;
    const mostNs = this.agingNs[level - 1]!;
    if (level > 1 && waitedNs > mostNs) this.account.fail(this.name, `${this.account.nameOf(task)} waited ${formatNs(waitedNs)} on level ${level}; required: at most ${formatNs(mostNs)}, then one level higher`);
  }
}

/** Time since the levels `from` and below got work, and how they were served in it. */
class Backlog {
  sinceNs = -1;
  givenNs = 0;
  /** Since when they have waited without service. */
  quietNs = 0;
}

export class ReservationBound implements Checker {
  readonly name = 'reservation-bound';
  private readonly account: Account;
  private readonly budgetNs: number;
  private readonly periodNs: number;
  private readonly fromLevel: number;
  private readonly backlog = new Backlog();

  constructor(account: Account, { budgetNs, periodNs, fromLevel }: ReservationOptions) {
    this.account = account;
    this.budgetNs = budgetNs;
    this.periodNs = periodNs;
    this.fromLevel = fromLevel ?? account.levelCount;
  }

  onLapse(fromNs: number, nowNs: number): void {
    const { account, backlog } = this;
    const running = account.running[0]!;
    const isServed = running !== NONE && account.levelOf(running) >= this.fromLevel;
    if (!isServed && !this.isAnyWaiting()) {
      backlog.sinceNs = -1;
      return;
    }
    if (backlog.sinceNs < 0) {
      backlog.sinceNs = backlog.quietNs = fromNs;
      backlog.givenNs = 0;
    }
    if (isServed) {
      backlog.givenNs += nowNs - fromNs;
      backlog.quietNs = nowNs;
    }
    const blackoutNs = 2 * (this.periodNs - this.budgetNs);
    const dueNs = (this.budgetNs / this.periodNs) * (nowNs - backlog.sinceNs - blackoutNs);
    if (!(backlog.givenNs >= dueNs && nowNs - backlog.quietNs <= blackoutNs)) account.fail(this.name, `the reserved levels have had ${formatNs(backlog.givenNs)} since ${formatNs(backlog.sinceNs)} and none since ${formatNs(backlog.quietNs)}; required: at least ${formatNs(Math.max(0, Math.ceil(dueNs)))}, and some every ${formatNs(blackoutNs)}`);
  }

  private isAnyWaiting(): boolean {
    for (let level = this.fromLevel; level <= this.account.levelCount; level++) if (this.account.listOf(0, level).length > 0) return true;
    return false;
  }
}

export class SharesBound implements Checker {
  readonly name = 'shares-bound';
  private readonly account: Account;
  private readonly weights: readonly number[];
  private readonly quantumNs: number;
  /** Service by weight of each level so far, and for each pair (later, earlier) the difference when both came to have work. */
  private readonly had: Float64Array;
  private readonly base: Float64Array;
  private readonly hasWork: Uint8Array;

  constructor(account: Account, { weights, quantumNs }: SharesOptions) {
    this.account = account;
    this.weights = weights;
    this.quantumNs = quantumNs;
    this.had = new Float64Array(weights.length);
    this.base = new Float64Array(weights.length * weights.length);
    this.hasWork = new Uint8Array(weights.length);
  }

  /** A level that was empty, if only for this instant, comes in anew. */
  onStop(_core: number, task: number, cause: PutCause): void {
    const level = this.account.levelOf(task);
    if (cause !== PREEMPTED && this.account.listOf(0, level).length === 0) this.hasWork[level - 1] = 0;
  }

  onLapse(fromNs: number, nowNs: number): void {
    const { account, weights, had, base, hasWork } = this;
    const count = weights.length;
    const running = account.running[0]!;
    const level = running === NONE ? 0 : account.levelOf(running);
    for (let one = 0; one < count; one++) {
      const works = level === one + 1 || account.listOf(0, one + 1).length > 0 ? 1 : 0;
      if (works > hasWork[one]!) for (let other = 0; other < count; other++) base[Math.max(one, other) * count + Math.min(one, other)] = (had[one]! - had[other]!) * (one > other ? 1 : -1);
      hasWork[one] = works;
    }
    if (level > 0) had[level - 1]! += (nowNs - fromNs) / weights[level - 1]!;
    for (let one = 0; one < count; one++) {
      for (let other = 0; other < one; other++) {
        if (hasWork[one] === 0 || hasWork[other] === 0) continue;
        const gap = Math.abs(had[one]! - had[other]! - base[one * count + other]!);
        const most = this.quantumNs / weights[one]! + this.quantumNs / weights[other]!;
        if (gap > most * (1 + 1e-9)) account.fail(this.name, `levels ${other + 1} and ${one + 1} have work and are ${gap} ns by weight apart; required: at most ${most} ns`);
      }
    }
  }
}
