/** MEF (reconstruction) on a paced flow: header, echo and sender law joined. */
import { MefEcho } from '../mef/echo.ts';
import { type MefHeaders, mefHeaders, WEIGHT_ONE } from '../mef/header.ts';
import { MefSender } from '../mef/sender-law.ts';
import type { PacketStore } from '../packets.ts';
import type { Feedback, FeedbackFlow } from './feedback.ts';
import { WIRE_BYTES } from './paced-flow.ts';

export interface MefFeedbackOptions {
  readonly weightEighths?: number;
  readonly trafficClass?: number;
  readonly rampLimit?: boolean;
}

/** RFC 6928: what a ramp starts with, packets a round-trip time. */
const INITIAL_WINDOW = 10;

export class MefFeedback implements Feedback {
  readonly sender: MefSender;
  private readonly headers: MefHeaders;
  private readonly receiver: MefEcho;
  private readonly trafficClass: number;
  private readonly weightEighths: number;

  constructor(packets: PacketStore, routersPassed: (packet: number) => number, options: MefFeedbackOptions = {}) {
    this.headers = mefHeaders(packets);
    this.receiver = new MefEcho(this.headers, routersPassed);
    this.sender = new MefSender(options.rampLimit ?? false);
    this.trafficClass = options.trafficClass ?? 3;
    this.weightEighths = options.weightEighths ?? WEIGHT_ONE;
  }

  onSend(flow: FeedbackFlow, packet: number, nowNs: number): void {
    this.headers.request(packet, this.trafficClass, this.weightEighths, this.sender.controlDelayNs(flow.srttNs, WIRE_BYTES * 8));
    this.sender.onSend(nowNs, flow.srttNs, WIRE_BYTES * 8);
    this.apply(flow);
  }

  echo(data: number, ack: number): void {
    this.receiver.onData(data);
    this.receiver.onAck(ack);
  }

  onAck(flow: FeedbackFlow, ack: number, nowNs: number): void {
    if (!this.headers.isEcho(ack)) return;
    this.sender.onEcho(this.headers, ack, nowNs, flow.srttNs, (INITIAL_WINDOW * WIRE_BYTES * 8e9) / flow.srttNs);
    this.apply(flow);
  }

  onLoss(): void {
    this.sender.onLoss();
  }

  onTimeout(flow: FeedbackFlow): void {
    this.sender.onTimeout();
    this.apply(flow);
  }

  private apply(flow: FeedbackFlow): void {
    flow.rateBps = this.sender.pacedBps(flow.srttNs, WIRE_BYTES * 8);
    flow.windowBytes = this.sender.window(flow.srttNs, flow.minRttNs, WIRE_BYTES * 8) * WIRE_BYTES;
  }
}
