/**
 * What a tamperer can do who has write access to the stored evidence and none to the consortium chain. For campaigns that measure
 * what an audit finds. Each returns new entries and leaves the given ones as they are.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { decodeRecord, encodeRecord, type EvidenceRecord, NO_HASH } from './evidence.ts';

/** Flips the lowest bit of one byte of entry `seq`. */
export function flipByte(entries: readonly Uint8Array[], seq: number, at: number): Uint8Array[] {
  return entries.map((bytes, place) => (place === seq ? bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)) : bytes));
}

export function dropRecord(entries: readonly Uint8Array[], seq: number): Uint8Array[] {
  return entries.filter((_, place) => place !== seq);
}

/** Swaps entry `seq` with the next. */
export function swapWithNext(entries: readonly Uint8Array[], seq: number): Uint8Array[] {
  return entries.map((bytes, place) => (place === seq ? entries[seq + 1]! : place === seq + 1 ? entries[seq]! : bytes));
}

/** Changes record `seq` and all hashes behind it, so that the chain by itself is whole again. */
export function rewriteFrom(entries: readonly Uint8Array[], seq: number, change: (record: EvidenceRecord) => EvidenceRecord): Uint8Array[] {
  return relink(entries.map((bytes, place) => (place === seq ? encodeRecord(change(decodeRecord(bytes)!)) : bytes)));
}

/** Drops record `seq` and renumbers and rehashes what follows. */
export function excise(entries: readonly Uint8Array[], seq: number): Uint8Array[] {
  return relink(dropRecord(entries, seq));
}

function relink(entries: readonly Uint8Array[]): Uint8Array[] {
  let prevHash = NO_HASH;
  return entries.map((bytes, place) => {
    const linked = encodeRecord({ ...decodeRecord(bytes)!, seq: place, prevHash });
    prevHash = sha256(linked);
    return linked;
  });
}
