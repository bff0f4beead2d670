/**
 * The message level: one event a message, for 10^3 to 10^5 nodes.
 *
 *     arrival = depart from the sender's line + one-way delay + what faults add
 *
 * A message is an integer `word` in the hot path (kind and number, the protocol's affair); transport.ts carries arbitrary ones. The
 * receiving side: no limit, or the slower of both ends counts (`minimum`, as SimBlock does), or a line of its own in which messages wait
 * (`queue`: stored and forwarded, two events a message). Jitter comes from a stream of the sender or of each directed pair.
 *
 * FIFO is a promise for each directed pair: an arrival is never before that of an earlier message. Without it messages overtake, as
 * datagrams do. Checkers (../checkers/messages.ts) watch every message. Left out: packets, congestion control, sharing inside a line, headers;
 * where these matter is the packet level's affair.
 */
import type { RandomStream } from '../../random.ts';
import type { Simulation } from '../../simulation.ts';
import { checkEarliest, checkSynchrony, MessageBooks, MessageLeg, PairOrder, SendingLines } from '../checkers/messages.ts';
import type { SynchronyBound } from '../faults/partial-synchrony.ts';
import { connectionOf, type Graph } from '../overlay/graph.ts';
import { Uplinks } from './uplinks.ts';

/** One-way delay of a message, jitter included; whole ns. */
export interface DelayLaw {
  delayNs(from: number, to: number, stream: RandomStream): number;
}

/**
 * What faults do to one message that has left: writes the extra delay of each copy that arrives into `extraNs` (room for 8) and returns
 * how many there are; 0 is a loss. Absent: one copy, no delay.
 */
export type MessageFaults = (from: number, to: number, bytes: number, departNs: number, extraNs: Float64Array) => number;

export interface MessageNetworkOptions {
  /** Prefix of its streams: `network/<name>/...`. */
  readonly name?: string;
  readonly nodes: number;
  readonly delays: DelayLaw;
  /** Sending rate, one for all or one each; default without limit. */
  readonly uplinkBps?: number | ArrayLike<number>;
  readonly downlinkBps?: number | ArrayLike<number>;
  /** What the receiving rate does; default none. */
  readonly downlink?: 'none' | 'minimum' | 'queue';
  /** Whose stream the jitter is drawn from: `node/<from>/jitter`, or for few nodes `link/<from>-<to>/jitter`. */
  readonly jitter?: 'sender' | 'pair';
  /** Keep the order of each directed pair: `pairs` (any pair, a table of nodes^2), or the connections of an overlay. */
  readonly fifo?: 'pairs' | Graph;
  readonly faults?: MessageFaults;
  /** A bound on every arrival, counted from `send`, whatever the line does (../faults/partial-synchrony.ts). Not beside `queue`, which waits behind it. */
  readonly synchrony?: Synchrony;
}

/** When a message arrives that was sent at an instant and would take `ownNs` by itself; by the bound. */
export interface Synchrony extends SynchronyBound {
  arrivalNs(sentNs: number, from: number, to: number, ownNs: number): number;
}

/** Tables over all pairs stay below 32 MB. */
const MAX_PAIR_NODES = 2048;
const MAX_COPIES = 8;

export class MessageNetwork {
  readonly nodes: number;
  /** Messages handed over, copies delivered, messages lost, messages doubled, bytes handed over. */
  sent = 0;
  delivered = 0;
  lost = 0;
  doubled = 0;
  sentBytes = 0;

  private readonly sim: Simulation;
  private readonly uplinks: Uplinks;
  private readonly downlinks: Uplinks | undefined;
  private readonly isMinimum: boolean;
  private readonly delays: DelayLaw;
  private readonly streams: RandomStream[];
  private readonly byPair: boolean;
  private readonly name: string;
  private readonly fifo: 'pairs' | Graph | undefined;
  /** Last arrival of each directed pair or connection. */
  private readonly lastNs: Float64Array;
  private readonly faults: MessageFaults | undefined;
  private readonly synchrony: Synchrony | undefined;
  private readonly extraNs = new Float64Array(MAX_COPIES);
  private readonly deliverCode: number;
  private readonly enterCode: number;
  /** Checkers: counts, the senders' lines, from launch to arrival, through the receiver's line, the order of pairs. */
  private readonly books: MessageBooks;
  private readonly lines: SendingLines;
  private readonly flight: MessageLeg;
  private readonly downlinkLeg: MessageLeg;
  private readonly lastLeg: MessageLeg;
  private readonly order: PairOrder | undefined;
  /** Bytes of messages on their way to a receiving line; only there a message has to carry its size. */
  private waitingBytes = new Int32Array(64);
  private waitingWord = new Int32Array(64);
  private waitingFree: number[] = [];
  private waitingUsed = 0;
  private receive: (to: number, from: number, word: number) => void = (to) => this.sim.fail(`message network: a message to node ${to}; required: a receiver, set by onMessage`, to);

  constructor(sim: Simulation, options: MessageNetworkOptions) {
    const { nodes, downlink = 'none' } = options;
    if (!(Number.isInteger(nodes) && nodes >= 1)) throw new RangeError(`message network: ${nodes} nodes; must be an integer from 1`);
    this.sim = sim;
    this.nodes = nodes;
    this.name = options.name ?? 'message';
    this.delays = options.delays;
    this.uplinks = new Uplinks(nodes, options.uplinkBps ?? Infinity);
    this.downlinks = downlink === 'none' ? undefined : new Uplinks(nodes, options.downlinkBps ?? Infinity);
    this.isMinimum = downlink === 'minimum';
    this.byPair = options.jitter === 'pair';
    this.fifo = options.fifo;
    if ((this.byPair || this.fifo === 'pairs') && nodes > MAX_PAIR_NODES) throw new RangeError(`message network: a table of all pairs for ${nodes} nodes; must be at most ${MAX_PAIR_NODES} nodes (give the overlay instead)`);
    this.lastNs = new Float64Array(this.fifo === undefined ? 0 : this.fifo === 'pairs' ? nodes * nodes : this.fifo.targets.length);
    this.faults = options.faults;
    this.synchrony = options.synchrony;
    if (this.synchrony !== undefined && downlink === 'queue') throw new RangeError('message network: a synchrony bound and receiving lines that queue; must be one of both');
    this.streams = this.byPair ? [] : Array.from({ length: nodes }, (_, node) => sim.stream(`network/${this.name}/node/${node}/jitter`));
    this.books = new MessageBooks(sim);
    this.lines = new SendingLines(sim, nodes);
    this.flight = new MessageLeg(sim, 'under way');
    this.downlinkLeg = new MessageLeg(sim, "in receivers' lines");
    this.order = this.fifo === undefined ? undefined : new PairOrder(sim, this.lastNs.length);
    this.lastLeg = downlink === 'queue' ? this.downlinkLeg : this.flight;
    this.deliverCode = sim.register(`${this.name}/deliver`, (to, from, word) => {
      this.delivered++;
      this.receive(to, from, word);
    });
    sim.atEnd(() => this.finish());
    this.enterCode = sim.register(`${this.name}/enter`, (to, from, slot) => this.enter(to, from, slot));
  }

  /** One receiver for all nodes. */
  onMessage(receive: (to: number, from: number, word: number) => void): void {
    const { sim, lastLeg, order, fifo } = this;
    this.receive = (to, from, word) => {
      lastLeg.leave(from, to, word, sim.now);
      if (order !== undefined) order.leave(this.pairOf(fifo!, from, to), word, from, to);
      receive(to, from, word);
    };
  }

  /** `word` is a 32-bit integer; `bytes` on the wire, 0 for what counts as free. */
  send(from: number, to: number, word: number, bytes: number): void {
    const { sim } = this;
    // one comparison each: a negative number is a large unsigned one
    if (from >>> 0 >= this.nodes || to >>> 0 >= this.nodes || bytes >>> 0 !== bytes) this.refuse(from, to, bytes);
    this.books.sent++;
    this.sent++;
    this.sentBytes += bytes;
    const { uplinks } = this;
    const capBps = this.isMinimum ? this.downlinks!.rateOf(to) : Infinity;
    const departNs = uplinks.depart(from, bytes, sim.now, capBps);
    this.lines.depart(from, bytes, Math.min(uplinks.rateOf(from), capBps), sim.now, departNs);
    if (this.faults !== undefined) return this.sendThrough(this.faults, from, to, word, bytes, departNs);
    this.books.judged(1);
    this.launch(from, to, word, bytes, departNs);
  }

  /** When a sender has nothing left to send. */
  freeAtNs(node: number): number {
    return this.uplinks.freeNs[node]!;
  }

  private sendThrough(faults: MessageFaults, from: number, to: number, word: number, bytes: number, departNs: number): void {
    const { extraNs } = this;
    const copies = faults(from, to, bytes, departNs, extraNs);
    this.books.judged(copies);
    if (copies === 0) this.lost++;
    else this.doubled += copies - 1;
    for (let copy = 0; copy < copies; copy++) this.launch(from, to, word, bytes, departNs + extraNs[copy]!);
  }

  /** Its last bit is on the way at `leftNs`. */
  private launch(from: number, to: number, word: number, bytes: number, leftNs: number): void {
    const { now } = this.sim;
    const delayNs = this.delays.delayNs(from, to, this.streamOf(from, to));
    const ownNs = leftNs + delayNs;
    const plainNs = this.synchrony === undefined ? ownNs : this.synchrony.arrivalNs(now, from, to, ownNs - now);
    const arrivalNs = this.fifo === undefined ? plainNs : this.inOrder(this.fifo, from, to, plainNs);
    if (this.synchrony === undefined) checkEarliest(this.sim, from, to, leftNs, delayNs, arrivalNs);
    else checkSynchrony(this.sim, this.synchrony, from, to, now, arrivalNs);
    if (this.order !== undefined) this.order.enter(this.pairOf(this.fifo!, from, to), word);
    if (this.downlinks === undefined || this.isMinimum) {
      this.flight.enter(from, to, word, arrivalNs);
      this.sim.scheduleAt(arrivalNs, this.deliverCode, to, from, word);
    } else {
      this.flight.enter(from, to, sized(word, bytes), arrivalNs);
      this.sim.scheduleAt(arrivalNs, this.enterCode, to, from, this.park(word, bytes));
    }
  }

  /** The run is over: what has not arrived has an event to come. */
  private finish(): void {
    const { sim, waitingWord, waitingBytes } = this;
    const isQueue = this.downlinks !== undefined && !this.isMinimum;
    const deliveries = (see: (from: number, to: number, content: number, arrivalNs: number) => void): void => sim.eachPending(this.deliverCode, (timeNs, to, from, word) => see(from, to, word, timeNs));
    this.books.finish(this, this.flight.entered, this.lastLeg.entered - this.lastLeg.count);
    if (!isQueue) return this.flight.finish(deliveries);
    this.flight.finish((see) => sim.eachPending(this.enterCode, (timeNs, to, from, slot) => see(from, to, sized(waitingWord[slot]!, waitingBytes[slot]!), timeNs)));
    this.downlinkLeg.finish(deliveries);
  }

  private inOrder(fifo: 'pairs' | Graph, from: number, to: number, arrivalNs: number): number {
    const link = this.pairOf(fifo, from, to);
    if (link < 0) this.sim.fail(`message network: node ${from} to node ${to}; required: a connection of the overlay whose order is kept`, from);
    const inOrderNs = Math.max(arrivalNs, this.lastNs[link]!);
    this.lastNs[link] = inOrderNs;
    return inOrderNs;
  }

  private pairOf(fifo: 'pairs' | Graph, from: number, to: number): number {
    return fifo === 'pairs' ? from * this.nodes + to : connectionOf(fifo, from, to);
  }

  /** The last bit is at the receiver's line: it passes that line behind what came before. */
  private enter(to: number, from: number, slot: number): void {
    const bytes = this.waitingBytes[slot]!;
    const word = this.waitingWord[slot]!;
    this.waitingFree.push(slot);
    this.flight.leave(from, to, sized(word, bytes), this.sim.now);
    const arrivalNs = this.downlinks!.depart(to, bytes, this.sim.now);
    this.downlinkLeg.enter(from, to, word, arrivalNs);
    this.sim.scheduleAt(arrivalNs, this.deliverCode, to, from, word);
  }

  private park(word: number, bytes: number): number {
    const slot = this.waitingFree.pop() ?? this.waitingUsed++;
    if (slot === this.waitingBytes.length) {
      this.waitingBytes = widen(this.waitingBytes);
      this.waitingWord = widen(this.waitingWord);
    }
    this.waitingBytes[slot] = bytes;
    this.waitingWord[slot] = word;
    return slot;
  }

  private refuse(from: number, to: number, bytes: number): never {
    this.sim.fail(`message network: ${bytes} bytes from node ${from} to node ${to}; required: nodes 0 .. ${this.nodes - 1}, an integer of bytes from 0 to 2^32 - 1`, from);
  }

  private streamOf(from: number, to: number): RandomStream {
    if (!this.byPair) return this.streams[from]!;
    const link = from * this.nodes + to;
    return (this.streams[link] ??= this.sim.stream(`network/${this.name}/link/${from}-${to}/jitter`));
  }
}

/** Content of a message whose size is carried along. */
function sized(word: number, bytes: number): number {
  return (Math.imul(word, 0x01000193) + bytes) | 0;
}

function widen(old: Int32Array): Int32Array<ArrayBuffer> {
  const wide = new Int32Array(old.length * 2);
  wide.set(old);
  return wide;
}
