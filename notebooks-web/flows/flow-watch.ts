/** Samples one flow: its window, its rates, its round-trip times, the phases it goes through, and its figures. Reads and changes nothing. */
import type { Connection } from '../../sim/network/tcp/connection.ts';
import type { Controller, TcpState } from '../../sim/network/tcp/controller.ts';
import { MSS } from '../../sim/network/tcp/wire-format.ts';
import type { FlowSeries, Phase } from './flow-record.ts';

export class FlowWatch {
  readonly startNs: number;
  private readonly name: string;
  /** Samples over which the rate of delivery is taken. */
  private readonly span: number;
  private readonly sampleNs: number;
  private readonly cwnd: Float64Array;
  private readonly inflight: Float64Array;
  private readonly pacingBps: Float64Array;
  private readonly deliveredBps: Float64Array;
  private readonly rttNs: Float64Array;
  private readonly smoothedRttNs: Float64Array;
  /** Data packets that had arrived at each sample, duplicates not counted. */
  private readonly arrived: Float64Array;
  private readonly phases: Phase[] = [];
  private connection!: Connection;
  private arrivedBefore = 0;

  constructor(name: string, startNs: number, samples: number, span: number, sampleNs: number) {
    const column = (): Float64Array => new Float64Array(samples).fill(NaN);
    this.name = name;
    this.startNs = startNs;
    this.span = span;
    this.sampleNs = sampleNs;
    this.cwnd = column();
    this.inflight = column();
    this.pacingBps = column();
    this.deliveredBps = column();
    this.rttNs = column();
    this.smoothedRttNs = column();
    this.arrived = new Float64Array(samples);
  }

  connect(connection: Connection): void {
    this.connection = connection;
  }

  sample(at: number, nowNs: number): void {
    const { sender, isConnected } = this.connection;
    this.arrived[at] = this.arrivals;
    if (!isConnected) return;
    this.observe(nowNs);
    this.cwnd[at] = sender.cwnd;
    this.inflight[at] = sender.inflight;
    if (sender.pacingBps < Infinity) this.pacingBps[at] = sender.pacingBps;
    if (sender.srttNs > 0) {
      this.rttNs[at] = sender.lastRttNs;
      this.smoothedRttNs[at] = sender.srttNs;
    }
    const from = Math.max(0, at - this.span, Math.floor(this.startNs / this.sampleNs));
    if (at > from) this.deliveredBps[at] = ((this.arrived[at]! - this.arrived[from]!) * MSS * 8 * 1e9) / ((at - from) * this.sampleNs);
  }

  /** Segments that have come, each once, in order or not: a hole at the edge of the measured part moves nothing. All of them are full. */
  private get arrivals(): number {
    const { arrived, duplicates } = this.connection.receiver;
    return arrived - duplicates;
  }

  /** Notes the phase, if it is another than at the sample before. */
  observe(nowNs: number): void {
    const { sender, isConnected } = this.connection;
    if (!isConnected) return;
    const { name, gain } = phaseOf(sender, sender.controller);
    const last = this.phases.at(-1);
    if (last !== undefined && last.name === name && (last.gain === gain || Number.isNaN(gain))) return;
    if (last !== undefined) this.phases[this.phases.length - 1] = { ...last, toNs: nowNs };
    this.phases.push({ name, fromNs: nowNs, toNs: Infinity, gain });
  }

  measureFromHere(): void {
    this.arrivedBefore = this.arrivals;
  }

  series(measureFromNs: number, endNs: number): FlowSeries {
    const { sender } = this.connection;
    const first = Math.ceil(measureFromNs / this.sampleNs);
    const smoothed = this.smoothedRttNs.subarray(first).filter((value) => !Number.isNaN(value)).sort();
    return {
      controller: this.name, startNs: this.startNs,
      cwnd: this.cwnd, inflight: this.inflight, pacingBps: this.pacingBps, deliveredBps: this.deliveredBps, rttNs: this.rttNs, smoothedRttNs: this.smoothedRttNs,
      phases: this.phases.map((phase) => ({ ...phase, toNs: Math.min(phase.toNs, endNs) })).filter(({ fromNs, toNs }) => toNs > fromNs),
      goodputBps: ((this.arrivals - this.arrivedBefore) * MSS * 8 * 1e9) / (endNs - measureFromNs),
      rttMeanNs: smoothed.reduce((sum, value) => sum + value, 0) / smoothed.length,
      rttP95Ns: smoothed[Math.ceil(smoothed.length * 0.95) - 1] ?? NaN,
      sentSegments: sender.sentSegments, retransmits: sender.retransmits, lost: sender.lost,
    };
  }
}

const WINDOW_STATES: Readonly<Record<string, string>> = { recovery: 'recovery', loss: 'loss (timeout)', cwr: 'reducing' };

/** A model-based controller names its phase, and BBR's gain says which part of PROBE_BW; of a window controller the transport's state says it. */
function phaseOf(tcp: TcpState, controller: Controller): { name: string; gain: number } {
  const told = controller.describe();
  const named = told['phase'] ?? told['state'] ?? told['mode'];
  if (typeof named === 'string') {
    const gain = typeof told['pacingGain'] === 'number' ? told['pacingGain'] : NaN;
    return { name: named === 'PROBE_BW' ? `PROBE_BW ${gain > 1 ? 'up' : gain < 1 ? 'down' : 'cruise'}` : named, gain };
  }
  return { name: WINDOW_STATES[tcp.state] ?? (tcp.cwnd < tcp.ssthresh ? 'slow start' : 'avoidance'), gain: NaN };
}
