/** First in, first out where promised: in the queue (served as entered), and behind it (delivered as served). A copy has the place of its packet. */
import type { Failing } from '../../invariant.ts';
import type { Port, PortTap } from '../link/port.ts';
import type { PacketColumn } from '../packets.ts';

/** Places in the order of entering and of service. A packet is in one port at a time, so all ports share the columns. */
export interface OrderColumns {
  readonly entered: PacketColumn;
  readonly served: PacketColumn;
}

export class OrderChecker implements PortTap {
  readonly name = 'order';
  private readonly sim: Failing;
  private readonly port: Port;
  private readonly columns: OrderColumns;
  private readonly isQueueFifo: boolean;
  private readonly isWireFifo: boolean;
  private entered = 0;
  private served = 0;
  private lastServed = 0;
  private lastDelivered = 0;

  constructor(sim: Failing, port: Port, columns: OrderColumns, isQueueFifo: boolean) {
    this.sim = sim;
    this.port = port;
    this.columns = columns;
    this.isQueueFifo = isQueueFifo;
    this.isWireFifo = port.medium?.fifo ?? true;
  }

  enter(packet: number): void {
    this.columns.entered.values[packet] = ++this.entered;
  }

  serve(packet: number): void {
    const place = this.columns.entered.values[packet]!;
    if (this.isQueueFifo && place <= this.lastServed) this.fail('served', place, this.lastServed);
    this.lastServed = place;
    this.columns.served.values[packet] = ++this.served;
  }

  deliver(packet: number): void {
    const place = this.columns.served.values[packet]!;
    if (this.isWireFifo && place < this.lastDelivered) this.fail('delivered', place, this.lastDelivered);
    this.lastDelivered = place;
  }

  private fail(what: string, place: number, last: number): never {
    this.sim.fail(`${this.name}: port ${this.port.name}: packet ${place} ${what} after packet ${last}; required: first in, first out`);
  }
}
