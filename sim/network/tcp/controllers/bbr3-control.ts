/**
 * What BBR version 3 makes of its model: pacing rate, size of bursts, window (draft-ietf-ccwg-bbr, "Updating Control Parameters"). Window in
 * segments; the draft's bytes are rounded up to whole segments where they are a target and down where they are a bound.
 */
import type { TcpState } from '../controller.ts';
import { type Bbr3Model, MIN_PIPE_CWND } from './bbr3-model.ts';
import { type Bbr3State, gainsOf, isProbeBw } from './bbr3-states.ts';

/** BBR.PacingMarginPercent is 1. */
const PACING_MARGIN = 0.99;
const NOMINAL_RTT_NS = 1e6;
const MAX_QUANTUM_BYTES = 64 * 1024;
const MIN_QUANTUM = 2;
/** Quanta at the sender's queue, its offload engine and the receiver's. */
const OFFLOAD_QUANTA = 3;

/** Before any sample: the initial window in a round-trip time, times the gain. */
export function initPacing(tcp: TcpState): void {
  const rate = tcp.initialWindow / (tcp.srttNs > 0 ? tcp.srttNs : NOMINAL_RTT_NS);
  tcp.pacingBps = gainsOf('STARTUP').pacing * rate * tcp.mss * 8e9;
  setQuantum(tcp);
}

/** Until the pipe has been full the pace only rises. */
export function setPacing(tcp: TcpState, model: Bbr3Model, gain: number): void {
  const pacingBps = gain * model.rate * PACING_MARGIN * tcp.mss * 8e9;
  if (model.isFull || pacingBps > tcp.pacingBps) tcp.pacingBps = pacingBps;
}

/** A burst is a millisecond of the pace. */
export function setQuantum(tcp: TcpState): void {
  const bytes = Math.min(tcp.pacingBps / 8e3, MAX_QUANTUM_BYTES);
  tcp.sendQuantum = Math.max(MIN_QUANTUM, Math.floor(bytes / tcp.mss));
}

function withBudget(tcp: TcpState, state: Bbr3State, segments: number): number {
  const least = Math.max(segments, OFFLOAD_QUANTA * tcp.sendQuantum, MIN_PIPE_CWND);
  return state === 'PROBE_UP' ? least + 2 : least;
}

/** So much in flight at this bandwidth is a full pipe without a queue. */
export function fullInflight(tcp: TcpState, model: Bbr3Model, state: Bbr3State, rate: number): number {
  return withBudget(tcp, state, model.bdp(tcp, 1, rate));
}

/** What PROBE_RTT leaves in flight: half of the BDP. */
export function probeRttCwnd(tcp: TcpState, model: Bbr3Model): number {
  return Math.max(model.bdp(tcp, gainsOf('PROBE_RTT').cwnd), MIN_PIPE_CWND);
}

export function setCwnd(tcp: TcpState, model: Bbr3Model, state: Bbr3State, acked: number): void {
  const most = withBudget(tcp, state, model.bdp(tcp, gainsOf(state).cwnd) + model.extraAcked);
  let { cwnd } = tcp;
  if (model.isFull) cwnd = Math.min(cwnd + acked, most);
  else if (cwnd < most || tcp.delivered < tcp.initialWindow) cwnd += acked;
  cwnd = Math.max(cwnd, MIN_PIPE_CWND);
  if (state === 'PROBE_RTT') cwnd = Math.min(cwnd, probeRttCwnd(tcp, model));
  tcp.cwnd = Math.min(cwnd, volumeCap(model, state));
}

/** What losses allow in this state (BoundCwndForModel). */
function volumeCap(model: Bbr3Model, state: Bbr3State): number {
  let cap = Infinity;
  if (state === 'PROBE_CRUISE' || state === 'PROBE_RTT') cap = model.inflightWithHeadroom;
  else if (isProbeBw(state)) cap = model.inflightLong;
  return Math.max(Math.min(cap, model.inflightShort), MIN_PIPE_CWND);
}
