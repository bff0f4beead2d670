/**
 * PBFT on whole nodes: each replica with processor, store and transport from a spec, under load that has nothing to do with it; clients with
 * free processing on the same star. Checkers are on in every run, and each block's latency is taken apart along its chain of causes.
 *
 * A block's latency: from its proposal at the primary until the last of a quorum of replicas has executed it.
 */
import { PbftCheckers } from '../../../sim/consensus/checkers/pbft-checkers.ts';
import { receiveNs, sendNs, SOFTWARE_COSTS } from '../../../sim/consensus/costs.ts';
import { COMMITTED, EXECUTED, PROPOSED } from '../../../sim/consensus/observations.ts';
import { type ClientConfig, initialClient, pbftClient } from '../../../sim/consensus/pbft/client.ts';
import { type PbftConfig, quorum } from '../../../sim/consensus/pbft/config.ts';
import { bytesOf, type PbftMessage, weightOf } from '../../../sim/consensus/pbft/messages.ts';
import { pbft } from '../../../sim/consensus/pbft/replica.ts';
import { initialState } from '../../../sim/consensus/pbft/state.ts';
import { IdealTimers } from '../../../sim/ideal.ts';
import type { Simulation } from '../../../sim/simulation.ts';
import { drive } from '../../../sim/step-machine.ts';
import { type Load, startLoad } from './background.ts';
import { type Cause, Causes, type Envelope, type Parts } from './causes.ts';
import { createCpu } from './cpu.ts';
import type { LinkSpec, NodeSpec } from './spec.ts';
import { createStore } from './store.ts';
import { createStar } from './transport.ts';

export interface PbftNodesOptions {
  readonly spec: NodeSpec;
  readonly links: LinkSpec;
  readonly config: PbftConfig;
  readonly client: ClientConfig;
  readonly clients: number;
  /** What any message costs a replica's processor beside its MACs. */
  readonly handleNs: number;
  readonly load?: Load;
  readonly onBlock: (seq: number, latencyNs: number, parts: Parts) => void;
  readonly onObserve?: (node: number, what: number, view: number, seq: number, digest: number) => void;
}

interface Commit {
  readonly cause: Cause | undefined;
  readonly atNs: number;
}

/** A block under way. */
interface Block {
  readonly proposedNs: number;
  /** By replica. */
  readonly commits: (Commit | undefined)[];
  executed: number;
}

/** Replicas are nodes 0 .. n - 1, clients follow. Everything starts at once; returns what to call at the end of the run. */
export function startPbftNodes(sim: Simulation, options: PbftNodesOptions): () => void {
  const { spec, links, config, clients, handleNs, load } = options;
  const { n } = config;
  const star = createStar<Envelope<PbftMessage>>(sim, spec.transport, n + clients, links);
  const checkers = new PbftCheckers(sim, { config });
  const causes = new Causes(sim);
  const sizeOf = (message: PbftMessage): number => bytesOf(message, n);
  const blocks = new Map<number, Block>();

  function onObserve(node: number, what: number, view: number, seq: number, digest: number): void {
    checkers.onObserve(node, what, view, seq, digest);
    options.onObserve?.(node, what, view, seq, digest);
    if (what === PROPOSED) blocks.set(seq, { proposedNs: sim.now, commits: [], executed: 0 });
    const block = what === COMMITTED || what === EXECUTED ? blocks.get(seq) : undefined;
    if (block === undefined) return;
    if (what === COMMITTED) block.commits[node] = { cause: causes.current, atNs: sim.now };
    else if (++block.executed === quorum(n)) {
      options.onBlock(seq, sim.now - block.proposedNs, partsOf(block, node));
      blocks.delete(seq);
    }
  }

  /** Between commit and execution the protocol holds the block back, since it executes in order. */
  function partsOf({ proposedNs, commits }: Block, node: number): Parts {
    const commit = commits[node];
    if (commit === undefined) return causes.partsOf(causes.current, proposedNs, sim.now);
    const parts = causes.partsOf(commit.cause, proposedNs, commit.atNs);
    parts.protocolWaitNs += sim.now - commit.atNs;
    return parts;
  }

  const common = { peers: n, bytesOf: sizeOf, onObserve };
  const wires = Array.from({ length: n + clients }, (_, node) => star.attach(node));
  const cpus = Array.from({ length: n }, (_, node) => createCpu(sim, spec.cpu, `replica ${node}`));
  const stores = Array.from({ length: n }, () => createStore(sim, spec.store));
  const portsOf = (node: number) => ({ ...common, node, transport: causes.transport(wires[node]!, star.propagationNs), timers: causes.timers(new IdealTimers(sim)) });
  const driven = [
    ...cpus.map((cpu, id) => drive(pbft, initialState(id, config), {
      ...portsOf(id),
      cpu: causes.cpu(cpu),
      store: causes.store(stores[id]!),
      costs: {
        receiveNs: (message) => receiveNs('mac', weightOf(message, n), handleNs, SOFTWARE_COSTS),
        sendNs: (message, receivers) => sendNs('mac', weightOf(message, n), receivers, handleNs, SOFTWARE_COSTS),
      },
      onSend: checkers.onSend,
    })),
    ...Array.from({ length: clients }, (_, index) => drive(pbftClient, initialClient(n + index, options.client), portsOf(n + index))),
  ];
  for (const each of driven) each.start();
  if (load !== undefined) startLoad(sim, load, { cpus, stores, rateBps: links.rateBps, send: (from, to, bytes, trafficClass) => wires[from]!.send(to, { message: undefined, cause: undefined, sentNs: sim.now }, bytes, trafficClass) });
  return () => {
    star.finish();
    sim.note(checkers.checks);
  };
}
