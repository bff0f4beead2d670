/** One replication: closed-loop clients against a cluster whose timers are as the arm says, for a given time. */
import { ANSWERED, EXECUTED, VIEW_CHANGE, VIEW_ENTERED } from '../../sim/consensus/observations.ts';
import { PBFT_PROFILES, primaryOf } from '../../sim/consensus/pbft/config.ts';
import { RegionDelay } from '../../sim/network/latency/region-delay.ts';
import type { Timers } from '../../sim/ports.ts';
import { NS_PER_MS, NS_PER_S } from '../../sim/time.ts';
import { startPbftCluster } from '../testbed/pbft-cluster.ts';
import type { Run } from '../testbed/scenario.ts';
import type { StormParameters } from './parameters.ts';

export function buildRun({ sim, params, record }: Run<StormParameters & Record<string, number | string | boolean>>): () => void {
  const { replicas: n, clients } = params;
  const timeoutNs = Math.round(params.timeoutMs * NS_PER_MS);
  const horizonNs = Math.round(params.horizonS * NS_PER_S);
  const periodNs = Math.round(params.periodMs * NS_PER_MS);
  const upNs = Math.max(0, periodNs - Math.round(params.outageMs * NS_PER_MS));
  let answers = 0;
  let executed = 0;
  let view = 0;
  let led = 0;
  const entered = new Set<number>([0]);
  const gaps = new Gaps(params.gapDelays * params.delayMs * NS_PER_MS);
  let victim = -1;
  let victimPeriod = -1;

  /** The primary at the start of an outage stays cut off until its end, also when another one leads. */
  function isCutOff(from: number, to: number, departNs: number): boolean {
    if (departNs % periodNs < upNs) return false;
    const period = Math.floor(departNs / periodNs);
    if (period !== victimPeriod) {
      victimPeriod = period;
      victim = primaryOf(led, n);
    }
    return from === victim || to === victim;
  }

  const cluster = startPbftCluster(sim, {
    config: { ...PBFT_PROFILES['castro-liskov'], n, checkpointEvery: params.checkpointEvery, logMultiplier: 4, proposeAhead: 4 * params.checkpointEvery, requestTimeoutNs: timeoutNs, viewChangeTimeoutNs: timeoutNs, resendViewChangeNs: timeoutNs },
    client: { n, requestBytes: 128, retryNs: timeoutNs, thinkNs: 0, requests: Infinity, isBroadcasting: true },
    clients,
    delays: new RegionDelay(new Uint8Array(n + clients), [[params.delayMs]], { law: 'uniform', spread: params.jitter }),
    uplinkBps: Infinity,
    ...(params.isFlapping ? {
      faults: (from, to, _bytes, departNs, extraNs) => {
        extraNs[0] = 0;
        return isCutOff(from, to, departNs) ? 0 : 1;
      },
    } : {}),
    ...(params.doubles ? {} : { timers: (timers) => atMost(timers, timeoutNs) }),
    onObserve: (_node, what, seenView, seq) => {
      if (what === ANSWERED) answers += 1;
      else if (what === VIEW_CHANGE) view = Math.max(view, seenView);
      else if (what === VIEW_ENTERED) {
        entered.add(seenView);
        led = Math.max(led, seenView);
      }
      if (what === EXECUTED && seq > executed) {
        executed = seq;
        gaps.decided(sim.now);
      }
    },
  });
  sim.schedule(horizonNs, sim.register('end of the run', () => sim.stop()));
  return () => {
    gaps.decided(horizonNs);
    record.measure('answersPerS', answers / params.horizonS);
    record.measure('decisions', executed);
    record.measure('standstillShare', gaps.longSumNs / horizonNs);
    record.measure('longestGapNs', gaps.longestNs);
    record.measure('viewChanges', view);
    record.measure('viewChangesPerDecision', view / Math.max(1, executed));
    record.measure('viewsWithoutUse', view === 0 ? 0 : 1 - (entered.size - 1) / view);
    record.measure('lostMessages', cluster.network.lost);
    sim.note(cluster.checkers.checks);
  };
}

/** Time between decisions; those longer than a bound add up. */
export class Gaps {
  longSumNs = 0;
  longestNs = 0;
  private readonly boundNs: number;
  private lastNs = 0;

  constructor(boundNs: number) {
    this.boundNs = boundNs;
  }

  decided(nowNs: number): void {
    const gapNs = nowNs - this.lastNs;
    this.lastNs = nowNs;
    this.longestNs = Math.max(this.longestNs, gapNs);
    if (gapNs > this.boundNs) this.longSumNs += gapNs;
  }
}

/** The protocol asks for doubled timers; here it does not get them. */
export function atMost(timers: Timers, mostNs: number): Timers {
  return {
    set: (timer, delayNs) => timers.set(timer, Math.min(delayNs, mostNs)),
    clear: (timer) => timers.clear(timer),
    onTimer: (fire) => timers.onTimer(fire),
  };
}
