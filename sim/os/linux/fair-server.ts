/**
 * The fair server of Linux 6.12: a deadline reservation of 50 ms a second for the fair class, which acts only when fair tasks would
 * otherwise starve. As long as they get their 50 ms a second by themselves, the reservation keeps being put off; else at the latest
 * moment (50 ms before the period's end) they go before real-time tasks until a tick finds the 50 ms used up.
 *
 * One might expect the next turn a second after the last. But the task whose turn is over runs on for the microseconds until it is
 * exchanged, and these are booked as service without the server's help: it starts over, and the next turn is 950 ms after this one.
 *
 * Source: kernel/sched/deadline.c and fair.c of 6.12 (dl_server_*, update_curr_dl_se, replenish_dl_entity). Times in integer ns.
 * Left out: other deadline tasks, and admission.
 */
import type { Simulation } from '../../simulation.ts';

const RUNTIME_NS = 50_000_000;
const PERIOD_NS = 1_000_000_000;
/** deadline.c, dl_server_min_res: a start is not put off for less. */
const LEAST_DELAY_NS = 1_000_000;

/** `idle` nobody to serve; `deferred` waits for the latest start; `serving` goes before real-time. */
type State = 'idle' | 'deferred' | 'serving';

export class FairServer {
  private state: State = 'idle';
  private runtimeNs = 0;
  private deadlineNs = -1;
  /** Starvation was met and has not been seen to end: a task that comes is served at once. */
  private isStarved = false;
  private timer = 0;
  private readonly sim: Simulation;
  private readonly onServe: () => void;
  private readonly timerCode: number;

  constructor(sim: Simulation, name: string, onServe: () => void) {
    this.sim = sim;
    this.onServe = onServe;
    this.timerCode = sim.register(`${name}/fair-server`, () => this.expire());
  }

  /** Do fair tasks go first now? */
  get isServing(): boolean {
    return this.state === 'serving';
  }

  /** The first fair task became ready; `idleNs` the core had nothing to do before, which counts as served. */
  start(idleNs: number): void {
    if (idleNs > 0 && this.runtimeNs >= 0) {
      this.runtimeNs -= idleNs;
      if (this.runtimeNs < 0) {
        this.runtimeNs = 0;
        this.isStarved = false;
      }
    }
    if (this.state !== 'idle') return;
    const leftNs = this.deadlineNs - this.sim.now;
    if (leftNs < 0 || this.isAboveRate(leftNs)) {
      if (this.isStarved && leftNs >= 0) {
        this.runtimeNs = Math.floor((leftNs * RUNTIME_NS) / PERIOD_NS);
        this.serve();
        return;
      }
      this.isStarved = false;
      this.newPeriod();
    } else if (this.isStarved) {
      this.serve();
      return;
    }
    this.defer();
  }

  /** Nobody left to serve, found while serving. */
  stop(): void {
    this.state = 'idle';
    this.cancel();
  }

  /** A fair task ran for this long, on its own account or the server's. True: the server's turn is over. */
  charge(ranNs: number): boolean {
    if (this.state === 'idle') return false;
    this.runtimeNs -= ranNs;
    if (this.runtimeNs > 0) return false;
    const wasServing = this.state === 'serving';
    this.isStarved = false;
    this.newPeriod();
    this.defer();
    return wasServing;
  }

  private expire(): void {
    this.timer = 0;
    const { now } = this.sim;
    const latestNs = this.deadlineNs - this.runtimeNs;
    if (now < latestNs - LEAST_DELAY_NS) return this.arm(latestNs);
    this.isStarved = true;
    if (this.runtimeNs <= 0 || this.isAboveRate(this.deadlineNs - now)) this.newPeriod();
    this.serve();
    this.onServe();
  }

  private newPeriod(): void {
    this.deadlineNs = this.sim.now + PERIOD_NS;
    this.runtimeNs = RUNTIME_NS;
  }

  private serve(): void {
    this.state = 'serving';
  }

  private defer(): void {
    this.state = 'deferred';
    this.arm(Math.max(this.sim.now, this.deadlineNs - this.runtimeNs));
  }

  /** Would the runtime, used up by the deadline, be more than 50 ms a second? */
  private isAboveRate(leftNs: number): boolean {
    return this.runtimeNs * PERIOD_NS > leftNs * RUNTIME_NS;
  }

  private arm(atNs: number): void {
    this.cancel();
    this.timer = this.sim.scheduleAt(atNs, this.timerCode);
  }

  private cancel(): void {
    if (this.timer !== 0) this.sim.cancel(this.timer);
    this.timer = 0;
  }
}
