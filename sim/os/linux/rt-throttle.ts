/**
 * Real-time throttling of Linux 6.1: all real-time tasks of a CPU together get at most 0.95 s in each second; when that is used up all
 * of them stop, the highest too, until the period ends. What they ran too much, a tick at most, counts against the next period.
 * Source: kernel/sched/rt.c of 6.1 (do_sched_rt_period_timer, sched_rt_runtime_exceeded); sched_rt_runtime_us 950000 and
 * sched_rt_period_us 1000000 by default. Times in integer ns. Left out: sharing unused budget between CPUs (off since 5.10).
 */
import type { Simulation } from '../../simulation.ts';

const PERIOD_NS = 1_000_000_000;
const RUNTIME_NS = 950_000_000;

export class RtThrottle {
  isThrottled = false;
  private usedNs = 0;
  private isActive = false;
  private readonly sim: Simulation;
  private readonly hasTasks: () => boolean;
  private readonly onRelease: () => void;
  private readonly periodCode: number;

  constructor(sim: Simulation, name: string, hasTasks: () => boolean, onRelease: () => void) {
    this.sim = sim;
    this.hasTasks = hasTasks;
    this.onRelease = onRelease;
    this.periodCode = sim.register(`${name}/rt-period`, () => this.endPeriod());
  }

  /** A real-time task became ready: periods are counted from the first one on, while there are any. */
  start(): void {
    if (this.isActive) return;
    this.isActive = true;
    this.replenish();
    this.sim.schedule(PERIOD_NS, this.periodCode);
  }

  charge(ranNs: number): void {
    this.usedNs += ranNs;
    if (this.usedNs > RUNTIME_NS) this.isThrottled = true;
  }

  private endPeriod(): void {
    this.replenish();
    this.isActive = this.usedNs > 0 || this.hasTasks();
    if (this.isActive) this.sim.schedule(PERIOD_NS, this.periodCode);
  }

  private replenish(): void {
    this.usedNs = Math.max(0, this.usedNs - RUNTIME_NS);
    if (!this.isThrottled || this.usedNs >= RUNTIME_NS) return;
    this.isThrottled = false;
    this.onRelease();
  }
}
