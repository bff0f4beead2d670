import { describe, expect, it } from 'vitest';
import { AccessControl, type AccessOutcome, type AccessRequest } from '../access.ts';
import type { EvidenceDraft, Subject } from '../evidence.ts';
import { type Label, labelSet, namesOf } from '../labels.ts';
import { OPERATIONS } from '../operations.ts';
import { ZoneDisk } from '../zone-disk.ts';
import type { Zone } from '../zones.ts';

/** A log that notes the order of things, and answers when told to. */
class Notebook {
  readonly lines: string[] = [];
  readonly drafts: EvidenceDraft[] = [];
  works = true;
  private waiting: (() => void)[] = [];

  write(draft: EvidenceDraft, then: (isWritten: boolean) => void): void {
    this.waiting.push(() => {
      if (this.works) {
        this.drafts.push(draft);
        this.lines.push(`log ${draft.op} ${draft.object} ${draft.decision}`);
      }
      then(this.works);
    });
  }

  /** Writes whatever is waiting, and what that leads to. */
  flush(): void {
    while (this.waiting.length > 0) this.waiting.shift()!();
  }
}

const file = (disk: ZoneDisk, name: string, labels: readonly Label[], zone: Zone): void => disk.create({ name, bytes: 100, labels: labelSet(labels), zone, isEncrypted: false, content: 'open', isMutableSystemFile: false }, name);

function setUp(): { disk: ZoneDisk; log: Notebook; access: AccessControl; ask: (request: Partial<AccessRequest>) => AccessOutcome } {
  const disk = new ZoneDisk();
  file(disk, 'account', ['TR', 'TA'], 3);
  file(disk, 'ledger', ['TR', 'TA'], 3);
  file(disk, 'code', ['TX'], 3);
  file(disk, 'upload', ['TX', 'TA'], 3);
  file(disk, 'notes', ['R', 'W'], 1);
  file(disk, 'broken', ['R', 'TA'], 1);
  const log = new Notebook();
  const access = new AccessControl({ disk, log, systemLedger: 'system', isMoving: (name) => name === 'moving' });
  const ask = (request: Partial<AccessRequest>): AccessOutcome => {
    let outcome: AccessOutcome | undefined;
    access.request({ subject: RP, file: 'account', operation: 'append', ...request }, () => log.lines.push(`act ${request.operation ?? 'append'} ${request.file ?? 'account'}`), (result) => (outcome = result));
    log.flush();
    return outcome!;
  };
  return { disk, log, access, ask };
}

const RP: Subject = { program: 'rp', zone: 3, role: 'user' };
const OP: Subject = { program: 'op', zone: 1, role: 'user' };
const KERNEL: Subject = { program: 'kernel', zone: 4, role: 'system' };
const CONTRACT = { capabilities: ['transfer'], ledger: 'system', touches: ['account', 'notes', 'ledger'] };

describe('access control', () => {
  it('logs first and acts second, and neither where the record cannot be written', () => {
    const { log, ask } = setUp();
    expect(ask({}).decision).toBe('allow');
    expect(log.lines).toEqual(['log append account allow', 'act append account']);
    log.works = false;
    expect(ask({})).toMatchObject({ decision: 'refuse', reason: 'its record cannot be written', records: 0 });
    expect(log.lines.length).toBe(2);
    // Ordinary data needs no record, so a log that is down does not touch it.
    expect(ask({ subject: OP, file: 'notes', operation: 'overwrite' })).toMatchObject({ decision: 'allow', records: 0 });
    expect(log.lines.at(-1)).toBe('act overwrite notes');
  });

  it('logs every operation on a T file, whoever asks and whatever comes of it', () => {
    for (const operation of OPERATIONS) {
      for (const subject of [RP, OP, KERNEL, { ...OP, program: 'op2', zone: 2 as const }]) {
        const { log, ask } = setUp();
        const { decision, records } = ask({ subject, operation });
        expect(records).toBe(1);
        expect(log.drafts[0]).toMatchObject({ op: operation, object: 'account', decision, subject });
        expect(log.lines.some((line) => line.startsWith('act'))).toBe(decision === 'allow');
      }
    }
  });

  it('nobody alters the ledger, the operating system included', () => {
    for (const subject of [RP, OP, KERNEL, { program: 'court', zone: 3 as const, role: 'regulator' as const }]) {
      for (const operation of ['overwrite', 'truncate', 'delete', 'rename-over'] as const) {
        const { log, ask } = setUp();
        expect(ask({ subject, file: 'ledger', operation, isAbnormal: true, hasKey: true }).decision).not.toBe('allow');
        expect(log.lines.some((line) => line.startsWith('act'))).toBe(false);
      }
    }
  });

  it('stops a kernel program that modifies a T file, for good', () => {
    const { ask } = setUp();
    expect(ask({ subject: KERNEL, operation: 'read' }).decision).toBe('allow');
    expect(ask({ subject: KERNEL }).decision).toBe('stop');
    expect(ask({ subject: KERNEL, operation: 'read' })).toMatchObject({ decision: 'refuse', reason: 'program kernel was stopped' });
    expect(ask({ subject: RP, operation: 'read' }).decision).toBe('allow');
  });

  it('uses a deploy permit up once, though both uploads are asked for before the first is logged', () => {
    const { disk, log, access } = setUp();
    const outcomes: string[] = [];
    for (let copy = 0; copy < 2; copy++) access.request({ subject: RP, file: 'upload', operation: 'append' }, () => log.lines.push('act'), ({ decision }) => outcomes.push(decision));
    expect(access.isBusy('upload')).toBe(true);
    log.flush();
    expect(outcomes).toEqual(['allow', 'refuse']);
    expect(log.lines.filter((line) => line === 'act').length).toBe(1);
    expect(namesOf(disk.file('upload').labels)).toEqual(['TX']);
    expect(access.isBusy('upload')).toBe(false);
    expect(log.drafts.map(({ labelsBefore, labelsAfter }) => [namesOf(labelsBefore).join(), namesOf(labelsAfter).join()])).toEqual([['TA,TX', 'TX'], ['TX', 'TX']]);
  });

  it('gives the permit back when the upload could not be logged', () => {
    const { disk, log, ask } = setUp();
    log.works = false;
    expect(ask({ file: 'upload' }).decision).toBe('refuse');
    expect(namesOf(disk.file('upload').labels)).toEqual(['TA', 'TX']);
    log.works = true;
    expect([ask({ file: 'upload' }).decision, ask({ file: 'upload' }).decision]).toEqual(['allow', 'refuse']);
  });

  it('logs an execution and each T file it touches, and acts after the last record', () => {
    const { log, ask } = setUp();
    expect(ask({ file: 'code', operation: 'execute', contract: CONTRACT })).toMatchObject({ decision: 'allow', records: 3, checks: 3 });
    expect(log.lines).toEqual(['log execute code allow', 'log touch account allow', 'log touch ledger allow', 'act execute code']);
  });

  it('refuses token code and foreign ledgers, on record', () => {
    const { log, ask } = setUp();
    expect(ask({ file: 'code', operation: 'execute', contract: { ...CONTRACT, capabilities: ['mint'] } }).reason).toMatch(/token code: declares mint/);
    expect(ask({ file: 'code', operation: 'execute', contract: { ...CONTRACT, ledger: 'side' } }).reason).toMatch(/ledger side/);
    expect(ask({ file: 'code', operation: 'execute' }).reason).toMatch(/without a declaration/);
    expect(log.lines).toEqual(['log execute code refuse', 'log execute code refuse', 'log execute code refuse']);
  });

  it('refuses whatever is asked of a file with an invalid label set, with the pair', () => {
    for (const operation of OPERATIONS) {
      const { ask } = setUp();
      expect(ask({ subject: OP, file: 'broken', operation })).toMatchObject({ decision: 'refuse', reason: expect.stringContaining('R with TA'), records: 1 });
    }
  });
});
