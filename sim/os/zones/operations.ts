/**
 * What may be done to a file with given labels, and what must be written down first. On a T file there is append and no write:
 * overwriting, truncating, deleting and renaming another file over it are always refused, and every access or refusal is logged.
 *
 * Source: Internet of blockchain for energy, Electric Power ICT 18(6), 2020, section 5. Choices: an ordinary file needs W for every
 * change; the upload that a deploy permit allows takes TA from the set; before it there is no code to execute or read.
 */
import { BIT, isRegulated, judgeLabels, type Label, type LabelSet, showLabels } from './labels.ts';

export const OPERATIONS = ['read', 'append', 'execute', 'overwrite', 'truncate', 'delete', 'rename-over'] as const;
export type Operation = (typeof OPERATIONS)[number];

export const ROLES = ['user', 'regulator', 'system'] as const;
export type Role = (typeof ROLES)[number];

/** Does it change the file? Execution changes others at most. */
export const isModification = (operation: Operation): boolean => operation !== 'read' && operation !== 'execute';

export interface OperationRuling {
  readonly allowed: boolean;
  /** To be in the log before anything is done; a refusal too. */
  readonly logged: boolean;
  readonly reason: string;
  /** Label set of the file after the operation. */
  readonly labelsAfter: LabelSet;
}

const NEEDED_ORDINARY: Readonly<Record<Operation, Label>> = { read: 'R', execute: 'X', append: 'W', overwrite: 'W', truncate: 'W', delete: 'W', 'rename-over': 'W' };
const NEEDED_REGULATED: Partial<Readonly<Record<Operation, Label>>> = { read: 'TR', append: 'TA', execute: 'TX' };

/** Rules on one operation by the file's labels and the caller's role; zones.ts has the rules on where the caller lives. */
export function ruleOperation(set: LabelSet, operation: Operation, role: Role): OperationRuling {
  const logged = isRegulated(set);
  const refuse = (reason: string): OperationRuling => ({ allowed: false, logged, reason, labelsAfter: set });
  const allow = (reason: string, labelsAfter: LabelSet = set): OperationRuling => ({ allowed: true, logged, reason, labelsAfter });
  const { verdict, reason } = judgeLabels(set);
  if (verdict === 'invalid') return refuse(`label set ${showLabels(set)} is invalid: ${reason}`);
  const needed = logged ? NEEDED_REGULATED[operation] : NEEDED_ORDINARY[operation];
  if (needed === undefined) return refuse(`${operation} does not exist on a T file: it is appended or left as it is`);
  if ((set & BIT[needed]) === 0) return refuse(`${operation} needs ${needed}, the file has ${showLabels(set)}`);
  if (verdict !== 'special') return allow(`${needed} permits ${operation}`);
  const isPermit = (set & BIT.TA) !== 0;
  if (operation === 'append') return allow('deploy permit: the upload uses it up', set & ~BIT.TA);
  if (isPermit) return refuse(`${operation} before the upload: the permit's file holds no code`);
  if (operation === 'read' && role !== 'regulator') return refuse(`read of contract code is for the regulator, the caller is ${role}`);
  return allow(operation === 'read' ? 'the regulator reads contract code' : `${needed} permits ${operation}`);
}
