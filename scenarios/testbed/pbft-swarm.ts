/**
 * One run of PBFT under a fault plan: a small cluster with sizes, delays and timers of its own, faults until an instant, then none, under all
 * checkers. First safety: no invariant breaks. Then liveness: when faults have ended every client gets its answers in bounded time.
 */
import { PbftCheckers } from '../../sim/consensus/checkers/pbft-checkers.ts';
import { ANSWERED, OBSERVATION_NAMES } from '../../sim/consensus/observations.ts';
import { BEHAVIOURS, type Behaviour, lying, twins, twinStates } from '../../sim/consensus/pbft/byzantine.ts';
import { initialClient, pbftClient } from '../../sim/consensus/pbft/client.ts';
import { faultsTolerated, type PbftConfig, primaryOf } from '../../sim/consensus/pbft/config.ts';
import { bytesOf, type PbftMessage } from '../../sim/consensus/pbft/messages.ts';
import { pbft } from '../../sim/consensus/pbft/replica.ts';
import { initialState, type PbftState } from '../../sim/consensus/pbft/state.ts';
import { FaultPorts } from '../../sim/faults/fault-ports.ts';
import { drawPlan, type FaultPlan, faultyNodes } from '../../sim/faults/plan.ts';
import { IdealTimers } from '../../sim/ideal.ts';
import { SimulationError } from '../../sim/invariant.ts';
import { MessageNetwork } from '../../sim/network/message/message-network.ts';
import { MessageTransports } from '../../sim/network/message/transport.ts';
import { RegionDelay } from '../../sim/network/latency/region-delay.ts';
import type { Cpu, Store, Timers } from '../../sim/ports.ts';
import { Simulation } from '../../sim/simulation.ts';
import { drive, type Driven, type NodePorts, type StepMachine } from '../../sim/step-machine.ts';
import { NS_PER_MS, NS_PER_S } from '../../sim/time.ts';

/** What a run is made of: drawn from a seed, or read back from a file. */
export interface SwarmCase {
  readonly seed: string;
  readonly config: PbftConfig;
  readonly clients: number;
  readonly requests: number;
  readonly delayMs: number;
  readonly jitter: number;
  /** Processing and storage cost something; otherwise they are free. */
  readonly hasCosts: boolean;
  /** Faults end here. */
  readonly calmNs: number;
  readonly plan: FaultPlan;
}

export interface SwarmOutcome {
  /** Name of what broke: an invariant, `liveness`, or `error` where the code itself failed; undefined: nothing. */
  readonly broken?: string;
  readonly message?: string;
  /** More nodes were faulty than the protocol promises to bear. */
  readonly isBeyond: boolean;
  readonly events: number;
  readonly fingerprint: string;
  /** How often each kind of fault took effect, each observation was made, each reason to ignore a message was met. */
  readonly faults: ReadonlyMap<string, number>;
  /** Messages that a liar changed, by behaviour. */
  readonly lies: ReadonlyMap<string, number>;
  readonly branches: ReadonlyMap<string, number>;
}

export interface SwarmOptions {
  /** Nodes that may lie, forget or stay away; default f. */
  readonly faulty?: number;
}

const TIMEOUT_MS = 200;
const HANDLE_NS = 5000;
const DISK_NS = 50_000;
/** Rounds of the slowest timer that an answer may take after the last fault: f + 1 primaries, each twice as long, and as much for catching up. */
const LIVENESS_ROUNDS = 8;
const MOST_EVENTS = 2_000_000;

const pick = <T>(choices: readonly T[], index: number): T => choices[index % choices.length]!;

/** The case of a seed. */
export function drawCase(seed: string, { faulty }: SwarmOptions = {}): SwarmCase {
  const stream = new Simulation({ seed, scenario: 'swarm' }).stream('swarm/case');
  const n = pick([4, 4, 4, 5, 6, 7, 7, 10], stream.below(8));
  const checkpointEvery = pick([1, 2, 4, 10], stream.below(4));
  const logMultiplier = pick([2, 4], stream.below(2));
  const timeoutNs = TIMEOUT_MS * NS_PER_MS;
  const config: PbftConfig = {
    n, checkpointEvery, logMultiplier,
    proposeAhead: checkpointEvery * pick([1, logMultiplier], stream.below(2)),
    pipelineDepth: pick([1, 4, 1000], stream.below(3)),
    batchSize: pick([1, 3, 100], stream.below(3)),
    batchTimeoutNs: pick([0, 20 * NS_PER_MS], stream.below(2)),
    requestTimeoutNs: timeoutNs, viewChangeTimeoutNs: timeoutNs, resendViewChangeNs: timeoutNs,
    nullRequestNs: pick([0, 0, timeoutNs / 4], stream.below(3)),
  };
  const calmNs = pick([5, 10, 20], stream.below(3)) * timeoutNs;
  const isFirstLiar = stream.below(2) === 0;
  const drawn = (): FaultPlan => drawPlan(stream, { nodes: n, budget: faulty ?? faultsTolerated(n), untilNs: calmNs, scaleNs: timeoutNs, behaviours: BEHAVIOURS });
  return {
    seed, config,
    clients: 1 + stream.below(4),
    requests: 2 + stream.below(12),
    // Slow links: only timers that double find a quorum in time.
    delayMs: pick([0.5, 5, 50, 150], stream.below(4)),
    jitter: pick([0, 0.5, 1], stream.below(3)),
    hasCosts: stream.below(2) === 0,
    calmNs,
    plan: isFirstLiar ? withFirstLiar(drawn()) : drawn(),
  };
}

/** One of the liars, if there are any, leads at the start, where most lies tell: it changes places with replica 0. */
function withFirstLiar(plan: FaultPlan): FaultPlan {
  const liar = plan.find(({ kind }) => kind === 'byzantine');
  if (liar?.kind !== 'byzantine') return plan;
  const placeOf = (node: number): number => (node === liar.node ? 0 : node === 0 ? liar.node : node);
  return plan.map((fault) => (fault.kind === 'byzantine' || fault.kind === 'crash' ? { ...fault, node: placeOf(fault.node) } : fault));
}

interface Node {
  isUp: boolean;
  /** Counts restarts: what was started before belongs to the past. */
  life: number;
  state: PbftState;
  driven: Driven;
  receive: (from: number, message: PbftMessage) => void;
}

export function runCase(swarmCase: SwarmCase, protocol: StepMachine<PbftState, PbftMessage> = pbft): SwarmOutcome {
  const { seed, config, clients, plan, calmNs } = swarmCase;
  const { n } = config;
  const sim = new Simulation({ seed, scenario: 'swarm', maxEventsPerInstant: 100_000 });
  const faulty = faultyNodes(plan);
  const isBeyond = faulty.size > faultsTolerated(n);
  const checkers = new PbftCheckers(sim, { config, isFaulty: (replica) => faulty.has(replica) });
  const branches = new Map<string, number>();
  const countBranch = (name: string): void => void branches.set(name, (branches.get(name) ?? 0) + 1);
  const lies = new Map<string, number>();
  let unanswered = clients * swarmCase.requests;

  const nodes: Node[] = [];
  const faults = new FaultPorts(sim, plan, {
    stop: (node) => {
      nodes[node]!.isUp = false;
      nodes[node]!.life += 1;
    },
    comeBack: (node, keepsDisk) => {
      const { isUp, state } = nodes[node]!;
      if (isUp) return;
      if (!keepsDisk) checkers.forget(node);
      startReplica(node, keepsDisk ? state : initialState(node, config)).restart();
    },
    leader: () => primaryOf(Math.max(...nodes.map(({ state }) => state.view)), n),
  });
  const network = new MessageNetwork(sim, {
    name: 'swarm', nodes: n + clients,
    delays: new RegionDelay(new Uint8Array(n + clients), [[swarmCase.delayMs]], { law: 'uniform', spread: swarmCase.jitter }),
    faults: (from, to, _bytes, _departNs, extraNs) => {
      const verdict = faults.judge(from, to);
      extraNs.fill(verdict.extraNs, 0, verdict.copies);
      return verdict.copies;
    },
  });
  const transports = new MessageTransports<PbftMessage>(sim, network);

  function portsOf(node: number, life: number): NodePorts<PbftMessage> {
    const wire = transports.attach(node);
    const isNow = (): boolean => node >= n || (nodes[node]!.isUp && nodes[node]!.life === life);
    return {
      node, peers: n,
      bytesOf: (message) => bytesOf(message, n),
      transport: {
        send: (to, message, bytes) => {
          if (isNow()) wire.send(to, message, bytes);
        },
        onMessage: (receive) => wire.onMessage((from, message) => {
          if (isNow()) receive(from, message);
        }),
      },
      timers: skewed(new IdealTimers(sim), faults.skew(node), isNow),
      ...(swarmCase.hasCosts && node < n ? { cpu: serialCpu(sim, () => faults.slowness('slow-cpu', node), isNow), store: slowStore(sim, () => faults.slowness('slow-disk', node), isNow), costs: { receiveNs: () => HANDLE_NS, sendNs: () => HANDLE_NS } } : {}),
      onSend: node < n ? checkers.onSend : () => {},
      onObserve: (_node, what, view, seq, digest) => {
        countBranch(OBSERVATION_NAMES[what]!);
        checkers.onObserve(node, what, view, seq, digest);
        if (what !== ANSWERED) return;
        unanswered -= 1;
        if (unanswered === 0 && sim.now >= calmNs) sim.stop();
      },
      onIgnore: (_node, why) => countBranch(`ignored: ${why}`),
    };
  }

  function startReplica(id: number, state: PbftState): Driven {
    const lie = plan.find((fault) => fault.kind === 'byzantine' && fault.node === id);
    const life = (nodes[id]?.life ?? 0) + 1;
    const node: Node = (nodes[id] ??= { isUp: true, life, state, driven: undefined as unknown as Driven, receive: () => {} });
    Object.assign(node, { isUp: true, life, state });
    const ports = portsOf(id, life);
    const behaviour = lie?.kind === 'byzantine' ? (lie.behaviour as Behaviour) : undefined;
    const countLie = (): void => void lies.set(behaviour!, (lies.get(behaviour!) ?? 0) + 1);
    if (behaviour === 'twins') {
      countLie();
      node.driven = drive(twins(protocol), twinStates(id, config), ports);
    } else node.driven = drive(behaviour === undefined ? protocol : lying(protocol, behaviour, sim.stream(`byzantine/${id}/${life}`), countLie), state, ports);
    return node.driven;
  }

  const finish = (broken?: string, message?: string): SwarmOutcome => ({
    ...(broken === undefined ? {} : { broken, message: message ?? '' }), isBeyond, events: sim.eventCount, fingerprint: sim.fingerprint(), faults: faults.hits, lies, branches,
  });
  try {
    for (let id = 0; id < n; id++) startReplica(id, initialState(id, config)).start();
    for (let index = 0; index < clients; index++) {
      const client = initialClient(n + index, { n, requestBytes: 10, retryNs: config.requestTimeoutNs, thinkNs: pick([0, 50 * NS_PER_MS], index), requests: swarmCase.requests, isBroadcasting: index % 2 === 1 });
      drive(pbftClient, client, portsOf(n + index, 0)).start();
    }
    sim.run({ untilNs: calmNs, maxEvents: MOST_EVENTS });
    const attempts = nodes.reduce((most, { state }) => Math.max(most, state.attempts), 0);
    const deadlineNs = calmNs + LIVENESS_ROUNDS * 2 ** Math.min(20, attempts + faultsTolerated(n) + 1) * config.requestTimeoutNs + swarmCase.requests * clients * 50 * swarmCase.delayMs * NS_PER_MS;
    if (unanswered > 0) sim.run({ untilNs: deadlineNs, maxEvents: MOST_EVENTS });
    if (unanswered > 0) return finish('liveness', `${unanswered} requests without an answer ${((deadlineNs - calmNs) / NS_PER_S).toFixed(0)} s after the last fault; required: none, with timers of ${config.requestTimeoutNs / NS_PER_MS} ms doubled ${attempts} times`);
    sim.finish();
    return finish();
  } catch (error) {
    const text = error instanceof SimulationError ? error.finding : String(error instanceof Error ? (error.stack ?? error.message) : error);
    return finish(/^checker ([a-z-]+):/.exec(text)?.[1] ?? 'error', text);
  }
}

function skewed(timers: Timers, factor: number, isNow: () => boolean): Timers {
  return {
    set: (timer, delayNs) => timers.set(timer, Math.round(delayNs * factor)),
    clear: (timer) => timers.clear(timer),
    onTimer: (fire) => timers.onTimer((timer) => {
      if (isNow()) fire(timer);
    }),
  };
}

/** One job after the other. */
function serialCpu(sim: Simulation, slowness: () => number, isNow: () => boolean): Cpu {
  let freeNs = 0;
  return {
    run: (costNs, _class, then) => {
      freeNs = Math.max(freeNs, sim.now) + costNs * slowness();
      sim.after(freeNs - sim.now, () => {
        if (isNow()) then();
      });
    },
  };
}

/** Remembers nothing: a replica's state is what its disk holds, since a step is one write. */
function slowStore(sim: Simulation, slowness: () => number, isNow: () => boolean): Store {
  const after = (then: () => void): void => {
    sim.after(DISK_NS * slowness(), () => {
      if (isNow()) then();
    });
  };
  return { get: (_key, then) => after(() => then(undefined)), put: (_key, _bytes, then) => after(then), batch: (_writes, then) => after(then), scan: (_from, _to, _limit, then) => after(() => then([])) };
}
