/** What a paced flow asks of its scheme (MEF, RCP, XCP): a header on each packet, and a rate and a window from each echo. */
import type { PacketStore } from '../packets.ts';

/** A flow as its scheme sees it. Rates are bits on the wire per second, windows bytes on the wire. */
export interface FeedbackFlow {
  readonly packets: PacketStore;
  /** 0 before the first sample. */
  readonly srttNs: number;
  readonly minRttNs: number;
  /** 0: nothing may be sent yet. */
  rateBps: number;
  windowBytes: number;
}

export interface Feedback {
  /** A packet is about to leave. */
  onSend(flow: FeedbackFlow, packet: number, nowNs: number): void;
  /** Receiver: data came in, its acknowledgement goes out. */
  echo(data: number, ack: number): void;
  /** An acknowledgement came back; the round-trip time is up to date. */
  onAck(flow: FeedbackFlow, ack: number, nowNs: number): void;
  onLoss(flow: FeedbackFlow): void;
  onTimeout(flow: FeedbackFlow): void;
}

/** One of these a flow. */
export type FeedbackFactory = (routersPassed: (packet: number) => number) => Feedback;
