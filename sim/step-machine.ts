/**
 * Step machines: the form of every protocol. State is plain data; a message or a timer comes in, effects come out. No clock, no kernel, no
 * I/O inside: so a protocol reads like its paper, is tested by calling a function, cloned for rewind and fork, wrapped to behave badly without
 * touching its code, and runs unchanged over ideal ports or real ones. `drive` connects a machine to the ports of its node.
 *
 * Participants are numbered; `from` is who a message is from, as the transport knows it. A message is never changed once it is sent, since
 * the receivers of a broadcast share it.
 */
import type { Cpu, Store, Timers, Transport } from './ports.ts';

/** What a handler may ask for. Nothing happens inside the call; effects are carried out in the order in which they were asked for. */
export interface Effects<Message> {
  send(to: number, message: Message): void;
  /** To all other peers: the replicas of a protocol, not its clients. */
  broadcast(message: Message): void;
  /** Timers are numbered by the protocol; setting one that runs moves it. Delays in ns. */
  setTimer(timer: number, delayNs: number): void;
  clearTimer(timer: number): void;
  /** What is asked for after this waits until so many bytes more of the node's log are on stable storage. */
  persist(bytes: number): void;
  /** What is asked for after this waits until so much processor time was spent. */
  compute(costNs: number): void;
  /** Something that checkers and figures want to know; what the numbers mean is the protocol's affair. */
  observe(what: number, view: number, seq: number, digest: number): void;
  /** The message was not acted on, and why: a constant text. */
  ignore(why: string): void;
}

export interface StepMachine<State, Message> {
  /** The first step. */
  start(state: State, out: Effects<Message>): void;
  onMessage(state: State, from: number, message: Message, out: Effects<Message>): void;
  onTimer(state: State, timer: number, out: Effects<Message>): void;
  /** The node was down, has its state again, and no timer runs. Default: `start`. */
  restart?(state: State, out: Effects<Message>): void;
}

/** The ports of one node, and what its messages cost. */
export interface NodePorts<Message> {
  readonly node: number;
  /** Nodes 0 .. peers - 1 get broadcasts. */
  readonly peers: number;
  readonly transport: Transport<Message>;
  readonly timers: Timers;
  readonly bytesOf: (message: Message) => number;
  /** Without one, processor time is free. */
  readonly cpu?: Cpu;
  /** Without one, storage is instant. */
  readonly store?: Store;
  /** Processor time to take a message in (checking its authenticators) and to send it to so many. Default: none. */
  readonly costs?: { readonly receiveNs: (message: Message) => number; readonly sendNs: (message: Message, receivers: number) => number };
  /** Once for each message that a step asks to send, to one (`to`) or to all peers (-1); it may leave later. */
  readonly onSend?: (node: number, to: number, message: Message) => void;
  readonly onObserve?: (node: number, what: number, view: number, seq: number, digest: number) => void;
  readonly onIgnore?: (node: number, why: string) => void;
}

/** A machine at work on a node. */
export interface Driven {
  start(): void;
  restart(): void;
}

/** Connects a machine and its state to the ports of a node. */
export function drive<State, Message>(machine: StepMachine<State, Message>, state: State, ports: NodePorts<Message>): Driven {
  const out = ports.cpu === undefined && ports.store === undefined ? new DirectEffects(ports) : new CostedEffects(ports);
  const { transport, timers, cpu, costs } = ports;
  if (cpu !== undefined && costs !== undefined) {
    transport.onMessage((from, message) => cpu.run(costs.receiveNs(message), 0, () => machine.onMessage(state, from, message, out)));
  } else transport.onMessage((from, message) => machine.onMessage(state, from, message, out));
  timers.onTimer((timer) => machine.onTimer(state, timer, out));
  return { start: () => machine.start(state, out), restart: () => (machine.restart === undefined ? machine.start(state, out) : machine.restart(state, out)) };
}

/** Everything is free, so effects can be carried out as they are asked for: ports call back later, never from inside. */
class DirectEffects<Message> implements Effects<Message> {
  protected readonly ports: NodePorts<Message>;

  constructor(ports: NodePorts<Message>) {
    this.ports = ports;
  }

  send(to: number, message: Message): void {
    this.ports.onSend?.(this.ports.node, to, message);
    this.transmit(to, message);
  }

  broadcast(message: Message): void {
    this.ports.onSend?.(this.ports.node, -1, message);
    this.transmitToAll(message);
  }

  setTimer(timer: number, delayNs: number): void {
    this.ports.timers.set(timer, delayNs);
  }

  clearTimer(timer: number): void {
    this.ports.timers.clear(timer);
  }

  persist(_bytes: number): void {}

  compute(_costNs: number): void {}

  observe(what: number, view: number, seq: number, digest: number): void {
    this.ports.onObserve?.(this.ports.node, what, view, seq, digest);
  }

  ignore(why: string): void {
    this.ports.onIgnore?.(this.ports.node, why);
  }

  protected transmit(to: number, message: Message): void {
    this.ports.transport.send(to, message, this.ports.bytesOf(message));
  }

  protected transmitToAll(message: Message): void {
    const { node, peers, transport, bytesOf } = this.ports;
    const bytes = bytesOf(message);
    for (let to = 0; to < peers; to++) if (to !== node) transport.send(to, message, bytes);
  }
}

/** Sends wait in line behind the storage and the processor time asked for before them. */
class CostedEffects<Message> extends DirectEffects<Message> {
  private readonly line: (() => void)[] = [];
  private isBusy = false;
  private logged = 0;

  override send(to: number, message: Message): void {
    this.ports.onSend?.(this.ports.node, to, message);
    this.spend(this.ports.costs?.sendNs(message, 1) ?? 0);
    this.enqueue(() => this.transmit(to, message));
  }

  override broadcast(message: Message): void {
    this.ports.onSend?.(this.ports.node, -1, message);
    this.spend(this.ports.costs?.sendNs(message, this.ports.peers - 1) ?? 0);
    this.enqueue(() => this.transmitToAll(message));
  }

  override persist(bytes: number): void {
    const { store } = this.ports;
    if (store !== undefined) this.wait((then) => store.put(logKey(this.logged++), bytes, then));
  }

  override compute(costNs: number): void {
    this.spend(costNs);
  }

  private spend(costNs: number): void {
    const { cpu } = this.ports;
    if (cpu !== undefined && costNs > 0) this.wait((then) => cpu.run(costNs, 0, then));
  }

  private wait(begin: (then: () => void) => void): void {
    this.enqueue(() => {
      this.isBusy = true;
      begin(() => {
        this.isBusy = false;
        this.goOn();
      });
    });
  }

  private enqueue(step: () => void): void {
    this.line.push(step);
    this.goOn();
  }

  private goOn(): void {
    while (!this.isBusy && this.line.length > 0) this.line.shift()!();
  }
}

/** Log records in order: eight bytes, big-endian. */
function logKey(index: number): Uint8Array {
  const key = new Uint8Array(8);
  new DataView(key.buffer).setBigUint64(0, BigInt(index));
  return key;
}
