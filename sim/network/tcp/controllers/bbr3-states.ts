/**
 * States of BBR version 3 and what each does to pace and window (draft-ietf-ccwg-bbr, "Summary of Control Behavior in the State Machine").
 *
 *     STARTUP -> DRAIN -> PROBE_DOWN -> PROBE_CRUISE -> PROBE_REFILL -> PROBE_UP -> PROBE_DOWN ...;  from any of them to PROBE_RTT and back
 */

export type Bbr3State = 'STARTUP' | 'DRAIN' | 'PROBE_DOWN' | 'PROBE_CRUISE' | 'PROBE_REFILL' | 'PROBE_UP' | 'PROBE_RTT';

export interface Gains {
  readonly pacing: number;
  readonly cwnd: number;
}

/** STARTUP paces at 4 ln 2. */
const GAINS: ReadonlyMap<Bbr3State, Gains> = new Map([
  ['STARTUP', { pacing: 2.77, cwnd: 2 }],
  ['DRAIN', { pacing: 0.5, cwnd: 2 }],
  ['PROBE_DOWN', { pacing: 0.9, cwnd: 2 }],
  ['PROBE_CRUISE', { pacing: 1, cwnd: 2 }],
  ['PROBE_REFILL', { pacing: 1, cwnd: 2 }],
  ['PROBE_UP', { pacing: 1.25, cwnd: 2.25 }],
  ['PROBE_RTT', { pacing: 1, cwnd: 0.5 }],
]);

export function gainsOf(state: Bbr3State): Gains {
  return GAINS.get(state)!;
}

export function isProbeBw(state: Bbr3State): boolean {
  return state === 'PROBE_DOWN' || state === 'PROBE_CRUISE' || state === 'PROBE_REFILL' || state === 'PROBE_UP';
}

/** Sends more than is known to fit: losses then are an answer, not a surprise. */
export function isAccelerating(state: Bbr3State): boolean {
  return state === 'STARTUP' || state === 'PROBE_REFILL' || state === 'PROBE_UP';
}

/** Of what the acknowledgements tell that come in now, relative to the last probe for bandwidth. */
export type AckPhase = 'init' | 'refilling' | 'probe starting' | 'probe feedback' | 'probe stopping';
