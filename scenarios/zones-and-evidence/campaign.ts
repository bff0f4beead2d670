/** The tamper campaign: each kind of tampering on a copy of the evidence, in its old half and behind the last anchor, and what the audit says. */
import type { RandomStream } from '../../sim/random.ts';
import type { Anchor } from '../../sim/os/zones/anchor.ts';
import { dropRecord, excise, flipByte, rewriteFrom, swapWithNext } from '../../sim/os/zones/rewrite.ts';
import { verifyEvidence } from '../../sim/os/zones/verify.ts';

export interface Evidence {
  readonly entries: readonly Uint8Array[];
  readonly anchors: readonly Anchor[];
  readonly nowNs: number;
}

export const PLACES = ['old half', 'tail'] as const;
export type Place = (typeof PLACES)[number];

type Tampering = (evidence: Evidence, seq: number, stream: RandomStream) => Evidence;

/** Those that leave hashes as they were, and those of a tamperer who makes the chain whole again. */
export const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  'one bit flipped': ({ entries, ...rest }, seq, stream) => ({ ...rest, entries: flipByte(entries, seq, stream.below(entries[seq]!.length)) }),
  'a record dropped': ({ entries, ...rest }, seq) => ({ ...rest, entries: dropRecord(entries, seq) }),
  'two records swapped': ({ entries, ...rest }, seq) => ({ ...rest, entries: swapWithNext(entries, Math.min(seq, entries.length - 2)) }),
  'all from here on cut off': ({ entries, ...rest }, seq) => ({ ...rest, entries: entries.slice(0, seq) }),
  'rewritten with all hashes': ({ entries, ...rest }, seq) => ({ ...rest, entries: rewriteFrom(entries, seq, (record) => ({ ...record, decision: 'allow', reason: 'forged' })) }),
  'taken out with all hashes': ({ entries, ...rest }, seq) => ({ ...rest, entries: excise(entries, seq) }),
  'an old anchor replayed': ({ anchors, ...rest }, _seq, stream) => ({ ...rest, anchors: anchors.length === 0 ? anchors : [...anchors, anchors[stream.below(anchors.length)]!] }),
};

export interface CampaignRow {
  readonly kind: string;
  readonly place: Place;
  readonly attempts: number;
  readonly found: number;
  readonly exposed: number;
  readonly silent: number;
}

/** `attempts` of each kind and place; places that hold no record are left out, and so is replaying where nothing is anchored. */
export function tamperCampaign(evidence: Evidence, attempts: number, stream: RandomStream): CampaignRow[] {
  const { entries, anchors } = evidence;
  const anchored = anchors.reduce((most, { toSeq }) => Math.max(most, toSeq), 0);
  const half = Math.floor(entries.length / 2);
  const rows: CampaignRow[] = [];
  for (const kind of Object.keys(TAMPERINGS)) {
    for (const place of PLACES) {
      const isReplay = kind === 'an old anchor replayed';
      const [from, to] = place === 'old half' ? [0, half] : [Math.max(half, anchored), entries.length];
      if (to - from < 1 || entries.length < 2 || (isReplay && (anchors.length === 0 || place === 'tail'))) continue;
      const verdicts = Array.from({ length: attempts }, () => {
        const { entries: stored, anchors: shown, nowNs } = TAMPERINGS[kind]!(evidence, from + stream.below(to - from), stream);
        return verifyEvidence(stored, shown, nowNs).verdict;
      });
      const count = (verdict: string): number => verdicts.filter((each) => each === verdict).length;
      rows.push({ kind, place, attempts, found: count('tampered'), exposed: count('exposed'), silent: count('intact') });
    }
  }
  return rows;
}
