/** Where customers wait, and who is served next. A discipline is one class with two methods; more of them can stand beside this one. */
export interface WaitingRoom {
  /** Customers waiting. */
  readonly size: number;
  /** Takes in the customer in this slot of the station. */
  push(slot: number): void;
  /** The slot to serve next; only called when `size` > 0. */
  pop(): number;
}

/** First come, first served: a ring of slots that doubles when full. */
export class FcfsRoom implements WaitingRoom {
  size = 0;
  private slots = new Int32Array(16);
  private head = 0;

  push(slot: number): void {
    if (this.size === this.slots.length) this.grow();
    this.slots[(this.head + this.size) & (this.slots.length - 1)] = slot;
    this.size += 1;
  }

  pop(): number {
    const slot = this.slots[this.head]!;
    this.head = (this.head + 1) & (this.slots.length - 1);
    this.size -= 1;
    return slot;
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    for (let i = 0; i < old.length; i++) this.slots[i] = old[(this.head + i) & (old.length - 1)]!;
    this.head = 0;
  }
}
