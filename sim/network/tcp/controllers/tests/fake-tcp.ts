/** A transport's state to hand to a controller under test, and acknowledgements of it: no packets, no timers. */
import type { AckSample, CongestionState, TcpState } from '../../controller.ts';

export interface FakeTcp extends TcpState {
  nowNs: number;
  state: CongestionState;
  nextSegment: number;
  firstUnacked: number;
  inflight: number;
  srttNs: number;
}

export function fakeTcp(given: Partial<FakeTcp> = {}): FakeTcp {
  return {
    nowNs: 0, mss: 1448, state: 'open', inflight: 0, delivered: 0, lost: 0, srttNs: 100e6, rttVarNs: 0, lastRttNs: 100e6, minRttNs: 100e6,
    nextSegment: 0, firstUnacked: 0, isAppLimited: false, isCwndLimited: true, initialWindow: 10, receiveWindow: 1e9,
    cwnd: 10, ssthresh: Infinity, pacingBps: Infinity, sendQuantum: 1, nextSendNs: 0, markAppLimited: () => {}, ...given,
  };
}

export function ack(acked: number, rttNs = 100e6): AckSample {
  return {
    acked, lost: 0, delivered: 0, intervalNs: 0, priorDelivered: -1, txInflight: 0, priorLost: 0, lostSince: 0, isAppLimited: false, rttNs,
    priorInflight: 0, isAckDelayed: false, marked: 0,
  };
}
