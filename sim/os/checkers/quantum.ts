/** Round robin: no task has the core for more than one quantum of service while another of its level waits in the same queue. */
import { NONE } from '../tasks.ts';
import type { Account } from './account.ts';
import type { Checker } from './checker.ts';
import type { SchedulerRules } from './rules.ts';

export class Quantum implements Checker {
  readonly name = 'quantum';
  private readonly account: Account;
  private readonly inner: readonly string[];
  private readonly quantumNs: number;
  /** Per core: start of the service that counts against the quantum, -1 while nobody else waits. */
  private readonly sinceNs: Float64Array;

  constructor(account: Account, rules: SchedulerRules) {
    this.account = account;
    this.inner = rules.inner;
    this.quantumNs = rules.quantumNs ?? Infinity;
    this.sinceNs = new Float64Array(account.coreCount).fill(-1);
  }

  onDispatch(core: number): void {
    this.sinceNs[core] = -1;
  }

  onLapse(fromNs: number, nowNs: number): void {
    const { account } = this;
    for (let core = 0; core < account.coreCount; core++) {
      const task = account.running[core]!;
      if (task === NONE || this.inner[account.levelOf(task) - 1] !== 'rr' || account.listOf(account.queueOfCore(core), account.levelOf(task)).length === 0) {
        this.sinceNs[core] = -1;
        continue;
      }
      if (this.sinceNs[core]! < 0) this.sinceNs[core] = Math.max(fromNs, account.openFromNs[core]!);
      const hadNs = nowNs - this.sinceNs[core]!;
      if (hadNs > this.quantumNs) account.fail(this.name, `core ${core} served ${account.nameOf(task)} for ${hadNs} ns while another of its level waited; required: at most ${this.quantumNs} ns`);
    }
  }
}
