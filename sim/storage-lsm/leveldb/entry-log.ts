/**
 * Every write ever made, in order. The index of an entry *is* its sequence number, so an entry is one integer
 * everywhere else: memtables, tables and compactions hold and compare sequence numbers.
 *
 * An internal key is the user key followed by 8 bytes, sequence << 8 | type, little-endian; the order is user key
 * ascending, then sequence descending. Source: LevelDB 1.23, db/dbformat.{h,cc}. Entries are never forgotten
 * (8 bytes each): what compactions drop leaves the tables, not this log.
 */
import type { KeyTable } from './key-table.ts';

/** Bytes of the tag behind the user key. */
export const TAG_BYTES = 8;
/** No entry; real sequence numbers start at 1. */
export const NO_ENTRY = 0;
/** Larger than any sequence number: reads everything. */
export const MAX_SEQUENCE = 0x7fffffff;

const TOMBSTONE = -1;

export class EntryLog {
  readonly keys: KeyTable;
  #last = 0;
  #key = new Int32Array(1024);
  #valueBytes = new Int32Array(1024);

  constructor(keys: KeyTable) {
    this.keys = keys;
  }

  /** Sequence number of the newest entry, 0 if there is none. */
  get lastSequence(): number {
    return this.#last;
  }

  /** A put; returns the sequence number. */
  put(key: number, valueBytes: number): number {
    return this.#append(key, valueBytes);
  }

  /** A delete; returns the sequence number. */
  remove(key: number): number {
    return this.#append(key, TOMBSTONE);
  }

  keyOf(entry: number): number {
    return this.#key[entry]!;
  }

  /** Length of the value; 0 for a tombstone. */
  valueBytesOf(entry: number): number {
    const bytes = this.#valueBytes[entry]!;
    return bytes < 0 ? 0 : bytes;
  }

  isTombstone(entry: number): boolean {
    return this.#valueBytes[entry]! < 0;
  }

  /** Length of the internal key. */
  internalKeyBytes(entry: number): number {
    return this.keys.lengthOf(this.#key[entry]!) + TAG_BYTES;
  }

  /** Order of internal keys: user key, then newest first. */
  compare(a: number, b: number): number {
    const order = this.keys.compare(this.#key[a]!, this.#key[b]!);
    return order !== 0 ? order : b - a;
  }

  /** Order of an entry against the position (user key, snapshot) that a read seeks. */
  compareToTarget(entry: number, key: number, snapshot: number): number {
    const order = this.keys.compare(this.#key[entry]!, key);
    return order !== 0 ? order : snapshot - entry;
  }

  /** Leading bytes that two internal keys share; prefix compression in blocks saves exactly these. */
  sharedInternalPrefix(a: number, b: number): number {
    const keyA = this.#key[a]!;
    const keyB = this.#key[b]!;
    const lengthA = this.keys.lengthOf(keyA);
    const lengthB = this.keys.lengthOf(keyB);
    const limit = Math.min(lengthA, lengthB);
    let shared = keyA === keyB ? lengthA : this.keys.sharedPrefix(keyA, keyB);
    if (shared < limit) return shared;
    // One user key is a prefix of the other (or both are equal): the tags take part in the comparison.
    const end = limit + TAG_BYTES;
    while (shared < end && this.#internalByte(a, keyA, lengthA, shared) === this.#internalByte(b, keyB, lengthB, shared)) shared++;
    return shared;
  }

  #internalByte(entry: number, key: number, keyBytes: number, index: number): number {
    if (index < keyBytes) return this.keys.byteAt(key, index);
    const tagByte = index - keyBytes;
    if (tagByte === 0) return this.#valueBytes[entry]! < 0 ? 0 : 1;
    return tagByte <= 4 ? (entry >>> (8 * (tagByte - 1))) & 255 : 0;
  }

  #append(key: number, valueBytes: number): number {
    const sequence = ++this.#last;
    if (sequence === this.#key.length) {
      const moreKeys = new Int32Array(sequence * 2);
      moreKeys.set(this.#key);
      this.#key = moreKeys;
      const moreValues = new Int32Array(sequence * 2);
      moreValues.set(this.#valueBytes);
      this.#valueBytes = moreValues;
    }
    this.#key[sequence] = key;
    this.#valueBytes[sequence] = valueBytes;
    return sequence;
  }
}
