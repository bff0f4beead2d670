/**
 * No level is served out of turn. Whoever is dispatched, nobody of a lower-numbered level waits in that queue. Mode `pr`: at no time does
 * a task run while one of a lower-numbered level waits. Mode `poll`: not for longer than the polling interval. Mode `np`: no task is
 * interrupted for one of another level. What an idle core steals is of the highest level that waits there.
 */
import { type PutCause, PREEMPTED } from '../policy.ts';
import { NONE } from '../tasks.ts';
import { formatNs } from '../../time.ts';
import type { Account } from './account.ts';
import type { Checker } from './checker.ts';
import { isFluid, type SchedulerRules } from './rules.ts';

export class LevelOrder implements Checker {
  readonly name = 'level-order';
  private readonly account: Account;
  private readonly inner: readonly string[];
  /** How long a lower level may go on beside a waiting higher one. */
  private readonly mostNs: number;
  private readonly steals: boolean;
  private readonly isNeverInterrupted: boolean;
  /** Per core: who was interrupted last, and when. */
  private readonly stopped: Int32Array;
  private readonly stoppedNs: Float64Array;
  /** Per core: since when, or -1. */
  private readonly inverted: Float64Array;
  private readonly overheadNs: Float64Array;

  constructor(account: Account, { inner, regulated, queues }: SchedulerRules) {
    this.account = account;
    this.inner = inner;
    this.mostNs = regulated!.between === 'pr' ? 0 : regulated!.between === 'poll' ? (regulated!.pollNs ?? Infinity) : Infinity;
    this.steals = queues === 'stealing';
    // A quantum inside a level is a decision, and then the levels are looked at.
    this.isNeverInterrupted = regulated!.between === 'np' && inner.every((name) => name === 'fcfs' || name === 'spn');
    this.stopped = new Int32Array(account.coreCount).fill(NONE);
    this.stoppedNs = new Float64Array(account.coreCount).fill(-1);
    this.inverted = new Float64Array(account.coreCount).fill(-1);
    this.overheadNs = new Float64Array(account.coreCount);
  }

  onDispatch(core: number, task: number, overheadNs: number, nowNs: number): void {
    const { account } = this;
    this.inverted[core] = -1;
    this.overheadNs[core] = overheadNs;
    const before = this.stoppedNs[core] === nowNs ? this.stopped[core]! : NONE;
    if (this.isNeverInterrupted && before !== NONE && account.levelOf(before) !== account.levelOf(task)) {
      account.fail(this.name, `core ${core} interrupts ${account.nameOf(before)} for ${account.nameOf(task)} in mode np; required: that it goes on to its end`);
    }
    // Sharers of a fluid that end together were in service before.
    if (this.mostNs > 0 && isFluid(this.inner[account.levelOf(task) - 1])) return;
    const top = account.topWaiting(account.queueOfCore(core));
    if (top < account.levelOf(task)) account.fail(this.name, `core ${core} takes ${account.nameOf(task)} while level ${top} waits; required: the lowest-numbered level that waits`);
  }

  onStop(core: number, task: number, cause: PutCause, _ranNs: number, nowNs: number): void {
    this.stopped[core] = cause === PREEMPTED ? task : NONE;
    this.stoppedNs[core] = nowNs;
  }

  onMove(task: number, from: number): void {
    const { account } = this;
    if (this.steals && account.topWaiting(from) < account.levelOf(task)) account.fail(this.name, `${account.nameOf(task)} is stolen from core ${from} while level ${account.topWaiting(from)} waits there; required: the lowest-numbered level that waits`);
  }

  onLapse(fromNs: number, nowNs: number): void {
    const { account } = this;
    if (this.mostNs === Infinity) return;
    if (account.waiting === 0) {
      this.inverted.fill(-1);
      return;
    }
    for (let core = 0; core < account.coreCount; core++) {
      const task = account.running[core]!;
      const top = account.topWaiting(account.queueOfCore(core));
      if (task === NONE || account.levelOf(task) <= top) {
        this.inverted[core] = -1;
        continue;
      }
      const since = this.inverted[core]! < 0 ? (this.inverted[core] = fromNs) : this.inverted[core]!;
      // The interval is one of service: the cost of the switch comes on top.
      const mostNs = this.mostNs === 0 ? 0 : this.mostNs + this.overheadNs[core]!;
      if (nowNs - since > mostNs) account.fail(this.name, `core ${core} runs ${account.nameOf(task)} from ${formatNs(since)} to ${formatNs(nowNs)} while level ${top} waits; required: at most ${formatNs(mostNs)}`);
    }
  }
}
