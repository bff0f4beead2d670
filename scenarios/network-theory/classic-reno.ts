/**
 * A Reno sender as Padhye et al. had it before them (Stevens, TCP/IP Illustrated 1, chapter 21; RFC 2581): no selective acknowledgements, no
 * time-based detection, no probes. Three duplicates send the missing segment again, the first acknowledgement of something new ends the
 * recovery, everything else waits for the timeout, which starts over at the first unacknowledged segment. What the transport of
 * sim/network/tcp owes to its younger repairs is the difference to this one.
 *
 * Path: half the round-trip time each way, no queue, independent loss of data. Receiver: every second segment in order, else after 40 ms.
 * Timeouts are `rtoNs`, doubled six times at most, and not estimated. Counts are segments, times ns. Left out: handshake, limited transmit.
 */
import type { RandomStream } from '../../sim/random.ts';
import type { Simulation } from '../../sim/simulation.ts';

/** As sim/network/tcp/ack-policy.ts. */
const DELAYED_ACK_NS = 40e6;
/** RFC 5681, section 3.2. */
const DUPLICATES = 3;
/** 64 times the timeout at most, as in the formula's derivation. */
const MOST_DOUBLINGS = 6;

export class ClassicReno {
  sent = 0;
  timeouts = 0;
  fastRetransmits = 0;
  private readonly sim: Simulation;
  private readonly random: RandomStream;
  private readonly loss: number;
  private readonly halfNs: number;
  private readonly rtoNs: number;
  private readonly dataCode: number;
  private readonly ackCode: number;
  private readonly timeoutCode: number;
  private readonly delayedAckCode: number;
  // sender
  private cwnd = 1;
  private ssthresh = Infinity;
  private una = 0;
  private next = 0;
  private duplicates = 0;
  private recovers = false;
  private doublings = 0;
  private timer = 0;
  // receiver
  private expected = 0;
  private readonly early = new Set<number>();
  private delayedAck = 0;

  constructor(sim: Simulation, { rttNs, rtoNs, loss }: { readonly rttNs: number; readonly rtoNs: number; readonly loss: number }) {
    this.sim = sim;
    this.random = sim.stream('network-theory/classic-reno/loss');
    this.loss = loss;
    this.halfNs = Math.round(rttNs / 2);
    this.rtoNs = rtoNs;
    this.dataCode = sim.register('classic reno: data', (segment) => this.receive(segment));
    this.ackCode = sim.register('classic reno: acknowledgement', (ack) => this.acknowledged(ack));
    this.timeoutCode = sim.register('classic reno: timeout', () => this.timeout());
    this.delayedAckCode = sim.register('classic reno: delayed acknowledgement', () => this.acknowledge());
  }

  start(): void {
    this.fill();
  }

  private transmit(segment: number): void {
    this.sent++;
    if (this.random.float() >= this.loss) this.sim.schedule(this.halfNs, this.dataCode, segment);
  }

  private fill(): void {
    for (; this.next - this.una < Math.floor(this.cwnd); this.next++) {
      if (this.next === this.una) this.restartTimer();
      this.transmit(this.next);
    }
  }

  private restartTimer(): void {
    if (this.timer !== 0) this.sim.cancel(this.timer);
    this.timer = this.sim.schedule(this.rtoNs * (1 << this.doublings), this.timeoutCode);
  }

  private acknowledged(ack: number): void {
    if (ack > this.una) this.advance(ack);
    else if (ack === this.una && this.next > this.una) this.duplicate();
    this.fill();
  }

  private advance(ack: number): void {
    this.una = ack;
    // after a timeout an acknowledgement may cover what was not sent again yet
    this.next = Math.max(this.next, ack);
    this.doublings = 0;
    this.duplicates = 0;
    if (this.recovers) {
      this.recovers = false;
      this.cwnd = this.ssthresh;
    } else this.cwnd += this.cwnd < this.ssthresh ? 1 : 1 / this.cwnd;
    this.restartTimer();
  }

  private duplicate(): void {
    this.duplicates++;
    if (this.recovers) this.cwnd++;
    else if (this.duplicates === DUPLICATES) {
      this.fastRetransmits++;
      this.halve();
      this.cwnd = this.ssthresh + DUPLICATES;
      this.recovers = true;
      this.transmit(this.una);
      this.restartTimer();
    }
  }

  private timeout(): void {
    this.timer = 0;
    this.timeouts++;
    this.halve();
    this.cwnd = 1;
    this.next = this.una;
    this.duplicates = 0;
    this.recovers = false;
    this.doublings = Math.min(this.doublings + 1, MOST_DOUBLINGS);
    this.fill();
  }

  private halve(): void {
    this.ssthresh = Math.max((this.next - this.una) / 2, 2);
  }

  private receive(segment: number): void {
    if (segment !== this.expected) {
      if (segment > this.expected) this.early.add(segment);
      return this.acknowledge();
    }
    const fillsHole = this.early.size > 0;
    do this.expected++;
    while (this.early.delete(this.expected));
    if (fillsHole || this.delayedAck !== 0) this.acknowledge();
    else this.delayedAck = this.sim.schedule(DELAYED_ACK_NS, this.delayedAckCode);
  }

  private acknowledge(): void {
    // of a timer that has fired nothing is left to cancel
    if (this.delayedAck !== 0) this.sim.cancel(this.delayedAck);
    this.delayedAck = 0;
    this.sim.schedule(this.halfNs, this.ackCode, this.expected);
  }
}
