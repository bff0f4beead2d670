/** First in, first out, of packets: a ring that grows. */
import { NONE } from '../packets.ts';

export class PacketRing {
  private slots = new Int32Array(16);
  private head = 0;
  private used = 0;

  get length(): number {
    return this.used;
  }

  push(packet: number): void {
    if (this.used === this.slots.length) this.grow();
    this.slots[(this.head + this.used++) & (this.slots.length - 1)] = packet;
  }

  /** The first, taken out; NONE when empty. */
  shift(): number {
    if (this.used === 0) return NONE;
    const packet = this.slots[this.head]!;
    this.head = (this.head + 1) & (this.slots.length - 1);
    this.used--;
    return packet;
  }

  /** The first, left where it is; NONE when empty. */
  peek(): number {
    return this.used === 0 ? NONE : this.slots[this.head]!;
  }

  private grow(): void {
    const { slots, head, used } = this;
    const wide = new Int32Array(slots.length * 2);
    for (let i = 0; i < used; i++) wide[i] = slots[(head + i) & (slots.length - 1)]!;
    this.slots = wide;
    this.head = 0;
  }
}
