/** Evidence: records appended, anchored in batches, then audited whole. Hashing is nearly all of it. */
import { Anchorer } from '../sim/os/zones/anchor.ts';
import { EvidenceChain, NO_HASH } from '../sim/os/zones/evidence.ts';
import { verifyEvidence } from '../sim/os/zones/verify.ts';
import { Simulation } from '../sim/simulation.ts';
import { defineBenchmark } from './benchmark.ts';

export default defineBenchmark({
  name: 'evidence-chain',
  about: 'evidence chain: append, anchor by count, audit; events are records',
  flags: { records: 20_000, batch: 64 },
  max: { records: 1_000_000, batch: 1_000_000 },
  compare: { sizes: [{ records: 2000 }, { records: 20_000 }], versions: [{ batch: 8 }, { batch: 512 }] },
  run({ records, batch }, timed) {
    const sim = new Simulation({ seed: 'evidence-chain' });
    const chain = new EvidenceChain();
    const anchorer = new Anchorer(sim, chain, { everyRecords: batch, everyNs: Infinity }, (_anchor, committed) => committed());
    const verdict = timed(() => {
      for (let index = 0; index < records; index++) {
        chain.append({ subject: { program: `app-${index % 50}`, zone: 3, role: 'user' }, object: `file-${index % 200}`, op: 'append', labelsBefore: 24, labelsAfter: 24, zoneFrom: 3, zoneTo: 3, payloadHash: NO_HASH, decision: 'allow', reason: 'TA permits append' }, index);
        anchorer.onAppend();
      }
      return verifyEvidence(chain.entries, anchorer.committed, records).verdict;
    });
    if (verdict === 'tampered') throw new Error('evidence-chain: the audit found tampering in evidence that nobody touched');
    for (const { root } of anchorer.committed) sim.note(root.reduce((sum, byte, index) => (sum * 31 + byte + index) % 2_147_483_647, 0));
    return { events: records, checksum: sim.fingerprint() };
  },
});
