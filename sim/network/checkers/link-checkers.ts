/**
 * All checkers of a packet network in one: watch its ports, run, finish.
 *
 *     const checkers = new LinkCheckers(sim, packets);
 *     checkers.watch(port, { isQueueFifo: true, limitPackets: 100 });
 *     sim.run(); checkers.finish(0);
 */
import type { Simulation } from '../../simulation.ts';
import type { DropReason } from '../link/discipline.ts';
import type { Port, PortTap } from '../link/port.ts';
import type { PacketColumn, PacketStore } from '../packets.ts';
import { CapacityChecker, type QueueLimit } from './capacity.ts';
import type { PortChecker } from './checker.ts';
import { ConservationChecker } from './conservation.ts';
import { LineChecker } from './line.ts';
import { OrderChecker, type OrderColumns } from './order.ts';
import { SlotChecker } from './slots.ts';

export interface PortPromises extends QueueLimit {
  /** The discipline serves in order of arrival (all but FQ-CoDel). */
  readonly isQueueFifo: boolean;
}

export class LinkCheckers {
  readonly slots: SlotChecker;
  private readonly sim: Simulation;
  private readonly packets: PacketStore;
  private readonly columns: OrderColumns;
  private readonly end: PacketColumn;
  private readonly taps: CheckerTap[] = [];

  constructor(sim: Simulation, packets: PacketStore) {
    this.sim = sim;
    this.packets = packets;
    this.slots = new SlotChecker(sim, packets);
    this.columns = { entered: packets.column(), served: packets.column() };
    this.end = packets.column();
  }

  /** Watches a port from now on; it should be idle. Takes its tap. */
  watch(port: Port, promises: PortPromises): void {
    const { sim, packets } = this;
    const checkers: PortChecker[] = [
      new ConservationChecker(sim, packets, port),
      new OrderChecker(sim, port, this.columns, promises.isQueueFifo),
      new LineChecker(sim, packets, port, this.end),
      new CapacityChecker(sim, port, promises),
    ];
    const tap = new CheckerTap(checkers, this.slots);
    this.taps.push(tap);
    port.tap = tap;
  }

  /** The run is over; so many packets should be in being (0 if it ran until nothing was left). */
  finish(packetsLeft: number): void {
    for (const tap of this.taps) tap.finish(this.sim.now);
    this.slots.finish(packetsLeft);
  }
}

class CheckerTap implements PortTap {
  private readonly checkers: readonly PortChecker[];
  private readonly slots: SlotChecker;

  constructor(checkers: readonly PortChecker[], slots: SlotChecker) {
    this.checkers = checkers;
    this.slots = slots;
  }

  enter(packet: number, nowNs: number): void {
    this.slots.use(packet);
    for (const checker of this.checkers) checker.enter?.(packet, nowNs);
  }

  serve(packet: number, nowNs: number): void {
    this.slots.use(packet);
    for (const checker of this.checkers) checker.serve?.(packet, nowNs);
  }

  drop(packet: number, reason: DropReason, nowNs: number): void {
    this.slots.use(packet);
    for (const checker of this.checkers) checker.drop?.(packet, reason, nowNs);
  }

  deliver(packet: number, nowNs: number): void {
    this.slots.use(packet);
    for (const checker of this.checkers) checker.deliver?.(packet, nowNs);
  }

  rate(rateBps: number, nowNs: number): void {
    for (const checker of this.checkers) checker.rate?.(rateBps, nowNs);
  }

  finish(nowNs: number): void {
    for (const checker of this.checkers) checker.finish?.(nowNs);
  }
}
