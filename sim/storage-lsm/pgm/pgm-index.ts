/**
 * The PGM-index: optimal segments over the keys, segments over the first keys of those, and so on until one segment is
 * left (Ferragina and Vinciguerra, PVLDB 13(8), 2020). Read-only, as the tables it serves are immutable.
 *
 * For every present key the returned position differs from its rank (that of its first occurrence) by at most epsilon;
 * the window [low, high) holds the rank, and for absent keys the place where they would stand (see README.md for runs of
 * equal keys). Positions are counted in keys, sizes in bytes. Left out: the dynamic variant, compression, parallel build.
 */
import { TWO_32 } from './cross-product.ts';
import { checkHalves, checkNumberKeys, halvesOf, joined, type Keys } from './key-order.ts';
import { rootTable, type RootTable } from './root-table.ts';
import { segmentHalves, segmentNumbers, type Segments } from './segmentation.ts';

export interface PgmOptions {
  /** Largest error of a position, in keys; integer >= 0. */
  readonly epsilon: number;
  /** The same for the upper levels, in segments; 0 = one level only, searched by bisection. */
  readonly epsilonRecursive: number;
  /** Lower points never below rank 0, as in some releases of the C++ library; for comparing segment counts only. */
  readonly clampAtZero?: boolean;
}

/** Where a key is, or would be: search [low, high) for it. */
export interface Location {
  readonly position: number;
  readonly low: number;
  readonly high: number;
}

/** A location with what finding it read, for charging memory accesses. */
export interface Probe extends Location {
  /** Levels walked. */
  readonly levels: number;
  /** Segments whose line was evaluated (one a level). */
  readonly linesRead: number;
  /** Segment first keys compared with the sought key while choosing among neighbours. */
  readonly keysRead: number;
}

/**
 * Bytes of one stored segment: first key 8, slope 8, intercept 8, first rank 4. The C++ library takes 16 (32-bit slope
 * and rounded intercept) and gives up one rank of precision for it.
 */
export const SEGMENT_BYTES = 28;
const LEVEL_OFFSET_BYTES = 8;
/** Up to this epsilon a lookup walks key by key, above it in strides, above the next one it bisects the window. */
const STRIDE_ABOVE = 24;
const BISECT_ABOVE = 1024;
/** Keys that one narrow lookup compares its way through without a branch; they cover the window up to this epsilon. */
const SPAN = 40;
const EPSILON_AT_ONCE = 19;
/** From here on (2^28 keys) a segment's offset may leave 31 bits. */
const COUNT_AT_ONCE = 268_435_456;

/** One level; `first` are the first keys as numbers (narrow) or halves (wide). */
interface Level extends Segments {
  readonly numbers: Float64Array;
  readonly halves: Uint32Array;
}

const NO_NUMBERS = new Float64Array(0);
const NO_HALVES = new Uint32Array(0);
const NO_ROOT: RootTable = { starts: new Int32Array(0), scale: 0 };

export class PgmIndex {
  readonly epsilon: number;
  readonly epsilonRecursive: number;
  /** Number of keys. */
  readonly count: number;
  /** True for keys below 2^53 in a Float64Array. */
  readonly narrow: boolean;
  readonly #numbers: Float64Array;
  readonly #halves: Uint32Array;
  /** Bottom level first. */
  readonly #levels: readonly Level[];
  /** Narrow keys: all levels in one array, bottom first, four numbers a segment (see `packedLines`). */
  readonly #lines: Float64Array;
  /** Where each level starts in `#lines`. */
  readonly #offsets: Int32Array;
  /** Narrow keys: from a slice of the key range to the bottom segment; a lookup's shortcut, no part of the index proper. */
  readonly #root: Int32Array;
  readonly #scale: number;
  /** Largest key of all; -1 = no root table. */
  readonly #greatest: number;
  /** Keys a narrow lookup skips at once near the prediction. */
  readonly #stride: number;
  /** Four times the segments the search that ran last walked past. */
  #walked = 0;

  private constructor(options: PgmOptions, count: number, numbers: Float64Array, halves: Uint32Array, narrow: boolean) {
    this.epsilon = options.epsilon;
    this.epsilonRecursive = options.epsilonRecursive;
    this.count = count;
    this.narrow = narrow;
    this.#numbers = numbers;
    this.#halves = halves;
    const clamp = options.clampAtZero ?? false;
    const levels: Level[] = [];
    if (count > 0) {
      let level = narrow ? narrowLevel(numbers, options.epsilon, clamp) : wideLevel(halves, options.epsilon, clamp);
      levels.push(level);
      while (level.count > 1 && options.epsilonRecursive > 0) {
        level = narrow
          ? narrowLevel(level.numbers.subarray(0, level.count), options.epsilonRecursive, clamp)
          : wideLevel(level.halves, options.epsilonRecursive, clamp);
        levels.push(level);
      }
    }
    this.#levels = levels;
    this.#stride = options.epsilon > STRIDE_ABOVE ? Math.floor(Math.sqrt(options.epsilon)) : 1;
    this.#lines = narrow ? packedLines(levels) : NO_NUMBERS;
    const atOnce = narrow && options.epsilon <= EPSILON_AT_ONCE && count >= SPAN && count < COUNT_AT_ONCE;
    this.#greatest = atOnce ? numbers[count - 1]! : -1;
    const root = atOnce ? rootTable(levels[0]!.numbers, levels[0]!.count, this.#greatest) : NO_ROOT;
    this.#root = root.starts;
    this.#scale = root.scale;
    this.#offsets = new Int32Array(levels.length);
    for (let l = 1; l < levels.length; l++) this.#offsets[l] = this.#offsets[l - 1]! + 4 * (levels[l - 1]!.count + 1);
  }

  /** Builds the index over sorted keys (kept, not copied). Throws KeyError, or RangeError for an epsilon that is none. */
  static build(keys: Keys, options: PgmOptions): PgmIndex {
    for (const name of ['epsilon', 'epsilonRecursive'] as const) {
      if (!Number.isSafeInteger(options[name]) || options[name] < 0) {
        throw new RangeError(`pgm: ${name} ${options[name]} must be an integer from 0 to 2^53 - 1`);
      }
    }
    if (keys instanceof Float64Array) {
      checkNumberKeys(keys);
      return new PgmIndex(options, keys.length, keys, NO_HALVES, true);
    }
    const halves = halvesOf(keys);
    checkHalves(halves);
    return new PgmIndex(options, keys.length, NO_NUMBERS, halves, false);
  }

  /** Segments of each level, bottom first. */
  get segmentsPerLevel(): number[] {
    return this.#levels.map((level) => level.count);
  }

  get height(): number {
    return this.#levels.length;
  }

  /** Bytes of the shortcut that narrow lookups take here beside the index; the simulation charges the levels instead. */
  get rootBytes(): number {
    return this.#root.byteLength;
  }

  /** Segments with one sentinel a level, and the offset of each level. */
  get sizeBytes(): number {
    return this.#levels.reduce((sum, level) => sum + (level.count + 1) * SEGMENT_BYTES + LEVEL_OFFSET_BYTES, 0);
  }

  /** First keys of the bottom level's segments. */
  firstKeys(): bigint[] {
    const bottom = this.#levels[0];
    if (bottom === undefined) return [];
    return Array.from({ length: bottom.count }, (_, i) =>
      this.narrow ? BigInt(bottom.numbers[i]!) : joined(bottom.halves[2 * i + 1]!, bottom.halves[2 * i]!));
  }

  /** First ranks of the bottom level's segments. */
  firstRanks(): number[] {
    const bottom = this.#levels[0];
    return bottom === undefined ? [] : Array.from(bottom.firstRank.subarray(0, bottom.count));
  }

  /** Position and window of a key; any key may be asked for. */
  locate(key: number | bigint): Location {
    const position = this.position(key);
    return { position, low: this.windowLow(position), high: this.windowHigh(position) };
  }

  /** As `locate`, with what the search read. */
  probe(key: number | bigint): Probe {
    const location = this.locate(key);
    return { ...location, levels: this.height, linesRead: this.height, keysRead: 2 * Math.max(0, this.height - 1) + this.#walked / 4 };
  }

  /** First index of the window around a position. */
  windowLow(position: number): number {
    return position > this.epsilon ? position - this.epsilon : 0;
  }

  /** Index behind the window: one more than the error bound for a key just behind a rank, one for the open end. */
  windowHigh(position: number): number {
    const high = position + this.epsilon + 2;
    return high < this.count ? high : this.count;
  }

  /** Predicted rank of a key. */
  position(key: number | bigint): number {
    if (this.narrow) return this.positionOfNumber(Number(key));
    const wide = BigInt(key);
    return this.positionOfHalves(Number(wide >> 32n), Number(wide & 0xffff_ffffn));
  }

  /** Rank of the first key not smaller than the sought one; the number of keys if there is none. */
  lowerBound(key: number | bigint): number {
    if (this.narrow) return this.lowerBoundOfNumber(Number(key));
    const wide = BigInt(key);
    return this.lowerBoundOfHalves(Number(wide >> 32n), Number(wide & 0xffff_ffffn));
  }

  /**
   * Narrow keys only: predicted rank. The short instruction path matters more than it looks: while a lookup waits for
   * memory the processor runs ahead into the next one, as far as its reorder window reaches.
   */
  positionOfNumber(key: number): number {
    const lines = this.#lines;
    const offsets = this.#offsets;
    if (!(key >= lines[0]!)) {
      this.#walked = 0;
      return 0;
    }
    let level = (offsets.length - 1) | 0;
    let at = level === 0 ? bisectLines(lines, this.#levels[0]!.count, key) : offsets[level]!;
    let walked = 0;
    for (;;) {
      const position = evaluated(lines, at, key);
      if (level === 0) {
        this.#walked = walked;
        return Math.floor(position);
      }
      level = (level - 1) | 0;
      // The line errs by at most epsilonRecursive + 1 segments; walk to the last first key <= key. Ends: the first key
      // of all is <= key (tested above), the sentinel is above every key.
      const start = (offsets[level]! + ((position | 0) << 2)) | 0;
      at = start;
      if (lines[at]! > key) {
        do at = (at - 4) | 0;
        while (lines[at]! > key);
        walked = (walked + start - at) | 0;
      } else {
        while (lines[at + 4]! <= key) at = (at + 4) | 0;
        walked = (walked + at - start) | 0;
      }
    }
  }

  /** Wide keys only: predicted rank of 2^32 * high + low. */
  positionOfHalves(high: number, low: number): number {
    let walked = 0;
    let position = 0;
    let segment = 0;
    for (let l = this.#levels.length - 1; l >= 0; l--) {
      const level = this.#levels[l]!;
      const first = level.halves;
      if (l === this.#levels.length - 1) segment = level.count === 1 ? 0 : bisectHalves(first, level.count, high, low);
      else {
        segment = position < level.count ? position : level.count - 1;
        while (segment > 0 && isBelow(high, low, first, segment)) {
          segment -= 1;
          walked += 4;
        }
        while (segment + 1 < level.count && !isBelow(high, low, first, segment + 1)) {
          segment += 1;
          walked += 4;
        }
      }
      const distance = (high - first[2 * segment + 1]!) * TWO_32 + (low - first[2 * segment]!);
      position = clampedPosition(level, segment, distance);
    }
    this.#walked = walked;
    return position;
  }

  /**
   * Narrow keys only: rank of the first key >= the sought one. A lookup waits for one thing, the memory around the
   * predicted rank. So no branch there depends on what comes back (`| 0` of a comparison compiles to none): the lines of
   * the window are asked for at once, and the processor runs ahead into the next lookup while it waits.
   */
  lowerBoundOfNumber(key: number): number {
    const lines = this.#lines;
    const least = lines[0]!;
    if (!(key >= least && key <= this.#greatest)) return this.#walk(key, this.positionOfNumber(key));
    let at = this.#root[((key - least) * this.#scale) | 0]! | 0;
    if (at < 0) return this.#walk(key, this.positionOfNumber(key));
    while (lines[at + 4]! <= key) at = (at + 4) | 0;
    const position = evaluated(lines, at, key);
    const keys = this.#numbers;
    let rank = ((position | 0) - (this.epsilon | 0)) | 0;
    const last = (keys.length - SPAN) | 0;
    rank = rank < 0 ? 0 : rank > last ? last : rank;
    // Every eighth key of the window, independent of each other, then three halvings among eight keys of those lines.
    const eighths = isLess(keys[rank + 7]!, key) + isLess(keys[rank + 15]!, key) + isLess(keys[rank + 23]!, key) + isLess(keys[rank + 31]!, key);
    rank = (rank + (eighths << 3)) | 0;
    rank = (rank + (isLess(keys[rank + 3]!, key) << 2)) | 0;
    rank = (rank + (isLess(keys[rank + 1]!, key) << 1)) | 0;
    rank = (rank + isLess(keys[rank]!, key)) | 0;
    if (keys[rank]! >= key && (rank === 0 || keys[rank - 1]! < key)) return rank;
    // Behind a long run of equal keys an absent key's place may lie past the window.
    return this.#walk(key, Math.floor(position));
  }

  /** Lower bound from a predicted rank, for wide windows and keys outside the root table. */
  #walk(key: number, position: number): number {
    if (this.epsilon > BISECT_ABOVE) return this.#bisectWindow(key, position);
    const keys = this.#numbers;
    const count = keys.length;
    // Walking from the prediction touches fewer cache lines than bisecting the window: measured with 1e7 keys,
    // epsilon 16: 300 against 330 ns, epsilon 64 in strides: 390 against 450 ns.
    const stride = this.#stride;
    let rank = position;
    if (rank >= count || keys[rank]! >= key) {
      while (rank >= stride && keys[rank - stride]! >= key) rank -= stride;
      while (rank > 0 && keys[rank - 1]! >= key) rank -= 1;
      return rank;
    }
    rank += 1;
    while (rank + stride <= count && keys[rank + stride - 1]! < key) rank += stride;
    while (rank < count && keys[rank]! < key) rank += 1;
    return rank;
  }

  #bisectWindow(key: number, position: number): number {
    const keys = this.#numbers;
    let low = this.windowLow(position);
    let high = this.windowHigh(position);
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    // Behind a long run of equal keys an absent key's place may lie past the window.
    while (low < this.count && keys[low]! < key) low += 1;
    return low;
  }

  /** Wide keys only: rank of the first key >= 2^32 * high + low. */
  lowerBoundOfHalves(high: number, low: number): number {
    const position = this.positionOfHalves(high, low);
    let start = this.windowLow(position);
    let length = this.windowHigh(position) - start;
    while (length > 0) {
      const half = length >> 1;
      const right = isAbove(high, low, this.#halves, start + half);
      start = right ? start + half + 1 : start;
      length = right ? length - half - 1 : half;
    }
    while (start < this.count && isAbove(high, low, this.#halves, start)) start += 1;
    return start;
  }
}

function narrowLevel(keys: Float64Array, epsilon: number, clampAtZero: boolean): Level {
  const segments = segmentNumbers(keys, epsilon, clampAtZero);
  // One sentinel above every key spares the search its bounds check.
  const numbers = new Float64Array(segments.count + 1);
  for (let i = 0; i < segments.count; i++) numbers[i] = keys[segments.firstRank[i]!]!;
  numbers[segments.count] = Infinity;
  return { ...segments, numbers, halves: NO_HALVES };
}

/** (first key, slope, intercept, first rank) of each segment, one sentinel a level: above all keys, rank = number of ranks. */
function packedLines(levels: readonly Level[]): Float64Array {
  const lines = new Float64Array(levels.reduce((sum, level) => sum + 4 * (level.count + 1), 0));
  let at = 0;
  for (const level of levels) {
    for (let i = 0; i <= level.count; i++, at += 4) {
      lines[at] = level.numbers[i]!;
      lines[at + 1] = i < level.count ? level.slope[i]! : 0;
      lines[at + 2] = i < level.count ? level.intercept[i]! : 0;
      lines[at + 3] = level.firstRank[i]!;
    }
  }
  return lines;
}

function wideLevel(keys: Uint32Array, epsilon: number, clampAtZero: boolean): Level {
  const segments = segmentHalves(keys, epsilon, clampAtZero);
  const halves = new Uint32Array(2 * segments.count);
  for (let i = 0; i < segments.count; i++) {
    const rank = segments.firstRank[i]!;
    halves[2 * i] = keys[2 * rank]!;
    halves[2 * i + 1] = keys[2 * rank + 1]!;
  }
  return { ...segments, numbers: NO_NUMBERS, halves };
}

/**
 * Nearest integer of the line, kept between the first ranks of this segment and the next. For keys of the segment this
 * never adds error; without it a key below all others gets a negative rank, one in a gap behind the segment any rank.
 */
function clampedPosition(level: Level, segment: number, distance: number): number {
  const predicted = Math.floor(level.intercept[segment]! + level.slope[segment]! * distance + 0.5);
  const least = level.firstRank[segment]!;
  if (predicted < least) return least;
  const most = level.firstRank[segment + 1]!;
  return predicted > most ? most : predicted;
}

/** Rank by the packed line at `at`, half a rank up (the caller cuts), kept between this first rank and the next. */
function evaluated(lines: Float64Array, at: number, key: number): number {
  const predicted = lines[at + 2]! + lines[at + 1]! * (key - lines[at]!) + 0.5;
  const least = lines[at + 3]!;
  const most = lines[at + 7]!;
  return predicted < least ? least : predicted > most ? most : predicted;
}

/** 1 if a < b, else 0, without a branch. */
function isLess(a: number, b: number): number {
  return ((a < b) as unknown as number) | 0;
}

/** Last segment of the only level whose first key is <= key, as an index into `lines`. */
function bisectLines(lines: Float64Array, count: number, key: number): number {
  let low = 0;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (lines[4 * middle]! <= key) low = middle;
    else high = middle;
  }
  return 4 * low;
}

function bisectHalves(first: Uint32Array, count: number, high: number, low: number): number {
  let start = 0;
  let end = count;
  while (end - start > 1) {
    const middle = (start + end) >>> 1;
    if (isBelow(high, low, first, middle)) end = middle;
    else start = middle;
  }
  return start;
}

/** Sought key < keys[index]. */
function isBelow(high: number, low: number, keys: Uint32Array, index: number): boolean {
  const other = keys[2 * index + 1]!;
  return high < other || (high === other && low < keys[2 * index]!);
}

/** Sought key > keys[index]. */
function isAbove(high: number, low: number, keys: Uint32Array, index: number): boolean {
  const other = keys[2 * index + 1]!;
  return high > other || (high === other && low > keys[2 * index]!);
}
