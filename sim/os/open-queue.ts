/**
 * An open queue in steady state: Poisson arrivals of one or more classes at a chain of one or more stations, waits and responses
 * measured per class. Times of the laws in `unit`s of `nsPerUnit` integer ns each.
 *
 * The warm-up rule: customers are numbered by arrival over all classes; the first `warmUp` are served but not measured, the
 * next `customers` are measured, all of them. Arrivals go on until the last measured one has left, so that nobody is dropped
 * for being slow (survivor bias) and nobody at the end finds an emptying system.
 */
import { exponential, roundNs } from '../distributions.ts';
import type { RandomStream } from '../random.ts';
import type { Simulation } from '../simulation.ts';
import { MAX_TIME_NS } from '../time.ts';
import { relaxationCustomers } from './closed-forms.ts';
import { ARRIVAL_ORDER, QueueingStation } from './queueing-station.ts';
import { drawService, type ServiceLaw } from './service-law.ts';

export interface OpenQueueOptions {
  /** Servers of each station in the chain; every customer visits all of them, a fresh service demand at each. */
  readonly servers: readonly number[];
  /** Arrivals per unit of time, one entry a class. */
  readonly lambda: readonly number[];
  /** Service law of each class, the same at every station. */
  readonly service: readonly ServiceLaw[];
  readonly nsPerUnit: number;
  /** Put before the names of the random streams: queues with unlike prefixes meet unlike customers under one seed. */
  readonly streamPrefix?: string;
  /** Measured customers, after `warmUp` others. */
  readonly customers: number;
  readonly warmUp: number;
  /** Sees every measured customer as it leaves the last station: wait and response in ns. */
  readonly onMeasured?: (customerClass: number, customer: number, waitNs: number, responseNs: number) => void;
}

/** Sums over the measured customers of one class. */
export interface ClassTotals {
  count: number;
  waitNs: number;
  responseNs: number;
  /** Service demands; kept where the policy shares service out, so that response less service is the wait. */
  serviceNs: number;
  /** Sum of squared service demands over the time in which the measured customers came, in the unit of the laws; at the first station. */
  squaresPerUnit: number;
}

interface Source {
  readonly arrivals: RandomStream;
  readonly services: readonly RandomStream[];
  readonly meanGapNs: number;
  readonly law: ServiceLaw;
}

/** Warm-up customers for this many measured ones: four relaxation times, at least a fifth of them, at most four times as many. */
export function warmUpCustomers(lambda: readonly number[], service: readonly ServiceLaw[], servers: number, customers: number): { readonly warmUp: number; readonly enough: boolean } {
  const wanted = Math.ceil(4 * relaxationCustomers(lambda, service, servers));
  const warmUp = Math.min(4 * customers, Math.max(Math.ceil(customers / 5), wanted));
  return { warmUp, enough: warmUp >= wanted };
}

export class OpenQueue {
  readonly stations: readonly QueueingStation[];
  readonly totals: readonly ClassTotals[];
  /** Share of time that a server of the first station works, from the first measured arrival to the last measured departure. */
  utilisation = 0;

  private readonly sim: Simulation;
  private readonly options: OpenQueueOptions;
  private readonly sources: readonly Source[];
  private readonly arrivalCode: number;
  private firstNs = 0;
  private arrived = 0;
  private measured = 0;
  // One slot a customer in the chain; freed slots are reused.
  private readonly customerOf: number[] = [];
  private readonly enteredNs: number[] = [];
  private readonly waitedNs: number[] = [];
  private readonly freeSlots: number[] = [];

  constructor(sim: Simulation, options: OpenQueueOptions) {
    this.sim = sim;
    this.options = options;
    this.totals = options.lambda.map(() => ({ count: 0, waitNs: 0, responseNs: 0, serviceNs: 0, squaresPerUnit: 0 }));
    const prefix = options.streamPrefix ?? '';
    this.sources = options.lambda.map((lambda, index) => ({
      arrivals: sim.stream(`${prefix}class/${index}/arrivals`),
      services: options.servers.map((_, station) => sim.stream(`${prefix}class/${index}/station/${station}/service`)),
      meanGapNs: options.nsPerUnit / lambda,
      law: options.service[index]!,
    }));
    this.stations = options.servers.map(
      (servers, index) =>
        new QueueingStation(sim, {
          name: `station/${index}`,
          servers,
          onDeparture: (customerClass, slot, arrivalNs, startNs) => this.leave(index, customerClass, slot, startNs - arrivalNs),
        }),
    );
    this.arrivalCode = sim.register('open-queue/arrival', (customerClass) => this.arrive(customerClass));
    this.sources.forEach((_, index) => this.scheduleArrival(index));
  }

  private scheduleArrival(customerClass: number): void {
    const { arrivals, meanGapNs } = this.sources[customerClass]!;
    const gapNs = exponential(arrivals, meanGapNs);
    if (this.sim.now + gapNs > MAX_TIME_NS) return; // a class so rare that its next customer comes after the end of time
    this.sim.schedule(roundNs(gapNs), this.arrivalCode, customerClass, 0, 0, ARRIVAL_ORDER);
  }

  private arrive(customerClass: number): void {
    if (this.measured === this.options.customers) return; // all answers are in: run dry
    const customer = this.arrived++;
    const { warmUp, customers, nsPerUnit } = this.options;
    if (customer === warmUp) {
      this.firstNs = this.sim.now;
      this.stations[0]!.busy.reset(this.sim.now);
    }
    const slot = this.freeSlots.pop() ?? this.customerOf.length;
    this.customerOf[slot] = customer;
    this.enteredNs[slot] = this.sim.now;
    this.waitedNs[slot] = 0;
    const service = this.enterStation(0, customerClass, slot);
    if (customer >= warmUp && customer < warmUp + customers) this.totals[customerClass]!.squaresPerUnit += service * service;
    if (customer === warmUp + customers - 1) for (const totals of this.totals) totals.squaresPerUnit *= nsPerUnit / (this.sim.now - this.firstNs);
    this.scheduleArrival(customerClass);
  }

  /** Service demand at this station. */
  private enterStation(station: number, customerClass: number, slot: number): number {
    const { law, services } = this.sources[customerClass]!;
    const service = drawService(law, services[station]!);
    this.stations[station]!.arrive(customerClass, roundNs(service * this.options.nsPerUnit), slot);
    return service;
  }

  private leave(station: number, customerClass: number, slot: number, waitNs: number): void {
    this.waitedNs[slot]! += waitNs;
    if (station + 1 < this.stations.length) {
      this.enterStation(station + 1, customerClass, slot);
      return;
    }
    this.freeSlots.push(slot);
    const { customers, warmUp, onMeasured } = this.options;
    const customer = this.customerOf[slot]!;
    if (customer < warmUp || customer >= warmUp + customers) return;
    const totals = this.totals[customerClass]!;
    const responseNs = this.sim.now - this.enteredNs[slot]!;
    totals.count += 1;
    totals.waitNs += this.waitedNs[slot]!;
    totals.responseNs += responseNs;
    this.measured += 1;
    if (this.measured === customers) this.utilisation = this.stations[0]!.busy.mean(this.sim.now) / this.options.servers[0]!;
    if (onMeasured !== undefined) onMeasured(customerClass, customer, this.waitedNs[slot]!, responseNs);
  }
}
