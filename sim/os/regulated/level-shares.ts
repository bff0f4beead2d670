/**
 * Level weights: the levels share the core by weight and have no order. Each has a virtual time that advances by service / weight; the
 * level furthest behind is served next (start-time fair queueing, Goyal, Vin and Cheng, SIGCOMM 1996, with levels for flows). A level
 * that was empty comes in where the others are: it has saved nothing up.
 *
 * `level`: a level has its weight as a whole, so L4 gets w4 / (w1 + ... + w4) at least, whatever the others do. `task`: once for each
 * ready task, which as the quantum goes to 0 is discriminatory processor sharing between the levels (Fayolle, Mitrani and
 * Iasnogorodski 1980), and no bound: a level that is flooded takes the core.
 *
 * In mode pr the levels are compared at each arrival and each quantum, in poll every `pollNs`, in np at the end of each task.
 */
import type { Policy } from '../policy.ts';
import type { SharesOptions } from './options.ts';

export class LevelShares {
  readonly quantumNs: number;
  private readonly weights: readonly number[];
  private readonly isPerTask: boolean;
  private readonly virtual: Float64Array;
  /** Ready tasks, per level. */
  private readonly present: Int32Array;

  constructor({ weights, per, quantumNs }: SharesOptions) {
    this.weights = weights;
    this.isPerTask = per === 'task';
    this.quantumNs = quantumNs;
    this.virtual = new Float64Array(weights.length);
    this.present = new Int32Array(weights.length);
  }

  enters(level: number): void {
    const index = level - 1;
    if (this.present[index] === 0) this.virtual[index] = Math.max(this.virtual[index]!, this.floor(index));
    this.present[index]! += 1;
  }

  leaves(level: number): void {
    this.present[level - 1]! -= 1;
  }

  charge(level: number, ranNs: number): void {
    const index = level - 1;
    this.virtual[index]! += ranNs / (this.weights[index]! * (this.isPerTask ? this.present[index]! : 1));
  }

  /** Index of the waiting level that is furthest behind, the higher one among equals; -1 if nobody waits. */
  next(levels: readonly Policy[]): number {
    let best = -1;
    for (let index = 0; index < levels.length; index++) {
      if (levels[index]!.waiting > 0 && (best < 0 || this.virtual[index]! < this.virtual[best]!)) best = index;
    }
    return best;
  }

  /** Does any level but this one have work? */
  isContested(level: number): boolean {
    for (let index = 0; index < this.present.length; index++) if (index !== level - 1 && this.present[index]! > 0) return true;
    return false;
  }

  /** Where the levels that have work stand. Where none has, the furthest that any came: nobody pays later for a core that was free. */
  private floor(except: number): number {
    let least = Infinity;
    for (let index = 0; index < this.present.length; index++) if (index !== except && this.present[index]! > 0) least = Math.min(least, this.virtual[index]!);
    if (least !== Infinity) return least;
    let most = 0;
    for (const virtual of this.virtual) most = Math.max(most, virtual);
    return most;
  }
}
