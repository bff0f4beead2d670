/**
 * Locks that tasks of several queue levels share. A critical section is a burst of its own: the owner asks `acquire` when the burst
 * before it ends, and if that answers false lets the task sleep; `resume` comes when the lock has become its own.
 *
 *   none     a task of level 1 that waits for a lock waits for everybody who keeps the holder off the core: priority inversion
 *   inherit  the holder competes on the best level of those who wait for it, also along a chain of locks (Sha, Rajkumar and Lehoczky,
 *            IEEE Transactions on Computers 39, 1990)
 *   ceiling  the holder competes on the lock's ceiling, the best level that ever uses it, from the moment it has the lock (immediate
 *            ceiling, as PTHREAD_PRIO_PROTECT of POSIX)
 *
 * A lock goes to the waiting task of the best level, the longest waiting first. The label never changes.
 */
import { NONE, type TaskTable } from '../tasks.ts';
import type { Regulated } from './regulated.ts';

export type LockProtocol = 'none' | 'inherit' | 'ceiling';

export interface LockOptions {
  readonly protocol: LockProtocol;
  readonly count: number;
  /** Best (lowest) level that uses each lock; for `ceiling`. */
  readonly ceilings?: readonly number[];
}

export class Locks {
  /** How often a task had to wait. */
  contentions = 0;
  private readonly tasks: TaskTable;
  private readonly policy: Regulated;
  private readonly options: LockOptions;
  private readonly resume: (task: number, lock: number) => void;
  private readonly holders: Int32Array;
  private readonly waiters: readonly number[][];
  /** Per holder: its level without locks. */
  private readonly ownLevel = new Map<number, number>();
  /** Per sleeper: the lock it waits for. */
  private readonly wanted = new Map<number, number>();

  /** `resume` has to wake the task with the burst of its critical section. */
  constructor(tasks: TaskTable, policy: Regulated, options: LockOptions, resume: (task: number, lock: number) => void) {
    if (policy.promotes) throw new RangeError('locks: aging and boost change levels, too, and a lock would take their promotions back; required: locks without them');
    if (options.protocol === 'ceiling' && options.ceilings?.length !== options.count) throw new RangeError(`locks: ${options.ceilings?.length ?? 0} ceilings for ${options.count} locks; required: one each`);
    this.tasks = tasks;
    this.policy = policy;
    this.options = options;
    this.resume = resume;
    this.holders = new Int32Array(options.count).fill(NONE);
    this.waiters = Array.from({ length: options.count }, () => []);
  }

  /** True: the lock is the task's. False: the task has to sleep now, and is resumed with the lock. */
  acquire(task: number, lock: number, nowNs: number): boolean {
    const holder = this.holders[lock]!;
    if (holder === NONE) {
      this.grant(task, lock, nowNs);
      return true;
    }
    this.contentions += 1;
    this.refuseDeadlock(task, lock);
    this.waiters[lock]!.push(task);
    this.wanted.set(task, lock);
    if (this.options.protocol === 'inherit') this.lend(this.tasks.level[task]!, lock, nowNs);
    return false;
  }

  /** The task is done with the lock; the next one gets it. */
  release(task: number, lock: number, nowNs: number): void {
    if (this.holders[lock] !== task) throw new Error(`locks: task ${task} releases lock ${lock}, which is held by ${this.holders[lock]}`);
    this.holders[lock] = NONE;
    this.settle(task, nowNs);
    const queue = this.waiters[lock]!;
    if (queue.length === 0) return;
    let best = 0;
    for (let index = 1; index < queue.length; index++) if (this.tasks.level[queue[index]!]! < this.tasks.level[queue[best]!]!) best = index;
    const [next] = queue.splice(best, 1);
    this.wanted.delete(next!);
    this.grant(next!, lock, nowNs);
    this.resume(next!, lock);
  }

  private grant(task: number, lock: number, nowNs: number): void {
    this.holders[lock] = task;
    if (!this.ownLevel.has(task)) this.ownLevel.set(task, this.tasks.level[task]!);
    if (this.options.protocol !== 'none') this.settle(task, nowNs);
  }

  /** Sets the holder's level to what its locks make of it; forgets the task when it holds none. */
  private settle(task: number, nowNs: number): void {
    const { protocol, ceilings } = this.options;
    let level = this.ownLevel.get(task)!;
    let held = 0;
    this.holders.forEach((holder, lock) => {
      if (holder !== task) return;
      held += 1;
      if (protocol === 'ceiling') level = Math.min(level, ceilings![lock]!);
      if (protocol === 'inherit') for (const waiter of this.waiters[lock]!) level = Math.min(level, this.tasks.level[waiter]!);
    });
    if (held === 0) this.ownLevel.delete(task);
    if (protocol !== 'none') this.policy.setLevel(task, level, nowNs);
  }

  /** The holder gets the level of who waits for it; if it waits itself, so does the one it waits for. */
  private lend(level: number, first: number, nowNs: number): void {
    for (let lock: number | undefined = first; lock !== undefined; lock = this.wanted.get(this.holders[lock]!)) {
      const holder = this.holders[lock]!;
      if (this.tasks.level[holder]! <= level) return;
      this.policy.setLevel(holder, level, nowNs);
    }
  }

  private refuseDeadlock(task: number, first: number): void {
    for (let lock: number | undefined = first; lock !== undefined; lock = this.wanted.get(this.holders[lock]!)) {
      if (this.holders[lock] === task) throw new Error(`locks: deadlock: task ${task} asks for lock ${first}, whose holder waits for a lock of that task; required: one order of taking locks`);
    }
  }
}
