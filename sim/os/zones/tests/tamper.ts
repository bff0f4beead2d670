/** Evidence to tamper with, and what a tamperer does who has the stored bytes and not the anchors. */
import { sha256 } from '@noble/hashes/sha2.js';
import { Simulation } from '../../../simulation.ts';
import { type Anchor, Anchorer, type AnchorRule } from '../anchor.ts';
import { EvidenceChain, type EvidenceDraft, NO_HASH } from '../evidence.ts';

export const STEP_NS = 1000;

export const draft = (index: number): EvidenceDraft => ({
  subject: { program: `meter-${index % 3}`, zone: 3, role: 'user' },
  object: `account/${index % 5}`,
  op: index % 2 === 0 ? 'append' : 'read',
  labelsBefore: 24,
  labelsAfter: 24,
  zoneFrom: 3,
  zoneTo: 3,
  payloadHash: index % 4 === 0 ? NO_HASH : sha256(Uint8Array.of(index)),
  decision: index % 7 === 3 ? 'refuse' : 'allow',
  reason: index % 7 === 3 ? 'overwrite does not exist' : 'TA permits append',
});

/** `records` records, one a step, with anchors that the consortium chain commits at once; now = end of the last step. */
export function evidence(records: number, rule: AnchorRule): { entries: Uint8Array[]; anchors: Anchor[]; nowNs: number } {
  const sim = new Simulation({ seed: 'tamper' });
  const chain = new EvidenceChain();
  const anchorer = new Anchorer(sim, chain, rule, (_anchor, committed) => committed());
  for (let index = 0; index < records; index++) {
    sim.after((index + 1) * STEP_NS, () => {
      chain.append(draft(index), sim.now);
      anchorer.onAppend();
    });
  }
  sim.run({ untilNs: records * STEP_NS });
  return { entries: chain.entries.map((bytes) => bytes.slice()), anchors: anchorer.committed, nowNs: records * STEP_NS };
}
