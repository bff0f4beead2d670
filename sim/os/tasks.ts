/**
 * The tasks of one processor as flat columns: a task is a slot, freed slots are reused. Times in integer ns.
 *
 * A task demands one burst of CPU time after another. An open job has a single burst and exits; a thread that sleeps has many.
 * Policies keep what only they know in columns of their own (`column`), so that nothing is allocated per task.
 */

/** No task: what a policy answers when nobody waits. */
export const NONE = -1;

/** A policy's own value per task. Read `values` anew after every call that may create a task: growth replaces the array. */
export interface Column {
  values: Float64Array;
}

export class TaskTable {
  /** Demand of the current burst. */
  sizeNs = new Float64Array(64);
  /** What is left of it, as of the last charge. */
  remainingNs = new Float64Array(64);
  /** What a policy that orders by size believes the burst takes; equal to `sizeNs` for an oracle. */
  estimateNs = new Float64Array(64);
  /** When the task came into being. */
  arrivalNs = new Float64Array(64);
  /** Since when it waits or runs without having slept. */
  readyNs = new Float64Array(64);
  /** First instant on a core; -1 before. */
  firstStartNs = new Float64Array(64);
  /** CPU time it got so far, all bursts, costs of switching not counted. */
  cpuNs = new Float64Array(64);
  /** Share against others where shares are given: DPS weight, level weight, or the kernel's load weight. */
  weight = new Float64Array(64);
  /** Free for the owner: index of a record, of a callback. */
  tag = new Float64Array(64);
  /** Counts up over all tasks ever made (or given by the owner): the last word among equals. */
  serial = new Float64Array(64);
  /** Queue level at which it competes now, 1 first. Starvation bounds may change it. */
  level = new Uint8Array(64);
  /** Queue level that its data's label gave it. An audit reads this one; nothing changes it but a reclassification of the data. */
  label = new Uint8Array(64);
  /** Static priority, larger first, for policies with priorities. */
  priority = new Int32Array(64);
  /** Kind of task, for estimates and reports. */
  type = new Int32Array(64);
  preemptions = new Int32Array(64);
  migrations = new Int32Array(64);
  /** Core it ran on last; -1 before its first start. */
  lastCore = new Int32Array(64);

  /** Tasks in being. */
  count = 0;
  private capacity = 64;
  private used = 0;
  private nextSerial = 0;
  private readonly freeSlots: number[] = [];
  private readonly columns: Column[] = [];

  /** A column that grows with the table. */
  column(): Column {
    const column = { values: new Float64Array(this.capacity) };
    this.columns.push(column);
    return column;
  }

  /** A task that arrives at `nowNs` on queue level `level` with a first burst of `sizeNs`. Its other fields have defaults; set them before it is handed to a processor. */
  create(nowNs: number, level: number, sizeNs: number): number {
    const slot = this.freeSlots.pop() ?? this.newSlot();
    this.count += 1;
    this.sizeNs[slot] = sizeNs;
    this.remainingNs[slot] = sizeNs;
    this.estimateNs[slot] = sizeNs;
    this.arrivalNs[slot] = nowNs;
    this.readyNs[slot] = nowNs;
    this.firstStartNs[slot] = -1;
    this.cpuNs[slot] = 0;
    this.weight[slot] = 1;
    this.tag[slot] = 0;
    this.serial[slot] = this.nextSerial++;
    this.level[slot] = level;
    this.label[slot] = level;
    this.priority[slot] = 0;
    this.type[slot] = 0;
    this.preemptions[slot] = 0;
    this.migrations[slot] = 0;
    this.lastCore[slot] = -1;
    return slot;
  }

  free(task: number): void {
    this.count -= 1;
    this.freeSlots.push(task);
  }

  /** Books service: the one place where a task's remaining time shrinks. Called by the policy that it was charged to. */
  serve(task: number, ranNs: number): void {
    this.remainingNs[task]! -= ranNs;
    this.cpuNs[task]! += ranNs;
  }

  /** Arrival time, then serial number: the order among tasks that a policy's own key leaves equal. */
  isEarlier(a: number, b: number): boolean {
    const difference = this.arrivalNs[a]! - this.arrivalNs[b]!;
    return difference === 0 ? this.serial[a]! < this.serial[b]! : difference < 0;
  }

  private newSlot(): number {
    if (this.used === this.capacity) this.grow();
    return this.used++;
  }

  private grow(): void {
    this.capacity *= 2;
    const { capacity } = this;
    const float = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(capacity);
      larger.set(old);
      return larger;
    };
    const int = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(capacity);
      larger.set(old);
      return larger;
    };
    const byte = (old: Uint8Array): Uint8Array<ArrayBuffer> => {
      const larger = new Uint8Array(capacity);
      larger.set(old);
      return larger;
    };
    this.sizeNs = float(this.sizeNs);
    this.remainingNs = float(this.remainingNs);
    this.estimateNs = float(this.estimateNs);
    this.arrivalNs = float(this.arrivalNs);
    this.readyNs = float(this.readyNs);
    this.firstStartNs = float(this.firstStartNs);
    this.cpuNs = float(this.cpuNs);
    this.weight = float(this.weight);
    this.tag = float(this.tag);
    this.serial = float(this.serial);
    this.level = byte(this.level);
    this.label = byte(this.label);
    this.priority = int(this.priority);
    this.type = int(this.type);
    this.preemptions = int(this.preemptions);
    this.migrations = int(this.migrations);
    this.lastCore = int(this.lastCore);
    for (const column of this.columns) column.values = float(column.values);
  }
}
