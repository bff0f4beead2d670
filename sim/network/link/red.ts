/**
 * Random early detection (Floyd and Jacobson, "Random Early Detection Gateways for Congestion Avoidance", IEEE/ACM ToN 1(4), 1993) with the
 * gentle variant (Floyd 2000) and marking (RFC 3168 section 7: above the upper end drop also what could be marked).
 *
 * The average is over packets waiting, renewed at each arrival; after an idle time as if small packets had left all the while.
 * Between the thresholds a packet goes with p/(1 - count p): the gaps between drops are then uniform, not geometric.
 * Left out: byte mode, adaptive RED.
 */
import { pow } from '../../dmath.ts';
import type { RandomStream } from '../../random.ts';
import type { PacketStore } from '../packets.ts';
import type { DropReason, QueueDiscipline } from './discipline.ts';
import { mark } from './ecn.ts';
import { PacketRing } from './packet-ring.ts';

export interface RedOptions {
  readonly limitPackets: number;
  readonly minPackets: number;
  readonly maxPackets: number;
  /** Weight of the newest sample; default 0.002 (section 6 of the paper). */
  readonly weight?: number;
  /** Probability at `maxPackets`; default 0.1 (Floyd 1997, "Discussions of setting parameters"). */
  readonly maxProbability?: number;
  /** From `maxPackets` to twice that the probability grows to 1, instead of at once; default true. */
  readonly gentle?: boolean;
  /** Bytes of a typical packet, for idle times; default 500 (choice, as in ns-2). */
  readonly meanPacketBytes?: number;
}

export class Red implements QueueDiscipline {
  bytes = 0;
  refusal: DropReason = 'tail';
  /** Average number of packets waiting. */
  average = 0;
  private readonly store: PacketStore;
  private readonly stream: RandomStream;
  private readonly options: Required<RedOptions>;
  private readonly ring = new PacketRing();
  /** Packets since the last one dropped or marked; -1: the average has been below the lower threshold. */
  private sinceLast = -1;
  private idleSinceNs = 0;
  private typicalServiceNs = Infinity;

  constructor(packets: PacketStore, options: RedOptions, stream: RandomStream) {
    if (!(options.minPackets >= 0 && options.maxPackets > options.minPackets)) {
      throw new RangeError(`RED thresholds ${options.minPackets}, ${options.maxPackets} packets given; required: 0 <= minPackets < maxPackets`);
    }
    this.store = packets;
    this.stream = stream;
    this.options = { weight: 0.002, maxProbability: 0.1, gentle: true, meanPacketBytes: 500, ...options };
  }

  get packets(): number {
    return this.ring.length;
  }

  onRate(rateBps: number): void {
    this.typicalServiceNs = (this.options.meanPacketBytes * 8e9) / rateBps;
  }

  enqueue(packet: number, nowNs: number, lineFree: boolean): boolean {
    this.observe(nowNs, lineFree);
    const probability = this.probability();
    if (probability <= 0) this.sinceLast = -1;
    else if (this.isChosen(probability)) {
      if (probability >= 1 || !mark(this.store, packet)) return this.refuse('early');
    }
    if (!lineFree && this.ring.length >= this.options.limitPackets) return this.refuse('tail');
    this.ring.push(packet);
    this.bytes += this.store.bytes[packet]!;
    return true;
  }

  dequeue(nowNs: number): number {
    const packet = this.ring.shift();
    if (packet >= 0) this.bytes -= this.store.bytes[packet]!;
    else this.idleSinceNs = nowNs;
    return packet;
  }

  private observe(nowNs: number, lineFree: boolean): void {
    const { weight } = this.options;
    if (lineFree) this.average *= pow(1 - weight, (nowNs - this.idleSinceNs) / this.typicalServiceNs);
    else this.average += weight * (this.ring.length - this.average);
  }

  /** Of dropping or marking, before the spacing by `sinceLast`. */
  private probability(): number {
    const { minPackets, maxPackets, maxProbability, gentle } = this.options;
    const { average } = this;
    if (average < minPackets) return 0;
    if (average < maxPackets) return (maxProbability * (average - minPackets)) / (maxPackets - minPackets);
    if (!gentle || average >= 2 * maxPackets) return 1;
    return maxProbability + ((1 - maxProbability) * (average - maxPackets)) / maxPackets;
  }

  private isChosen(probability: number): boolean {
    this.sinceLast++;
    const spaced = this.sinceLast * probability >= 1 ? 1 : probability / (1 - this.sinceLast * probability);
    if (probability < 1 && this.stream.float() >= spaced) return false;
    this.sinceLast = 0;
    return true;
  }

  private refuse(reason: DropReason): boolean {
    this.refusal = reason;
    return false;
  }
}
