/**
 * What a task's columns tell a report is what happened: arrival and first start, interruptions and moves between cores. So that a
 * response counts from arrival, not from dispatch. The label of its data never changes, whatever level it competes at; where data is
 * reclassified it rises from 2 to 1 or from 4 to 3.
 */
import { type EnqueueCause, NEW, type PutCause, PREEMPTED } from '../policy.ts';
import type { Column } from '../tasks.ts';
import type { Account } from './account.ts';
import type { Checker } from './checker.ts';
import { isFluid, type SchedulerRules } from './rules.ts';

export class Records implements Checker {
  readonly name = 'records';
  private readonly account: Account;
  private readonly rules: SchedulerRules;
  private readonly arrivalNs: Column;
  private readonly firstStartNs: Column;
  private readonly preemptions: Column;
  private readonly label: Column;

  constructor(account: Account, rules: SchedulerRules) {
    this.account = account;
    this.rules = rules;
    this.arrivalNs = account.tasks.column();
    this.firstStartNs = account.tasks.column();
    this.preemptions = account.tasks.column();
    this.label = account.tasks.column();
  }

  onReady(task: number, cause: EnqueueCause, nowNs: number): void {
    if (cause !== NEW) return;
    this.arrivalNs.values[task] = nowNs;
    this.firstStartNs.values[task] = -1;
    this.preemptions.values[task] = 0;
    this.label.values[task] = this.account.tasks.label[task]!;
  }

  onDispatch(_core: number, task: number, _overheadNs: number, nowNs: number): void {
    if (this.firstStartNs.values[task]! < 0) this.firstStartNs.values[task] = nowNs;
    this.checkLabel(task);
  }

  onLevel(task: number): void {
    this.checkLabel(task);
  }

  onStop(_core: number, task: number, cause: PutCause): void {
    const { account } = this;
    const { tasks } = account;
    if (cause === PREEMPTED) this.preemptions.values[task]! += 1;
    this.checkLabel(task);
    this.expect(task, 'arrivalNs', tasks.arrivalNs[task]!, this.arrivalNs);
    this.expect(task, 'firstStartNs', tasks.firstStartNs[task]!, this.firstStartNs);
    if (!isFluid(this.rules.inner[account.levelOf(task) - 1])) this.expect(task, 'preemptions', tasks.preemptions[task]!, this.preemptions);
  }

  private expect(task: number, column: string, found: number, own: Column): void {
    if (found !== own.values[task]) this.account.fail(this.name, `${this.account.nameOf(task)} has ${column} ${found}; required: ${own.values[task]!}, as it happened`);
  }

  private checkLabel(task: number): void {
    const { account } = this;
    const label = account.tasks.label[task]!;
    const own = this.label.values[task]!;
    if (label === own) return;
    const isRise = this.rules.reclassifies === true && (own === 2 || own === 4) && label === own - 1;
    if (!isRise) account.fail(this.name, `the label of ${account.nameOf(task)} went from ${own} to ${label}; required: the label of its data, whatever level it competes at`);
    this.label.values[task] = label;
  }
}
