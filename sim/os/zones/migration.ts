/**
 * Moving a file between zones so that a crash at any instant leaves exactly one copy that counts: write down the intent, copy, verify
 * the copy, switch the directory, remove the source, settle. Until the switch the source counts and recovery goes back; from the
 * switch on the target counts and recovery goes forward. Recovery may itself crash, and is begun again.
 *
 * Source: Internet of blockchain for energy, Electric Power ICT 18(6), 2020, section 5, asks for the moves; the steps are a choice.
 * Here are the steps without time; timed-migration.ts gives each its cost.
 */
import type { MoveIntent, ZoneDisk } from './zone-disk.ts';

export type MoveStep = 'intend' | 'begin-copy' | 'end-copy' | 'verify' | 'switch' | 'remove-source' | 'remove-target' | 'settle';

/** A copy that failed its verification is made again this often, then the move is given up. choice */
const COPY_ATTEMPTS = 2;

/** One move under way. What it holds is lost in a crash; what it did is on the disk. */
export class Move {
  readonly intent: MoveIntent;
  next: MoveStep | 'done' = 'intend';
  /** The move was given up: the file stays where it was. */
  failed = false;
  private readonly disk: ZoneDisk;
  private attempts = 0;

  constructor(disk: ZoneDisk, intent: MoveIntent) {
    this.disk = disk;
    this.intent = intent;
  }

  /** Takes the next step. `writtenDigest` is what the device put down, other than the source's digest where it erred. */
  step(writtenDigest: string = this.intent.digest): void {
    const { disk, intent } = this;
    const { file, from, to, digest } = intent;
    switch (this.next) {
      case 'intend':
        disk.intend(intent);
        this.next = 'begin-copy';
        return;
      case 'begin-copy':
        this.attempts += 1;
        disk.write(file, to, { digest: '', isComplete: false });
        this.next = 'end-copy';
        return;
      case 'end-copy':
        disk.write(file, to, { digest: writtenDigest, isComplete: true });
        this.next = 'verify';
        return;
      case 'verify':
        if (disk.copy(file, to)?.digest === digest) this.next = 'switch';
        else if (this.attempts < COPY_ATTEMPTS) this.next = 'begin-copy';
        else this.next = 'remove-target';
        return;
      case 'switch':
        disk.switchTo(file, to);
        this.next = 'remove-source';
        return;
      case 'remove-source':
        disk.remove(file, from);
        this.next = 'settle';
        return;
      case 'remove-target':
        disk.remove(file, to);
        this.failed = true;
        this.next = 'settle';
        return;
      case 'settle':
        disk.settle(file);
        this.next = 'done';
        return;
      case 'done':
    }
  }
}

/** Steps that bring a file to rest after a crash; each may be taken again. */
export function recoverySteps(disk: ZoneDisk, intent: MoveIntent): readonly (() => void)[] {
  const { file, from, to } = intent;
  const loser = disk.file(file).zone === to ? from : to;
  return [() => disk.remove(file, loser), () => disk.settle(file)];
}
