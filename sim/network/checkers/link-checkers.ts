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

  /** Watches a port from now on; it should be idle. */
  watch(port: Port, promises: PortPromises): void {
    const { sim, packets } = this;
    const tap = new CheckerTap(
      this.slots,
      new ConservationChecker(sim, packets, port),
      new OrderChecker(sim, port, this.columns, promises.isQueueFifo),
      new LineChecker(sim, packets, port, this.end),
      new CapacityChecker(sim, port, promises),
    );
    this.taps.push(tap);
    port.addTap(tap);
  }

  /** The run is over; so many packets should be in being (0 if it ran until nothing was left). */
  finish(packetsLeft: number): void {
    for (const tap of this.taps) tap.finish();
    this.slots.finish(packetsLeft);
  }
}

/** Fields and not a list: the calls are in the hot path of every watched run. */
class CheckerTap implements PortTap {
  private readonly slots: SlotChecker;
  private readonly conservation: ConservationChecker;
  private readonly order: OrderChecker;
  private readonly line: LineChecker;
  private readonly capacity: CapacityChecker;

  constructor(slots: SlotChecker, conservation: ConservationChecker, order: OrderChecker, line: LineChecker, capacity: CapacityChecker) {
    this.slots = slots;
    this.conservation = conservation;
    this.order = order;
    this.line = line;
    this.capacity = capacity;
  }

  enter(packet: number, nowNs: number): void {
    this.slots.use(packet);
    this.conservation.enter(packet);
    this.order.enter(packet);
    this.line.enter(packet, nowNs);
    this.capacity.enter();
  }

  serve(packet: number, nowNs: number): void {
    this.slots.use(packet);
    this.conservation.serve();
    this.order.serve(packet);
    this.line.serve(packet, nowNs);
    this.capacity.serve();
  }

  drop(packet: number, reason: DropReason): void {
    this.slots.use(packet);
    this.conservation.drop(packet, reason);
  }

  deliver(packet: number, nowNs: number): void {
    this.slots.use(packet);
    this.conservation.deliver(packet);
    this.order.deliver(packet);
    this.line.deliver(packet, nowNs);
    this.capacity.deliver();
  }

  rate(rateBps: number, nowNs: number): void {
    this.line.rate(rateBps, nowNs);
  }

  finish(): void {
    this.conservation.finish();
    this.capacity.finish();
  }
}
