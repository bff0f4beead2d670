/**
 * No level is served out of turn. Whoever is dispatched, nobody of a lower-numbered level waits in that queue. Mode `pr`: at no time does
 * a task run while one of a lower-numbered level waits. Mode `poll`: not for longer than the polling interval.
 */
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
  /** Per core: since when, or -1. */
  private readonly inverted: Float64Array;
  private readonly overheadNs: Float64Array;

  constructor(account: Account, { inner, regulated }: SchedulerRules) {
    this.account = account;
    this.inner = inner;
    this.mostNs = regulated!.between === 'pr' ? 0 : regulated!.between === 'poll' ? (regulated!.pollNs ?? Infinity) : Infinity;
    this.inverted = new Float64Array(account.coreCount).fill(-1);
    this.overheadNs = new Float64Array(account.coreCount);
  }

  onDispatch(core: number, task: number, overheadNs: number): void {
    const { account } = this;
    this.inverted[core] = -1;
    this.overheadNs[core] = overheadNs;
    // Sharers of a fluid that end together were in service before.
    if (this.mostNs > 0 && isFluid(this.inner[account.levelOf(task) - 1])) return;
    const top = account.topWaiting(account.queueOfCore(core));
    if (top < account.levelOf(task)) account.fail(this.name, `core ${core} takes ${account.nameOf(task)} while level ${top} waits; required: the lowest-numbered level that waits`);
  }

  onLapse(fromNs: number, nowNs: number): void {
    const { account } = this;
    if (account.waiting === 0 || this.mostNs === Infinity) return;
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
