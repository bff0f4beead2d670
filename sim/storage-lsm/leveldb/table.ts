/**
 * An immutable sorted table: its entries in order, where its data blocks lie, and the two searches of a read.
 *
 * Nothing is encoded; the byte layout that LevelDB would write is kept as numbers (block offsets and sizes, separators,
 * sizes of filter, metaindex and index block). Source: LevelDB 1.23, table/table.cc, table/block.cc. Units: bytes.
 */
import { type EntryLog, MAX_SEQUENCE, NO_ENTRY } from './entry-log.ts';
import type { FilterBlock } from './filter-block.ts';

/** Type byte and checksum behind each block. */
export const BLOCK_TRAILER_BYTES = 5;
export const FOOTER_BYTES = 48;

export interface TableLayout {
  readonly entries: Int32Array;
  /** First entry (index) of each data block, and one past the last at the end. */
  readonly blockFirst: Int32Array;
  /** File offset of each data block, and the end of the last (trailer included) at the end. */
  readonly blockOffset: Float64Array;
  /**
   * Separator of each block from the next: 0 = the whole internal key of the block's last entry, otherwise that many
   * bytes of its user key with the last one incremented, followed by the largest tag.
   */
  readonly separatorBytes: Int32Array;
  readonly filter: FilterBlock | undefined;
  readonly metaindexBytes: number;
  readonly indexBytes: number;
  readonly fileBytes: number;
}

export class Table {
  readonly layout: TableLayout;
  readonly #log: EntryLog;
  /** First four bytes of each separator, zeros beyond its end; made when the index is first searched. */
  #separatorPrefixes: Uint32Array | undefined;

  constructor(log: EntryLog, layout: TableLayout) {
    this.#log = log;
    this.layout = layout;
  }

  get entryCount(): number {
    return this.layout.entries.length;
  }

  get blockCount(): number {
    return this.layout.separatorBytes.length;
  }

  get smallest(): number {
    return this.layout.entries[0]!;
  }

  get largest(): number {
    return this.layout.entries[this.layout.entries.length - 1]!;
  }

  /** Bytes of a data block as read from the file, trailer included. */
  blockReadBytes(block: number): number {
    return this.layout.blockOffset[block + 1]! - this.layout.blockOffset[block]!;
  }

  /** What opening the file reads: footer, index block and, with a filter, metaindex and filter block. */
  openReadBytes(): number {
    const { indexBytes, metaindexBytes, filter } = this.layout;
    const filterBytes = filter === undefined ? 0 : metaindexBytes + BLOCK_TRAILER_BYTES + filter.sizeBytes + BLOCK_TRAILER_BYTES;
    return FOOTER_BYTES + indexBytes + BLOCK_TRAILER_BYTES + filterBytes;
  }

  /** Data block that the index names for this position, -1 if the position is past the last separator. */
  findBlock(key: number, snapshot: number): number {
    const prefixes = (this.#separatorPrefixes ??= this.#takeSeparatorPrefixes());
    const target = this.#log.keys.prefixOf(key);
    let low = 0;
    let high = prefixes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const prefix = prefixes[middle]!;
      if (prefix === target ? this.#compareSeparator(middle, key, snapshot) < 0 : prefix < target) low = middle + 1;
      else high = middle;
    }
    return low === this.blockCount ? -1 : low;
  }

  /** Does the filter let a read of this block pass? True without a filter. */
  filterPasses(block: number, key: number): boolean {
    const { filter, entries, blockOffset } = this.layout;
    return filter === undefined || filter.mayContain(this.#log, entries, blockOffset[block]!, key);
  }

  /** Newest entry of the key in this block that the snapshot sees, tombstones included. */
  findInBlock(block: number, key: number, snapshot: number): number {
    const end = this.layout.blockFirst[block + 1]!;
    const index = this.#lowerBound(this.layout.blockFirst[block]!, end, key, snapshot);
    if (index === end) return NO_ENTRY;
    const entry = this.layout.entries[index]!;
    return this.#log.keyOf(entry) === key ? entry : NO_ENTRY;
  }

  /** Index of the first entry at or after (key, snapshot); `entryCount` if there is none. */
  lowerBound(key: number, snapshot: number): number {
    return this.#lowerBound(0, this.entryCount, key, snapshot);
  }

  /** Data block that holds the entry with this index. */
  blockOfIndex(index: number): number {
    let low = 0;
    let high = this.blockCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.layout.blockFirst[middle]! <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #lowerBound(from: number, to: number, key: number, snapshot: number): number {
    const { entries } = this.layout;
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#log.compareToTarget(entries[middle]!, key, snapshot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #takeSeparatorPrefixes(): Uint32Array {
    const { separatorBytes, blockFirst, entries } = this.layout;
    return Uint32Array.from(separatorBytes, (length, block) => {
      const prefix = this.#log.keys.prefixOf(this.#log.keyOf(entries[blockFirst[block + 1]! - 1]!));
      if (length === 0 || length > 4) return prefix;
      const shift = 8 * (4 - length);
      return ((prefix >>> shift) + 1) << shift;
    });
  }

  #compareSeparator(block: number, key: number, snapshot: number): number {
    const lastEntry = this.layout.entries[this.layout.blockFirst[block + 1]! - 1]!;
    const length = this.layout.separatorBytes[block]!;
    if (length === 0) return this.#log.compareToTarget(lastEntry, key, snapshot);
    const keys = this.#log.keys;
    const last = this.#log.keyOf(lastEntry);
    const targetBytes = keys.lengthOf(key);
    for (let i = 0; i < length; i++) {
      if (i === targetBytes) return 1;
      const difference = keys.byteAt(last, i) + (i === length - 1 ? 1 : 0) - keys.byteAt(key, i);
      if (difference !== 0) return difference;
    }
    // The separator's tag is the largest of all, so it stands before every real entry of that user key.
    return targetBytes === length && snapshot >= MAX_SEQUENCE ? 0 : -1;
  }
}
