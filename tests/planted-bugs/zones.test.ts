/** Each planted bug of labels, zones, evidence, migration and module graph is caught by a named check that the sound code passes. */
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { LABEL_TABLE } from '../../sim/os/zones/tests/label-table.ts';
import { loadMutant } from './load-mutant.ts';
import * as sound from './zones-entry.ts';
import { ZONES_BUGS, type ZonesCheck } from './zones.ts';

type Zones = typeof sound;

const STEP_NS = 1000;
const RECORDS = 13;
const ANCHORED = 10;

const draft = (zones: Zones, index: number): sound.EvidenceDraft => ({ subject: { program: `p${index % 3}`, zone: 3, role: 'user' }, object: `account/${index % 5}`, op: 'append', labelsBefore: 24, labelsAfter: 24, zoneFrom: 3, zoneTo: 3, payloadHash: zones.NO_HASH, decision: 'allow', reason: 'TA' });

function evidence(zones: Zones, rule: sound.AnchorRule, records = RECORDS) {
  const sim = new zones.Simulation({ seed: 'zones' });
  const chain = new zones.EvidenceChain();
  const anchorer = new zones.Anchorer(sim, chain, rule, (_anchor, committed) => committed());
  for (let index = 0; index < records; index++) {
    sim.after((index + 1) * STEP_NS, () => {
      chain.append(draft(zones, index), sim.now);
      anchorer.onAppend();
    });
  }
  sim.run({ untilNs: records * STEP_NS });
  return { entries: [...chain.entries], anchors: anchorer.committed, nowNs: records * STEP_NS };
}

const BATCHES = { everyRecords: 5, everyNs: Infinity };

/** What a program asks for, and what of it is logged and done, in order. */
function accessRun(zones: Zones, requests: readonly Partial<sound.AccessRequest>[], { logWorks = true, together = false } = {}): string[] {
  const disk = new zones.ZoneDisk();
  const file = (name: string, labels: readonly string[]): void => disk.create({ name, bytes: 1, labels: zones.labelSet(labels as Parameters<Zones['labelSet']>[0]), zone: 3, isEncrypted: false, content: 'open', isMutableSystemFile: false }, name);
  file('account', ['TR', 'TA']);
  file('ledger', ['TR', 'TA']);
  file('code', ['TX']);
  file('permit', ['TX', 'TA']);
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  const log = {
    write: (record: sound.EvidenceDraft, then: (isWritten: boolean) => void) => {
      waiting.push(() => {
        if (logWorks) lines.push(`log ${record.op} ${record.object}`);
        then(logWorks);
      });
    },
  };
  const access = new zones.AccessControl({ disk, log, systemLedger: 'system' });
  const flush = (): void => {
    while (waiting.length > 0) waiting.shift()!();
  };
  for (const request of requests) {
    const whole = { subject: { program: 'rp', zone: 3, role: 'user' } as const, file: 'account', operation: 'append' as const, ...request };
    access.request(whole, () => lines.push(`do ${whole.operation} ${whole.file}`), ({ decision }) => lines.push(decision));
    if (!together) flush();
  }
  flush();
  return lines;
}

const differs = (found: unknown, required: unknown, what: string): string | undefined => (JSON.stringify(found) === JSON.stringify(required) ? undefined : `${what}: ${JSON.stringify(found)}, required ${JSON.stringify(required)}`);
const first = (...complaints: (string | undefined)[]): string | undefined => complaints.find((complaint) => complaint !== undefined);

/** Each returns a complaint, or undefined when all is well. */
const CHECKS: Readonly<Record<ZonesCheck, (zones: Zones) => string | undefined>> = {
  'label-table': (zones) => first(...LABEL_TABLE.map(([labels, verdict]) => differs(zones.judgeLabels(zones.labelSet(labels)).verdict, verdict, labels.join()))),
  rights: (zones) => {
    const nothing = { isTFile: false, hasKey: true, isAbnormal: true, isMutableSystemFile: true };
    return first(...([1, 2] as const).flatMap((program) => ([3, 4] as const).map((data) => differs(zones.ruleModification(zones.rightsMatrix(), { program, data, isAppend: true, ...nothing }).verdict, 'refuse', `zone ${program} on zone ${data}`))));
  },
  placement: (zones) => {
    const base = { labels: zones.labelSet(['R', 'W']), zone: 1, isEncrypted: false, content: 'asset' } as const;
    return first(
      differs(zones.namesOf(zones.placeFile(base).labels), ['TR', 'TA'], 'labels of accounts on their way'),
      differs(zones.namesOf(zones.placeFile({ ...base, labels: zones.labelSet(['TX']), content: 'code', zone: 3 }).labels), ['TX'], 'labels of code in place'),
      differs(zones.namesOf(zones.placeFile({ ...base, labels: zones.labelSet(['TR']), zone: 3 }).labels), ['TR'], 'labels of a file that is read only'),
      differs(zones.placeFile({ ...base, zone: 3, content: 'open', isEncrypted: true }).to, 2, 'zone of an encrypted file'),
    );
  },
  'log-first': (zones) =>
    first(
      differs(accessRun(zones, [{}]), ['log append account', 'do append account', 'allow'], 'an append'),
      differs(accessRun(zones, [{ operation: 'overwrite' }]), ['log overwrite account', 'refuse'], 'a refusal'),
      differs(accessRun(zones, [{}], { logWorks: false }), ['refuse'], 'an append while the log is down'),
      differs(accessRun(zones, [{ file: 'code', operation: 'execute', contract: { capabilities: [], ledger: 'system', touches: ['account', 'ledger'] } }]), ['log execute code', 'log touch account', 'log touch ledger', 'do execute code', 'allow'], 'an execution'),
    ),
  'deploy-permit': (zones) => {
    const done = (together: boolean): number => accessRun(zones, [{ file: 'permit' }, { file: 'permit' }], { together }).filter((line) => line.startsWith('do')).length;
    return first(differs(done(false), 1, 'uploads one after the other'), differs(done(true), 1, 'uploads together'));
  },
  stop: (zones) => {
    const kernel = { subject: { program: 'kernel', zone: 4, role: 'system' } as const };
    const decisions = accessRun(zones, [{ ...kernel, isAbnormal: true }, { ...kernel, operation: 'read' }]).filter((line) => ['allow', 'refuse', 'stop'].includes(line));
    return differs(decisions, ['stop', 'refuse'], 'a kernel program on a T file');
  },
  audit: (zones) => {
    const { entries, anchors, nowNs } = evidence(zones, BATCHES);
    const verdict = (changed: readonly Uint8Array[]): string => zones.verifyEvidence(changed, anchors, nowNs).verdict;
    return first(
      differs(verdict(entries), 'exposed', 'untouched'),
      ...entries.slice(0, -1).flatMap((bytes, seq) => [17, 60, 100, bytes.length - 1].map((at) => differs(verdict(zones.flipByte(entries, seq, at)), 'tampered', `record ${seq}, byte ${at}`))),
      ...entries.slice(0, ANCHORED).map((_, seq) => differs(verdict(zones.rewriteFrom(entries, seq, (record) => ({ ...record, reason: 'forged' }))), 'tampered', `rewrite from record ${seq}`)),
      differs(verdict(entries.slice(0, ANCHORED - 1)), 'tampered', 'last anchored record dropped'),
      differs(verdict(zones.dropRecord(entries, 3)), 'tampered', 'record 3 dropped'),
      // Each link is the hash of the whole record before it.
      ...entries.slice(1).map((bytes, index) => differs([...zones.decodeRecord(bytes)!.prevHash], [...sha256(entries[index]!)], `link of record ${index + 1}`)),
    );
  },
  exposure: (zones) => {
    const { entries, anchors, nowNs } = evidence(zones, BATCHES);
    const report = zones.verifyEvidence(entries, anchors, nowNs);
    return first(
      differs([report.verdict, report.exposure], ['exposed', { records: 3, windowNs: 3 * STEP_NS }], 'three records behind the anchor'),
      differs(zones.verifyEvidence(entries.slice(0, ANCHORED), anchors, nowNs).verdict, 'exposed', 'the whole tail dropped'),
    );
  },
  'anchor-order': (zones) => {
    const { entries, anchors, nowNs } = evidence(zones, BATCHES);
    return differs(zones.verifyEvidence(entries, [...anchors, anchors[0]!], nowNs).verdict, 'tampered', 'anchor 0 replayed');
  },
  merkle: (zones) => {
    const entries = [1, 2, 3, 4, 5].map((value) => Uint8Array.of(value));
    const hex = (list: readonly Uint8Array[]): string => zones.merkleRoot(list).join();
    const inner = (list: readonly Uint8Array[]): Uint8Array => Uint8Array.from(list.flatMap((entry) => [...zones.merkleRoot([entry])]));
    return first(
      ...[1, 3, 5].map((count) => (hex(entries.slice(0, count)) === hex([...entries.slice(0, count), entries[count - 1]!]) ? `${count} entries and the last repeated have one root` : undefined)),
      hex([inner(entries.slice(0, 2))]) === hex(entries.slice(0, 2)) ? 'an inner node stands for an entry' : undefined,
    );
  },
  anchoring: (zones) => {
    const rule = { everyRecords: 4, everyNs: 6 * STEP_NS + 1 };
    const { entries, anchors, nowNs } = evidence(zones, rule, 24);
    const covered = anchors.map(({ coversUntilNs }, index) => coversUntilNs - (anchors[index - 1]?.coversUntilNs ?? 0));
    return first(differs(covered, covered.map(() => 4 * STEP_NS), 'windows of four records'), differs(zones.verifyEvidence(entries, anchors, nowNs).verdict, 'intact', 'untouched and wholly anchored'));
  },
  'one-copy': (zones) => {
    for (const device of [['good'], ['bad', 'good'], ['bad', 'bad']]) {
      for (let crashAfter = 0; crashAfter <= 12; crashAfter++) {
        for (const cut of [0, 1, 2]) {
          const complaint = crashedMove(zones, device, crashAfter, cut);
          if (complaint !== undefined) return `device ${device.join()}, crash after ${crashAfter}, recovery cut after ${cut}: ${complaint}`;
        }
      }
    }
    return undefined;
  },
  contracts: (zones) => differs(zones.ruleContract(['transfer', 'mint']).allowed, false, 'a contract that mints'),
  graph: (zones) => {
    const graph = zones.moduleGraph();
    return first(
      differs(zones.lostModules(graph, ['diskMgmt']), ['diskMgmt'], 'loss of one store'),
      differs(zones.lostModules(graph, ['hwAccelCard']).includes('payment'), true, 'payment after loss of the accelerator card'),
      differs(zones.startUpOrder(graph).blocked, [], 'blocked modules'),
      differs(zones.longestChain(graph).length, 6, 'modules of the longest chain'),
    );
  },
};

function crashedMove(zones: Zones, device: readonly string[], crashAfter: number, cut: number): string | undefined {
  const disk = new zones.ZoneDisk();
  disk.create({ name: 'f', bytes: 1, labels: 3, zone: 1, isEncrypted: false, content: 'open', isMutableSystemFile: false }, 'good');
  const isWhole = (zone: 1 | 3): boolean => disk.copy('f', zone)?.digest === 'good';
  const move = new zones.Move(disk, { file: 'f', from: 1, to: 3, digest: 'good' });
  let attempt = 0;
  for (let taken = 0; taken < crashAfter && move.next !== 'done'; taken++) {
    const step = move.next;
    move.step(step === 'end-copy' ? device[Math.min(attempt++, device.length - 1)] : undefined);
    if (!isWhole(disk.file('f').zone as 1 | 3)) return `the counting copy is not whole after ${step}`;
  }
  for (const steps of [cut, Infinity]) for (const intent of disk.intents()) for (const step of zones.recoverySteps(disk, intent).slice(0, steps)) step();
  const copies = ([1, 3] as const).filter((zone) => disk.copy('f', zone) !== undefined);
  return differs([copies, copies.every(isWhole)], [[disk.file('f').zone], true], 'copies');
}

describe('planted bugs: zones, labels, evidence, modules', () => {
  it.each(Object.keys(CHECKS) as ZonesCheck[])('the sound code passes check %s', (check) => {
    expect(CHECKS[check](sound)).toBeUndefined();
  });

  it.each(ZONES_BUGS)('$id is caught by check $caughtBy', async (bug) => {
    const mutant = await loadMutant<Zones>(bug, 'tests/planted-bugs/zones-entry.ts');
    expect(CHECKS[bug.caughtBy](mutant), bug.what).toBeDefined();
  });
});
