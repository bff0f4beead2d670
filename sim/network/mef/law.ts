/**
 * The router law of MEF (reconstruction): one rate R a port for all flows, without state by flow. It is RCP's law (Dukkipati and McKeown,
 * "Processor Sharing Flows in the Internet", IWQoS 2005) with a target below the capacity. Every T = clamp(d, 1 ms, 10 ms):
 *
 *     R <- R clamp(1 + (T/d) (alpha (eta C - y) - beta q/d) / (eta C), 1/2, 2),  1e-5 C <= R <= eta C;    load = (y + q/d) / C
 *
 * with y the arrival rate of all bytes in T, q the least backlog in T (what a burst leaves behind, not the burst) and d the mean RTT of the
 * passing bytes, at least T and ten packets' time on the line (choice: the law hears of its step after T, so with a shorter d it would
 * overshoot and swing; and y counts whole packets, see GRAINS).
 * Rates are bits on the wire per second, times ns. Stable with beta = sqrt(2) alpha^2 for alpha < pi / (4 sqrt 2), with
 * beta = 0 for alpha (1 + T/d) < pi / 2: linearised, N flows of equal RTT.
 */
import { NS_PER_MS } from '../../time.ts';

export interface LawOptions {
  /** Gain on spare capacity, and on the standing queue. XCP's pair (Katabi et al., SIGCOMM 2002): 0.4 and 0.226. */
  readonly alpha: number;
  readonly beta: number;
  /** Share of the capacity that is given away. */
  readonly eta: number;
}

/** choice: eta 0.97 leaves 3 % to drain what bursts leave behind. */
export const STANDARD_LAW: LawOptions = { alpha: 0.4, beta: 0.226, eta: 0.97 };
/** choice: twice the phase margin of the standard pair, at half the speed. */
export const CALM_LAW: LawOptions = { alpha: 0.25, beta: 0.088, eta: 0.97 };

const MIN_INTERVAL_NS = NS_PER_MS;
const MAX_INTERVAL_NS = 10 * NS_PER_MS;
/** choice: until the first headers with an RTT have passed. */
const START_RTT_NS = 100 * NS_PER_MS;
/** choice: a newcomer on an idle link starts with a twentieth of it. */
const START_SHARE = 0.05;
const LEAST_SHARE = 1e-5;
/**
 * choice: y counts whole packets, so one packet more or less in T moves R by alpha of this. R itself may go so far above eta C (no router
 * stamps more than eta C); cut off at eta C, the steps down would have no steps up against them, and a slow link would stay 1 % below.
 */
const GRAIN_BYTES = 1502;
/**
 * choice: shortest d, in packets on the line. R is multiplied by 1 + x with x moved to and fro by a packet more or less, and the mean of log(1 + x)
 * is below x by x^2 / 2: with two packets an interval and d = T a lone flow would rest 0.9 % below eta C, with this d 0.2 %.
 */
const GRAINS = 10;
/** Bits in a byte times ns in a second: bytes per ns to bits per second. */
const BITS_PER_S = 8e9;

export class RateLaw {
  readonly options: LawOptions;
  /** What a flow of weight 1 may send. */
  rateBps: number;
  load = 0;
  /** Mean RTT of the passing bytes. */
  rttNs = START_RTT_NS;
  private knowsRtt = false;

  constructor(options: LawOptions, capacityBps: number) {
    this.options = options;
    this.rateBps = START_SHARE * options.eta * capacityBps;
  }

  /** Whole ns, so that intervals can be added to instants. */
  get intervalNs(): number {
    return Math.round(Math.max(MIN_INTERVAL_NS, Math.min(MAX_INTERVAL_NS, this.rttNs)));
  }

  /** The mean RTT of the bytes of one interval; the mean forgets with a time constant of itself (choice: one RTT of memory). */
  observeRtt(meanNs: number, intervalNs: number): void {
    const gain = this.knowsRtt ? Math.min(1, intervalNs / this.rttNs) : 1;
    this.knowsRtt = true;
    this.rttNs += gain * (meanNs - this.rttNs);
  }

  /** An interval has ended in which so many bytes arrived and at least so many were waiting. A stopped line (capacity 0) says nothing. */
  update(intervalNs: number, arrivedBytes: number, leastBacklogBytes: number, capacityBps: number): void {
    if (capacityBps <= 0) return;
    const { alpha, beta, eta } = this.options;
    const target = eta * capacityBps;
    const arrivedBps = (arrivedBytes * BITS_PER_S) / intervalNs;
    const grainBps = (GRAIN_BYTES * BITS_PER_S) / intervalNs;
    const delayNs = Math.max(this.rttNs, intervalNs, (GRAINS * GRAIN_BYTES * BITS_PER_S) / capacityBps);
    const drainBps = (leastBacklogBytes * BITS_PER_S) / delayNs;
    const step = 1 + ((intervalNs / delayNs) * (alpha * (target - arrivedBps) - beta * drainBps)) / target;
    const rateBps = this.rateBps * Math.max(0.5, Math.min(2, step));
    this.rateBps = Math.max(LEAST_SHARE * capacityBps, Math.min(target + alpha * grainBps, rateBps));
    this.load = (arrivedBps + drainBps) / capacityBps;
  }
}
