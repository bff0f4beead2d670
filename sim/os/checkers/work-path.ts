/**
 * Unfinished work V(t) on one core without costs, seen just before each arrival: Lindley's recursion V = max(0, V - time) + demand gives
 * it from arrivals alone (Lindley 1952), so it is the same integer for every policy that does not idle beside work. `path` is a digest
 * of the values: two policies under the same arrivals have the same.
 */
import { type EnqueueCause } from '../policy.ts';
import type { Account } from './account.ts';
import type { Checker } from './checker.ts';

/** FNV-1a's prime, 32 bits; any odd multiplier that spreads would do. */
const PRIME = 16_777_619;

export class WorkPath implements Checker {
  readonly name = 'work-path';
  /** Digest over all values so far. */
  path = 2_166_136_261;
  private readonly account: Account;
  private workNs = 0;
  private atNs = 0;

  constructor(account: Account) {
    this.account = account;
  }

  onReady(task: number, _cause: EnqueueCause, nowNs: number): void {
    this.add(this.account.burstNs.values[task]!, nowNs);
  }

  onBurst(_core: number, task: number, nowNs: number): void {
    this.add(this.account.burstNs.values[task]!, nowNs);
  }

  /** Refused work is gone before it was done. */
  onWithdraw(task: number, nowNs: number): void {
    this.add(-this.account.unservedNs(task), nowNs);
  }

  private add(demandNs: number, nowNs: number): void {
    this.workNs = Math.max(0, this.workNs - (nowNs - this.atNs)) + demandNs;
    this.atNs = nowNs;
    const foundNs = this.account.unfinishedNs(nowNs);
    if (foundNs !== this.workNs) this.account.fail(this.name, `${foundNs} ns of work are unfinished; required: ${this.workNs} ns, whatever the order`);
    this.path = Math.imul(this.path ^ (foundNs % 4_294_967_296 | 0), PRIME) >>> 0;
  }
}
