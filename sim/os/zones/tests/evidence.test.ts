import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { Anchorer } from '../anchor.ts';
import { decodeRecord, encodeRecord, EvidenceChain, NO_HASH } from '../evidence.ts';
import { merkleRoot } from '../merkle.ts';
import { dropRecord, excise, flipByte, rewriteFrom, swapWithNext } from '../rewrite.ts';
import { verifyEvidence } from '../verify.ts';
import { draft, evidence, STEP_NS } from './tamper.ts';

const RECORDS = 13;
const RULE = { everyRecords: 5, everyNs: Infinity };
/** 10 records in two batches are anchored, three are behind the last anchor. */
const ANCHORED = 10;

describe('evidence', () => {
  it('decodes to what was encoded, and other bytes to nothing or to another record', () => {
    const { entries } = evidence(RECORDS, RULE);
    for (const bytes of entries) {
      const record = decodeRecord(bytes)!;
      expect(encodeRecord(record)).toEqual(bytes);
      expect(decodeRecord(bytes.slice(0, -1))).toBeUndefined();
      expect(decodeRecord(concatBytes(bytes, Uint8Array.of(0)))).toBeUndefined();
    }
    const chinese = { ...decodeRecord(entries[0]!)!, object: '账户/一' };
    expect(decodeRecord(encodeRecord(chinese))).toEqual(chinese);
    // A canonical encoding: bytes that decode at all are the encoding of what they decode to.
    for (let at = 0; at < entries[1]!.length; at++) {
      for (let bit = 1; bit < 256; bit *= 2) {
        const flipped = entries[1]!.map((byte, index) => (index === at ? byte ^ bit : byte));
        const record = decodeRecord(flipped);
        if (record !== undefined) expect(encodeRecord(record), `byte ${at} bit ${bit}`).toEqual(flipped);
      }
    }
  });

  it('each record holds the hash of the whole record before it', () => {
    const { entries } = evidence(6, RULE);
    entries.forEach((bytes, seq) => expect(decodeRecord(bytes)!.prevHash).toEqual(seq === 0 ? NO_HASH : sha256(entries[seq - 1]!)));
    const chain = new EvidenceChain();
    chain.append(draft(0), 10);
    expect(() => chain.append(draft(1), 9)).toThrow(/9 ns after one at 10 ns/);
  });
});

describe('Merkle tree hash', () => {
  it('equals the published vectors of RFC 6962 (certificate-transparency, merkle tree test)', () => {
    const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(hexToBytes);
    const roots = [
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ];
    roots.forEach((root, count) => expect(bytesToHex(merkleRoot(leaves.slice(0, count)))).toBe(root));
  });

  it('gives a list and the same list with its end repeated different roots, and no inner node stands for an entry', () => {
    const entries = [1, 2, 3, 4, 5, 6, 7].map((value) => Uint8Array.of(value));
    for (let count = 1; count <= 7; count++) {
      const list = entries.slice(0, count);
      for (let tail = 1; tail <= count; tail++) expect(merkleRoot([...list, ...list.slice(-tail)])).not.toEqual(merkleRoot(list));
    }
    const node = concatBytes(sha256(concatBytes(Uint8Array.of(0), entries[0]!)), sha256(concatBytes(Uint8Array.of(0), entries[1]!)));
    expect(merkleRoot([node])).not.toEqual(merkleRoot(entries.slice(0, 2)));
  });
});

describe('audit', () => {
  const { entries, anchors, nowNs } = evidence(RECORDS, RULE);
  const audit = (changed: readonly Uint8Array[], against = anchors) => verifyEvidence(changed, against, nowNs);
  const lastNs = anchors.at(-1)!.coversUntilNs;

  it('calls untouched evidence exposed by its tail, and intact only when all is anchored', () => {
    expect(audit(entries)).toEqual({ verdict: 'exposed', findings: [], firstBadSeq: -1, exposure: { records: 3, windowNs: 3 * STEP_NS } });
    const whole = evidence(10, RULE);
    expect(verifyEvidence(whole.entries, whole.anchors, whole.nowNs)).toEqual({ verdict: 'intact', findings: [], firstBadSeq: -1, exposure: { records: 0, windowNs: 0 } });
    expect(verifyEvidence(whole.entries, whole.anchors, whole.nowNs + 7).verdict).toBe('exposed');
    expect(verifyEvidence([], [], 0).verdict).toBe('intact');
    expect(verifyEvidence(entries, [], nowNs)).toMatchObject({ verdict: 'exposed', exposure: { records: RECORDS, windowNs: nowNs } });
  });

  it('finds a flipped bit in any byte of any anchored record, at that record', () => {
    for (let seq = 0; seq < ANCHORED; seq++) {
      for (let at = 0; at < entries[seq]!.length; at++) {
        const { verdict, findings, firstBadSeq } = audit(flipByte(entries, seq, at));
        expect(verdict, `record ${seq} byte ${at}`).toBe('tampered');
        expect(findings.some(({ kind, fromSeq, toSeq }) => kind === 'root' && fromSeq <= seq && seq <= toSeq)).toBe(true);
        expect(firstBadSeq).toBeLessThanOrEqual(seq);
        // Batch apart, the chain itself names the record or its neighbour before.
        const chain = findings.filter(({ kind }) => kind !== 'root');
        expect(Math.min(...chain.map(({ fromSeq }) => fromSeq))).toBeGreaterThanOrEqual(seq - 1);
      }
    }
  });

  it('finds flips in the tail too, all but those in the last record that keep it a record', () => {
    for (let seq = ANCHORED; seq < RECORDS - 1; seq++) for (let at = 0; at < entries[seq]!.length; at++) expect(audit(flipByte(entries, seq, at)).verdict).toBe('tampered');
    const kinds = entries.at(-1)!.map((_, at) => (audit(flipByte(entries, RECORDS - 1, at)).verdict === 'exposed' ? 1 : 0));
    expect(kinds.some((each) => each === 1)).toBe(true);
  });

  it('the last record dropped: exposure behind the anchor, a finding before it', () => {
    const before = audit(dropRecord(entries, RECORDS - 1));
    expect(before).toMatchObject({ verdict: 'exposed', exposure: { records: 2, windowNs: nowNs - lastNs } });
    const after = verifyEvidence(dropRecord(entries.slice(0, ANCHORED), ANCHORED - 1), anchors, nowNs);
    expect(after).toMatchObject({ verdict: 'tampered', firstBadSeq: ANCHORED - 1, findings: [{ kind: 'missing', fromSeq: ANCHORED - 1, toSeq: ANCHORED - 1 }] });
    // The whole tail dropped: nothing looks wrong, and the report still does not say intact.
    expect(verifyEvidence(entries.slice(0, ANCHORED), anchors, nowNs)).toMatchObject({ verdict: 'exposed', exposure: { records: 0, windowNs: nowNs - lastNs } });
  });

  it('finds a dropped middle record, two swapped, and one repeated, anywhere they leave a trace', () => {
    for (let seq = 0; seq < RECORDS - 1; seq++) {
      expect(audit(dropRecord(entries, seq))).toMatchObject({ verdict: 'tampered', firstBadSeq: expect.any(Number) });
      expect(audit(dropRecord(entries, seq)).findings.find(({ kind }) => kind === 'sequence')).toMatchObject({ fromSeq: seq });
      expect(audit(swapWithNext(entries, seq)).findings.find(({ kind }) => kind === 'sequence')).toMatchObject({ fromSeq: seq });
    }
    for (let seq = 0; seq < RECORDS; seq++) expect(audit([...entries.slice(0, seq + 1), ...entries.slice(seq)]).verdict).toBe('tampered');
  });

  it('a consistent rewrite: only anchors find it, and behind them it is exposure', () => {
    for (let seq = 0; seq < RECORDS; seq++) {
      const rewritten = rewriteFrom(entries, seq, (record) => ({ ...record, decision: 'allow', reason: 'forged' }));
      const { verdict, findings, exposure } = audit(rewritten);
      expect(audit(rewritten, []).verdict, 'the chain by itself is whole').toBe('exposed');
      if (seq >= ANCHORED) expect({ verdict, exposure }).toEqual({ verdict: 'exposed', exposure: { records: 3, windowNs: 3 * STEP_NS } });
      else expect(findings.every(({ kind }) => kind === 'root') && verdict === 'tampered').toBe(true);
      const cut = audit(excise(entries, seq));
      expect(cut.verdict).toBe(seq >= ANCHORED ? 'exposed' : 'tampered');
    }
  });

  it('a tail forged with dates before the last anchor is found', () => {
    const backdated = rewriteFrom(entries, ANCHORED, (record) => ({ ...record, timeNs: record.timeNs - 2 * STEP_NS }));
    expect(audit(backdated).findings.some(({ kind, fromSeq }) => kind === 'time' && fromSeq === ANCHORED)).toBe(true);
    const future = rewriteFrom(entries, RECORDS - 1, (record) => ({ ...record, timeNs: record.timeNs + 1 }));
    expect(audit(future).findings).toMatchObject([{ kind: 'time', fromSeq: RECORDS - 1 }]);
  });

  it('a fork behind an anchor is found as soon as one branch is anchored', () => {
    const branch = rewriteFrom(entries, ANCHORED, (record) => ({ ...record, object: 'account/99' }));
    expect(audit(branch).verdict).toBe('exposed');
    const later = evidence(15, RULE);
    expect(verifyEvidence(later.entries, later.anchors, later.nowNs).verdict).toBe('intact');
    const other = rewriteFrom(later.entries, ANCHORED, (record) => ({ ...record, object: 'account/99' }));
    expect(verifyEvidence(other, later.anchors, later.nowNs)).toMatchObject({ verdict: 'tampered', firstBadSeq: ANCHORED });
  });

  it('an old anchor replayed, left out or moved is found', () => {
    const replayed = [...anchors, anchors[1]!];
    expect(audit(entries, replayed).findings).toMatchObject([{ kind: 'anchor-order', fromSeq: 5, toSeq: 9 }]);
    // Renumbered to look like the next one, over the records that it was made of.
    expect(audit(entries, [...anchors, { ...anchors[1]!, number: 2, coversUntilNs: nowNs }]).findings.map(({ kind }) => kind)).toEqual(['anchor-order']);
    // And over the records that are due: their root is another.
    expect(audit(entries, [...anchors, { ...anchors[1]!, number: 2, fromSeq: 10, toSeq: 13, coversUntilNs: nowNs }]).findings.map(({ kind }) => kind)).toEqual(['root']);
    expect(audit(entries, [anchors[0]!, ...anchors.slice(2)]).findings.every(({ kind }) => kind === 'anchor-order')).toBe(true);
    expect(audit(entries, [anchors[1]!, anchors[0]!, ...anchors.slice(2)]).verdict).toBe('tampered');
    // The store rolled back to an earlier state that its own anchors fit.
    expect(verifyEvidence(entries.slice(0, 5), anchors, nowNs)).toMatchObject({ verdict: 'tampered', firstBadSeq: 5 });
  });
});

describe('anchoring', () => {
  it('cuts by count or by time, whichever is first, without gaps, and covers everything made before the cut', () => {
    for (const rule of [{ everyRecords: 5, everyNs: Infinity }, { everyRecords: Infinity, everyNs: 3 * STEP_NS + 1 }, { everyRecords: 4, everyNs: 3 * STEP_NS }, { everyRecords: 2, everyNs: 10 * STEP_NS }]) {
      const { entries, anchors } = evidence(40, rule);
      let next = 0;
      let lastNs = 0;
      anchors.forEach((anchor, number) => {
        expect(anchor).toMatchObject({ number, fromSeq: next });
        expect(anchor.toSeq - next).toBeLessThanOrEqual(rule.everyRecords);
        // One record a step: E records take E steps, so the window is min(T, E / rate) exactly.
        expect(anchor.coversUntilNs - lastNs).toBe(Math.min(rule.everyNs, rule.everyRecords * STEP_NS));
        for (const bytes of entries.slice(next, anchor.toSeq)) expect(decodeRecord(bytes)!.timeNs).toBeLessThanOrEqual(anchor.coversUntilNs);
        next = anchor.toSeq;
        lastNs = anchor.coversUntilNs;
      });
      expect(anchors.length).toBeGreaterThan(5);
    }
  });

  it('after it was stopped neither time nor records cut another anchor, so that a run comes to its end', () => {
    const sim = new Simulation({ seed: 'stop' });
    const chain = new EvidenceChain();
    const anchorer = new Anchorer(sim, chain, { everyRecords: 2, everyNs: 100 }, (_anchor, committed) => committed());
    const append = (): void => {
      chain.append(draft(chain.entries.length), sim.now);
      anchorer.onAppend();
    };
    sim.after(10, append);
    sim.after(150, () => anchorer.stop());
    for (const atNs of [160, 170, 180]) sim.after(atNs, append);
    sim.run({ maxEvents: 100 });
    expect([sim.now, anchorer.committed.length, chain.entries.length]).toEqual([180, 1, 4]);
  });

  it('without a rule nothing is ever anchored', () => {
    expect(evidence(40, { everyRecords: Infinity, everyNs: Infinity }).anchors).toEqual([]);
  });
});
