/**
 * The evidence of the regulatory zone: records that are only ever appended, each holding the hash of the one before.
 *
 * Source: Internet of blockchain for energy, Electric Power ICT 18(6), 2020, section 5: every read and append of regulated data is
 * logged, nobody alters the ledger. The paper gives no format; fields and encoding are choices. The encoding is canonical: big-endian
 * numbers of fixed width, texts as length and UTF-8, no optional parts, so that equal records are equal bytes and unequal ones differ.
 * Times in ns. Hash: SHA-256 (FIPS 180-4). What is stored are the bytes; a record is what they decode to.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type Role, ROLES } from './operations.ts';
import type { LabelSet } from './labels.ts';
import type { Zone } from './zones.ts';

export const HASH_BYTES = 32;
const DECISIONS = ['allow', 'refuse', 'stop'] as const;
export type Decision = (typeof DECISIONS)[number];

export interface Subject {
  readonly program: string;
  readonly zone: Zone;
  readonly role: Role;
}

/** What happened, without its place in the chain. */
export interface EvidenceDraft {
  readonly subject: Subject;
  readonly object: string;
  /** An operation, or an audit code such as MIGRATE_IN. */
  readonly op: string;
  readonly labelsBefore: LabelSet;
  readonly labelsAfter: LabelSet;
  readonly zoneFrom: Zone;
  readonly zoneTo: Zone;
  /** Hash of what was read, written or moved; all zero where there is none. */
  readonly payloadHash: Uint8Array;
  readonly decision: Decision;
  readonly reason: string;
}

export interface EvidenceRecord extends EvidenceDraft {
  readonly seq: number;
  readonly timeNs: number;
  readonly prevHash: Uint8Array;
}

/** First byte of every record: says how to read the rest. */
const VERSION = 1;
/** What the first record names as its predecessor, and the payload hash of an operation without payload. */
export const NO_HASH = new Uint8Array(HASH_BYTES);
const TWO_32 = 4294967296;

export function encodeRecord(record: EvidenceRecord): Uint8Array {
  const texts = [record.subject.program, record.object, record.op, record.reason].map(utf8ToBytes);
  const bytes = new Uint8Array(1 + 8 + 8 + 7 + 2 * HASH_BYTES + texts.reduce((sum, text) => sum + 4 + text.length, 0));
  const view = new DataView(bytes.buffer);
  bytes[0] = VERSION;
  let at = 1;
  for (const value of [record.seq, record.timeNs]) {
    view.setUint32(at, Math.floor(value / TWO_32));
    view.setUint32(at + 4, value % TWO_32);
    at += 8;
  }
  const { subject, labelsBefore, labelsAfter, zoneFrom, zoneTo, decision } = record;
  bytes.set([subject.zone, ROLES.indexOf(subject.role), labelsBefore, labelsAfter, zoneFrom, zoneTo, DECISIONS.indexOf(decision)], at);
  at += 7;
  for (const hash of [record.payloadHash, record.prevHash]) {
    bytes.set(hash, at);
    at += HASH_BYTES;
  }
  for (const text of texts) {
    view.setUint32(at, text.length);
    bytes.set(text, at + 4);
    at += 4 + text.length;
  }
  return bytes;
}

/** The record in these bytes, or undefined where they are not exactly one. */
export function decodeRecord(bytes: Uint8Array): EvidenceRecord | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 24 + 2 * HASH_BYTES || bytes[0] !== VERSION) return undefined;
  const [zone, role, labelsBefore, labelsAfter, zoneFrom, zoneTo, decision] = bytes.subarray(17, 24) as unknown as [Zone, number, LabelSet, LabelSet, Zone, Zone, number];
  const isKnown = [zone, zoneFrom, zoneTo].every((each) => each >= 1 && each <= 4) && role < ROLES.length && decision < DECISIONS.length && labelsBefore < 64 && labelsAfter < 64;
  if (!isKnown) return undefined;
  const number = (at: number): number => view.getUint32(at) * TWO_32 + view.getUint32(at + 4);
  const texts: string[] = [];
  let at = 24 + 2 * HASH_BYTES;
  while (at < bytes.length) {
    if (at + 4 > bytes.length || texts.length === 4) return undefined;
    const end = at + 4 + view.getUint32(at);
    if (end > bytes.length) return undefined;
    const text = textOf(bytes.subarray(at + 4, end));
    if (text === undefined) return undefined;
    texts.push(text);
    at = end;
  }
  if (texts.length !== 4 || !Number.isSafeInteger(number(1)) || !Number.isSafeInteger(number(9))) return undefined;
  const [program, object, op, reason] = texts as [string, string, string, string];
  return {
    seq: number(1),
    timeNs: number(9),
    subject: { program, zone, role: ROLES[role]! },
    object,
    op,
    labelsBefore,
    labelsAfter,
    zoneFrom,
    zoneTo,
    payloadHash: bytes.slice(24, 24 + HASH_BYTES),
    prevHash: bytes.slice(24 + HASH_BYTES, 24 + 2 * HASH_BYTES),
    decision: DECISIONS[decision]!,
    reason,
  };
}

/** Strict UTF-8, which is what the language's URI functions are: undefined for any other bytes. ASCII the short way. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.every((byte) => byte < 128)) return String.fromCharCode(...bytes);
  try {
    return decodeURIComponent(bytesToHex(bytes).replace(/../g, '%$&'));
  } catch {
    return undefined;
  }
}

/** The chain as its owner keeps it. Nothing here removes or replaces; a tamperer works on the bytes behind its back. */
export class EvidenceChain {
  private readonly stored: Uint8Array[] = [];
  private head = NO_HASH;
  private lastNs = 0;

  /** The stored bytes, one entry a record. */
  get entries(): readonly Uint8Array[] {
    return this.stored;
  }

  append(draft: EvidenceDraft, timeNs: number): EvidenceRecord {
    if (timeNs < this.lastNs) throw new RangeError(`evidence: a record at ${timeNs} ns after one at ${this.lastNs} ns; times must not run backwards`);
    const record = { ...draft, seq: this.stored.length, timeNs, prevHash: this.head };
    const bytes = encodeRecord(record);
    this.stored.push(bytes);
    this.head = sha256(bytes);
    this.lastNs = timeNs;
    return record;
  }
}
