/** With one token for the machine, tasks of the two programs are never in service together. Levels that both may serve count for neither. */
import { NONE } from '../tasks.ts';
import type { Account } from './account.ts';
import type { Checker } from './checker.ts';
import { programsOf, type SchedulerRules } from './rules.ts';

export class Token implements Checker {
  readonly name = 'token';
  private readonly account: Account;
  private readonly rules: SchedulerRules;

  constructor(account: Account, rules: SchedulerRules) {
    this.account = account;
    this.rules = rules;
  }

  onDispatch(core: number, task: number): void {
    const { account } = this;
    const mine = programsOf(account.levelOf(task), this.rules.regulated!);
    for (let other = 0; other < account.coreCount; other++) {
      const running = account.running[other]!;
      if (running === NONE || other === core) continue;
      const theirs = programsOf(account.levelOf(running), this.rules.regulated!);
      if ((mine & theirs) === 0) account.fail(this.name, `core ${core} takes ${account.nameOf(task)} while core ${other} runs ${account.nameOf(running)}; required: tasks of one program only`);
    }
  }
}
