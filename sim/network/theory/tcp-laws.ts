/**
 * Laws of long TCP transfers, against which packets are held: throughput at a random loss rate, and one Reno flow at a drop-tail buffer.
 * Windows in segments, times s, rates segments a second. `acksPerSegments` is b of the papers: segments that one acknowledgement stands
 * for, where the sender counts acknowledgements; 1 where it counts segments, as Linux does (controllers/window-growth.ts).
 */
import { ln, pow } from '../../dmath.ts';

/**
 * Mathis, Semke, Mahdavi and Ott, "The macroscopic behavior of the TCP congestion avoidance algorithm", CCR 27(3), 1997: mean window
 * sqrt(3 / (2 b p)); 1.22 / sqrt p for b = 1, 0.87 / sqrt p for b = 2. Without timeouts: below some 2 % of loss.
 */
export function mathisWindow(loss: number, acksPerSegments = 1): number {
  return Math.sqrt(3 / (2 * acksPerSegments * loss));
}

/**
 * What independent losses make of that window: 1.3098 / sqrt p instead of 1.2247 (Ott, Kemperman and Mathis, "The stationary behavior of ideal
 * TCP congestion avoidance", 1996). The tests run the renewal process.
 */
export const RENO_INDEPENDENT_LOSSES = 1.3098 / Math.sqrt(1.5);

/**
 * Padhye, Firoiu, Towsley and Kurose, "Modeling TCP throughput", SIGCOMM 1998, equation 32 (the approximate model without receive window):
 * Mathis' term and one for timeouts of `rtoS`.
 */
export function pftkRate(loss: number, rttS: number, rtoS: number, acksPerSegments = 2): number {
  const recovery = rttS * Math.sqrt((2 * acksPerSegments * loss) / 3);
  const timeout = rtoS * Math.min(1, 3 * Math.sqrt((3 * acksPerSegments * loss) / 8)) * loss * (1 + 32 * loss * loss);
  return 1 / (recovery + timeout);
}

/** C and beta of RFC 9438, section 4.6. */
export const CUBIC_C = 0.4;
export const CUBIC_BETA = 0.7;

/** Mean window of CUBIC's curve, one loss every 1/p segments (RFC 9438, section 5.1): 1.054 (RTT / p)^(3/4). */
export function cubicCurveWindow(loss: number, rttS: number): number {
  return pow((CUBIC_C * (3 + CUBIC_BETA)) / (4 * (1 - CUBIC_BETA)), 0.25) * pow(rttS / loss, 0.75);
}

/**
 * What independent losses make of that mean: they come early as often as late, and the curve gains more from a long cycle than it loses by a
 * short one. Own figure, with fast convergence, of the renewal process that the tests run (there is no closed form): 1.157 +- 0.01.
 */
export const CUBIC_INDEPENDENT_LOSSES = 1.157;

/** Mean window of additive increase by `alpha` and decrease to `beta` (RFC 9438, section 4.3; Floyd, Handley and Padhye 2000). */
export function aimdWindow(loss: number, alpha: number, beta: number): number {
  return Math.sqrt((alpha * (1 + beta)) / (2 * (1 - beta) * loss));
}

/** CUBIC in whole: the greater of its curve and of the Reno it keeps up with. */
export function cubicWindow(loss: number, rttS: number): number {
  const alpha = (3 * (1 - CUBIC_BETA)) / (1 + CUBIC_BETA);
  return Math.max(cubicCurveWindow(loss, rttS), aimdWindow(loss, alpha, CUBIC_BETA));
}

export interface Sawtooth {
  /** Of the bottleneck's rate. */
  readonly utilisation: number;
  /** Waiting over time, in bandwidth-delay products. */
  readonly meanQueueBdp: number;
  /** From one loss to the next, in round trips without queue times bandwidth-delay product in segments. */
  readonly periodRounds: number;
}

/**
 * One Reno flow at a drop-tail buffer of `bufferBdp` bandwidth-delay products: the window w (in BDP) runs from (1 + b) / 2 to 1 + b, and grows
 * by a segment a round trip of length max(1, w). Below 1 the link is idle for part of a round, above it w - 1 waits. Integrals over dw;
 * b = 0 gives 3/4, b >= 1 a full link (Appenzeller, Keslassy and McKeown, "Sizing router buffers", SIGCOMM 2004, section 2).
 */
export function renoSawtooth(bufferBdp: number): Sawtooth {
  const high = 1 + bufferBdp;
  const low = high / 2;
  const idleUntil = Math.max(1, low);
  const short = Math.max(0, 1 - low);
  const shortSent = (1 - Math.min(1, low) * Math.min(1, low)) / 2;
  const full = (high * high - idleUntil * idleUntil) / 2;
  const queued = (high * high * high - idleUntil * idleUntil * idleUntil) / 3 - full;
  return { utilisation: (shortSent + full) / (short + full), meanQueueBdp: queued / (short + full), periodRounds: short + full };
}

/** Rounds in which BBR's STARTUP finds the bandwidth: it doubles each round, and three without a quarter's growth tell that the pipe is full. */
export function startupRounds(bdpSegments: number, initialWindow: number): number {
  return ln(bdpSegments / initialWindow) / Math.LN2 + 3;
}
