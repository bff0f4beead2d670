/**
 * PBFT on whole nodes: replicas and clients on the message level, each replica with a processor of its own, or with free processing. Checkers
 * are on in every run.
 */
import { PbftCheckers } from '../../sim/consensus/checkers/pbft-checkers.ts';
import { type Authentication, receiveNs, sendNs, SOFTWARE_COSTS } from '../../sim/consensus/costs.ts';
import { initialClient, pbftClient, type ClientConfig } from '../../sim/consensus/pbft/client.ts';
import type { PbftConfig } from '../../sim/consensus/pbft/config.ts';
import { bytesOf, type PbftMessage, weightOf } from '../../sim/consensus/pbft/messages.ts';
import { pbft } from '../../sim/consensus/pbft/replica.ts';
import { initialState, type PbftState } from '../../sim/consensus/pbft/state.ts';
import { IdealTimers } from '../../sim/ideal.ts';
import { type DelayLaw, type MessageFaults, MessageNetwork } from '../../sim/network/message/message-network.ts';
import { MessageTransports } from '../../sim/network/message/transport.ts';
import { ProcessorCpu } from '../../sim/os/cpu/cpu-port.ts';
import { innerPolicy } from '../../sim/os/scheduler-spec.ts';
import { TaskTable } from '../../sim/os/tasks.ts';
import type { Timers } from '../../sim/ports.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { drive } from '../../sim/step-machine.ts';

const AGREEMENT: ReadonlySet<PbftMessage['kind']> = new Set(['pre-prepare', 'prepare', 'commit']);

export interface PbftClusterOptions {
  readonly config: PbftConfig;
  readonly client: ClientConfig;
  readonly clients: number;
  readonly delays: DelayLaw;
  readonly uplinkBps: number;
  /** Undefined: processing is free. */
  readonly processor?: { readonly authentication: Authentication; readonly handleNs: number } | undefined;
  /** What becomes of messages on their way; default: they all arrive. */
  readonly faults?: MessageFaults;
  /** Timers of the replicas; default: they fire when asked to. */
  readonly timers?: (timers: Timers) => Timers;
  readonly onObserve?: (node: number, what: number, view: number, seq: number, digest: number) => void;
}

export interface PbftCluster {
  readonly replicas: readonly PbftState[];
  readonly network: MessageNetwork;
  readonly checkers: PbftCheckers;
  /** One a replica; none where processing is free. */
  readonly cpus: readonly ProcessorCpu[];
  /** Messages between replicas so far, copies of a broadcast counted each. */
  replicaMessages: number;
  replicaBytes: number;
  /** Of them pre-prepares, prepares and commits. */
  agreementMessages: number;
}

/** Replicas are nodes 0 .. n - 1, clients follow. Everything starts at once. */
export function startPbftCluster(sim: Simulation, options: PbftClusterOptions): PbftCluster {
  const { config, clients, processor, timers = (each: Timers) => each } = options;
  const { n } = config;
  const network = new MessageNetwork(sim, { nodes: n + clients, delays: options.delays, uplinkBps: options.uplinkBps, ...(options.faults === undefined ? {} : { faults: options.faults }) });
  const transports = new MessageTransports<PbftMessage>(sim, network);
  const checkers = new PbftCheckers(sim, { config });
  const replicas = Array.from({ length: n }, (_, id) => initialState(id, config));
  const cpus = processor === undefined ? [] : replicas.map(({ id }) => {
    const tasks = new TaskTable();
    return new ProcessorCpu(sim, tasks, { name: `replica ${id}`, policies: innerPolicy(tasks, 'fcfs') });
  });
  const cluster: PbftCluster = { replicas, network, checkers, cpus, replicaMessages: 0, replicaBytes: 0, agreementMessages: 0 };
  const sizeOf = (message: PbftMessage): number => bytesOf(message, n);
  const costs = processor === undefined ? undefined : {
    receiveNs: (message: PbftMessage) => receiveNs(processor.authentication, weightOf(message, n), processor.handleNs, SOFTWARE_COSTS),
    sendNs: (message: PbftMessage, receivers: number) => sendNs(processor.authentication, weightOf(message, n), receivers, processor.handleNs, SOFTWARE_COSTS),
  };
  const onObserve = (node: number, what: number, view: number, seq: number, digest: number): void => {
    checkers.onObserve(node, what, view, seq, digest);
    options.onObserve?.(node, what, view, seq, digest);
  };
  const common = { peers: n, bytesOf: sizeOf, onObserve };
  const driven = [
    ...replicas.map((state) => drive(pbft, state, {
      ...common, node: state.id, transport: transports.attach(state.id), timers: timers(new IdealTimers(sim)),
      ...(costs === undefined ? {} : { cpu: cpus[state.id]!, costs }),
      onSend: (from, to, message) => {
        checkers.onSend(from, to, message);
        if (to >= n) return;
        const copies = to < 0 ? n - 1 : 1;
        cluster.replicaMessages += copies;
        if (AGREEMENT.has(message.kind)) cluster.agreementMessages += copies;
        cluster.replicaBytes += copies * sizeOf(message);
      },
    })),
    ...Array.from({ length: clients }, (_, index) => drive(pbftClient, initialClient(n + index, options.client), { ...common, node: n + index, transport: transports.attach(n + index), timers: new IdealTimers(sim) })),
  ];
  for (const each of driven) each.start();
  return cluster;
}
