/**
 * Service adds up: a slice is the time from the end of the switch to the stop; no burst gets more than it demands, and none ends before
 * it had that; what a task's columns say is what the slices say; with nobody in the system all demand is met; at the end the processor's
 * totals are the sums of slices and costs. In a fluid (ps, dps) slices belong to the level, so single tasks are not held to theirs.
 */
import type { Processor } from '../cpu/processor.ts';
import { BLOCKED, type PutCause, PREEMPTED } from '../policy.ts';
import type { Account } from './account.ts';
import type { Checker } from './checker.ts';
import { isFluid, type SchedulerRules } from './rules.ts';

export class Service implements Checker {
  readonly name = 'service';
  private readonly account: Account;
  private readonly fluid: readonly boolean[];

  constructor(account: Account, rules: SchedulerRules) {
    this.account = account;
    this.fluid = rules.inner.map(isFluid);
  }

  onStop(core: number, task: number, cause: PutCause, ranNs: number): void {
    const { account } = this;
    const { tasks } = account;
    if (ranNs !== account.sliceNs[core]) account.fail(this.name, `core ${core} says that task ${tasks.serial[task]!} ran ${ranNs} ns since its dispatch; required: ${account.sliceNs[core]!} ns, from the end of the switch to now`);
    if (account.ready === 0) {
      if (account.demandNs !== account.givenNs) account.fail(this.name, `nobody is in the system, ${account.demandNs} ns were demanded and ${account.givenNs} ns given; required: equal`);
    }
    if (this.fluid[account.levelOf(task) - 1] === true) return;
    const [burstNs, servedNs] = [account.burstNs.values[task]!, account.burstServedNs.values[task]!];
    const isWhole = servedNs === burstNs;
    if (cause === PREEMPTED && isWhole) account.fail(this.name, `task ${tasks.serial[task]!} is interrupted with all of its ${burstNs} ns served; required: that its burst ends`);
    if (cause !== PREEMPTED && !isWhole) account.fail(this.name, `task ${tasks.serial[task]!} ${cause === BLOCKED ? 'sleeps' : 'leaves'} after ${servedNs} of ${burstNs} ns; required: its whole burst`);
    if (servedNs > burstNs) account.fail(this.name, `task ${tasks.serial[task]!} was served ${servedNs} ns; required: at most the ${burstNs} ns of its burst`);
    if (tasks.cpuNs[task] !== account.servedNs.values[task]) account.fail(this.name, `task ${tasks.serial[task]!} is booked with ${tasks.cpuNs[task]!} ns in all; required: ${account.servedNs.values[task]!} ns, the sum of its slices`);
    if (tasks.remainingNs[task] !== burstNs - servedNs) account.fail(this.name, `task ${tasks.serial[task]!} has ${tasks.remainingNs[task]!} ns left; required: ${burstNs - servedNs} ns, demand less service`);
  }

  onFinish(processor: Processor, nowNs: number): void {
    const { account } = this;
    processor.settle();
    for (let core = 0; core < account.coreCount; core++) {
      const openNs = account.running[core]! < 0 ? 0 : Math.max(0, nowNs - account.openFromNs[core]!);
      if (processor.serviceNs[core] !== account.serviceNs[core]! + openNs) account.fail(this.name, `core ${core} served ${processor.serviceNs[core]!} ns; required: ${account.serviceNs[core]! + openNs} ns, the sum of its slices`);
      if (processor.overheadNs[core] !== account.overheadNs[core]) account.fail(this.name, `core ${core} paid ${processor.overheadNs[core]!} ns of costs; required: ${account.overheadNs[core]!} ns, the sum of what its dispatches cost`);
    }
  }
}
