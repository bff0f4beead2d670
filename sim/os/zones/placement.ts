/**
 * Where a file belongs: the rules that keep regulated data in zone 3 and everything else out of it, evaluated in order.
 *
 * Source: Internet of blockchain for energy, Electric Power ICT 18(6), 2020, section 5; the paper lists the rules without an order.
 * Choices: the order; an invalid label set outside zone 3 is refused too and the file is not moved; kernel files (zone 4) without
 * regulated content stay where they are. What was appended as evidence stays on the chain, whatever moves.
 */
import { isRegulated, judgeLabels, labelSet, type LabelSet, showLabels } from './labels.ts';
import type { Zone } from './zones.ts';

export type AuditCode = 'BAD_LABEL' | 'MIGRATE_IN' | 'MIGRATE_OUT';

export interface PlacedFile {
  readonly labels: LabelSet;
  readonly zone: Zone;
  readonly isEncrypted: boolean;
  /** What the content is judged to be: about accounts or transactions, contract code, or neither. */
  readonly content: 'asset' | 'code' | 'open';
}

export interface Placement {
  readonly action: 'refuse' | 'migrate' | 'leave';
  readonly code: AuditCode | 'none';
  readonly to: Zone;
  /** Labels before any move: regulated content without a T label is labelled first, so that it is never in transit unmarked. */
  readonly labels: LabelSet;
  readonly reason: string;
}

/** Labels that regulated content gets when it has none: evidence is read and appended; code is executed. They replace the ordinary ones. */
const LABELS_OF = { asset: labelSet(['TR', 'TA']), code: labelSet(['TX']) } as const;

export function placeFile({ labels, zone, isEncrypted, content }: PlacedFile): Placement {
  const { verdict, reason } = judgeLabels(labels);
  if (verdict === 'invalid') return { action: 'refuse', code: 'BAD_LABEL', to: zone, labels, reason: `label set ${showLabels(labels)} is invalid: ${reason}` };
  const needsRegulation = isRegulated(labels) || content !== 'open';
  const marked = content !== 'open' && !isRegulated(labels) ? LABELS_OF[content] : labels;
  if (needsRegulation && zone !== 3) return { action: 'migrate', code: 'MIGRATE_IN', to: 3, labels: marked, reason: `regulated data in zone ${zone} belongs into zone 3` };
  if (!needsRegulation && zone === 3) return { action: 'migrate', code: 'MIGRATE_OUT', to: isEncrypted ? 2 : 1, labels: marked, reason: 'nothing in zone 3 that needs no regulation' };
  return { action: 'leave', code: 'none', to: zone, labels: marked, reason: `belongs into zone ${zone}` };
}
