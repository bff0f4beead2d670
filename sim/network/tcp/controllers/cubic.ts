/**
 * CUBIC as Linux computes it (net/ipv4/tcp_cubic.c, 6.1 and 6.12), which is RFC 9438 in whole segments and clock ticks:
 *
 *     W(t) = W_max + 0.4 (t - K)^3        K = cbrt((W_max - w) / 0.4)       at congestion: w -> 0.7 w
 *
 * t counts from the first growth after a congestion event and is looked at one least delay ahead. Time inside is ticks of `hz` and 1/1024 s.
 * Where Linux departs from the RFC, Linux is followed: the curve is read at most once a tick, the first epoch grows by 5 % a round at
 * least, and the target is bounded by half a window a round through `perSegments` >= 2. Differs from Linux in the cube root, exact here.
 */
import type { AckSample, Controller, TcpState } from '../controller.ts';
import { cubeRoot } from './cube-root.ts';
import { HyStart } from './hystart.ts';
import { HyStartPlus } from './hystart-plus.ts';
import { MIN_SSTHRESH, WindowGrowth } from './window-growth.ts';

export interface CubicOptions {
  /** Default `hystart`, as in the kernel. */
  readonly slowStart?: 'hystart' | 'hystart++' | 'standard';
  /** Give up share for newcomers: remember less than the window when it shrank twice in a row; default true. */
  readonly fastConvergence?: boolean;
  /** Grow at least as Reno would; default true. */
  readonly friendliness?: boolean;
  /** Ticks a second (CONFIG_HZ): 250 in Debian's kernels, 1000 in others. */
  readonly hz?: number;
}

/** What is left of the window, in 1024ths: 0.70 (parameter `beta`). */
export const BETA_1024 = 717;
const ONE = 1024;
/** C / 100 ms in 1024ths: 41 is 0.4 * 1024 (parameter `bic_scale`), times 10 for a nominal round of 100 ms. */
const CURVE_SCALE = 41 * 10;
/** 2^40: 10 bits of the scale and three times the 10 bits of the clock. */
const CURVE_UNIT = 1_099_511_627_776;
/** Cube of K (in 1024ths of a second) for each segment below W_max; integer division as in the kernel. */
const K_CUBE_PER_SEGMENT = Math.floor(CURVE_UNIT / CURVE_SCALE);
/** Segments acknowledged, in eighths of a window, for which Reno with 0.7 instead of 0.5 grows by one: 8 (1 + beta) / (3 (1 - beta)). */
const FRIENDLY_EIGHTHS = Math.floor(Math.floor((8 * (ONE + BETA_1024)) / 3) / (ONE - BETA_1024));
/** Before any loss the curve says nothing: one segment for at most so many acknowledged, 5 % a round. */
const FIRST_EPOCH_PER_SEGMENTS = 20;
/** At or above the target: almost no growth, a hundredth of a segment a round. */
const PLATEAU_WINDOWS = 100;
const NO_EPOCH = -1;

export class Cubic implements Controller {
  readonly name = 'cubic';
  readonly hasOwnRecovery = false;
  private readonly growth = new WindowGrowth();
  private readonly hyStart: HyStart | undefined;
  private readonly hyStartPlus: HyStartPlus | undefined;
  private readonly slowStart: string;
  private readonly fastConvergence: boolean;
  private readonly friendliness: boolean;
  private readonly hz: number;
  private readonly tickNs: number;

  /** One segment of growth for so many acknowledged ones. */
  private perSegments = 0;
  private wMax = 0;
  private lastCwnd = 0;
  private lastTick = 0;
  private origin = 0;
  /** In 1024ths of a second. */
  private k = 0;
  private leastDelayUs = 0;
  private epochTick = NO_EPOCH;
  /** Acknowledged since Reno's window, followed alongside, last grew. */
  private friendlyCredit = 0;
  private renoCwnd = 0;
  private lastSendTick = 0;

  constructor(options: CubicOptions = {}) {
    const slowStart = options.slowStart ?? 'hystart';
    this.slowStart = slowStart;
    this.hyStart = slowStart === 'hystart' ? new HyStart() : undefined;
    this.hyStartPlus = slowStart === 'hystart++' ? new HyStartPlus() : undefined;
    this.fastConvergence = options.fastConvergence ?? true;
    this.friendliness = options.friendliness ?? true;
    this.hz = options.hz ?? 250;
    this.tickNs = 1e9 / this.hz;
  }

  start(tcp: TcpState): void {
    this.forget();
    this.lastSendTick = this.tick(tcp);
    this.hyStart?.rearm(tcp);
    this.hyStartPlus?.start(tcp);
  }

  onRtt(tcp: TcpState, sample: AckSample): void {
    if (sample.rttNs < 0) return;
    // right after a recovery the queue is still as long as before it
    if (this.epochTick !== NO_EPOCH && this.tick(tcp) - this.epochTick < this.hz) return;
    const delayUs = Math.max(1, Math.floor(sample.rttNs / 1000));
    if (this.leastDelayUs === 0 || delayUs < this.leastDelayUs) this.leastDelayUs = delayUs;
    if (tcp.cwnd >= tcp.ssthresh) return;
    this.hyStart?.update(tcp, delayUs, this.leastDelayUs);
    this.hyStartPlus?.onRtt(tcp, sample.rttNs);
  }

  onAck(tcp: TcpState, sample: AckSample): void {
    let { acked } = sample;
    if (tcp.cwnd < tcp.ssthresh) {
      acked = this.hyStartPlus === undefined ? this.growth.slowStart(tcp, acked) : this.hyStartPlus.grow(tcp, acked, this.growth);
      if (acked <= 0) return;
    }
    this.follow(tcp, acked);
    this.growth.avoid(tcp, this.perSegments, acked);
  }

  onCongestion(tcp: TcpState): number {
    this.growth.reset();
    this.hyStartPlus?.stop();
    this.epochTick = NO_EPOCH;
    const shrinking = tcp.cwnd < this.wMax && this.fastConvergence;
    this.wMax = shrinking ? Math.floor((tcp.cwnd * (ONE + BETA_1024)) / (2 * ONE)) : tcp.cwnd;
    return Math.max(Math.floor((tcp.cwnd * BETA_1024) / ONE), MIN_SSTHRESH);
  }

  onTimeout(tcp: TcpState): void {
    this.forget();
    this.hyStart?.rearm(tcp);
  }

  /** Idle time does not count: the curve goes on where it stood. */
  onRestart(tcp: TcpState): void {
    const now = this.tick(tcp);
    if (this.epochTick !== NO_EPOCH) this.epochTick = Math.min(now, this.epochTick + Math.max(0, now - this.lastSendTick));
  }

  onSend(tcp: TcpState): void {
    this.lastSendTick = this.tick(tcp);
  }

  describe(): Readonly<Record<string, number | string>> {
    return {
      wMax: this.wMax, kMs: (this.k * 1000) / ONE, perSegments: this.perSegments, renoCwnd: this.renoCwnd,
      slowStart: this.hyStart?.exit ?? this.hyStartPlus?.phase ?? this.slowStart,
    };
  }

  private tick(tcp: TcpState): number {
    return Math.floor(tcp.nowNs / this.tickNs);
  }

  private forget(): void {
    this.growth.reset();
    this.perSegments = this.wMax = this.lastCwnd = this.lastTick = this.origin = this.k = 0;
    this.leastDelayUs = this.friendlyCredit = this.renoCwnd = 0;
    this.epochTick = NO_EPOCH;
  }

  /** Brings `perSegments` up to date (bictcp_update). */
  private follow(tcp: TcpState, acked: number): void {
    const { cwnd } = tcp;
    const now = this.tick(tcp);
    this.friendlyCredit += acked;
    if (this.lastCwnd === cwnd && now - this.lastTick <= Math.floor(this.hz / 32)) return;
    if (this.epochTick === NO_EPOCH || now !== this.lastTick) this.readCurve(tcp, now, acked);
    if (this.friendliness) this.keepUpWithReno(cwnd);
    if (this.perSegments < 2) this.perSegments = 2;
  }

  private readCurve(tcp: TcpState, now: number, acked: number): void {
    const { cwnd } = tcp;
    this.lastCwnd = cwnd;
    this.lastTick = now;
    if (this.epochTick === NO_EPOCH) this.startEpoch(cwnd, now, acked);
    const aheadTicks = now - this.epochTick + Math.ceil((this.leastDelayUs * 1000) / this.tickNs);
    const t = Math.floor((aheadTicks * ONE) / this.hz);
    const offset = Math.abs(t - this.k);
    const rise = Math.floor((CURVE_SCALE * offset * offset * offset) / CURVE_UNIT);
    const target = t < this.k ? this.origin - rise : this.origin + rise;
    this.perSegments = target > cwnd ? Math.floor(cwnd / (target - cwnd)) : PLATEAU_WINDOWS * cwnd;
    if (this.wMax === 0 && this.perSegments > FIRST_EPOCH_PER_SEGMENTS) this.perSegments = FIRST_EPOCH_PER_SEGMENTS;
  }

  private startEpoch(cwnd: number, now: number, acked: number): void {
    this.epochTick = now;
    this.friendlyCredit = acked;
    this.renoCwnd = cwnd;
    this.k = this.wMax <= cwnd ? 0 : cubeRoot(K_CUBE_PER_SEGMENT * (this.wMax - cwnd));
    this.origin = Math.max(this.wMax, cwnd);
  }

  private keepUpWithReno(cwnd: number): void {
    const perReno = Math.floor((cwnd * FRIENDLY_EIGHTHS) / 8);
    // the kernel's comparison is strict: at exactly one step's worth nothing grows yet
    if (perReno > 0 && this.friendlyCredit > perReno) {
      const steps = Math.ceil(this.friendlyCredit / perReno) - 1;
      this.friendlyCredit -= steps * perReno;
      this.renoCwnd += steps;
    }
    if (this.renoCwnd > cwnd) this.perSegments = Math.min(this.perSegments, Math.floor(cwnd / (this.renoCwnd - cwnd)));
  }
}
