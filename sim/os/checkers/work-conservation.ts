/**
 * No core is idle while a task waits that it could serve. With one queue a core that is its own queue only; where idle cores steal,
 * any queue. A token that one program holds allows idleness while the top waiting task belongs to the other program.
 */
import { NONE } from '../tasks.ts';
import type { Account } from './account.ts';
import type { Checker } from './checker.ts';
import { programsOf, type SchedulerRules } from './rules.ts';
import { formatNs } from '../../time.ts';

export class WorkConservation implements Checker {
  readonly name = 'work-conservation';
  private readonly account: Account;
  private readonly rules: SchedulerRules;
  private readonly ownOnly: boolean;

  constructor(account: Account, rules: SchedulerRules) {
    this.account = account;
    this.rules = rules;
    this.ownOnly = rules.queues === 'own';
  }

  onLapse(fromNs: number, nowNs: number): void {
    const { account } = this;
    if (account.waiting === 0 || account.busyCores === account.coreCount) return;
    for (let core = 0; core < account.coreCount; core++) {
      if (account.running[core] !== NONE) continue;
      if (this.ownOnly && account.waitingIn(core) === 0) continue;
      if (this.rules.regulated?.token === true && this.isBarred(core)) continue;
      account.fail(this.name, `core ${core} idle from ${formatNs(fromNs)} to ${formatNs(nowNs)} while ${account.waiting} wait; required: no idle core beside waiting work`);
    }
  }

  onFinish(): void {
    const { account } = this;
    // A run that was stopped in the middle of an instant has decisions before it.
    if (account.waiting > 0 && account.busyCores === 0 && account.isDrained) account.fail(this.name, `the run ended with ${account.waiting} waiting and every core idle; required: nobody waits`);
  }

  /** Has a task of the other program, somewhere in service, the token that the next one in line needs? */
  private isBarred(core: number): boolean {
    const { account } = this;
    const next = programsOf(account.topWaiting(account.queueOfCore(core)), this.rules.regulated!);
    for (let other = 0; other < account.coreCount; other++) {
      const task = account.running[other]!;
      if (task !== NONE && (programsOf(account.levelOf(task), this.rules.regulated!) & next) === 0) return true;
    }
    return false;
  }
}
