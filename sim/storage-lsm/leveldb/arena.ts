/**
 * The memtable's allocator, reduced to its accounting: which requests open a new block decides when a memtable is full.
 *
 * Blocks are 4096 B. A request that does not fit the current block gets its own block when it is larger than a quarter
 * of one, otherwise a fresh shared block, and what was left is wasted. Each block costs 8 B more, its pointer.
 * Source: LevelDB 1.23, util/arena.{h,cc}. Units: bytes. Assumes a 64-bit host and an allocator aligned to 8 bytes.
 */
const ARENA_BLOCK_BYTES = 4096;
const POINTER_BYTES = 8;

export class Arena {
  #usedBytes = 0;
  #remainingBytes = 0;
  /** Position in the current block modulo 8; blocks start aligned. */
  #misalignment = 0;

  /** What LevelDB calls the approximate memory usage. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  allocate(bytes: number): void {
    if (bytes <= this.#remainingBytes) this.#take(bytes);
    else this.#openBlock(bytes);
  }

  allocateAligned(bytes: number): void {
    const slop = this.#misalignment === 0 ? 0 : 8 - this.#misalignment;
    if (bytes + slop <= this.#remainingBytes) this.#take(bytes + slop);
    else this.#openBlock(bytes);
  }

  #take(bytes: number): void {
    this.#remainingBytes -= bytes;
    this.#misalignment = (this.#misalignment + bytes) & 7;
  }

  #openBlock(bytes: number): void {
    if (bytes > ARENA_BLOCK_BYTES / 4) {
      this.#usedBytes += bytes + POINTER_BYTES; // the current shared block stays in use
      return;
    }
    this.#usedBytes += ARENA_BLOCK_BYTES + POINTER_BYTES;
    this.#remainingBytes = ARENA_BLOCK_BYTES;
    this.#misalignment = 0;
    this.#take(bytes);
  }
}
