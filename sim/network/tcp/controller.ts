/**
 * The contract between the transport and a congestion controller. The transport knows what was delivered, lost and is in flight; the
 * controller turns that into a window (in segments, as kernels count) and a pacing rate, and owns no timer and no packet.
 *
 * Two kinds, as in the Linux kernel. A window controller (Reno, CUBIC) says how the window grows on acknowledgements and what is left of
 * it at congestion; the transport does the rest (proportional rate reduction, recovery, undo). A model-based one (BBR, MEF) sets
 * `hasOwnRecovery` and sets `cwnd` and `pacingBps` itself on every acknowledgement.
 */

/** `disorder`: first duplicate signs; `cwr`: reducing after a congestion mark; `recovery`: fast; `loss`: after a retransmission timeout. */
export type CongestionState = 'open' | 'disorder' | 'cwr' | 'recovery' | 'loss';

/** What the transport shares with its controller. Counts are segments, times ns, rates bits per second of application bytes. */
export interface TcpState {
  readonly nowNs: number;
  /** Application bytes of a full segment. */
  readonly mss: number;
  readonly state: CongestionState;
  /** Sent and not known to have left the network: packets out - sacked - lost + retransmitted. */
  readonly inflight: number;
  /** Segments delivered so far, acknowledged in order or selectively. */
  readonly delivered: number;
  /** Segments marked lost so far. */
  readonly lost: number;
  /** Smoothed round-trip time; 0 before the first sample. */
  readonly srttNs: number;
  readonly rttVarNs: number;
  /** Latest and least samples; Infinity before the first. */
  readonly lastRttNs: number;
  readonly minRttNs: number;
  /** Next segment to send for the first time, and first one not acknowledged cumulatively. */
  readonly nextSegment: number;
  readonly firstUnacked: number;
  /** The application had nothing to send while the window was open. */
  readonly isAppLimited: boolean;
  /** The window, and not the application or the receiver, limited sending in the last round: windows grow only then (RFC 7661). */
  readonly isCwndLimited: boolean;
  readonly initialWindow: number;
  /** Most that the receiver lets be outstanding. */
  readonly receiveWindow: number;
  /** When pacing lets the next burst leave; not later than `nowNs` where it may leave at once. */
  readonly nextSendNs: number;
  /** Rate samples of what is in flight now count as limited by the application (BBR while it empties the queue). */
  markAppLimited(): void;

  cwnd: number;
  ssthresh: number;
  /** Infinity: not paced. */
  pacingBps: number;
  /** Segments that may leave back to back when paced; 1 or more. */
  sendQuantum: number;
}

/**
 * One acknowledgement with the delivery-rate sample that belongs to it (draft-ietf-ccwg-bbr, "Delivery Rate Samples"). The object is reused:
 * a controller copies what it wants to keep.
 */
export interface AckSample {
  /** Newly acknowledged, in order or selectively, by this acknowledgement. */
  acked: number;
  /** Newly marked lost by it. */
  lost: number;
  /** Delivered since the sampled packet was sent, over `intervalNs`; `intervalNs` 0: no valid sample. */
  delivered: number;
  intervalNs: number;
  /** `delivered` of the connection when the sampled packet was sent; -1 without sample. */
  priorDelivered: number;
  /** In flight when the sampled packet was sent, itself included (BBRv3), and lost of the connection then. */
  txInflight: number;
  priorLost: number;
  /** Lost while the sampled packet was under way: `lost` of the connection now less `priorLost`. */
  lostSince: number;
  isAppLimited: boolean;
  /** Round-trip time of the newest segment acknowledged that was sent once; -1 without one. */
  rttNs: number;
  /** In flight before this acknowledgement was processed. */
  priorInflight: number;
  /** The acknowledgement waited for the receiver's timer: its round-trip time is no propagation delay. */
  isAckDelayed: boolean;
  /** Segments this acknowledgement reported as marked by a queue (ECN), as far as known. */
  marked: number;
}

export interface Controller {
  readonly name: string;
  /** True: the controller sets the window in every state; the transport leaves it alone after losses. */
  readonly hasOwnRecovery: boolean;
  /** True: also the first ten segments of a connection are paced, which Linux lets go at once. */
  readonly pacesFromStart?: boolean;
  /** After the handshake; one round-trip time is known. */
  start(tcp: TcpState): void;
  /** Every acknowledgement that brings something new, after scoreboard, loss detection and round-trip time are up to date. Window controllers
   *  are asked in states `open` and `disorder` only, and when `isCwndLimited`. */
  onAck(tcp: TcpState, sample: AckSample): void;
  /** Each acknowledgement's round-trip sample, for slow-start exits (HyStart). In every state. */
  onRtt?(tcp: TcpState, sample: AckSample): void;
  /**
   * A congestion event (loss, mark or timeout) begins; the window is still what it was. Returns the new slow-start threshold, 2 or more;
   * a model-based controller remembers its window here and returns the old one.
   */
  onCongestion(tcp: TcpState): number;
  /** The retransmission timer fired: everything outstanding counts as lost. Window controllers: `onCongestion` has been asked before. */
  onTimeout?(tcp: TcpState): void;
  /**
   * A segment was marked lost: what was in flight when it was sent, itself included, `lost` of the connection then, and whether the application
   * limited it. Before `onAck` of the acknowledgement that told (BBRv3).
   */
  onLost?(tcp: TcpState, txInflight: number, priorLost: number, isAppLimited: boolean): void;
  /** The state changed; `tcp.state` is the new one. */
  onState?(tcp: TcpState, before: CongestionState): void;
  /** The reduction was spurious: returns the window to go back to. Default: the window before it. */
  onUndo?(tcp: TcpState): number;
  /** Sending starts again after nothing was in flight. */
  onRestart?(tcp: TcpState): void;
  /** Called after each transmission (BBRv3 needs it for probing; MEF for its header). */
  onSend?(tcp: TcpState, packet: number): void;
  /** A packet of the reverse direction came in, before it is processed: explicit feedback is read here. */
  onAckPacket?(tcp: TcpState, packet: number): void;
  /** For figures and tests: name of the phase (STARTUP, PROBE_BW, slow start ...), gains and estimates. */
  describe(): Readonly<Record<string, number | string>>;
}
