/** Every packet ends exactly once: none freed twice, none used after it was freed, none left over. Replaces `make` and `free` of the store it watches. */
import type { Failing } from '../../invariant.ts';
import type { PacketStore } from '../packets.ts';

export class SlotChecker {
  readonly name = 'slots';
  private readonly sim: Failing;
  private readonly packets: PacketStore;
  private readonly alive = new Set<number>();

  /** From now on; the store should be empty. */
  constructor(sim: Failing, packets: PacketStore) {
    this.sim = sim;
    this.packets = packets;
    const make = packets.make.bind(packets);
    const free = packets.free.bind(packets);
    packets.make = (flow, path, flags, bytes) => {
      const slot = make(flow, path, flags, bytes);
      if (this.alive.has(slot)) sim.fail(`${this.name}: packet slot ${slot} given out while it is in use; required: a free one`);
      this.alive.add(slot);
      return slot;
    };
    packets.free = (slot) => {
      if (!this.alive.delete(slot)) sim.fail(`${this.name}: packet slot ${slot} freed and not in use; required: each packet ends once`);
      free(slot);
    };
  }

  /** A packet that somebody still handles. */
  use(packet: number): void {
    if (!this.alive.has(packet)) this.sim.fail(`${this.name}: packet slot ${packet} used after it was freed`);
  }

  /** The run is over: so many packets should be in being. */
  finish(required: number): void {
    if (this.alive.size !== required || this.packets.count !== required) {
      this.sim.fail(`${this.name}: ${this.alive.size} packets in being, the store counts ${this.packets.count}; required: ${required}`);
    }
  }
}
