/** A whole PBFT cluster on links of given delays, for tests: replicas 0 .. n - 1, clients after them. */
import { IdealTimers } from '../../../ideal.ts';
import type { Transport } from '../../../ports.ts';
import { Simulation } from '../../../simulation.ts';
import { drive } from '../../../step-machine.ts';
import { PbftCheckers } from '../../checkers/pbft-checkers.ts';
import { OBSERVATION_NAMES } from '../../observations.ts';
import { initialClient, pbftClient, type ClientConfig, type ClientState } from '../client.ts';
import { PBFT_PROFILES, type PbftConfig } from '../config.ts';
import { bytesOf, type PbftMessage } from '../messages.ts';
import { pbft } from '../replica.ts';
import { initialState, type PbftState } from '../state.ts';

export const MS = 1_000_000;

export interface ClusterOptions {
  readonly n: number;
  readonly clients?: number;
  readonly requests?: number;
  readonly config?: Partial<PbftConfig>;
  readonly client?: Partial<ClientConfig>;
  readonly seed?: string;
  /** Default 1 ms on every link. */
  readonly delayNs?: (from: number, to: number, draw: (below: number) => number) => number;
  /** True: the message is lost. */
  readonly lose?: (from: number, to: number, message: PbftMessage, nowNs: number) => boolean;
}

export interface Observed {
  readonly timeNs: number;
  readonly node: number;
  readonly what: string;
  readonly view: number;
  readonly seq: number;
  readonly digest: number;
}

export class Cluster {
  readonly sim: Simulation;
  readonly replicas: PbftState[] = [];
  readonly clients: ClientState[] = [];
  readonly observed: Observed[] = [];
  readonly checkers: PbftCheckers;
  readonly ignored: string[] = [];
  /** Messages between replicas, by kind. */
  readonly sent = new Map<string, number>();
  private readonly receivers = new Map<number, (from: number, message: PbftMessage) => void>();
  private readonly options: ClusterOptions;

  constructor(options: ClusterOptions) {
    const { n, clients = 1, requests = 1 } = options;
    this.options = options;
    this.sim = new Simulation({ seed: options.seed ?? 'pbft', scenario: 'pbft cluster' });
    const config: PbftConfig = { ...PBFT_PROFILES['castro-liskov'], n, ...options.config };
    this.checkers = new PbftCheckers(this.sim, { config });
    const clientConfig: ClientConfig = { n, requestBytes: 100, retryNs: 150 * MS, thinkNs: 0, requests, isBroadcasting: false, ...options.client };
    const nodes = [
      ...Array.from({ length: n }, (_, id) => {
        const state = initialState(id, config);
        this.replicas.push(state);
        return this.place(id, n, (ports) => drive(pbft, state, ports));
      }),
      ...Array.from({ length: clients }, (_, index) => {
        const state = initialClient(n + index, clientConfig);
        this.clients.push(state);
        return this.place(n + index, n, (ports) => drive(pbftClient, state, ports));
      }),
    ];
    for (const node of nodes) node.start();
  }

  run(untilMs: number): this {
    this.sim.run({ untilNs: untilMs * MS });
    return this;
  }

  /** What was executed, in order, as digests, by replica. */
  executed(): number[][] {
    return this.replicas.map(({ id }) => this.observed.filter(({ node, what }) => node === id && what === 'executed').map(({ digest }) => digest));
  }

  private place(node: number, peers: number, start: (ports: Parameters<typeof drive<unknown, PbftMessage>>[2]) => { start(): void }): { start(): void } {
    return start({
      node, peers, transport: this.transport(node), timers: new IdealTimers(this.sim),
      bytesOf: (message) => bytesOf(message, peers),
      onSend: node < peers ? this.checkers.onSend : () => {},
      onObserve: (_node, what, view, seq, digest) => {
        this.checkers.onObserve(node, what, view, seq, digest);
        this.observed.push({ timeNs: this.sim.now, node, what: OBSERVATION_NAMES[what]!, view, seq, digest });
      },
      onIgnore: (_node, why) => this.ignored.push(why),
    });
  }

  private transport(node: number): Transport<PbftMessage> {
    const draws = this.sim.stream(`link/${node}`);
    return {
      send: (to, message) => {
        if (node < this.options.n && to < this.options.n) this.sent.set(message.kind, (this.sent.get(message.kind) ?? 0) + 1);
        if (this.options.lose?.(node, to, message, this.sim.now) === true) return;
        const delayNs = this.options.delayNs?.(node, to, (below) => draws.below(below)) ?? MS;
        this.sim.after(delayNs, () => this.receivers.get(to)?.(node, message));
      },
      onMessage: (receive) => this.receivers.set(node, receive),
    };
  }
}
