/**
 * Partial synchrony behind a port: each packet's delay, propagation and faults below included, is what the adversary and the bound leave of
 * it, counted from its last bit. Order, where promised, cannot break the bound: deadlines never fall from one packet to the next.
 */
import type { DropReason } from '../link/discipline.ts';
import type { Medium } from '../link/port.ts';
import type { PartialSynchrony } from './partial-synchrony.ts';

export class SynchronyMedium implements Medium {
  readonly fifo: boolean;
  readonly extraNs = new Float64Array(2);
  readonly corrupt = new Uint8Array(2);
  /** Told of each packet that leaves the line and is not lost. */
  onSend: ((packet: number, nowNs: number) => void) | undefined;
  private readonly synchrony: PartialSynchrony;
  private readonly propagationNs: number;
  private readonly below: Medium;
  private readonly ends: readonly [number, number];

  /** `ends`: the nodes that the link joins, for the adversary. */
  constructor(synchrony: PartialSynchrony, propagationNs: number, below: Medium, ends: readonly [number, number] = [0, 1]) {
    if (synchrony.deltaNs < propagationNs) throw new RangeError(`partial synchrony: delta ${synchrony.deltaNs} ns given; must be at least the propagation, ${propagationNs} ns`);
    this.synchrony = synchrony;
    this.propagationNs = propagationNs;
    this.below = below;
    this.fifo = below.fifo;
    this.ends = ends;
  }

  get reason(): DropReason {
    return this.below.reason;
  }

  judge(nowNs: number, packet: number): number {
    const { below, propagationNs, ends: [from, to] } = this;
    const copies = below.judge(nowNs, packet);
    for (let copy = 0; copy < copies; copy++) {
      // nobody is faster than propagation
      const arrivalNs = Math.max(this.synchrony.arrivalNs(nowNs, from, to, propagationNs + below.extraNs[copy]!), nowNs + propagationNs);
      this.extraNs[copy] = arrivalNs - nowNs - propagationNs;
      this.corrupt[copy] = below.corrupt[copy]!;
    }
    if (copies > 0) this.onSend?.(packet, nowNs);
    return copies;
  }
}
