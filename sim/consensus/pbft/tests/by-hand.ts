/**
 * PBFT with the network in the reader's hands: what is sent stays in the air until it is delivered or dropped by name, and timers run out when
 * told to. Each step gives one line of text. The checkers of every other run watch here too.
 */
import { Simulation } from '../../../simulation.ts';
import type { Effects, StepMachine } from '../../../step-machine.ts';
import { PbftCheckers } from '../../checkers/pbft-checkers.ts';
import { OBSERVATION_NAMES } from '../../observations.ts';
import { initialClient, NEXT_TIMER, pbftClient, type ClientConfig, type ClientState } from '../client.ts';
import { PBFT_PROFILES, type PbftConfig } from '../config.ts';
import type { PbftMessage } from '../messages.ts';
import { pbft } from '../replica.ts';
import { initialState, type PbftState } from '../state.ts';
import { startViewChange } from '../view-change.ts';
import { Names } from './names.ts';

export const REPLICA_TIMERS: readonly string[] = ['request', 'batch', 'new-view', 'resend', 'null-request'];
export const CLIENT_TIMERS: readonly string[] = ['next', 'retry'];
const MS = 1_000_000;

export interface Sent {
  readonly from: number;
  readonly to: number;
  readonly message: PbftMessage;
}

export interface Observation {
  readonly node: number;
  readonly what: string;
  readonly view: number;
  readonly seq: number;
  readonly digest: number;
}

export class ByHand {
  readonly config: PbftConfig;
  readonly replicas: PbftState[];
  readonly clients: ClientState[];
  readonly names = new Names();
  /** In the order of sending. */
  air: Sent[] = [];
  readonly observed: Observation[] = [];
  readonly ignored: { readonly node: number; readonly why: string }[] = [];
  /** Delays of running timers in ns, by node. */
  readonly timers: Map<number, number>[];
  private readonly checkers: PbftCheckers;
  private readonly faulty: ReadonlySet<number>;

  constructor(config: Partial<PbftConfig> & { readonly n: number }, clients = 1, faulty: readonly number[] = []) {
    this.config = { ...PBFT_PROFILES['castro-liskov'], batchSize: 1, ...config };
    const { n } = this.config;
    this.faulty = new Set(faulty);
    this.checkers = new PbftCheckers(new Simulation({ seed: 'by hand', scenario: 'pbft by hand' }), { config: this.config, isFaulty: (replica) => this.faulty.has(replica) });
    const clientConfig: ClientConfig = { n, requestBytes: 100, retryNs: 150 * MS, thinkNs: 0, requests: Infinity, isBroadcasting: false };
    this.replicas = Array.from({ length: n }, (_, id) => initialState(id, this.config));
    this.clients = Array.from({ length: clients }, (_, index) => initialClient(n + index, clientConfig));
    this.timers = Array.from({ length: n + clients }, () => new Map());
  }

  /** The client's next request, whether or not it has an answer to the last one. */
  request(client: number): string {
    this.timers[client]!.delete(NEXT_TIMER);
    return this.step(client, (machine, state, out) => machine.onTimer(state, NEXT_TIMER, out));
  }

  timeout(node: number, timer: number): string {
    if (!this.timers[node]!.delete(timer)) return 'the timer does not run';
    return this.step(node, (machine, state, out) => machine.onTimer(state, timer, out));
  }

  restart(node: number): string {
    this.timers[node]!.clear();
    return this.step(node, (machine, state, out) => machine.restart!(state, out));
  }

  receive({ from, to, message }: Sent): string {
    return this.step(to, (machine, state, out) => machine.onMessage(state, from, message, out));
  }

  /** A faulty replica says something of its own. */
  inject(sent: readonly Sent[]): void {
    for (const { from, to, message } of sent) this.checkers.onSend(from, to, message);
    this.air.push(...sent);
  }

  /** Takes messages out of the air. */
  take(wanted: (sent: Sent) => boolean): Sent[] {
    const taken = this.air.filter(wanted);
    this.air = this.air.filter((sent) => !taken.includes(sent));
    return taken;
  }

  /** Delivers what is in the air now and is wanted, not what is sent in answer to it; returns the text of each step. */
  deliver(wanted: (sent: Sent) => boolean): { readonly sent: Sent; readonly text: string }[] {
    return this.take(wanted).map((sent) => ({ sent, text: this.receive(sent) }));
  }

  /** Delivers until nothing wanted is left; the rest stays in the air. */
  settle(wanted: (sent: Sent) => boolean = () => true): void {
    while (this.deliver(wanted).length > 0);
  }

  /** As `settle`; the text of each step, after the node's number. */
  settleTexts(wanted: (sent: Sent) => boolean): string[] {
    const texts: string[] = [];
    for (let steps = this.deliver(wanted); steps.length > 0; steps = this.deliver(wanted)) texts.push(...steps.map(({ sent, text }) => `${sent.to}: ${text}`));
    return texts;
  }

  /** As if the replica's timer had run out. */
  startViewChange(replica: number, view: number): string {
    return this.step(replica, (_machine, state, out) => startViewChange(state as PbftState, view, out));
  }

  timerName(node: number, timer: number): string {
    return (node < this.config.n ? REPLICA_TIMERS : CLIENT_TIMERS)[timer]!;
  }

  private step(node: number, act: (machine: StepMachine<unknown, PbftMessage>, state: unknown, out: Effects<PbftMessage>) => void): string {
    const { n } = this.config;
    const said: string[] = [];
    const sends: Sent[] = [];
    const flush = (): void => {
      for (const line of this.grouped(sends.splice(0))) said.push(line);
    };
    const say = (line: string): void => {
      flush();
      said.push(line);
    };
    const running = this.timers[node]!;
    const transmit = (to: number, message: PbftMessage): void => {
      sends.push({ from: node, to, message });
      this.air.push({ from: node, to, message });
    };
    const out: Effects<PbftMessage> = {
      send: (to, message) => {
        if (node < n) this.checkers.onSend(node, to, message);
        transmit(to, message);
      },
      broadcast: (message) => {
        this.checkers.onSend(node, -1, message);
        for (let to = 0; to < n; to++) if (to !== node) transmit(to, message);
      },
      setTimer: (timer, delayNs) => {
        if (running.get(timer) !== delayNs) say(`sets ${this.timerName(node, timer)} timer to ${delayNs / MS} ms`);
        running.set(timer, delayNs);
      },
      clearTimer: (timer) => {
        if (running.delete(timer)) say(`stops ${this.timerName(node, timer)} timer`);
      },
      persist: () => {},
      compute: () => {},
      observe: (what, view, seq, digest) => {
        this.checkers.onObserve(node, what, view, seq, digest);
        const observation = { node, what: OBSERVATION_NAMES[what]!, view, seq, digest };
        this.observed.push(observation);
        const line = this.names.observation(observation);
        if (line !== '') say(line);
      },
      ignore: (why) => {
        this.ignored.push({ node, why });
        say(`ignores it: ${why}`);
      },
    };
    const [machine, state] = node < n ? [pbft, this.replicas[node]!] : [pbftClient, this.clients[node - n]!];
    act(machine as StepMachine<unknown, PbftMessage>, state, out);
    flush();
    return said.join('; ');
  }

  /** One line for each message, with all it goes to. */
  private grouped(sends: readonly Sent[]): string[] {
    const groups = new Map<string, number[]>();
    for (const { to, message } of sends) {
      const words = this.names.message(message);
      groups.set(words, [...(groups.get(words) ?? []), to]);
    }
    return [...groups].map(([words, to]) => `sends ${words} to ${to.join(' ')}`);
  }
}
