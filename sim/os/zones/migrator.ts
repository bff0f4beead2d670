/**
 * Moves with their costs: each step of migration.ts happens when its device time and processor time are spent. A file for zone 2 is
 * encrypted on the way in and decrypted on the way out. Journal and directory are metadata on the device of zone 4 (choice).
 *
 * A crash of the service forgets all moves under way; what the devices had been given, they finish. Recovery then settles what the
 * journal holds. Modifications of a file that is being moved have to wait (`isMoving`), or the switch would lose them. Times in ns.
 */
import type { Cpu } from '../../ports.ts';
import type { Simulation } from '../../simulation.ts';
import { Move, type MoveStep, recoverySteps } from './migration.ts';
import type { MoveIntent, ZoneDisk } from './zone-disk.ts';
import type { ZoneDevices } from './zone-devices.ts';
import type { Zone } from './zones.ts';

export interface MigratorOptions {
  readonly disk: ZoneDisk;
  readonly devices: ZoneDevices;
  readonly cpu: Cpu;
  /** Queue level of this work on the processor. */
  readonly cpuLevel: number;
  readonly encryptNsPerByte: number;
  readonly hashNsPerByte: number;
  /** What the device puts down for a copy; default: what it was given. */
  readonly writtenDigest?: (intent: MoveIntent) => string;
  readonly onEnd: (intent: MoveIntent, failed: boolean) => void;
}

const METADATA_ZONE: Zone = 4;

export class Migrator {
  private readonly sim: Simulation;
  private readonly options: MigratorOptions;
  private readonly moves = new Map<string, Move>();
  /** Counts crashes: callbacks of an earlier life do nothing. */
  private life = 0;
  private isRecovering = false;

  constructor(sim: Simulation, options: MigratorOptions) {
    this.sim = sim;
    this.options = options;
  }

  /** Also true of a move that a crash cut off and recovery has not settled yet. */
  isMoving(file: string): boolean {
    return this.moves.has(file) || this.options.disk.intents().some((intent) => intent.file === file);
  }

  /** Begins to move a file; false where it is being moved already, or the service is recovering. */
  start(file: string, to: Zone): boolean {
    const { disk } = this.options;
    if (this.isRecovering || this.isMoving(file)) return false;
    const from = disk.file(file).zone;
    const move = new Move(disk, { file, from, to, digest: disk.copy(file, from)!.digest });
    this.moves.set(file, move);
    this.advance(move);
    return true;
  }

  /** The service dies with all it has in memory, and recovers after `rebootNs`. */
  crash(rebootNs: number): void {
    this.life += 1;
    this.moves.clear();
    this.isRecovering = true;
    const { life } = this;
    this.sim.after(rebootNs, () => {
      if (life === this.life) this.recover(this.options.disk.intents());
    });
  }

  private advance(move: Move): void {
    const { life } = this;
    this.spend(move.next, move.intent, () => {
      if (life !== this.life) return;
      move.step(move.next === 'end-copy' ? this.options.writtenDigest?.(move.intent) : undefined);
      if (move.next !== 'done') this.advance(move);
      else {
        this.moves.delete(move.intent.file);
        this.options.onEnd(move.intent, move.failed);
      }
    });
  }

  /** The cost of a step, after which it is done. */
  private spend(step: MoveStep | 'done', { file, from, to }: MoveIntent, then: () => void): void {
    const { devices, disk, cpu, cpuLevel, encryptNsPerByte, hashNsPerByte } = this.options;
    const { bytes } = disk.file(file);
    const work = (nsPerByte: number, next: () => void): void => cpu.run(Math.round(bytes * nsPerByte), cpuLevel, next);
    switch (step) {
      case 'begin-copy':
        devices.transfer(from, bytes, () => work((from === 2 ? encryptNsPerByte : 0) + (to === 2 ? encryptNsPerByte : 0), then));
        return;
      case 'end-copy':
        devices.transfer(to, bytes, then);
        return;
      case 'verify':
        devices.transfer(to, bytes, () => work(hashNsPerByte, then));
        return;
      case 'remove-source':
        devices.transfer(from, 0, then);
        return;
      case 'remove-target':
        devices.transfer(to, 0, then);
        return;
      default:
        devices.transfer(METADATA_ZONE, 0, then);
    }
  }

  private recover(intents: readonly MoveIntent[]): void {
    const { disk, devices, onEnd } = this.options;
    const { life } = this;
    const steps = intents.flatMap((intent) => {
      const own = recoverySteps(disk, intent);
      return own.map((step, index) => ({ step, ended: index === own.length - 1 ? intent : undefined }));
    });
    const next = (index: number): void => {
      const due = steps[index];
      if (due === undefined) {
        this.isRecovering = false;
        return;
      }
      devices.transfer(METADATA_ZONE, 0, () => {
        if (life !== this.life) return;
        due.step();
        if (due.ended !== undefined) onEnd(due.ended, disk.file(due.ended.file).zone !== due.ended.to);
        next(index + 1);
      });
    };
    next(0);
  }
}
