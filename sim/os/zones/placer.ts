/**
 * The service that keeps files where they belong: asks the placement rules, writes the audit record, labels, then moves. Label first,
 * then migrate, so that regulated data is never on its way without its mark; and nothing at all without its record.
 *
 * Source: Internet of blockchain for energy, Electric Power ICT 18(6), 2020, section 5. Choice: files under an operation are left
 * for the next look.
 */
import { NO_HASH, type Subject } from './evidence.ts';
import type { EvidenceWriter } from './evidence-log.ts';
import type { LabelSet } from './labels.ts';
import type { Migrator } from './migrator.ts';
import { type AuditCode, placeFile } from './placement.ts';
import type { ZoneDisk } from './zone-disk.ts';

const PLACER: Subject = { program: 'placement', zone: 3, role: 'system' };

export type PlacerEvent = AuditCode | 'LABEL' | 'NOT_LOGGED';

export interface PlacerOptions {
  readonly disk: ZoneDisk;
  readonly log: EvidenceWriter;
  readonly migrator: Migrator;
  readonly isBusy: (file: string) => boolean;
  readonly onEvent?: (event: PlacerEvent, file: string) => void;
}

export class Placer {
  private readonly options: PlacerOptions;
  /** Files whose record is being written. */
  private readonly pending = new Set<string>();
  /** Files refused for their label set, which is said once. */
  private readonly refused = new Map<string, LabelSet>();

  constructor(options: PlacerOptions) {
    this.options = options;
  }

  /** Looks at one file and does what the rules say. */
  look(name: string): void {
    const { disk, log, migrator, isBusy, onEvent } = this.options;
    if (this.pending.has(name) || isBusy(name) || migrator.isMoving(name)) return;
    const file = disk.file(name);
    const placement = placeFile(file);
    const isRelabelled = placement.labels !== file.labels;
    if (placement.action === 'leave' && !isRelabelled) return;
    if (placement.action === 'refuse' && this.refused.get(name) === file.labels) return;
    const op = placement.code === 'none' ? 'LABEL' : placement.code;
    this.pending.add(name);
    const draft = { subject: PLACER, object: name, op, labelsBefore: file.labels, labelsAfter: placement.labels, zoneFrom: file.zone, zoneTo: placement.to, payloadHash: NO_HASH, decision: placement.action === 'refuse' ? ('refuse' as const) : ('allow' as const), reason: placement.reason };
    log.write(draft, (isWritten) => {
      this.pending.delete(name);
      onEvent?.(isWritten ? op : 'NOT_LOGGED', name);
      if (!isWritten) return;
      if (placement.action === 'refuse') this.refused.set(name, file.labels);
      if (isRelabelled) disk.relabel(name, placement.labels);
      if (placement.action === 'migrate' && !isBusy(name)) migrator.start(name, placement.to);
    });
  }
}
