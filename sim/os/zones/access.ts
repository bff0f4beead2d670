/**
 * Access to files under labels, zones and contract rules: every rule that applies is asked, what has to be logged is logged, and only
 * then is anything done. An operation whose record cannot be written is refused.
 *
 * Source: Internet of blockchain for energy, Electric Power ICT 18(6), 2020, section 5. Choices: order of the rules; refusals that
 * concern T files or zone 3 are logged like accesses; a program that was stopped stays stopped; execution is logged once for the code
 * and once for each T file it touches.
 */
import { type Decision, type EvidenceDraft, NO_HASH, type Subject } from './evidence.ts';
import type { EvidenceWriter } from './evidence-log.ts';
import { BIT, isRegulated, type LabelSet } from './labels.ts';
import { DENIED_CAPABILITIES, ruleContract, ruleTransaction } from './ledger-rules.ts';
import { isModification, type Operation, ruleOperation } from './operations.ts';
import type { ZoneDisk } from './zone-disk.ts';
import { type RightsMatrix, rightsMatrix, ruleModification } from './zones.ts';

export interface AccessRequest {
  readonly subject: Subject;
  readonly file: string;
  readonly operation: Operation;
  readonly payloadHash?: Uint8Array;
  readonly hasKey?: boolean;
  readonly isAbnormal?: boolean;
  /** Of the contract that is executed: what it declares, the ledger it works on, and the T files it touches. */
  readonly contract?: { readonly capabilities: readonly string[]; readonly ledger: string; readonly touches: readonly string[] };
}

export interface AccessOutcome {
  readonly decision: Decision;
  readonly reason: string;
  /** Rules that were asked. */
  readonly checks: number;
  /** Records that were written. */
  readonly records: number;
}

export interface AccessOptions {
  readonly disk: ZoneDisk;
  readonly log: EvidenceWriter;
  readonly systemLedger: string;
  readonly rights?: RightsMatrix;
  readonly deniedCapabilities?: readonly string[];
  /** Is the file being moved between zones? Its modifications are refused meanwhile. */
  readonly isMoving?: (file: string) => boolean;
}

interface Ruling {
  readonly decision: Decision;
  readonly reason: string;
  readonly checks: number;
  readonly logged: boolean;
  readonly labelsAfter: LabelSet;
}

export class AccessControl {
  private readonly options: AccessOptions;
  private readonly rights: RightsMatrix;
  private readonly stopped = new Set<string>();
  /** Operations ruled on and not yet done, by file. */
  private readonly underWay = new Map<string, number>();

  constructor(options: AccessOptions) {
    this.options = options;
    this.rights = options.rights ?? rightsMatrix();
  }

  /** Rules on the request, logs, calls `act` if and only if it is allowed and logged, and then `then`. */
  request(request: AccessRequest, act: () => void, then: (outcome: AccessOutcome) => void = () => {}): void {
    const { disk, log } = this.options;
    const ruling = this.rule(request);
    const { decision, reason, checks } = ruling;
    const labelsBefore = disk.file(request.file).labels;
    if (decision === 'stop') this.stopped.add(request.subject.program);
    // A permit is used up when it is granted, not when the record is written: a second upload may be asked for meanwhile.
    if (decision === 'allow') disk.relabel(request.file, ruling.labelsAfter);
    this.count(request.file, 1);
    const finish = (records: number): void => {
      if (decision === 'allow') act();
      this.count(request.file, -1);
      then({ decision, reason, checks, records });
    };
    if (!ruling.logged) {
      finish(0);
      return;
    }
    const drafts = this.drafts(request, ruling, labelsBefore);
    const writeNext = (index: number): void => {
      const draft = drafts[index];
      if (draft === undefined) {
        finish(index);
        return;
      }
      log.write(draft, (isWritten) => {
        if (isWritten) writeNext(index + 1);
        else {
          if (ruling.labelsAfter !== labelsBefore) disk.relabel(request.file, labelsBefore);
          this.count(request.file, -1);
          then({ decision: 'refuse', reason: 'its record cannot be written', checks, records: index });
        }
      });
    };
    writeNext(0);
  }

  /** Is an operation on the file under way, so that it must not be moved now? */
  isBusy(file: string): boolean {
    return (this.underWay.get(file) ?? 0) > 0;
  }

  private count(file: string, change: number): void {
    this.underWay.set(file, (this.underWay.get(file) ?? 0) + change);
  }

  private rule({ subject, file, operation, hasKey = false, isAbnormal = false, contract }: AccessRequest): Ruling {
    const { disk, systemLedger, deniedCapabilities = DENIED_CAPABILITIES, isMoving } = this.options;
    const { labels, zone, isMutableSystemFile } = disk.file(file);
    const byLabels = ruleOperation(labels, operation, subject.role);
    const logged = byLabels.logged || zone === 3;
    let checks = 1;
    const end = (decision: Decision, reason: string): Ruling => ({ decision, reason, checks, logged, labelsAfter: decision === 'allow' ? byLabels.labelsAfter : labels });
    if (this.stopped.has(subject.program)) return end('refuse', `program ${subject.program} was stopped`);
    if (isModification(operation)) {
      checks += 1;
      const { verdict, reason } = ruleModification(this.rights, { program: subject.zone, data: zone, isAppend: operation === 'append', isTFile: isRegulated(labels), hasKey, isAbnormal, isMutableSystemFile });
      if (verdict !== 'allow') return end(verdict, reason);
      if (isMoving?.(file) === true) return end('refuse', 'the file is being moved between zones');
    }
    if (!byLabels.allowed) return end('refuse', byLabels.reason);
    if (operation === 'execute' && (labels & BIT.TX) !== 0) {
      if (contract === undefined) return end('refuse', 'contract code without a declaration of what it does');
      checks += 2;
      const rulings = [ruleContract(contract.capabilities, deniedCapabilities), ruleTransaction(contract.ledger, systemLedger)];
      const refused = rulings.find(({ allowed }) => !allowed);
      if (refused !== undefined) return end('refuse', refused.reason);
    }
    return end('allow', byLabels.reason);
  }

  /** One record for the operation, and one for each T file that an allowed execution touches. */
  private drafts({ subject, file, operation, payloadHash = NO_HASH, contract }: AccessRequest, { decision, reason, labelsAfter }: Ruling, labelsBefore: LabelSet): EvidenceDraft[] {
    const { disk } = this.options;
    const { zone } = disk.file(file);
    const own: EvidenceDraft = { subject, object: file, op: operation, labelsBefore, labelsAfter, zoneFrom: zone, zoneTo: zone, payloadHash, decision, reason };
    const touched = decision === 'allow' && contract !== undefined ? contract.touches.filter((name) => isRegulated(disk.file(name).labels)) : [];
    return [own, ...touched.map((name) => {
      const other = disk.file(name);
      return { ...own, object: name, op: 'touch', labelsBefore: other.labels, labelsAfter: other.labels, zoneFrom: other.zone, zoneTo: other.zone, payloadHash: NO_HASH, reason: `touched by ${file}` };
    })];
  }
}
