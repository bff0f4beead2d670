/**
 * What a dispatch costs, reckoned a second time: a switch when the core's last task was another one, warm-up when the task's last core
 * was another one, classification before the first service, a hand-over when the program changes. Each once, none forgotten.
 */
import { type CpuCosts, NO_COSTS } from '../cpu/costs.ts';
import { type EnqueueCause, NEW } from '../policy.ts';
import type { Column } from '../tasks.ts';
import type { Account } from './account.ts';
import type { Checker } from './checker.ts';
import { programsOf, type SchedulerRules } from './rules.ts';

export class Costs implements Checker {
  readonly name = 'costs';
  private readonly account: Account;
  private readonly rules: SchedulerRules;
  private readonly costs: CpuCosts;
  /** Per core: serial number of the task it ran last, and the program it is in (bit 0 regulatory, bit 1 ordinary). */
  private readonly last: Float64Array;
  private readonly program: Uint8Array;
  /** Per task: core it ran on last, counted from 1; 0 before the first. */
  private readonly home: Column;

  constructor(account: Account, rules: SchedulerRules) {
    this.account = account;
    this.rules = rules;
    this.costs = rules.costs ?? NO_COSTS;
    this.last = new Float64Array(account.coreCount).fill(-1);
    this.program = new Uint8Array(account.coreCount).fill(1);
    this.home = account.tasks.column();
  }

  onReady(task: number, cause: EnqueueCause): void {
    if (cause === NEW) this.home.values[task] = 0;
  }

  onDispatch(core: number, task: number, overheadNs: number): void {
    const { account, costs, rules } = this;
    const serial = account.tasks.serial[task]!;
    const home = this.home.values[task]! - 1;
    let dueNs = home < 0 ? costs.classifyNs : 0;
    if (serial !== this.last[core]) dueNs += costs.contextSwitchNs + (home >= 0 && home !== core ? costs.warmUpNs : 0);
    if (rules.regulated !== undefined) {
      const may = programsOf(account.levelOf(task), rules.regulated);
      if ((may & this.program[core]!) === 0) {
        this.program[core] = may;
        dueNs += rules.regulated.handoverNs ?? 0;
      }
    }
    this.last[core] = serial;
    this.home.values[task] = core + 1;
    if (overheadNs !== dueNs) account.fail(this.name, `core ${core} pays ${overheadNs} ns to go over to ${account.nameOf(task)}; required: ${dueNs} ns`);
  }
}
