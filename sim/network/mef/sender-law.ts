/**
 * The sender law of MEF (reconstruction): from echoes to a rate, for any transport. Rates are bits on the wire per second, times ns.
 *
 *     echo       the rate is the echoed one: no slow start, no probing; with a ramp limit at most doubled every RTT
 *     phase      once a round-trip time a packet that had to wait for others comes a quarter of that later, see `pacedBps`
 *     silence    no echo for 2 SRTT since one was due: halved now and after every further SRTT, see `onSend` and `patienceNs`
 *     loss       on a covered path with load below 1: the medium's, so no reduction; else the safety window loses its headroom
 *     timeout    halved, until the next echo
 *     coverage   a router without MEF on the path, or a header with a wrong check: the rate is an upper bound only, see the TCP controller
 */
import { BAD_CHECK, DELAY_UNIT_NS, LOAD_ONE, type MefHeaders, RATE_UNIT_BPS, RATE_UNLIMITED, UNCOVERED_HOP } from './header.ts';

/** Silence that counts, in smoothed round-trip times. */
const SILENCE_RTTS = 2;
/** Longest that a receiver keeps a lone packet's acknowledgement back: TCP_DELACK_MIN (include/net/tcp.h), 40 ms at most while data comes. */
const ACK_DELAY_NS = 40e6;
/**
 * choice: shortest time that stands for a round-trip time in judging silence, the longest interval of a router's law. On shorter paths a few
 * packets in a queue take longer than the path itself, and no router lowers its rate in less.
 */
const LEAST_PATIENCE_NS = 10e6;
/** choice: a packet a second, the first retransmission timeout of RFC 6298. Slower than that, a sender would sleep through the next echo. */
const SLOWEST_GAP_NS = 1e9;
/** Headroom of the safety window over rate x SRTT. */
export const WINDOW_GAIN = 1.25;
export const LEAST_WINDOW = 4;
/** choice: share of its waiting time by which a flow moves in a round-trip time; above 1 it would overshoot. */
const PHASE_GAIN = 1 / 4;

export class MefSender {
  /** Rate to send at; 0 before the first echo. */
  rateBps = 0;
  /** Every router on the path has spoken. */
  isCovered = false;
  /** Largest load on the path and sum of waiting times, as last echoed. */
  load = 0;
  queueDelayUnits = 0;
  echoes = 0;
  private readonly rampLimit: boolean;
  private echoedBps = 0;
  /** First packet sent since the last echo; -1: none. */
  private unansweredNs = -1;
  /** Since when the receiver has had no reason to wait. */
  private dueNs = 0;
  private packetBits = 0;
  private halvings = 0;
  private rampBps = Infinity;
  private rampNs = 0;
  private hasHeadroom = true;

  constructor(rampLimit = false) {
    this.rampLimit = rampLimit;
  }

  /** A header came back. `srttNs` 0: not known yet; `startBps`: what a ramp starts from. */
  onEcho(headers: MefHeaders, packet: number, nowNs: number, srttNs: number, startBps: number): void {
    const rate = headers.rate.values[packet]!;
    const flags = headers.flags.values[packet]!;
    this.isCovered = (flags & (UNCOVERED_HOP | BAD_CHECK)) === 0 && rate !== RATE_UNLIMITED;
    this.load = headers.load.values[packet]! / LOAD_ONE;
    this.queueDelayUnits = headers.delay.values[packet]!;
    if (this.isCovered && this.load < 1) this.hasHeadroom = true;
    this.echoes++;
    this.unansweredNs = -1;
    this.halvings = 0;
    this.echoedBps = rate === RATE_UNLIMITED || (flags & BAD_CHECK) !== 0 ? Infinity : rate * RATE_UNIT_BPS;
    this.rateBps = this.echoedBps;
    if (this.rampLimit) this.ramp(nowNs, srttNs, startBps);
  }

  /**
   * A packet left, full or not. The receiver answers every second full one at once and a lone one when it has waited for company (RFC 5681
   * section 4.2), so only then an echo is due.
   */
  onSend(nowNs: number, srttNs: number, fullBits: number, isFull = true): void {
    this.packetBits = fullBits;
    if (this.unansweredNs < 0) {
      this.unansweredNs = nowNs;
      this.dueNs = nowNs + ACK_DELAY_NS;
      return;
    }
    if (isFull) this.dueNs = Math.min(this.dueNs, nowNs);
    if (srttNs > 0) this.judgeSilence(nowNs, srttNs);
  }

  /** Sends again after nothing was in flight: a pause of the application is no silence of the path. */
  onRestart(): void {
    this.unansweredNs = -1;
  }

  onTimeout(): void {
    this.halvings++;
    this.apply();
  }

  /**
   * The rate to pace at. Flows of one rate keep their phases for ever, and where they have gathered in a bunch each of its packets waits, with
   * fifty flows a handful of them. A packet that came later by what it waited would be served as before and not wait. So a flow moves by a
   * part of its waiting time (the third feedback), by less than the gap between its packets: queues of many equal flows vanish (choice).
   * However little was echoed, a packet a second leaves: who sleeps longer does not hear that the others have gone.
   */
  pacedBps(srttNs: number, packetBits: number): number {
    const rateBps = Math.max(this.rateBps, (packetBits * 1e9) / SLOWEST_GAP_NS);
    const gapNs = (packetBits * 1e9) / rateBps;
    const waitedNs = Math.min(this.queueDelayUnits * DELAY_UNIT_NS, gapNs);
    return waitedNs > 0 && srttNs > 0 ? rateBps / (1 + (PHASE_GAIN * waitedNs) / Math.max(srttNs, gapNs)) : rateBps;
  }

  /** A loss was found. The echoed rate knows of load; what the window may hold beyond the path goes until the load is below 1 again. */
  onLoss(): void {
    if (!this.isCovered || this.load >= 1) this.hasHeadroom = false;
  }

  /** Window in packets that keeps a silent path from filling. While echoes come it does not govern, the rate does. */
  window(srttNs: number, minRttNs: number, packetBits: number): number {
    const heldNs = this.hasHeadroom ? WINDOW_GAIN * srttNs : minRttNs;
    return Math.max(LEAST_WINDOW, Math.ceil((this.rateBps * heldNs) / 1e9 / packetBits));
  }

  /**
   * The header's RTT: how late this flow follows a change. Below one packet a round-trip time that is the gap between its packets (choice:
   * routers that took the RTT for it would steer fifty such flows too hard, into oscillation).
   */
  controlDelayNs(srttNs: number, packetBits: number): number {
    return srttNs > 0 && this.rateBps > 0 ? Math.max(srttNs, (packetBits * 1e9) / this.rateBps) : srttNs;
  }

  private judgeSilence(nowNs: number, srttNs: number): void {
    const patienceNs = this.patienceNs(srttNs);
    const silentNs = nowNs - this.dueNs;
    if (silentNs <= SILENCE_RTTS * patienceNs) return;
    const halvings = 1 + Math.floor((silentNs - SILENCE_RTTS * patienceNs) / patienceNs);
    if (halvings <= this.halvings) return;
    this.halvings = halvings;
    this.apply();
  }

  /** What counts as a round-trip time of silence: not less than the gap between packets at the echoed rate, which echoes may keep, too. */
  private patienceNs(srttNs: number): number {
    return Math.max(srttNs, (this.packetBits * 1e9) / this.echoedBps, LEAST_PATIENCE_NS);
  }

  private apply(): void {
    let rateBps = this.echoedBps;
    for (let halving = 0; halving < this.halvings && halving < 64; halving++) rateBps /= 2;
    this.rateBps = Math.max(Math.min(this.echoedBps, (this.packetBits * 1e9) / SLOWEST_GAP_NS), rateBps);
  }

  /** Doubles a ceiling once a round-trip time; gone once the echoed rate is below it. */
  private ramp(nowNs: number, srttNs: number, startBps: number): void {
    if (this.echoes === 1) {
      this.rampBps = startBps;
      this.rampNs = nowNs;
    } else if (srttNs > 0 && nowNs - this.rampNs >= srttNs) {
      this.rampBps = 2 * Math.min(this.rampBps, this.rateBps);
      this.rampNs = nowNs;
    }
    this.rateBps = Math.min(this.rateBps, this.rampBps);
  }
}
