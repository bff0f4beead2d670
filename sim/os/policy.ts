/**
 * The scheduling policy of one run queue: the words between a processor and whoever decides who runs. A policy is used alone or
 * inside a queue level of the regulated scheduler, which is a policy itself.
 *
 * The processor keeps the clock, the cores, costs, ticks and events; a policy only keeps an order. It never sees an event and
 * schedules none, except through `attach`. Calls come in this order, with the instant of the simulation as `nowNs`:
 *
 *   enqueue -> preempts?      a task became ready; asked for each busy core whether it should decide again
 *   put -> pick               a core decides: it lets go of its task (if it has one) and takes the next
 *   charge                    the running task got this much CPU time since the last call; before put, before a tick, and (with
 *                             `needsCharge`) before an enqueue
 *
 * A running task is not waiting: `pick` takes it out, `put` with PREEMPTED brings it back.
 */

/** Why a task becomes ready: new in the system, awake after a sleep, or moved here from another core's queue or another level. */
export const NEW = 0;
export const WAKE = 1;
export const MOVED = 2;
export type EnqueueCause = typeof NEW | typeof WAKE | typeof MOVED;

/** Why a core lets go of its task: it stays ready, it sleeps or waits for a lock, or it is done. */
export const PREEMPTED = 0;
export const BLOCKED = 1;
export const EXITED = 2;
export type PutCause = typeof PREEMPTED | typeof BLOCKED | typeof EXITED;

export interface Policy {
  /** Ready tasks that do not run. */
  readonly waiting: number;
  /** Must running tasks be charged up to now before another is enqueued (their remaining time or virtual time is compared)? */
  readonly needsCharge: boolean;

  enqueue(task: number, cause: EnqueueCause, nowNs: number): void;
  /** Takes out the task that `core` should run, or NONE. */
  pick(core: number, nowNs: number): number;
  /** The running `task` had the core for `ranNs`, costs of switching not counted: books it with `TaskTable.serve`. */
  charge(task: number, ranNs: number, nowNs: number): void;
  /** `core` lets go of the running `task`. */
  put(task: number, cause: PutCause, nowNs: number, core: number): void;
  /** Should `newcomer`, just enqueued, make the core that runs `running` decide again? */
  preempts(newcomer: number, running: number, nowNs: number): boolean;
  /** CPU time after which the core should decide again though nobody came, from now; Infinity without such a limit. */
  quantumNs(running: number, nowNs: number): number;
  /** CPU time until the burst of the running task ends, from now: its remaining time, but for policies that serve several at once. */
  burstNs(running: number): number;
  /** Takes a waiting task out, to be moved elsewhere. */
  remove(task: number, nowNs: number): void;
  /** The waiting task that another core should take from here, or NONE. */
  stealable(nowNs: number): number;

  /** Sum of the weights of all ready tasks here, running ones included, for policies that share by weight: what balancing evens out. */
  readonly queuedWeight?: number;
  /** Periodic timer interrupt while `running` has the core; true: decide again. Policies without it need no tick. */
  tick?(running: number, nowNs: number): boolean;
  /** Would `a` be served before `b`? Needed where several cores share the queue, to find whom a newcomer replaces. */
  before?(a: number, b: number): boolean;
  /**
   * A task is back that left this queue for another level without sleeping, because a lock lent it one: its place is that of when it
   * became ready. Default: `enqueue` with MOVED.
   */
  rejoin?(task: number, nowNs: number): void;
  /** Extra cost when a core goes over to `next`, e.g. the hand-over between programs. */
  switchCostNs?(core: number, next: number): number;
  /** `running` ended a burst and goes on with another at once: decide again? Only where the length of the burst counts. */
  continues?(running: number, nowNs: number): boolean;
  /** Only where several are served at once: takes out another task whose burst is over since that of `after` ended, or NONE. */
  takeEnded?(after: number): number;
  /**
   * Given once by the processor: `kick` makes all cores of this queue decide again, e.g. after a policy's own timer; `releveled` is to
   * be called after the column `level` of a ready task has changed from `from`, for those who watch.
   */
  attach?(kick: () => void, releveled: (task: number, from: number) => void): void;
}
