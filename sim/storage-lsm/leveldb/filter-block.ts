/**
 * The filter block of one table: which entries each filter covers, the bits, and the block's size.
 *
 * One filter stands for each 2 KiB of file offset, empty ones too: the filters, a 4 B offset for each, the 4 B offset of
 * that array, 1 B base. Source: LevelDB 1.23, table/filter_block.cc. Bits are worked out at the first probe, as most
 * tables of a load are compacted away unread.
 */
import { FILTER_BASE_SHIFT, filterBitBytes, filterHash, filterMayContain, probeCount, setFilterBits } from './bloom.ts';
import type { EntryLog } from './entry-log.ts';

/** Follows a table builder: told of each key and of the offset at which each data block starts. */
export class FilterBlockBuilder {
  readonly #bitsPerKey: number;
  /** First entry (index in the table) of each filter; the next filter's first entry ends it. */
  readonly #firstEntry: number[] = [];
  #filterBytes = 0;
  #pendingFrom = 0;
  #entryCount = 0;

  constructor(bitsPerKey: number) {
    this.#bitsPerKey = bitsPerKey;
  }

  addKey(): void {
    this.#entryCount++;
  }

  startBlock(offsetBytes: number): void {
    const index = Math.floor(offsetBytes / (1 << FILTER_BASE_SHIFT));
    while (index > this.#firstEntry.length) this.#closeFilter();
  }

  /** Closes the last filter. `sizeBytes` is the block without its trailer. */
  finish(): { firstEntry: Int32Array; sizeBytes: number } {
    if (this.#entryCount > this.#pendingFrom) this.#closeFilter();
    const firstEntry = Int32Array.from([...this.#firstEntry, this.#entryCount]);
    return { firstEntry, sizeBytes: this.#filterBytes + 4 * this.#firstEntry.length + 4 + 1 };
  }

  #closeFilter(): void {
    const keyCount = this.#entryCount - this.#pendingFrom;
    this.#firstEntry.push(this.#pendingFrom);
    if (keyCount > 0) this.#filterBytes += filterBitBytes(keyCount, this.#bitsPerKey) + 1;
    this.#pendingFrom = this.#entryCount;
  }
}

/** The finished block: answers whether a data block may hold a key. */
export class FilterBlock {
  readonly sizeBytes: number;
  readonly #bitsPerKey: number;
  readonly #firstEntry: Int32Array;
  #bits: Uint8Array | undefined;
  #bitsFrom: Int32Array | undefined;

  constructor(bitsPerKey: number, firstEntry: Int32Array, sizeBytes: number) {
    this.#bitsPerKey = bitsPerKey;
    this.#firstEntry = firstEntry;
    this.sizeBytes = sizeBytes;
  }

  /** `entries` are the table's; an offset past the last filter counts as a match, an empty filter matches nothing. */
  mayContain(log: EntryLog, entries: Int32Array, blockOffsetBytes: number, key: number): boolean {
    const index = Math.floor(blockOffsetBytes / (1 << FILTER_BASE_SHIFT));
    if (index >= this.#firstEntry.length - 1) return true;
    const keyCount = this.#firstEntry[index + 1]! - this.#firstEntry[index]!;
    if (keyCount === 0) return false;
    if (this.#bits === undefined) this.#build(log, entries);
    const sizeBytes = filterBitBytes(keyCount, this.#bitsPerKey);
    return filterMayContain(this.#bits!, this.#bitsFrom![index]!, sizeBytes, probeCount(this.#bitsPerKey), filterHash(log.keys, key));
  }

  #build(log: EntryLog, entries: Int32Array): void {
    const filterCount = this.#firstEntry.length - 1;
    const from = new Int32Array(filterCount + 1);
    for (let i = 0; i < filterCount; i++) {
      const keyCount = this.#firstEntry[i + 1]! - this.#firstEntry[i]!;
      from[i + 1] = from[i]! + (keyCount === 0 ? 0 : filterBitBytes(keyCount, this.#bitsPerKey));
    }
    const bits = new Uint8Array(from[filterCount]!);
    const k = probeCount(this.#bitsPerKey);
    for (let i = 0; i < filterCount; i++) {
      const sizeBytes = from[i + 1]! - from[i]!;
      for (let e = this.#firstEntry[i]!; e < this.#firstEntry[i + 1]!; e++) {
        setFilterBits(bits, from[i]!, sizeBytes, k, filterHash(log.keys, log.keyOf(entries[e]!)));
      }
    }
    this.#bits = bits;
    this.#bitsFrom = from;
  }
}
