/**
 * The memtable: a skip list of entries whose memory is accounted for byte by byte.
 *
 * An entry takes varint(internal key) + internal key + varint(value) + value bytes, then a node of 8 + 8 x height bytes,
 * aligned. Heights follow LevelDB's generator, started anew in each memtable, because they decide when it is full.
 * Source: LevelDB 1.23, db/memtable.cc, db/skiplist.h. Units: bytes.
 */
import { Arena } from './arena.ts';
import { varintBytes } from './coding.ts';
import { type EntryLog, NO_ENTRY } from './entry-log.ts';
import { ParkMiller } from './park-miller.ts';

const MAX_HEIGHT = 12;
const BRANCHING = 4;
const HEIGHT_SEED = 0xdeadbeef;
const HEAD = 0;

export class Memtable {
  readonly #log: EntryLog;
  readonly #arena = new Arena();
  readonly #heights = new ParkMiller(HEIGHT_SEED);
  readonly #previous = new Int32Array(MAX_HEIGHT);
  #count = 0;
  #listHeight = 1;
  /** Entry of a node; node 0 is the head. */
  #entry = new Int32Array(256);
  /** Where a node's links start; link `h` of a node is the next node on floor `h`, 0 = end of the list. */
  #linkStart = new Int32Array(256);
  #links = new Int32Array(1024);
  #linkEnd = MAX_HEIGHT;

  constructor(log: EntryLog) {
    this.#log = log;
    this.#arena.allocateAligned(nodeBytes(MAX_HEIGHT));
  }

  /** Number of entries, tombstones and overwritten ones included. */
  get count(): number {
    return this.#count;
  }

  /** Compared with the write buffer size before each insertion. */
  get usedBytes(): number {
    return this.#arena.usedBytes;
  }

  insert(entry: number): void {
    const keyBytes = this.#log.internalKeyBytes(entry);
    const valueBytes = this.#log.valueBytesOf(entry);
    this.#arena.allocate(varintBytes(keyBytes) + keyBytes + varintBytes(valueBytes) + valueBytes);
    this.#findPrevious(entry);
    const height = this.#drawHeight();
    for (; this.#listHeight < height; this.#listHeight++) this.#previous[this.#listHeight] = HEAD;
    this.#arena.allocateAligned(nodeBytes(height));
    const node = this.#newNode(entry, height);
    for (let floor = 0; floor < height; floor++) {
      const before = this.#linkStart[this.#previous[floor]!]! + floor;
      this.#links[this.#linkStart[node]! + floor] = this.#links[before]!;
      this.#links[before] = node;
    }
  }

  /** Newest entry of the key that the snapshot sees, tombstones included; `NO_ENTRY` if there is none. */
  find(key: number, snapshot: number): number {
    const node = this.#seek(key, snapshot);
    if (node === HEAD) return NO_ENTRY;
    const entry = this.#entry[node]!;
    return this.#log.keyOf(entry) === key ? entry : NO_ENTRY;
  }

  /** First node in order, 0 if empty. Nodes are positions for `nodeAfter` and `entryAt`. */
  firstNode(): number {
    return this.#links[0]!;
  }

  nodeAfter(node: number): number {
    return this.#links[this.#linkStart[node]!]!;
  }

  entryAt(node: number): number {
    return this.#entry[node]!;
  }

  /** First node at or after (key, snapshot), 0 if there is none. */
  seekNode(key: number, snapshot: number): number {
    return this.#seek(key, snapshot);
  }

  #seek(key: number, snapshot: number): number {
    let node = HEAD;
    for (let floor = this.#listHeight - 1; floor >= 0; ) {
      const next = this.#links[this.#linkStart[node]! + floor]!;
      if (next !== HEAD && this.#log.compareToTarget(this.#entry[next]!, key, snapshot) < 0) node = next;
      else floor--;
    }
    return this.#links[this.#linkStart[node]!]!;
  }

  #findPrevious(entry: number): void {
    let node = HEAD;
    for (let floor = this.#listHeight - 1; floor >= 0; ) {
      const next = this.#links[this.#linkStart[node]! + floor]!;
      if (next !== HEAD && this.#log.compare(this.#entry[next]!, entry) < 0) node = next;
      else this.#previous[floor--] = node;
    }
  }

  #drawHeight(): number {
    let height = 1;
    while (height < MAX_HEIGHT && this.#heights.next() % BRANCHING === 0) height++;
    return height;
  }

  #newNode(entry: number, height: number): number {
    const node = ++this.#count;
    if (node === this.#entry.length) {
      this.#entry = doubled(this.#entry);
      this.#linkStart = doubled(this.#linkStart);
    }
    while (this.#linkEnd + height > this.#links.length) this.#links = doubled(this.#links);
    this.#entry[node] = entry;
    this.#linkStart[node] = this.#linkEnd;
    this.#linkEnd += height;
    return node;
  }
}

function nodeBytes(height: number): number {
  return 8 + 8 * height;
}

function doubled(from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2);
  to.set(from);
  return to;
}
