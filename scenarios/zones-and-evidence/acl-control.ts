/** Control by the user's grade: the operations of a graded user are logged first, everybody's are done. */
import { type EvidenceDraft, NO_HASH, type Subject } from '../../sim/os/zones/evidence.ts';
import type { EvidenceWriter } from '../../sim/os/zones/evidence-log.ts';
import type { AccessOutcome } from '../../sim/os/zones/access.ts';
import type { Operation } from '../../sim/os/zones/operations.ts';
import type { Grade, UserAcl } from '../../sim/os/zones/user-acl.ts';
import type { ZoneDisk } from '../../sim/os/zones/zone-disk.ts';

export const gradeOf = ({ isTrader }: { readonly isTrader: boolean }): Grade => (isTrader ? 'regulated' : 'ordinary');

export interface AclRequest {
  readonly acl: UserAcl;
  readonly log: EvidenceWriter;
  readonly disk: ZoneDisk;
  readonly user: number;
  readonly subject: Subject;
  readonly file: string;
  readonly operation: Operation;
}

export function aclRequest({ acl, log, disk, user, subject, file, operation }: AclRequest, act: () => void, then: (outcome: AccessOutcome) => void): void {
  if (!acl.isLogged(user)) {
    act();
    then({ decision: 'allow', reason: 'the user is not graded', checks: 1, records: 0 });
    return;
  }
  const { labels, zone } = disk.file(file);
  const draft: EvidenceDraft = { subject, object: file, op: operation, labelsBefore: labels, labelsAfter: labels, zoneFrom: zone, zoneTo: zone, payloadHash: NO_HASH, decision: 'allow', reason: 'graded user' };
  log.write(draft, (isWritten) => {
    if (isWritten) act();
    then(isWritten ? { decision: 'allow', reason: 'graded user', checks: 1, records: 1 } : { decision: 'refuse', reason: 'its record cannot be written', checks: 1, records: 0 });
  });
}
