/**
 * Interned user keys: each distinct byte string gets a small integer, its id, and is compared by id from then on.
 *
 * The order is LevelDB's bytewise comparator (unsigned bytes, a proper prefix first; util/comparator.cc). Keys are kept
 * as bytes and again as big-endian 32-bit words padded with zeros, as comparing words is what a merge spends its time on.
 * Keys are never forgotten: an id stays valid for the life of the store.
 */
import { hashBytes } from './hash.ts';

const WORD_BYTES = 4;

export class KeyTable {
  #count = 0;
  #bytes = new Uint8Array(1 << 12);
  #words = new Uint32Array(1 << 10);
  #wordEnd = 0;
  /** Index of a key's first word; its bytes start at four times that. */
  #start = new Int32Array(256);
  #length = new Int32Array(256);
  #slots = new Int32Array(512).fill(-1);

  get count(): number {
    return this.#count;
  }

  /** Id of these bytes; new ids are handed out in order of first appearance. */
  intern(key: Uint8Array): number {
    const mask = this.#slots.length - 1;
    let slot = hashBytes(key, 0, key.length, 0) & mask;
    for (let id = this.#slots[slot]!; id !== -1; id = this.#slots[slot]!) {
      if (this.#equals(id, key)) return id;
      slot = (slot + 1) & mask;
    }
    const id = this.#append(key);
    this.#slots[slot] = id;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return id;
  }

  lengthOf(id: number): number {
    return this.#length[id]!;
  }

  /** Byte at `index`; the caller stays below the key's length. */
  byteAt(id: number, index: number): number {
    return this.#bytes[this.#start[id]! * WORD_BYTES + index]!;
  }

  /** First four bytes as one big-endian number, zeros beyond the key's end: where two of them differ, they order their keys. */
  prefixOf(id: number): number {
    return this.#length[id] === 0 ? 0 : this.#words[this.#start[id]!]!;
  }

  /** First 52 bits as an integer, exact in a double; zeros beyond the key's end. */
  prefix52Of(id: number): number {
    const second = this.#length[id]! > WORD_BYTES ? this.#words[this.#start[id]! + 1]! : 0;
    return this.prefixOf(id) * 1_048_576 + (second >>> 12);
  }

  /** A copy of the key. */
  bytesOf(id: number): Uint8Array {
    const from = this.#start[id]! * WORD_BYTES;
    return this.#bytes.slice(from, from + this.#length[id]!);
  }

  /** LevelDB's 32-bit hash of the key. */
  hashOf(id: number, seed: number): number {
    const from = this.#start[id]! * WORD_BYTES;
    return hashBytes(this.#bytes, from, this.#length[id]!, seed);
  }

  /** Negative, zero or positive: bytewise order. Zero only for one and the same id. */
  compare(a: number, b: number): number {
    if (a === b) return 0;
    const words = this.#words;
    let i = this.#start[a]!;
    let j = this.#start[b]!;
    const lengthA = this.#length[a]!;
    const lengthB = this.#length[b]!;
    const end = i + ((Math.min(lengthA, lengthB) + 3) >>> 2);
    for (; i < end; i++, j++) {
      const difference = words[i]! - words[j]!;
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }

  /** Number of leading bytes that two keys share. */
  sharedPrefix(a: number, b: number): number {
    const limit = Math.min(this.#length[a]!, this.#length[b]!);
    const words = this.#words;
    let i = this.#start[a]!;
    let j = this.#start[b]!;
    for (let shared = 0; shared < limit; shared += WORD_BYTES) {
      const difference = words[i++]! ^ words[j++]!;
      if (difference !== 0) return Math.min(limit, shared + (Math.clz32(difference) >>> 3));
    }
    return limit;
  }

  #equals(id: number, key: Uint8Array): boolean {
    if (this.#length[id] !== key.length) return false;
    const from = this.#start[id]! * WORD_BYTES;
    for (let i = 0; i < key.length; i++) if (this.#bytes[from + i] !== key[i]) return false;
    return true;
  }

  #append(key: Uint8Array): number {
    const wordCount = (key.length + 3) >>> 2;
    while (this.#wordEnd + wordCount > this.#words.length) {
      this.#words = grown(this.#words, new Uint32Array(this.#words.length * 2));
      this.#bytes = grown(this.#bytes, new Uint8Array(this.#bytes.length * 2));
    }
    if (this.#count === this.#start.length) {
      this.#start = grown(this.#start, new Int32Array(this.#count * 2));
      this.#length = grown(this.#length, new Int32Array(this.#count * 2));
    }
    const id = this.#count++;
    this.#start[id] = this.#wordEnd;
    this.#length[id] = key.length;
    this.#bytes.set(key, this.#wordEnd * WORD_BYTES);
    for (let word = 0; word < wordCount; word++) {
      let value = 0;
      for (let byte = 0; byte < WORD_BYTES; byte++) value = value * 256 + (key[word * WORD_BYTES + byte] ?? 0);
      this.#words[this.#wordEnd + word] = value;
    }
    this.#wordEnd += wordCount;
    return id;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#count; id++) {
      let slot = this.hashOf(id, 0) & mask;
      while (slots[slot] !== -1) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
  }
}

function grown<A extends Uint8Array | Uint32Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
