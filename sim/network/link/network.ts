/**
 * A packet network: ports joined to paths. A path is a list of ports and the endpoint behind the last one; packets are routed by their
 * source, since questions here are about queues and not about routing. Ports stand in port.ts.
 *
 *     const bottleneck = network.addHop(new Port(...));
 *     const forward = network.addPath([bottleneck], (packet) => receiver.receive(packet));
 *     packets.make(flow, forward, DATA, 1502) ... network.send(packet)
 */
import type { PacketStore } from '../packets.ts';

/** Takes a packet over at the end of its path. */
export type Receive = (packet: number) => void;

/** What a path is made of: takes a packet in, and sooner or later hands it on, or drops it. */
export interface Hop {
  /** Takes the packet over. `next` of the network is called with it when it has passed. */
  enter(packet: number): void;
  /** Told once where packets go that have passed. */
  connect(next: (packet: number) => void): void;
  /** No router stands there (a wire): the hop limit of a packet stays what it is. */
  readonly isTransparent?: boolean;
}

export class PacketNetwork {
  readonly packets: PacketStore;
  private readonly hopList: Hop[] = [];
  private readonly paths: (readonly number[])[] = [];
  private readonly receivers: Receive[] = [];
  /** By path: how many of its first hops are routers. */
  private readonly routers: (readonly number[])[] = [];

  constructor(packets: PacketStore) {
    this.packets = packets;
  }

  /** All hops, by number. */
  get hops(): readonly Hop[] {
    return this.hopList;
  }

  /** Returns the hop's number, for paths. */
  addHop(hop: Hop): number {
    hop.connect((packet) => this.forward(packet));
    return this.hopList.push(hop) - 1;
  }

  /** Returns the path's number, for `packets.make`. */
  addPath(hops: readonly number[], receive: Receive): number {
    this.paths.push(hops);
    const counts = [0];
    for (const hop of hops) counts.push(counts[counts.length - 1]! + (this.hops[hop]?.isTransparent === true ? 0 : 1));
    this.routers.push(counts);
    return this.receivers.push(receive) - 1;
  }

  /** Routers the packet has entered so far: what its hop limit (TTL) has lost. */
  routersPassed(packet: number): number {
    return this.routers[this.packets.path[packet]!]![this.packets.hop[packet]!]!;
  }

  /** Sends a packet from the start of its path. */
  send(packet: number): void {
    this.packets.hop[packet] = 0;
    this.forward(packet);
  }

  private forward(packet: number): void {
    const path = this.packets.path[packet]!;
    const hop = this.paths[path]![this.packets.hop[packet]!];
    if (hop === undefined) return this.receivers[path]!(packet);
    this.packets.hop[packet]!++;
    this.hopList[hop]!.enter(packet);
  }
}
