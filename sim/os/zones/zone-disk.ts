/**
 * What the zones hold through a crash: copies of files, a directory that says which copy counts, and the journal of moves under way.
 * Every method is one durable change, all of it or nothing of it; a copy being written is the exception and shows as unfinished.
 *
 * Choice: the paper says that files move between zones, not how. This is the smallest disk on which a move can be made safe.
 */
import type { LabelSet } from './labels.ts';
import type { PlacedFile } from './placement.ts';
import type { Zone } from './zones.ts';

export interface Copy {
  /** Stands for the content: equal digests are equal bytes. */
  readonly digest: string;
  readonly isComplete: boolean;
}

/** A move that was begun and not yet ended. */
export interface MoveIntent {
  readonly file: string;
  readonly from: Zone;
  readonly to: Zone;
  readonly digest: string;
}

export interface StoredFile extends PlacedFile {
  readonly name: string;
  readonly bytes: number;
  readonly isMutableSystemFile: boolean;
}

export class ZoneDisk {
  /** Directory: the zone of a file is where its counting copy is. */
  private readonly directory = new Map<string, StoredFile>();
  private readonly copies = new Map<string, Copy>();
  private readonly journal = new Map<string, MoveIntent>();

  create(file: StoredFile, digest: string): void {
    this.directory.set(file.name, file);
    this.copies.set(key(file.name, file.zone), { digest, isComplete: true });
  }

  file(name: string): StoredFile {
    return this.directory.get(name)!;
  }

  copy(name: string, zone: Zone): Copy | undefined {
    return this.copies.get(key(name, zone));
  }

  intents(): readonly MoveIntent[] {
    return [...this.journal.values()];
  }

  relabel(name: string, labels: LabelSet): void {
    this.directory.set(name, { ...this.file(name), labels });
  }

  intend(intent: MoveIntent): void {
    this.journal.set(intent.file, intent);
  }

  write(name: string, zone: Zone, copy: Copy): void {
    this.copies.set(key(name, zone), copy);
  }

  /** The one instant at which the other copy begins to count. */
  switchTo(name: string, zone: Zone): void {
    this.directory.set(name, { ...this.file(name), zone });
  }

  remove(name: string, zone: Zone): void {
    this.copies.delete(key(name, zone));
  }

  settle(name: string): void {
    this.journal.delete(name);
  }
}

const key = (name: string, zone: Zone): string => `${zone}/${name}`;
