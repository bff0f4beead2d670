/**
 * Audit: the stored records against each other and against the anchors on the consortium chain.
 *
 * Guarantee: a record that an anchor covers cannot be changed, dropped, inserted or moved without a finding, as long as SHA-256 holds
 * and the anchors are what was committed. Behind the last anchor only mistakes are found: whoever rewrites the tail with all its hashes
 * leaves no trace. So the tail is never called intact: the report says how many records and how much time are exposed, and an empty
 * tail is exposed too, for records may have been dropped from it.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Anchor } from './anchor.ts';
import { decodeRecord, type EvidenceRecord, NO_HASH } from './evidence.ts';
import { merkleRoot } from './merkle.ts';

export type FindingKind =
  /** Bytes that are no record. */
  | 'malformed'
  /** A record out of its place. */
  | 'sequence'
  /** Times that run backwards, lie in the future, or before an anchor that would have covered the record. */
  | 'time'
  /** The hash of the predecessor is another. */
  | 'link'
  /** An anchor covers records that are not there. */
  | 'missing'
  /** The root of a batch is another than the anchored one. */
  | 'root'
  /** An anchor that does not continue the one before: repeated, left out, or foreign. */
  | 'anchor-order';

export interface Finding {
  readonly kind: FindingKind;
  /** The records fromSeq .. toSeq cannot be trusted; which of them was touched, this check cannot tell. */
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly reason: string;
}

/** What a tamperer could have done without a trace. */
export interface Exposure {
  /** Records behind the last anchor. */
  readonly records: number;
  /** Time behind the last anchor. */
  readonly windowNs: number;
}

export interface AuditReport {
  /** intact only where everything up to now is anchored. */
  readonly verdict: 'intact' | 'exposed' | 'tampered';
  readonly findings: readonly Finding[];
  /** Lowest record that cannot be trusted; -1 without findings. */
  readonly firstBadSeq: number;
  readonly exposure: Exposure;
}

export function verifyEvidence(entries: readonly Uint8Array[], anchors: readonly Anchor[], nowNs: number): AuditReport {
  const { findings: anchorFindings, anchored, coveredNs } = checkAnchors(entries, anchors);
  const findings = [...checkRecords(entries, { anchored, coveredNs, nowNs }), ...anchorFindings];
  const exposure = { records: Math.max(0, entries.length - anchored), windowNs: nowNs - coveredNs };
  const isExposed = exposure.records > 0 || exposure.windowNs > 0;
  return {
    verdict: findings.length > 0 ? 'tampered' : isExposed ? 'exposed' : 'intact',
    findings,
    firstBadSeq: findings.reduce((least, { fromSeq }) => (least < 0 || fromSeq < least ? fromSeq : least), -1),
    exposure,
  };
}

/** The chain by itself. */
function checkRecords(entries: readonly Uint8Array[], { anchored, coveredNs, nowNs }: { anchored: number; coveredNs: number; nowNs: number }): Finding[] {
  const findings: Finding[] = [];
  const find = (kind: FindingKind, fromSeq: number, toSeq: number, reason: string): void => void findings.push({ kind, fromSeq, toSeq, reason });
  let before: EvidenceRecord | undefined;
  let hash = NO_HASH;
  entries.forEach((bytes, place) => {
    const record = decodeRecord(bytes);
    if (record === undefined) find('malformed', place, place, `entry ${place} is no record`);
    else {
      if (record.seq !== place) find('sequence', place, place, `entry ${place} says it is record ${record.seq}`);
      if (!sameBytes(record.prevHash, hash)) find('link', Math.max(0, place - 1), place, `record ${place} continues another record than the one before it`);
      if (record.timeNs < (before?.timeNs ?? 0)) find('time', place - 1, place, `record ${place} is older than the one before it`);
      if (record.timeNs > nowNs) find('time', place, place, `record ${place} is of the future`);
      if (place >= anchored && record.timeNs < coveredNs) find('time', place, place, `record ${place} is dated before an anchor that does not cover it`);
    }
    before = record;
    hash = sha256(bytes);
  });
  return findings;
}

/** The anchors among themselves, and each against the records it covers. */
function checkAnchors(entries: readonly Uint8Array[], anchors: readonly Anchor[]): { findings: Finding[]; anchored: number; coveredNs: number } {
  const findings: Finding[] = [];
  let anchored = 0;
  let coveredNs = 0;
  let next = 0;
  for (const anchor of anchors) {
    const { fromSeq, toSeq, root } = anchor;
    if (anchor.number !== next || fromSeq !== anchored || toSeq < fromSeq || anchor.coversUntilNs < coveredNs) {
      findings.push({ kind: 'anchor-order', fromSeq, toSeq: toSeq - 1, reason: `anchor ${anchor.number} of records ${fromSeq} to ${toSeq - 1}, where anchor ${next} from record ${anchored} on is due` });
      continue;
    }
    next += 1;
    anchored = toSeq;
    coveredNs = anchor.coversUntilNs;
    if (toSeq > entries.length) findings.push({ kind: 'missing', fromSeq: Math.max(fromSeq, entries.length), toSeq: toSeq - 1, reason: `anchor ${anchor.number} covers records up to ${toSeq - 1}, ${entries.length} are there` });
    else if (!sameBytes(merkleRoot(entries.slice(fromSeq, toSeq)), root)) findings.push({ kind: 'root', fromSeq, toSeq: toSeq - 1, reason: `records ${fromSeq} to ${toSeq - 1} have another root than anchor ${anchor.number}` });
  }
  return { findings, anchored, coveredNs };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
