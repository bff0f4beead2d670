/**
 * Builds a table entry by entry with LevelDB's exact sizes, and reports what each step appends to the file.
 *
 * Data block: per entry three varints, the unshared part of the internal key, the value; a restart point every 16 keys;
 * 4 B a restart, 4 B their count, 5 B trailer. A block closes when its estimate reaches 4096 B. The index block has one
 * entry a data block, written when the next block's first key is known, restart interval 1. After the data come filter
 * block, metaindex block, index block, footer. Source: LevelDB 1.23, table/table_builder.cc, table/block_builder.cc,
 * util/comparator.cc. Units: bytes. `sizeBytes` counts finished blocks only, as LevelDB's file size does.
 */
import { handleBytes, varintBytes } from './coding.ts';
import { type EntryLog, NO_ENTRY, TAG_BYTES } from './entry-log.ts';
import { FilterBlock, FilterBlockBuilder } from './filter-block.ts';
import type { LevelDbOptions } from './options.ts';
import { BLOCK_TRAILER_BYTES, FOOTER_BYTES, Table } from './table.ts';

const RESTART_BYTES = 4;
const RESTART_COUNT_BYTES = 4;
/** Length of `filter.leveldb.BuiltinBloomFilter2`, the metaindex key of the Bloom filter. */
const FILTER_META_KEY_BYTES = 34;

export class TableBuilder {
  readonly #log: EntryLog;
  readonly #options: LevelDbOptions;
  readonly #filter: FilterBlockBuilder | undefined;
  #entries = new Int32Array(256);
  #count = 0;
  readonly #blockFirst: number[] = [];
  readonly #blockOffset: number[] = [];
  readonly #separatorBytes: number[] = [];
  #sizeBytes = 0;
  #indexEntryBytes = 0;
  #lastEntry = NO_ENTRY;
  /** The data block being filled. */
  #bufferBytes = 0;
  #restarts = 1;
  #sinceRestart = 0;
  /** Handle of a finished block whose index entry waits for the next key; -1 if none. */
  #pendingOffset = -1;
  #pendingBytes = 0;

  constructor(log: EntryLog, options: LevelDbOptions) {
    this.#log = log;
    this.#options = options;
    this.#filter = options.bloomBitsPerKey > 0 ? new FilterBlockBuilder(options.bloomBitsPerKey) : undefined;
    this.#filter?.startBlock(0);
  }

  get entryCount(): number {
    return this.#count;
  }

  /** Bytes of finished blocks; the one being filled is not counted. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Adds the next entry in order. Returns the bytes appended to the file: a whole data block, or 0. */
  add(entry: number): number {
    if (this.#pendingOffset >= 0) this.#addIndexEntry(this.#separatorTo(entry));
    this.#filter?.addKey();
    this.#append(entry);
    const estimateBytes = this.#bufferBytes + RESTART_BYTES * this.#restarts + RESTART_COUNT_BYTES;
    return estimateBytes >= this.#options.blockBytes ? this.#closeBlock() : 0;
  }

  /** Closes the file. `tailBytes` is what this last step appends: the open block, filter, metaindex, index, footer. */
  finish(): { table: Table; tailBytes: number } {
    const before = this.#sizeBytes;
    if (this.#bufferBytes > 0) this.#closeBlock();
    let metaindexBytes = RESTART_BYTES + RESTART_COUNT_BYTES;
    let filter: FilterBlock | undefined;
    if (this.#filter !== undefined) {
      const { firstEntry, sizeBytes } = this.#filter.finish();
      filter = new FilterBlock(this.#options.bloomBitsPerKey, firstEntry, sizeBytes);
      const handle = handleBytes(this.#sizeBytes, sizeBytes);
      metaindexBytes += 3 + FILTER_META_KEY_BYTES + handle; // three one-byte varints
      this.#sizeBytes += sizeBytes + BLOCK_TRAILER_BYTES;
    }
    this.#sizeBytes += metaindexBytes + BLOCK_TRAILER_BYTES;
    const dataEnd = this.#pendingOffset >= 0 ? this.#pendingOffset + this.#pendingBytes + BLOCK_TRAILER_BYTES : 0;
    if (this.#pendingOffset >= 0) this.#addIndexEntry(this.#successor());
    const blockCount = this.#separatorBytes.length;
    const indexBytes = this.#indexEntryBytes + RESTART_BYTES * Math.max(1, blockCount) + RESTART_COUNT_BYTES;
    this.#sizeBytes += indexBytes + BLOCK_TRAILER_BYTES + FOOTER_BYTES;
    const table = new Table(this.#log, {
      entries: this.#entries.slice(0, this.#count),
      blockFirst: Int32Array.from([...this.#blockFirst, this.#count]),
      blockOffset: Float64Array.from([...this.#blockOffset, dataEnd]),
      separatorBytes: Int32Array.from(this.#separatorBytes),
      filter,
      metaindexBytes,
      indexBytes,
      fileBytes: this.#sizeBytes,
    });
    return { table, tailBytes: this.#sizeBytes - before };
  }

  #append(entry: number): void {
    const log = this.#log;
    let sharedBytes = 0;
    if (this.#bufferBytes === 0) {
      this.#blockFirst.push(this.#count);
    } else if (this.#sinceRestart < this.#options.blockRestartIntervalKeys) {
      sharedBytes = log.sharedInternalPrefix(this.#lastEntry, entry);
    } else {
      this.#restarts++;
      this.#sinceRestart = 0;
    }
    const unsharedBytes = log.internalKeyBytes(entry) - sharedBytes;
    const valueBytes = log.valueBytesOf(entry);
    this.#bufferBytes += varintBytes(sharedBytes) + varintBytes(unsharedBytes) + varintBytes(valueBytes) + unsharedBytes + valueBytes;
    this.#sinceRestart++;
    this.#lastEntry = entry;
    if (this.#count === this.#entries.length) {
      const more = new Int32Array(this.#count * 2);
      more.set(this.#entries);
      this.#entries = more;
    }
    this.#entries[this.#count++] = entry;
  }

  #closeBlock(): number {
    const contentBytes = this.#bufferBytes + RESTART_BYTES * this.#restarts + RESTART_COUNT_BYTES;
    this.#blockOffset.push(this.#sizeBytes);
    this.#pendingOffset = this.#sizeBytes;
    this.#pendingBytes = contentBytes;
    this.#sizeBytes += contentBytes + BLOCK_TRAILER_BYTES;
    this.#bufferBytes = 0;
    this.#restarts = 1;
    this.#sinceRestart = 0;
    this.#filter?.startBlock(this.#sizeBytes);
    return contentBytes + BLOCK_TRAILER_BYTES;
  }

  /** `userBytes` = length of a shortened separator's user key, 0 = the last entry's whole internal key. */
  #addIndexEntry(userBytes: number): void {
    const keyBytes = userBytes === 0 ? this.#log.internalKeyBytes(this.#lastEntry) : userBytes + TAG_BYTES;
    const handle = handleBytes(this.#pendingOffset, this.#pendingBytes);
    this.#indexEntryBytes += varintBytes(0) + varintBytes(keyBytes) + varintBytes(handle) + keyBytes + handle;
    this.#separatorBytes.push(userBytes);
    this.#pendingOffset = -1;
  }

  /** Length of the shortest separator that LevelDB finds: it only looks at the first byte that differs. */
  #separatorTo(next: number): number {
    const keys = this.#log.keys;
    const last = this.#log.keyOf(this.#lastEntry);
    const limit = this.#log.keyOf(next);
    const lastBytes = keys.lengthOf(last);
    if (last === limit) return 0;
    const at = keys.sharedPrefix(last, limit);
    if (at >= Math.min(lastBytes, keys.lengthOf(limit))) return 0; // one is a prefix of the other
    const byte = keys.byteAt(last, at);
    const shortens = byte < 255 && byte + 1 < keys.byteAt(limit, at) && at + 1 < lastBytes;
    return shortens ? at + 1 : 0;
  }

  /** After the last block: cut at the first byte that can be incremented. */
  #successor(): number {
    const keys = this.#log.keys;
    const last = this.#log.keyOf(this.#lastEntry);
    const lastBytes = keys.lengthOf(last);
    let at = 0;
    while (at < lastBytes && keys.byteAt(last, at) === 255) at++;
    return at + 1 < lastBytes ? at + 1 : 0;
  }
}
