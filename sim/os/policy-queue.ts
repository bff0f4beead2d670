/**
 * An open queue in steady state under any policy: Poisson arrivals of one or more classes, class 1 first where there are levels, at
 * one processor without costs. The twin of open-queue.ts for disciplines that need a scheduler; both draw the same customers.
 *
 * The warm-up rule is that of open-queue.ts. Overload: classes from `stableClasses` on get less than they ask for; they have no
 * steady state, only a growing backlog. The first of them may begin with one, so that the stable classes meet from the start what
 * they would meet for ever; they are not measured but for their growth.
 */
import { exponential, roundNs } from '../distributions.ts';
import type { RandomStream } from '../random.ts';
import type { Simulation } from '../simulation.ts';
import { MAX_TIME_NS } from '../time.ts';
import type { Probe } from './cpu/probe.ts';
import { ARRIVAL_ORDER, EXIT, Processor } from './cpu/processor.ts';
import type { ClassTotals } from './open-queue.ts';
import type { Policy } from './policy.ts';
import { drawService, type ServiceLaw } from './service-law.ts';
import type { TaskTable } from './tasks.ts';

const PROGRESS_EVERY = 4096;

/** Number of a customer of a class without a steady state. */
const NOT_COUNTED = -1;

export interface PolicyQueueOptions {
  readonly policy: Policy;
  readonly cores: number;
  /** Arrivals per unit of time, one entry a class; class k is queue level k + 1. */
  readonly lambda: readonly number[];
  readonly service: readonly ServiceLaw[];
  /** DPS weights, one a class. Default 1. */
  readonly weights?: readonly number[];
  readonly nsPerUnit: number;
  /** Put before the names of the random streams: queues with unlike prefixes meet unlike customers under one seed. */
  readonly streamPrefix?: string;
  readonly probes?: readonly Probe[];
  readonly onProgress?: (fraction: number) => void;
  /** Measured customers of the stable classes, after `warmUp` others. */
  readonly customers: number;
  readonly warmUp: number;
  /** The first so many classes have a steady state. */
  readonly stableClasses: number;
  /** Customers of the first class without a steady state who are there at the start, and their size if not drawn as the others'. */
  readonly backlog?: number;
  readonly backlogSize?: number;
}

interface Source {
  readonly arrivals: RandomStream;
  readonly services: RandomStream;
  readonly meanGapNs: number;
  readonly law: ServiceLaw;
}

export class PolicyQueue {
  /**
   * Per class; those of classes that are not stable count no customers, and their squares are those of whom they got served while the
   * stable ones were measured. Wait: arrival to first service.
   */
  readonly totals: readonly ClassTotals[];
  /** Customers per unit of time by which each class's backlog grew while the stable ones were measured. */
  readonly growthPerUnit: number[];

  private readonly sim: Simulation;
  private readonly tasks: TaskTable;
  private readonly options: PolicyQueueOptions;
  private readonly sources: readonly Source[];
  private readonly processor: Processor;
  private readonly arrivalCode: number;
  private readonly present: number[];
  private presentAtStart: readonly number[] = [];
  private startNs = 0;
  private lastArrivalNs = 0;
  private arrived = 0;
  private measured = 0;

  constructor(sim: Simulation, tasks: TaskTable, options: PolicyQueueOptions) {
    this.sim = sim;
    this.tasks = tasks;
    this.options = options;
    const { lambda, service, nsPerUnit, stableClasses, backlog = 0, streamPrefix = '' } = options;
    this.totals = lambda.map(() => ({ count: 0, waitNs: 0, responseNs: 0, serviceNs: 0, squaresPerUnit: 0 }));
    this.growthPerUnit = lambda.map(() => 0);
    this.present = lambda.map(() => 0);
    this.sources = lambda.map((rate, index) => ({
      arrivals: sim.stream(`${streamPrefix}class/${index}/arrivals`),
      services: sim.stream(`${streamPrefix}class/${index}/station/0/service`),
      meanGapNs: nsPerUnit / rate,
      law: service[index]!,
    }));
    this.processor = new Processor(sim, tasks, { cores: options.cores, policies: options.policy, probes: options.probes ?? [], onBurstEnd: (task) => this.leave(task) });
    this.arrivalCode = sim.register('policy-queue/arrival', (customerClass) => this.arrive(customerClass));
    if (stableClasses < lambda.length) for (let i = 0; i < backlog; i++) this.enter(stableClasses, NOT_COUNTED, options.backlogSize);
    lambda.forEach((_, index) => this.scheduleArrival(index));
  }

  private scheduleArrival(customerClass: number): void {
    const { arrivals, meanGapNs } = this.sources[customerClass]!;
    const gapNs = exponential(arrivals, meanGapNs);
    if (this.sim.now + gapNs > MAX_TIME_NS) return; // a class so rare that its next customer comes after the end of time
    this.sim.schedule(roundNs(gapNs), this.arrivalCode, customerClass, 0, 0, ARRIVAL_ORDER);
  }

  private arrive(customerClass: number): void {
    const { warmUp, customers, stableClasses } = this.options;
    const customer = customerClass < stableClasses ? this.arrived++ : NOT_COUNTED;
    if (customer === warmUp) {
      this.startNs = this.sim.now;
      this.presentAtStart = [...this.present];
    }
    if (customer === warmUp + customers - 1) this.lastArrivalNs = this.sim.now;
    this.enter(customerClass, customer);
    this.scheduleArrival(customerClass);
  }

  private enter(customerClass: number, customer: number, size?: number): void {
    const { tasks, sim, options } = this;
    const { law, services } = this.sources[customerClass]!;
    const task = tasks.create(sim.now, customerClass + 1, Math.max(1, roundNs((size ?? drawService(law, services)) * options.nsPerUnit)));
    tasks.tag[task] = customer;
    tasks.weight[task] = options.weights?.[customerClass] ?? 1;
    this.present[customerClass]! += 1;
    this.processor.start(task);
  }

  private leave(task: number): number {
    const { tasks, sim } = this;
    const { customers, warmUp } = this.options;
    const customerClass = tasks.level[task]! - 1;
    this.present[customerClass]! -= 1;
    const customer = tasks.tag[task]!;
    const totals = this.totals[customerClass]!;
    const size = tasks.sizeNs[task]! / this.options.nsPerUnit;
    if (customer === NOT_COUNTED && this.arrived > warmUp) totals.squaresPerUnit += size * size;
    if (customer < warmUp || customer >= warmUp + customers) return EXIT;
    totals.squaresPerUnit += size * size;
    const arrivalNs = tasks.arrivalNs[task]!;
    totals.count += 1;
    totals.waitNs += Math.max(0, tasks.firstStartNs[task]! - arrivalNs);
    totals.responseNs += sim.now - arrivalNs;
    totals.serviceNs += tasks.sizeNs[task]!;
    if (++this.measured === customers) this.end();
    else if (this.measured % PROGRESS_EVERY === 0) this.options.onProgress?.(this.measured / customers);
    return EXIT;
  }

  private end(): void {
    const { nsPerUnit, stableClasses } = this.options;
    const passed = (this.sim.now - this.startNs) / nsPerUnit;
    this.present.forEach((count, index) => {
      this.growthPerUnit[index] = passed > 0 ? (count - this.presentAtStart[index]!) / passed : 0;
    });
    // Measured customers may leave later than they all came; the others have no such window.
    this.totals.forEach((totals, index) => {
      totals.squaresPerUnit /= index < stableClasses ? (this.lastArrivalNs - this.startNs) / nsPerUnit : passed;
    });
    this.sim.stop();
  }
}
