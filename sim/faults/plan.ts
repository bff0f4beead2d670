/**
 * A fault plan: what goes wrong, where and when, as data. Drawn from a stream or written by hand; kept in results, so that a run repeats from
 * its seed or from its plan; applied at the ports (fault-ports.ts), never inside a protocol. Times are whole ns of the run, nodes 0 .. n - 1
 * replicas.
 */
import type { RandomStream } from '../random.ts';

export type Fault =
  /** The node stops and comes back; without its disk it has forgotten everything. `backNs` Infinity: it stays away. */
  | { readonly kind: 'crash'; readonly node: number; readonly atNs: number; readonly backNs: number; readonly keepsDisk: boolean }
  /** Whoever leads at that instant stops, and comes back with its disk. */
  | { readonly kind: 'leader-kill'; readonly atNs: number; readonly backNs: number }
  /** Nothing passes between the nodes named and the others. */
  | { readonly kind: 'partition'; readonly nodes: readonly number[]; readonly atNs: number; readonly untilNs: number }
  /** Nothing from `from` reaches `to`; the way back is open. */
  | { readonly kind: 'one-way'; readonly from: number; readonly to: number; readonly atNs: number; readonly untilNs: number }
  /** The node is cut off and joined again, half a period each. */
  | { readonly kind: 'flapping'; readonly node: number; readonly periodNs: number; readonly atNs: number; readonly untilNs: number }
  | { readonly kind: 'loss'; readonly probability: number; readonly atNs: number; readonly untilNs: number }
  | { readonly kind: 'duplicate'; readonly probability: number; readonly atNs: number; readonly untilNs: number }
  /** Every message of the node takes so much longer. */
  | { readonly kind: 'delay'; readonly node: number; readonly extraNs: number; readonly atNs: number; readonly untilNs: number }
  /** Processor and disk of the node are slower by the factor. */
  | { readonly kind: 'slow-cpu'; readonly node: number; readonly factor: number; readonly atNs: number; readonly untilNs: number }
  | { readonly kind: 'slow-disk'; readonly node: number; readonly factor: number; readonly atNs: number; readonly untilNs: number }
  /** Its timers run that much too slowly (above 1) or too fast, all the time. */
  | { readonly kind: 'clock-skew'; readonly node: number; readonly factor: number }
  /** It lies, all the time; what the behaviour is called is the protocol's affair. */
  | { readonly kind: 'byzantine'; readonly node: number; readonly behaviour: string };

export type FaultKind = Fault['kind'];

export const FAULT_KINDS: readonly FaultKind[] = ['crash', 'leader-kill', 'partition', 'one-way', 'flapping', 'loss', 'duplicate', 'delay', 'slow-cpu', 'slow-disk', 'clock-skew', 'byzantine'];

export type FaultPlan = readonly Fault[];

export interface DrawOptions {
  readonly nodes: number;
  /** Nodes that may lie, forget or stay away in all; the others only suffer what networks and restarts do. */
  readonly budget: number;
  /** Faults of the network end here. */
  readonly untilNs: number;
  /** A time that matters to the protocol, e.g. its timeout: outages are drawn about as long. */
  readonly scaleNs: number;
  readonly behaviours: readonly string[];
}

/** Each kind is in with probability one half, then how often and where: swarm testing (Groce et al., ISSTA 2012). */
export function drawPlan(stream: RandomStream, options: DrawOptions): FaultPlan {
  const { nodes, budget, untilNs, scaleNs, behaviours } = options;
  const plan: Fault[] = [];
  const isIn = (): boolean => stream.below(2) === 0;
  const instant = (): number => stream.below(untilNs);
  const outage = (atNs: number): number => Math.min(untilNs, atNs + 1 + stream.below(Math.max(1, 4 * scaleNs)));
  const times = (draw: (atNs: number) => Fault): void => {
    if (!isIn()) return;
    for (let count = 1 + stream.below(4); count > 0; count--) plan.push(draw(instant()));
  };
  // Who may lie, forget or stay away.
  const suspects = shuffled(stream, nodes).slice(0, budget);
  for (const node of suspects) {
    const way = stream.below(4);
    if (way <= 1 && behaviours.length > 0) plan.push({ kind: 'byzantine', node, behaviour: behaviours[stream.below(behaviours.length)]! });
    else if (way === 2) plan.push({ kind: 'crash', node, atNs: instant(), backNs: Infinity, keepsDisk: true });
    else plan.push(forgetfulCrash(node, instant(), outage));
  }
  times((atNs) => ({ kind: 'crash', node: stream.below(nodes), atNs, backNs: outage(atNs), keepsDisk: true }));
  times((atNs) => ({ kind: 'leader-kill', atNs, backNs: outage(atNs) }));
  times((atNs) => ({ kind: 'partition', nodes: shuffled(stream, nodes).slice(0, 1 + stream.below(Math.max(1, nodes - 1))), atNs, untilNs: outage(atNs) }));
  times((atNs) => {
    const from = stream.below(nodes);
    return { kind: 'one-way', from, to: (from + 1 + stream.below(nodes - 1)) % nodes, atNs, untilNs: outage(atNs) };
  });
  times((atNs) => ({ kind: 'flapping', node: stream.below(nodes), periodNs: 1 + stream.below(scaleNs), atNs, untilNs: outage(atNs) }));
  times((atNs) => ({ kind: 'loss', probability: [0.01, 0.1, 0.3][stream.below(3)]!, atNs, untilNs: outage(atNs) }));
  times((atNs) => ({ kind: 'duplicate', probability: [0.05, 0.5][stream.below(2)]!, atNs, untilNs: outage(atNs) }));
  times((atNs) => ({ kind: 'delay', node: stream.below(nodes), extraNs: 1 + stream.below(2 * scaleNs), atNs, untilNs: outage(atNs) }));
  times((atNs) => ({ kind: 'slow-cpu', node: stream.below(nodes), factor: 2 + stream.below(50), atNs, untilNs: outage(atNs) }));
  times((atNs) => ({ kind: 'slow-disk', node: stream.below(nodes), factor: 2 + stream.below(50), atNs, untilNs: outage(atNs) }));
  if (isIn()) plan.push({ kind: 'clock-skew', node: stream.below(nodes), factor: [0.5, 0.9, 1.1, 2][stream.below(4)]! });
  return plan;
}

function forgetfulCrash(node: number, atNs: number, outage: (atNs: number) => number): Fault {
  return { kind: 'crash', node, atNs, backNs: outage(atNs), keepsDisk: false };
}

function shuffled(stream: RandomStream, nodes: number): number[] {
  const order = Array.from({ length: nodes }, (_, node) => node);
  for (let last = nodes - 1; last > 0; last--) {
    const other = stream.below(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

/** Nodes that lie, forget or stay away: invariants do not hold for them. */
export function faultyNodes(plan: FaultPlan): ReadonlySet<number> {
  return new Set(plan.flatMap((fault) => (fault.kind === 'byzantine' || (fault.kind === 'crash' && (!fault.keepsDisk || fault.backNs === Infinity)) ? [fault.node] : [])));
}
