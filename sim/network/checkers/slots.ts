/** Every packet ends exactly once: none freed twice, none used after it was freed, none left over. Replaces `make` and `free` of the store it watches. */
import type { Failing } from '../../invariant.ts';
import type { PacketStore } from '../packets.ts';

export class SlotChecker {
  readonly name = 'slots';
  private readonly sim: Failing;
  private readonly packets: PacketStore;
  /** 1: in being, by slot. */
  private alive = new Uint8Array(256);
  private count = 0;

  /** From now on; the store should be empty. */
  constructor(sim: Failing, packets: PacketStore) {
    this.sim = sim;
    this.packets = packets;
    const make = packets.make.bind(packets);
    const free = packets.free.bind(packets);
    packets.make = (flow, path, flags, bytes) => {
      const slot = make(flow, path, flags, bytes);
      if (slot >= this.alive.length) this.grow(slot);
      if (this.alive[slot] === 1) sim.fail(`${this.name}: packet slot ${slot} given out while it is in use; required: a free one`);
      this.alive[slot] = 1;
      this.count++;
      return slot;
    };
    packets.free = (slot) => {
      if (this.alive[slot] !== 1) sim.fail(`${this.name}: packet slot ${slot} freed and not in use; required: each packet ends once`);
      this.alive[slot] = 0;
      this.count--;
      free(slot);
    };
  }

  /** A packet that somebody still handles. */
  use(packet: number): void {
    if (this.alive[packet] !== 1) this.sim.fail(`${this.name}: packet slot ${packet} used after it was freed`);
  }

  /** The run is over: so many packets should be in being. */
  finish(required: number): void {
    if (this.count !== required || this.packets.count !== required) {
      this.sim.fail(`${this.name}: ${this.count} packets in being, the store counts ${this.packets.count}; required: ${required}`);
    }
  }

  private grow(slot: number): void {
    const wide = new Uint8Array(2 * slot);
    wide.set(this.alive);
    this.alive = wide;
  }
}
