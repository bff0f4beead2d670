/**
 * Fingerprint of a run, always on: 128 bits over every event in execution order, so that "the same run" is a
 * comparison of 32 hex digits, and two runs that differ are located without storing either.
 *
 * Mixed per event: time (low 32 and high 21 bits), code and class, target, a, b; the sum is a function of the order too.
 * Outcomes that are no events (a computed table, say) enter through `note`. Not cryptographic: it finds accidents.
 *
 * Locating a difference: one digest is kept per 65 536 events (`firstDifference` names the first block that differs),
 * then both runs are repeated with a full trace of that block only (`locateDifference` names the event).
 */
import { formatNs } from './time.ts';

export const BLOCK_EVENTS = 65_536;

// Odd multipliers with mixed bits: the fractional parts of sqrt 2, 3, 5, 7 (FIPS 180-4, 5.3.3), made odd.
const M0 = 0x6a09e667;
const M1 = 0xbb67ae85;
const M2 = 0x3c6ef373;
const M3 = 0xa54ff53b;

/** Four 32-bit lanes. The layout is shared with the run loop, which mixes an event in place. */
export type Lanes = Int32Array;

export function createLanes(): Lanes {
  return Int32Array.of(0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);
}

/**
 * Mixes one event into the lanes. Each step is invertible, so the state never loses entropy; `hi` and `b` enter where
 * the word they usually change with does not, so that two words of one event can never cancel each other.
 */
export function mix(lanes: Lanes, timeNs: number, code: number, target: number, a: number, b: number): void {
  // Exact for every integer below 2^53: ToInt32 is modulo 2^32, and scaling by a power of two does not round.
  const lo = timeNs | 0;
  const hi = (timeNs * 2.3283064365386963e-10) | 0;
  let l0 = Math.imul(lanes[0]! ^ lo, M0);
  let l1 = Math.imul(lanes[1]! ^ code, M1);
  let l2 = Math.imul(lanes[2]! ^ target, M2);
  let l3 = Math.imul(lanes[3]! ^ a, M3);
  l0 = (((l0 << 15) | (l0 >>> 17)) + l1) | 0;
  l1 = (((l1 << 13) | (l1 >>> 19)) + l2 + b) | 0;
  l2 = (((l2 << 16) | (l2 >>> 16)) + l3 + hi) | 0;
  l3 = (((l3 << 11) | (l3 >>> 21)) + l0) | 0;
  lanes[0] = l0;
  lanes[1] = l1;
  lanes[2] = l2;
  lanes[3] = l3;
}

/** Scratch: written before each read, so it carries nothing from call to call. */
const bits = new DataView(new ArrayBuffer(8));

/** Mixes a number by its 64 bits; -0 counts as 0, every NaN as one. `place` says when it was noted. */
export function mixNumber(lanes: Lanes, value: number, place: number): void {
  bits.setFloat64(0, value === 0 ? 0 : value);
  const isNaN = Number.isNaN(value);
  mix(lanes, place, isNaN ? 0x7ff80000 : bits.getInt32(0), isNaN ? 0 : bits.getInt32(4), 0, 0);
}

/** 32 hex digits of events and notes together. Finalised, so that a late small difference shows in every digit. */
export function digest(events: Lanes, notes: Lanes, eventCount: number): string {
  const sum = Int32Array.from(events);
  for (const lane of notes) mix(sum, eventCount, lane, 0, 0, 0);
  for (let round = 0; round < 4; round++) mix(sum, 0, 0, 0, round, 0);
  return Array.from(sum, (lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}

/** First block in which two runs differ (a missing block differs), or undefined if they are equal. */
export function firstDifference(blocksA: readonly string[], blocksB: readonly string[]): number | undefined {
  const blocks = Math.max(blocksA.length, blocksB.length);
  for (let block = 0; block < blocks; block++) if (blocksA[block] !== blocksB[block]) return block;
  return undefined;
}

/** One event of a full trace. */
export interface TraceLine {
  /** 0 is the first event of the run. */
  readonly event: number;
  readonly timeNs: number;
  readonly name: string;
  readonly target: number;
  readonly a: number;
  readonly b: number;
  readonly order: number;
}

/** One line of text an event. */
export function formatTraceLine(line: TraceLine): string {
  const order = line.order === 0 ? '' : ` class ${line.order}`;
  return `${line.event} t=${formatNs(line.timeNs)} ${line.name} target ${line.target} a ${line.a} b ${line.b}${order}`;
}

/** What `locateDifference` needs of a finished run. */
export interface TracedRun {
  blockDigests(): string[];
  trace(): readonly TraceLine[];
}

export interface Difference {
  readonly block: number;
  /** The first differing event of either run; undefined where that run had ended, or where only notes differ. */
  readonly a: TraceLine | undefined;
  readonly b: TraceLine | undefined;
}

/**
 * Where two runs part. Each argument builds and finishes its run anew; it is called twice, the second time with the
 * block to trace in full (pass it on as the option `traceBlock`).
 */
export function locateDifference(runA: (traceBlock?: number) => TracedRun, runB: (traceBlock?: number) => TracedRun): Difference | undefined {
  const block = firstDifference(runA().blockDigests(), runB().blockDigests());
  if (block === undefined) return undefined;
  const a = runA(block).trace();
  const b = runB(block).trace();
  const events = Math.max(a.length, b.length);
  for (let index = 0; index < events; index++) {
    const lineA = a[index];
    const lineB = b[index];
    if (lineA === undefined || lineB === undefined || formatTraceLine(lineA) !== formatTraceLine(lineB)) return { block, a: lineA, b: lineB };
  }
  return { block, a: undefined, b: undefined };
}
