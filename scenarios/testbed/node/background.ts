/**
 * Load on a node that is not the protocol's: jobs for its processor, writes to its store, transfers to its neighbour. Each kind comes by a
 * Poisson process from a stream of its own, so that all arms of a comparison get the same at the same instants.
 */
import { exponential } from '../../../sim/distributions.ts';
import type { Cpu, Store } from '../../../sim/ports.ts';
import type { RandomStream } from '../../../sim/random.ts';
import type { Simulation } from '../../../sim/simulation.ts';
import { NS_PER_S } from '../../../sim/time.ts';
import { BACKGROUND_LEVEL } from './cpu.ts';

export interface Load {
  /** Share of the core, in jobs with exponential work of this mean. */
  readonly cpuShare: number;
  readonly jobNs: number;
  readonly writesPerS: number;
  readonly writeBytes: number;
  /** Share of the line out of each replica, in transfers of this size. */
  readonly lineShare: number;
  readonly transferBytes: number;
}

export interface LoadedNodes {
  readonly cpus: readonly Cpu[];
  readonly stores: readonly Store[];
  readonly rateBps: number;
  readonly send: (from: number, to: number, bytes: number, trafficClass: number) => void;
}

/** Transfers have a connection of their own beside the protocol's. */
const TRANSFER_CLASS = 1;
const KEY_BYTES = 16;
/** A job or gap of no time would be no job. */
const LEAST_NS = 1000;

export function startLoad(sim: Simulation, load: Load, { cpus, stores, rateBps, send }: LoadedNodes): void {
  const nothing = (): void => {};
  cpus.forEach((cpu, node) => {
    const jobs = sim.stream(`background/cpu-${node}`);
    every(sim, jobs, load.jobNs / load.cpuShare, () => cpu.run(drawNs(jobs, load.jobNs), BACKGROUND_LEVEL, nothing));
    const writes = sim.stream(`background/disk-${node}`);
    every(sim, writes, NS_PER_S / load.writesPerS, () => stores[node]!.put(drawKey(writes), load.writeBytes, nothing));
    every(sim, sim.stream(`background/line-${node}`), (load.transferBytes * 8 * NS_PER_S) / (load.lineShare * rateBps), () => send(node, (node + 1) % cpus.length, load.transferBytes, TRANSFER_CLASS));
  });
}

/** Never, where the mean gap is infinite. */
function every(sim: Simulation, stream: RandomStream, meanNs: number, act: () => void): void {
  if (!Number.isFinite(meanNs)) return;
  const code = sim.register('background: next', () => {
    act();
    sim.schedule(drawNs(stream, meanNs), code);
  });
  sim.schedule(drawNs(stream, meanNs), code);
}

const drawNs = (stream: RandomStream, meanNs: number): number => Math.max(LEAST_NS, Math.round(exponential(stream, meanNs)));

function drawKey(stream: RandomStream): Uint8Array {
  const key = new Uint8Array(KEY_BYTES);
  const view = new DataView(key.buffer);
  for (let at = 0; at < KEY_BYTES; at += 4) view.setUint32(at, stream.uint32());
  return key;
}
