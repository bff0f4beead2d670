/** Snapshots in use: sequence numbers that compactions must keep readable. Source: LevelDB 1.23, db/snapshot.h. */
export class Snapshots {
  /** In order of creation, hence ascending. */
  readonly #live: number[] = [];

  /** Takes one at this sequence number; release it with the returned number. */
  take(sequence: number): number {
    this.#live.push(sequence);
    return sequence;
  }

  release(sequence: number): void {
    const index = this.#live.indexOf(sequence);
    if (index < 0) throw new Error(`leveldb: released snapshot ${sequence}, which is not held`);
    this.#live.splice(index, 1);
  }

  /** Oldest sequence number that must stay readable. */
  oldest(lastSequence: number): number {
    return this.#live[0] ?? lastSequence;
  }
}
