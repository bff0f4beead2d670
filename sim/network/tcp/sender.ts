/**
 * The sending half of a connection: what may leave now, and what an acknowledgement means. The parts stand in their own files: scoreboard.ts,
 * rtt.ts, delivery-rate.ts, rack-tlp.ts, pacing.ts; the congestion state machine in recovery.ts, timers in retransmission-timer.ts. The order
 * of steps on an acknowledgement is that of net/ipv4/tcp_input.c, tcp_ack. Counts are segments, times ns, rates bit/s of application bytes.
 *
 * Left out: Nagle (a short segment leaves at once, TCP_NODELAY), the receiver's window as anything but a constant, segmentation offload (but
 * for the bursts of a paced sender), urgent data, options other than timestamps and SACK.
 */
import type { Simulation } from '../../simulation.ts';
import { CWR, DATA, ECN_CAPABLE, type PacketStore, RETRANSMISSION } from '../packets.ts';
import { AckFacts } from './ack-facts.ts';
import { AckReader } from './ack-reader.ts';
import type { AckSample, CongestionState, Controller, TcpState } from './controller.ts';
import type { Deadline } from './deadline.ts';
import { DeliveryRate } from './delivery-rate.ts';
import { Pacer } from './pacing.ts';
import { DUPLICATE_THRESHOLD, Rack } from './rack-tlp.ts';
import { Recovery } from './recovery.ts';
import { RetransmissionTimer } from './retransmission-timer.ts';
import { RttEstimator } from './rtt.ts';
import { APP_LIMITED, Scoreboard } from './scoreboard.ts';
import { HEADER_BYTES, MSS } from './wire-format.ts';

export interface SenderOptions {
  /** Segments of the initial window; default 10 (RFC 6928). */
  readonly initialWindow?: number;
  /** Most that may be outstanding; default 2^30. */
  readonly receiveWindow?: number;
  /** Packets carry ECT and marks are answered (RFC 3168); default false. */
  readonly ecn?: boolean;
}

/** Where a sender's packets go and its timers are. */
export interface SenderPlace {
  readonly flow: number;
  readonly path: number;
  readonly send: (packet: number) => void;
  readonly timer: Deadline;
  readonly pacingTimer: Deadline;
}

const INITIAL_WINDOW = 10;
/** The first segments of a connection leave at once, as with the fq queue (tcp_update_skb_after_send: TCP_INIT_CWND). */
const UNPACED_SEGMENTS = 10;
/** choice: never the limit where nothing else is said. */
const RECEIVE_WINDOW = 1_073_741_824;

export class Sender implements TcpState {
  readonly mss = MSS;
  readonly initialWindow: number;
  readonly receiveWindow: number;
  state: CongestionState = 'open';
  cwnd: number;
  ssthresh = Infinity;
  pacingBps = Infinity;
  sendQuantum = 1;
  /** Data packets sent, and those of them that were sent before. */
  sentSegments = 0;
  retransmits = 0;
  /** Application bytes acknowledged in order. */
  ackedBytes = 0;

  readonly controller: Controller;
  readonly board = new Scoreboard();
  readonly rate = new DeliveryRate();
  readonly rtt = new RttEstimator();
  readonly rack = new Rack();
  readonly timer: RetransmissionTimer;
  readonly recovery: Recovery;
  readonly facts = new AckFacts();
  private readonly reader: AckReader;
  readonly sample: AckSample = {
    acked: 0, lost: 0, delivered: 0, intervalNs: 0, priorDelivered: -1, txInflight: 0, priorLost: 0, lostSince: 0, isAppLimited: false,
    rttNs: -1, priorInflight: 0, isAckDelayed: false, marked: 0,
  };

  private readonly sim: Simulation;
  private readonly packets: PacketStore;
  private readonly place: SenderPlace;
  private readonly ecn: boolean;
  private readonly pacer = new Pacer();
  /** Bytes written and not yet cut into segments. */
  private unsentBytes = 0;
  private isOpen = false;
  /** The next new segment tells the receiver of the reduction (CWR). */
  private tellsReduction = false;
  private lastSentNs = 0;
  /** As tcp_cwnd_validate keeps them: was the window the limit in this round, and the most outstanding in it. */
  private windowWasLimit = false;
  private mostOutstanding = 0;
  private usageRoundEnd = 0;

  constructor(sim: Simulation, packets: PacketStore, controller: Controller, place: SenderPlace, options: SenderOptions = {}) {
    this.sim = sim;
    this.packets = packets;
    this.controller = controller;
    this.place = place;
    this.initialWindow = options.initialWindow ?? INITIAL_WINDOW;
    this.receiveWindow = options.receiveWindow ?? RECEIVE_WINDOW;
    this.ecn = options.ecn ?? false;
    this.cwnd = this.initialWindow;
    this.timer = new RetransmissionTimer(this, place.timer);
    this.recovery = new Recovery(this);
    this.reader = new AckReader(this, packets);
    if (controller.onLost !== undefined) this.board.onLost = (segment) => this.tellLost(segment);
  }

  get nowNs(): number {
    return this.sim.now;
  }
  get inflight(): number {
    return this.board.inflight;
  }
  get delivered(): number {
    return this.rate.delivered;
  }
  get lost(): number {
    return this.board.lost;
  }
  get srttNs(): number {
    return this.rtt.srttNs;
  }
  get rttVarNs(): number {
    return this.rtt.rttVarNs;
  }
  get lastRttNs(): number {
    return this.rtt.lastNs;
  }
  get minRttNs(): number {
    return this.rtt.minNs;
  }
  get nextSegment(): number {
    return this.board.next;
  }
  get firstUnacked(): number {
    return this.board.una;
  }
  get isAppLimited(): boolean {
    return this.rate.isAppLimited;
  }
  /** In slow start a window that is used to more than half may still double (tcp_is_cwnd_limited). */
  get isCwndLimited(): boolean {
    return this.windowWasLimit || (this.cwnd < this.ssthresh && this.cwnd < 2 * this.mostOutstanding);
  }
  get nextSendNs(): number {
    return this.pacer.nextNs;
  }

  /** The handshake is done; `rttNs` -1: its round-trip time is not known. */
  connected(rttNs: number): void {
    this.isOpen = true;
    if (rttNs >= 0) {
      this.rtt.propagation(rttNs, false);
      this.rtt.sample(rttNs, 0, 0);
    }
    this.timer.rtoNs = this.rtt.rtoNs;
    this.controller.start(this);
    this.push();
  }

  /** The application hands over bytes; Infinity: it always has more. */
  write(bytes: number): void {
    this.checkAppLimited();
    this.unsentBytes += bytes;
    if (this.isOpen) this.push();
  }

  /** The application has no more to send than what has left; what was cut into segments is still delivered. */
  stopWriting(): void {
    this.unsentBytes = 0;
  }

  markAppLimited(): void {
    this.rate.markAppLimited(this.board.inflight);
  }

  /** Takes an acknowledgement over. */
  receive(packet: number): void {
    const { board, facts, sample, packets, recovery, rate } = this;
    this.controller.onAckPacket?.(this, packet);
    const ack = packets.sequence[packet]!;
    const priorPacketsOut = board.packetsOut;
    const priorDelivered = rate.delivered;
    const priorLost = board.lost;
    sample.priorInflight = board.inflight;
    this.reader.read(packet, ack);
    packets.free(packet);
    if (priorPacketsOut === 0) return facts.duplicate ? recovery.onAck(ack) : undefined;
    this.controller.onRtt?.(this, sample);

    if (sample.priorDelivered >= 0) this.rack.onRound(sample.priorDelivered, rate.delivered);
    recovery.onAck(ack);
    if (facts.setsTimer && !facts.timerIsSet) this.timer.restart();

    sample.acked = rate.delivered - priorDelivered;
    sample.lost = board.lost - priorLost;
    sample.marked = facts.marked ? sample.acked : 0;
    sample.lostSince = board.lost - sample.priorLost;
    rate.finish(sample, this.sim.now, this.rtt.minNs);
    this.control();
    recovery.send();
    this.push();
  }

  /** Event: the next paced burst may leave. */
  onPacingTimer(): void {
    if (this.recovery.wantsRetransmission) this.recovery.retransmit();
    this.push();
  }

  /** Sends what window, receiver and pace allow (tcp_write_xmit). */
  push(): void {
    if (!this.isOpen) return;
    const { board } = this;
    let sent = 0;
    while (this.unsentBytes > 0 && this.mayBurst()) {
      if (board.packetsOut === 0) this.restart();
      const quota = this.cwnd - board.inflight;
      if (quota <= 0 || board.packetsOut >= this.receiveWindow) break;
      sent += this.burst(Math.min(this.burstLimit(quota), this.receiveWindow - board.packetsOut));
    }
    const isLimit = board.inflight >= this.cwnd;
    if (sent > 0 || isLimit) this.noteUsage(isLimit);
    if (sent === 0) return;
    if (this.state === 'recovery' || this.state === 'cwr') this.recovery.prr.out += sent;
    this.timer.onNewData();
  }

  /** There is a new segment to probe with. */
  get hasNew(): boolean {
    return this.unsentBytes > 0 && this.board.packetsOut < this.receiveWindow;
  }

  /** One new segment beyond the window: a tail loss probe (tcp_write_xmit with push_one 2). Pacing may hold it back. */
  pushProbe(): boolean {
    if (!this.mayBurst()) return false;
    this.burst(1);
    if (this.state === 'cwr') this.recovery.prr.out++;
    return true;
  }

  /** Pacing allows a burst now; if not, the timer is set. */
  mayBurst(): boolean {
    if (this.pacingBps === Infinity || this.pacer.nextNs <= this.sim.now) return true;
    if (this.place.pacingTimer.atNs !== this.pacer.nextNs) this.place.pacingTimer.set(this.pacer.nextNs);
    return false;
  }

  /** Segments that may leave back to back of `quota`. A paced sender keeps half a window for a second burst (tcp_cwnd_test). */
  burstLimit(quota: number): number {
    return this.pacingBps === Infinity ? quota : Math.min(quota, this.sendQuantum, Math.max(this.cwnd >> 1, 1));
  }

  /** Bytes of a burst have left: the next has to keep its distance. */
  noteBurst(bytes: number, segments: number): void {
    const isPaced = this.controller.pacesFromStart === true || this.sentSegments - segments >= UNPACED_SEGMENTS;
    this.pacer.sent(this.sim.now, bytes, isPaced ? this.pacingBps : Infinity);
  }

  /** Sends a segment again. Returns its bytes. */
  resend(segment: number, counted: boolean): number {
    const { board, sim } = this;
    const at = segment & board.mask;
    this.rate.onSend(board, segment, sim.now, board.packetsOut, board.inflight);
    board.resend(segment, sim.now, counted);
    this.retransmits++;
    const bytes = board.payload[at]!;
    this.transmit(segment, bytes, DATA | RETRANSMISSION);
    return bytes;
  }

  /** The receiver will be told that the window is smaller (tcp_ecn_queue_cwr). */
  queueReductionNotice(): void {
    this.tellsReduction = this.ecn;
  }

  withdrawReductionNotice(): void {
    this.tellsReduction = false;
  }

  private burst(most: number): number {
    const { board, sim } = this;
    let segments = 0;
    let burstBytes = 0;
    while (segments < most && this.unsentBytes > 0) {
      const bytes = Math.min(MSS, this.unsentBytes);
      this.unsentBytes -= bytes;
      const packetsOut = board.packetsOut;
      const inflight = board.inflight;
      const segment = board.append(bytes, sim.now);
      this.rate.onSend(board, segment, sim.now, packetsOut, inflight);
      let flags = this.ecn ? DATA | ECN_CAPABLE : DATA;
      if (this.tellsReduction) {
        flags |= CWR;
        this.tellsReduction = false;
      }
      this.timer.onSegment(packetsOut);
      this.transmit(segment, bytes, flags);
      burstBytes += bytes;
      segments++;
    }
    this.noteBurst(burstBytes, segments);
    return segments;
  }

  /** Nothing was outstanding. After a pause longer than the timeout the window decays to the initial one (RFC 2861; tcp_slow_start_after_idle_check). */
  private restart(): void {
    if (this.sentSegments === 0) return;
    let pausedNs = this.sim.now - this.lastSentNs;
    if (!this.controller.hasOwnRecovery && pausedNs > this.timer.rtoNs) {
      this.ssthresh = Math.max(this.ssthresh, Math.floor((this.cwnd * 3) / 4));
      const least = Math.min(this.initialWindow, this.cwnd);
      while ((pausedNs -= this.timer.rtoNs) > 0 && this.cwnd > least) this.cwnd >>= 1;
      this.cwnd = Math.max(this.cwnd, least);
    }
    this.controller.onRestart?.(this);
  }

  private transmit(segment: number, payload: number, flags: number): void {
    const { packets, sim, place } = this;
    const packet = packets.make(place.flow, place.path, flags, HEADER_BYTES + payload);
    packets.sequence[packet] = segment;
    packets.payload[packet] = payload;
    packets.tag[packet] = sim.now;
    packets.sentNs[packet] = sim.now;
    this.sentSegments++;
    this.lastSentNs = sim.now;
    this.controller.onSend?.(this, packet);
    place.send(packet);
  }

  private tellLost(segment: number): void {
    const { board } = this;
    const at = segment & board.mask;
    this.controller.onLost!(this, board.txInflight[at]!, board.lostBefore[at]!, (board.flags[at]! & APP_LIMITED) !== 0);
  }

  /** Window and pace (tcp_cong_control). */
  private control(): void {
    const { controller, sample, facts, state, board } = this;
    if (controller.hasOwnRecovery) return controller.onAck(this, sample);
    if (state === 'recovery' || state === 'cwr') {
      if (sample.acked > 0) this.cwnd = this.recovery.prr.window(sample.acked, board.inflight, this.ssthresh, facts.advanced && sample.lost === 0);
    } else if ((this.rack.degree > DUPLICATE_THRESHOLD ? sample.acked > 0 : facts.advanced) && this.isCwndLimited) controller.onAck(this, sample);
  }

  private noteUsage(isLimit: boolean): void {
    const { board } = this;
    const { packetsOut } = board;
    if (!(board.una < this.usageRoundEnd && !isLimit && (this.windowWasLimit || packetsOut <= this.mostOutstanding))) {
      this.windowWasLimit = isLimit;
      this.mostOutstanding = packetsOut;
      this.usageRoundEnd = board.next;
    }
  }

  /** Before new bytes come: has the application been the limit (tcp_rate_check_app_limited)? */
  private checkAppLimited(): void {
    const { board } = this;
    if (this.unsentBytes < MSS && board.inflight < this.cwnd && board.lostOut <= board.retransOut) this.rate.markAppLimited(board.inflight);
  }
}
