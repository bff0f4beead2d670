/**
 * PIE (RFC 8033): every `updateNs` a proportional-integral controller moves a drop probability towards a queueing delay of `targetNs`;
 * arrivals are dropped, or marked, with it.
 *
 * Section numbers of the RFC stand beside the rules. The delay is the wait of the packet that last left (section 5.2 allows it in place
 * of the rate estimate). Nothing changes between packets, so the updates that fell due are done when the next packet comes or goes.
 * Left out: switching PIE off on idle lines (5.3, optional; sch_pie.c neither), byte mode, the kernel's extra step above 250 ms.
 */
import type { RandomStream } from '../../random.ts';
import { NONE, type PacketStore } from '../packets.ts';
import type { DropReason, QueueDiscipline } from './discipline.ts';
import { mark } from './ecn.ts';
import { PacketRing } from './packet-ring.ts';

export interface PieOptions {
  readonly limitPackets?: number;
  readonly targetNs?: number;
  readonly updateNs?: number;
  /** Per second of delay, an update each (4.2). */
  readonly alpha?: number;
  readonly beta?: number;
  readonly maxBurstNs?: number;
  /** Drops kept from clustering (5.4). */
  readonly derandomised?: boolean;
}

/** Section 4.1 and 4.4; limit: sch_pie.c. */
const DEFAULTS = { limitPackets: 1000, targetNs: 15_000_000, updateNs: 15_000_000, alpha: 0.125, beta: 1.25, maxBurstNs: 150_000_000, derandomised: true };
/** MEAN_PKTSIZE (4.1): two of them always fit. */
const MEAN_PACKET_BYTES = 1500;
/** Above this probability ECN-capable packets are dropped too (5.1). */
const MARK_BELOW = 0.1;
/** The step is divided by the factor while the probability is below the bound (4.2): small probabilities need small steps. */
const STEP_SCALES: readonly (readonly [number, number])[] = [[1e-6, 2048], [1e-5, 512], [1e-4, 128], [1e-3, 32], [1e-2, 8], [1e-1, 2]];

export class Pie implements QueueDiscipline {
  bytes = 0;
  refusal: DropReason = 'tail';
  probability = 0;
  private readonly store: PacketStore;
  private readonly stream: RandomStream;
  private readonly options: Required<PieOptions>;
  private readonly ring = new PacketRing();
  private delayNs = 0;
  private oldDelayNs = 0;
  private burstNs: number;
  /** Sum of the probabilities of packets let pass since the last drop. */
  private passed = 0;
  private nextUpdateNs: number;

  constructor(packets: PacketStore, options: PieOptions, stream: RandomStream) {
    this.store = packets;
    this.stream = stream;
    this.options = { ...DEFAULTS, ...options };
    this.burstNs = this.options.maxBurstNs;
    this.nextUpdateNs = this.options.updateNs;
  }

  get packets(): number {
    return this.ring.length;
  }

  enqueue(packet: number, nowNs: number, lineFree: boolean): boolean {
    this.catchUp(nowNs);
    if (!lineFree && this.ring.length >= this.options.limitPackets) return this.refuse('tail');
    if (this.burstNs === 0 && this.isChosen() && !(this.probability < MARK_BELOW && mark(this.store, packet))) return this.refuse('early');
    this.ring.push(packet);
    this.bytes += this.store.bytes[packet]!;
    return true;
  }

  dequeue(nowNs: number): number {
    this.catchUp(nowNs);
    const packet = this.ring.shift();
    if (packet !== NONE) this.bytes -= this.store.bytes[packet]!;
    this.delayNs = this.ring.length === 0 ? 0 : nowNs - this.store.enqueuedNs[packet]!;
    return packet;
  }

  /** Section 4.1 with 5.4: never for a short queue or a falling delay; never too soon after a drop nor too late. */
  private isChosen(): boolean {
    const { targetNs, derandomised } = this.options;
    if ((this.oldDelayNs < targetNs / 2 && this.probability < 0.2) || this.bytes <= 2 * MEAN_PACKET_BYTES) return false;
    if (this.probability === 0) this.passed = 0;
    this.passed += this.probability;
    if (derandomised && this.passed < 0.85) return false;
    if (!(derandomised && this.passed >= 8.5) && this.stream.float() >= this.probability) return false;
    this.passed = 0;
    return true;
  }

  private catchUp(nowNs: number): void {
    const { updateNs } = this.options;
    while (this.nextUpdateNs <= nowNs) {
      if (this.isAtRest()) {
        this.nextUpdateNs += updateNs * (Math.floor((nowNs - this.nextUpdateNs) / updateNs) + 1);
        return;
      }
      this.update();
      this.nextUpdateNs += updateNs;
    }
  }

  /** Further updates change nothing until a packet comes: an idle line need not count them. */
  private isAtRest(): boolean {
    return this.probability === 0 && this.delayNs === 0 && this.oldDelayNs === 0 && this.burstNs === this.options.maxBurstNs;
  }

  private update(): void {
    const { targetNs, updateNs, alpha, beta, maxBurstNs } = this.options;
    let step = (alpha * (this.delayNs - targetNs) + beta * (this.delayNs - this.oldDelayNs)) / 1e9;
    for (const [bound, divisor] of STEP_SCALES) {
      if (this.probability < bound) {
        step /= divisor;
        break;
      }
    }
    if (this.probability >= 0.1 && step > 0.02) step = 0.02; // 5.5
    this.probability += step;
    if (this.delayNs === 0 && this.oldDelayNs === 0) this.probability *= 0.98;
    this.probability = Math.min(1, Math.max(0, this.probability));
    this.burstNs = Math.max(0, this.burstNs - updateNs);
    if (this.probability === 0 && this.delayNs < targetNs / 2 && this.oldDelayNs < targetNs / 2) this.burstNs = maxBurstNs;
    this.oldDelayNs = this.delayNs;
  }

  private refuse(reason: DropReason): boolean {
    this.refusal = reason;
    this.passed = 0;
    return false;
  }
}
