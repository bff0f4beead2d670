/** A dumbbell of MEF routers (reconstruction) and paced flows, for the tests of laws. */
import { Simulation } from '../../../simulation.ts';
import { MefFeedback, type MefFeedbackOptions } from '../../explicit/mef-feedback.ts';
import { FeedbackTopology, type LinkSpec } from '../../explicit/topology.ts';
import { type LawOptions, STANDARD_LAW } from '../law.ts';
import { MefRouter } from '../router.ts';

export const MBIT = 1e6;
export const MS = 1e6;
export const SECOND = 1e9;

/** Buffer in packets of so many bandwidth-delay products. */
export function buffer(rateBps: number, rttNs: number, bdps = 2): number {
  return Math.ceil((bdps * rateBps * rttNs) / 8e9 / 1502);
}

export interface MefNet {
  readonly sim: Simulation;
  readonly net: FeedbackTopology;
  readonly routers: (MefRouter | undefined)[];
}

export function mefNet(links: readonly LinkSpec[], options: { readonly law?: LawOptions; readonly speaksMef?: (link: number) => boolean; readonly flow?: (index: number) => MefFeedbackOptions } = {}): MefNet {
  const sim = new Simulation({ seed: 'mef' });
  const routers: (MefRouter | undefined)[] = [];
  const net = new FeedbackTopology(
    sim,
    links,
    (port, packets, nowNs, link) => void routers.push(options.speaksMef?.(link) === false ? undefined : new MefRouter(port, packets, nowNs, options.law ?? STANDARD_LAW)),
    (packets, routersPassed, index) => new MefFeedback(packets, routersPassed, options.flow?.(index) ?? {}),
  );
  return { sim, net, routers };
}

export const link = (rateBps: number, rttNs: number, bdps = 2): LinkSpec => ({ rateBps, delayNs: rttNs / 2, bufferPackets: buffer(rateBps, rttNs, bdps) });
