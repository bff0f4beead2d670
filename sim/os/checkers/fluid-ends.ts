/** Tasks of a fluid (ps, dps) are let go in the ns in which their service is complete, not when the core is next free. */
import type { ProcessorSharing } from '../policies/processor-sharing.ts';
import { type PutCause, PREEMPTED } from '../policy.ts';
import type { Account } from './account.ts';
import type { Checker } from './checker.ts';

export class FluidEnds implements Checker {
  readonly name = 'fluid-ends';
  private readonly account: Account;
  private readonly fluids: readonly (ProcessorSharing | undefined)[];

  /** The queue of each level, undefined where it is no fluid. */
  constructor(account: Account, fluids: readonly (ProcessorSharing | undefined)[]) {
    this.account = account;
    this.fluids = fluids;
  }

  onStop(_core: number, task: number, cause: PutCause, _ranNs: number, nowNs: number): void {
    const fluid = this.fluids[this.account.levelOf(task) - 1];
    if (fluid === undefined || cause === PREEMPTED) return;
    const lateNs = nowNs - fluid.endNs(task);
    if (!(lateNs >= 0 && lateNs <= 1)) this.account.fail(this.name, `${this.account.nameOf(task)} is let go ${lateNs} ns after its service was complete; required: within 1 ns`);
  }
}
