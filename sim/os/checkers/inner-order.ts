/**
 * Order inside a level: who is dispatched is the first by the policy's key among those that wait in the same queue and level; who is
 * interrupted for one of the same level is so by the policy's rule only. FCFS: ready first. SPN: begun ones, then the smallest estimate,
 * never interrupted. SRT: the least estimate less service, interrupted only for strictly less.
 *
 * The check is a plain scan over all that wait. Each event earns a few steps of scanning, so that long queues are looked at now and
 * then and short ones always. Tasks whose level changed while they waited are left out: their place is the bound's affair.
 */
import { type PutCause, PREEMPTED } from '../policy.ts';
import { NONE } from '../tasks.ts';
import type { Account } from './account.ts';
import type { Checker } from './checker.ts';
import type { SchedulerRules } from './rules.ts';

/** choice: steps earned by an event; keeps the cost of a run within a small factor. */
const STEPS_PER_EVENT = 8;
/** choice: a queue of this length is scanned at once after a quiet time. */
const MOST_STEPS = 4096;

export class InnerOrder implements Checker {
  readonly name = 'inner-order';
  private readonly account: Account;
  private readonly inner: readonly string[];
  /** Does the running task have to be the first at every moment? Of several cores, one that was meant for it may be taken by another level. */
  private readonly isAlways: boolean;
  /** Do several cores decide at different times with nobody coming, so that each takes the first in order then? */
  private readonly isLoose: boolean;
  /** Where a core decides anew though nobody came for it (a look at the queues, or another core was faster), it does so among equals by arrival. */
  private readonly swapsEquals: boolean;
  private steps = MOST_STEPS;
  /** Per core: who was interrupted last, and when. */
  private readonly stopped: Int32Array;
  private readonly stoppedNs: Float64Array;

  constructor(account: Account, rules: SchedulerRules) {
    this.account = account;
    this.inner = rules.inner;
    const { regulated } = rules;
    const isSingle = account.coreCount === 1;
    const isBounded = regulated !== undefined && [regulated.agingNs, regulated.boostNs, regulated.reservation, regulated.shares].some((bound) => bound !== undefined);
    const isPolled = regulated?.between === 'poll';
    this.isAlways = isSingle || regulated === undefined || (regulated.between === 'pr' && !isBounded);
    this.isLoose = !isSingle && (isPolled || isBounded);
    this.swapsEquals = !isSingle || isPolled || isBounded;
    this.stopped = new Int32Array(account.coreCount).fill(NONE);
    this.stoppedNs = new Float64Array(account.coreCount).fill(-1);
  }

  onStop(core: number, task: number, cause: PutCause, _ranNs: number, nowNs: number): void {
    this.stopped[core] = cause === PREEMPTED ? task : NONE;
    this.stoppedNs[core] = nowNs;
  }

  onDispatch(core: number, task: number, _overheadNs: number, nowNs: number): void {
    const { account } = this;
    const level = account.levelOf(task);
    const before = this.stoppedNs[core] === nowNs ? this.stopped[core]! : NONE;
    if (before !== NONE && account.levelOf(before) === level && this.isKnown(before) && this.isKnown(task)) this.checkInterruption(before, task, core);
    this.scan(account.queueOfCore(core), level, task, account.burstServedNs.values[task]!, false);
  }

  /** SRT's promise holds at every moment, not only at decisions. */
  onLapse(fromNs: number): void {
    const { account } = this;
    if (account.waiting === 0 || !this.isAlways) return;
    for (let core = 0; core < account.coreCount; core++) {
      const task = account.running[core]!;
      if (task !== NONE && this.inner[account.levelOf(task) - 1] === 'srt') this.scan(account.queueOfCore(core), account.levelOf(task), task, account.burstServedBy(core, fromNs), true);
    }
  }

  private checkInterruption(before: number, task: number, core: number): void {
    const { account } = this;
    const policy = this.inner[account.levelOf(task) - 1]!;
    const isNever = (policy === 'fcfs' || policy === 'spn') && !this.isLoose;
    // A burst that has had no service is not begun: at a decision it is one among those that wait.
    if (policy === 'spn' && account.burstServedNs.values[before] === 0) return;
    const gainNs = this.keyOf(policy, before, account.burstServedNs.values[before]!) - this.keyOf(policy, task, account.burstServedNs.values[task]!);
    if (isNever || (policy === 'srt' && (gainNs < 0 || (gainNs === 0 && !this.swapsEquals)))) {
      account.fail(this.name, `core ${core} interrupts ${account.nameOf(before)} for ${account.nameOf(task)} of the same level under ${policy}; required: ${isNever ? 'no interruption inside the level' : 'strictly less remaining time'}`);
    }
  }

  private scan(queue: number, level: number, task: number, servedNs: number, isRunning: boolean): void {
    const { account } = this;
    const policy = this.inner[level - 1]!;
    const list = account.listOf(queue, level);
    this.steps = Math.min(MOST_STEPS, this.steps + STEPS_PER_EVENT);
    if (list.length > this.steps || !(policy === 'fcfs' || policy === 'spn' || policy === 'srt') || !this.isKnown(task)) return;
    this.steps -= list.length;
    const key = this.keyOf(policy, task, servedNs);
    for (const other of list) {
      const otherKey = this.keyOf(policy, other, account.burstServedNs.values[other]!);
      // Begun ones that wait under SPN are in an order of their own; who runs is not interrupted for an equal.
      const isEqual = otherKey === key && (isRunning || key < 0 || !account.tasks.isEarlier(other, task));
      if (!this.isKnown(other) || otherKey > key || isEqual) continue;
      account.fail(this.name, `${account.nameOf(task)} is served under ${policy} with key ${key} while ${account.nameOf(other)} waits with ${otherKey}; required: the smallest, then arrival, then serial number`);
    }
  }

  private keyOf(policy: string, task: number, servedNs: number): number {
    if (policy === 'fcfs') return this.account.readyNs.values[task]!;
    const estimateNs = this.account.estimateNs.values[task]!;
    if (policy === 'spn') return servedNs > 0 ? -1 : estimateNs;
    return Math.max(0, estimateNs - servedNs);
  }

  private isKnown(task: number): boolean {
    return this.account.moved.values[task] === 0;
  }
}
