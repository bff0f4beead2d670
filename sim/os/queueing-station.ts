/**
 * A station with one or more like servers and a waiting room, non-preemptive: the textbook queue, as yardstick of the kernel
 * and as the simplest CPU. Times in integer ns. Left out: preemption, balking, finite room.
 *
 * At one instant departures (class 0) come before arrivals (class 1 by convention of the callers), so a customer who comes as
 * another goes finds the server free.
 */
import { TimeWeightedGauge } from '../measure/gauge.ts';
import type { Simulation } from '../simulation.ts';
import { FcfsRoom, type WaitingRoom } from './waiting-room.ts';

/** Order class of external arrivals. */
export const ARRIVAL_ORDER = 1;

/** Called at the departure instant. `tag` is whatever the caller gave with the arrival. */
export type OnDeparture = (customerClass: number, tag: number, arrivalNs: number, startNs: number) => void;

export interface StationOptions {
  readonly name: string;
  readonly servers: number;
  readonly onDeparture: OnDeparture;
  readonly room?: WaitingRoom;
}

export class QueueingStation {
  /** Customers waiting or in service, over time. */
  readonly inSystem = new TimeWeightedGauge();
  /** Servers at work, over time. */
  readonly busy = new TimeWeightedGauge();

  private readonly sim: Simulation;
  private readonly name: string;
  private readonly room: WaitingRoom;
  private readonly onDeparture: OnDeparture;
  private readonly departureCode: number;
  private readonly idleServers: number[];

  // One slot a customer present; freed slots are reused.
  private arrivalNs = new Float64Array(64);
  private startNs = new Float64Array(64);
  private serviceNs = new Float64Array(64);
  private customerClass = new Int32Array(64);
  private tag = new Float64Array(64);
  private readonly freeSlots: number[] = [];
  private slotCount = 0;

  // A second account of time in system, kept apart from the gauge: Little's law compares the two.
  private completedNs = 0;
  private presentArrivalNs = 0;

  constructor(sim: Simulation, options: StationOptions) {
    this.sim = sim;
    this.name = options.name;
    this.room = options.room ?? new FcfsRoom();
    this.onDeparture = options.onDeparture;
    this.idleServers = Array.from({ length: options.servers }, (_, index) => options.servers - 1 - index);
    this.departureCode = sim.register(`${options.name}/departure`, (server, slot) => this.depart(server, slot));
  }

  /** A customer comes now and will need `serviceNs` of a server. */
  arrive(customerClass: number, serviceNs: number, tag: number): void {
    const { sim } = this;
    const slot = this.freeSlots.pop() ?? this.newSlot();
    this.arrivalNs[slot] = sim.now;
    this.serviceNs[slot] = serviceNs;
    this.customerClass[slot] = customerClass;
    this.tag[slot] = tag;
    this.presentArrivalNs += sim.now;
    this.inSystem.add(sim.now, 1);
    if (sim.observer !== undefined) sim.observer.counter(this.name, 'in system', sim.now, this.inSystem.value);
    const server = this.idleServers.pop();
    if (server === undefined) this.room.push(slot);
    else {
      this.busy.add(sim.now, 1);
      this.start(server, slot);
    }
  }

  /** Sum over all customers so far of the time they have spent here, summed customer by customer. */
  sojournNs(): number {
    return this.completedNs + (this.inSystem.value * this.sim.now - this.presentArrivalNs);
  }

  private start(server: number, slot: number): void {
    this.startNs[slot] = this.sim.now;
    this.sim.schedule(this.serviceNs[slot]!, this.departureCode, server, slot);
  }

  private depart(server: number, slot: number): void {
    const { sim } = this;
    const arrivalNs = this.arrivalNs[slot]!;
    this.completedNs += sim.now - arrivalNs;
    this.presentArrivalNs -= arrivalNs;
    this.inSystem.add(sim.now, -1);
    if (sim.observer !== undefined) {
      sim.observer.span(`${this.name}/server ${server}`, 'service', this.startNs[slot]!, sim.now, { class: this.customerClass[slot]! });
      sim.observer.counter(this.name, 'in system', sim.now, this.inSystem.value);
    }
    if (this.room.size > 0) this.start(server, this.room.pop());
    else {
      this.busy.add(sim.now, -1);
      this.idleServers.push(server);
    }
    this.freeSlots.push(slot);
    this.onDeparture(this.customerClass[slot]!, this.tag[slot]!, arrivalNs, this.startNs[slot]!);
  }

  private newSlot(): number {
    if (this.slotCount === this.arrivalNs.length) {
      const size = this.slotCount * 2;
      this.arrivalNs = grown(this.arrivalNs, new Float64Array(size));
      this.startNs = grown(this.startNs, new Float64Array(size));
      this.serviceNs = grown(this.serviceNs, new Float64Array(size));
      this.customerClass = grown(this.customerClass, new Int32Array(size));
      this.tag = grown(this.tag, new Float64Array(size));
    }
    return this.slotCount++;
  }
}

function grown<T extends Float64Array | Int32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
