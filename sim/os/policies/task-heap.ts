/** Waiting tasks by (key, minor key, arrival, serial number): a binary heap that also lets go of any task in the middle. */
import { type Column, NONE, type TaskTable } from '../tasks.ts';

export class TaskHeap {
  private readonly tasks: TaskTable;
  private readonly key: Column;
  private readonly minor: Column;
  /** Index in the heap, per task. */
  private readonly place: Column;
  private slots = new Int32Array(16);
  size = 0;

  constructor(tasks: TaskTable) {
    this.tasks = tasks;
    this.key = tasks.column();
    this.minor = tasks.column();
    this.place = tasks.column();
  }

  /** First task, or NONE. */
  get first(): number {
    return this.size === 0 ? NONE : this.slots[0]!;
  }

  /** Key it was pushed with. */
  keyOf(task: number): number {
    return this.key.values[task]!;
  }

  /** Second part of the key. */
  minorOf(task: number): number {
    return this.minor.values[task]!;
  }

  /** `minor` decides between equal keys, e.g. the lower half of a long number. */
  push(task: number, key: number, minor = 0): void {
    if (this.size === this.slots.length) {
      const larger = new Int32Array(this.slots.length * 2);
      larger.set(this.slots);
      this.slots = larger;
    }
    this.key.values[task] = key;
    this.minor.values[task] = minor;
    this.rise(this.size++, task);
  }

  /** Takes out the first task, or NONE. */
  pop(): number {
    if (this.size === 0) return NONE;
    const task = this.slots[0]!;
    this.remove(task);
    return task;
  }

  /** Takes out a task that is in the heap. */
  remove(task: number): void {
    const at = this.place.values[task]!;
    const moved = this.slots[--this.size]!;
    if (moved === task) return;
    if (at > 0 && this.isBefore(moved, this.slots[(at - 1) >> 1]!)) this.rise(at, moved);
    else this.sink(at, moved);
  }

  has(task: number): boolean {
    const at = this.place.values[task]!;
    return at < this.size && this.slots[at] === task;
  }

  /** The task at this index, 0 .. size-1, in no order but that 0 is the first. */
  at(index: number): number {
    return this.slots[index]!;
  }

  private isBefore(a: number, b: number): boolean {
    let difference = this.key.values[a]! - this.key.values[b]!;
    if (difference === 0) difference = this.minor.values[a]! - this.minor.values[b]!;
    return difference === 0 ? this.tasks.isEarlier(a, b) : difference < 0;
  }

  private rise(at: number, task: number): void {
    const { slots } = this;
    const place = this.place.values;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = slots[parent]!;
      if (!this.isBefore(task, other)) break;
      slots[at] = other;
      place[other] = at;
      at = parent;
    }
    slots[at] = task;
    place[task] = at;
  }

  private sink(at: number, task: number): void {
    const { slots, size } = this;
    const place = this.place.values;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && this.isBefore(slots[child + 1]!, slots[child]!)) child += 1;
      const other = slots[child]!;
      if (!this.isBefore(other, task)) break;
      slots[at] = other;
      place[other] = at;
      at = child;
    }
    slots[at] = task;
    place[task] = at;
  }
}
