/**
 * A small run that can be stopped after any event: nodes of one protocol over links with seeded delays, under a fault script, watched by the
 * protocol's checkers. An event is an arrival, a timer or a dated act; acts named by event number happen between events and count as none.
 * The same options and script give the same run; scripts with a common beginning give runs that are one up to where they part.
 */
import { SimulationError } from '../../../sim/invariant.ts';
import { type Handler, Simulation } from '../../../sim/simulation.ts';
import { drive, type Driven, type NodePorts } from '../../../sim/step-machine.ts';
import { NS_PER_MS } from '../../../sim/time.ts';
import { allFaulty, type FaultCount, NO_FAULTS } from './fault-count.ts';
import type { StageRecorder } from './recording.ts';
import { ACTS, type Row } from './script.ts';
import type { Player, StageCheckers, StageModel, StageOptions, StageProtocol } from './stage-protocol.ts';

export interface StageNode {
  isUp: boolean;
  player: Player<unknown>;
  /** What it was told to do, if it lies. */
  behaviour: string | undefined;
  driven: Driven;
  receive: (from: number, message: unknown) => void;
  fire: (timer: number) => void;
  /** Running timers: number to event handle and due time. */
  readonly timers: Map<number, { readonly handle: number; readonly dueNs: number }>;
  slowNs: number;
}

export interface Broken {
  readonly checker: string;
  readonly text: string;
}

interface Flight {
  readonly from: number;
  readonly to: number;
  readonly message: unknown;
  readonly handle: number;
  readonly dueNs: number;
}

/** What is to happen to a message when it is sent. */
interface Rule {
  drop: boolean;
  byNs: number;
  copies: number;
}

export interface RunOptions {
  readonly recorder?: StageRecorder;
  /** Checkers change nothing but the end: a run that is known to hold may be made again without them, in half the time. */
  readonly isChecked?: boolean;
  /** A simulation that somebody else runs; what breaks within f then fails it, beyond f it stops. */
  readonly sim?: Simulation;
  readonly onObserve?: (node: number, what: number, view: number, seq: number, digest: number) => void;
}

const UNCHECKED: StageCheckers<unknown> = { onSend: () => {}, onObserve: () => {}, forget: () => {} };

export class StageRun {
  readonly sim: Simulation;
  readonly model: StageModel<unknown>;
  readonly nodes: StageNode[] = [];
  /** Rows that have acted, in order. */
  readonly applied: Row[] = [];
  messagesSent = 0;
  broken: Broken | undefined;
  /** Most that were faulty at once. */
  worst: FaultCount = NO_FAULTS;
  private readonly rows: readonly Row[];
  private next = 0;
  private readonly recorder: StageRecorder | undefined;
  private readonly onObserve: RunOptions['onObserve'];
  private readonly isFatal: () => boolean;
  private readonly checkers: StageCheckers<unknown>;
  private readonly faulty = new Set<number>();
  /** Under way, by number. */
  private readonly inFlight: (Flight | undefined)[] = [];
  /** For messages to come. */
  private readonly rules = new Map<number, Rule>();
  private cuts: ((from: number, to: number) => boolean)[] = [];
  private readonly leastNs: number;
  private readonly spanNs: number;
  private readonly codes: { readonly arrive: number; readonly timer: number; readonly act: number };
  private readonly streams: ReturnType<Simulation['stream']>[];

  constructor(protocol: StageProtocol, options: StageOptions, script: readonly Row[], { recorder, isChecked = true, sim: given, onObserve }: RunOptions = {}) {
    const sim = (this.sim = given ?? new Simulation({ seed: options.seed, scenario: `stage ${protocol.id}`, maxEventsPerInstant: 100_000 }));
    const model = (this.model = protocol.make(options));
    this.recorder = recorder;
    recorder?.attach(this);
    this.rows = script.filter((row) => row.atEvent !== undefined).map((row, index) => ({ row, index })).sort((a, b) => a.row.atEvent! - b.row.atEvent! || a.index - b.index).map(({ row }) => row);
    const meanNs = Math.round(options.delayMs * NS_PER_MS);
    const spreadNs = Math.round((meanNs * options.spreadPercent) / 100);
    this.leastNs = meanNs - spreadNs;
    this.spanNs = 2 * spreadNs + 1;
    this.checkers = isChecked ? model.checkers(sim, (node) => this.faulty.has(node)) : UNCHECKED;
    this.onObserve = onObserve;
    const contain = (handler: Handler): Handler => (given === undefined ? handler : (target, a, b) => this.guarded(() => handler(target, a, b)));
    const bears = protocol.tolerates(options.replicas);
    this.isFatal = () => given !== undefined && this.faulty.size <= bears;
    const dated = script.filter((row) => row.atNs !== undefined);
    this.codes = {
      arrive: sim.register('arrive', contain((to, number) => this.arrive(to, number))),
      timer: sim.register('timer', contain((node, timer) => this.fireTimer(node, timer))),
      act: sim.register('act', contain((_target, index) => {
        this.recorder?.event('act', -1, index);
        this.perform(dated[index]!);
      })),
    };
    dated.forEach((row, index) => void sim.scheduleAt(row.atNs!, this.codes.act, 0, index));
    const count = model.replicas + model.clients;
    this.streams = Array.from({ length: count * count }, (_, link) => sim.stream(`stage/link-${Math.floor(link / count)}-${link % count}`));
    for (let node = 0; node < count; node++) {
      this.nodes.push({ isUp: true, player: model.initial(node), behaviour: undefined, driven: undefined as unknown as Driven, receive: () => {}, fire: () => {}, timers: new Map(), slowNs: 0 });
      this.nodes[node]!.driven = this.connect(node);
    }
    this.guarded(() => this.nodes.forEach(({ driven }) => driven.start()));
    this.actsDue();
  }

  get events(): number {
    return this.sim.eventCount;
  }

  fingerprint(): string {
    return this.sim.fingerprint();
  }

  /** Runs to after event `to`, acts at that place included; false if it ends before: nothing is left to happen, or something broke. */
  advance(to: number): boolean {
    const { sim } = this;
    while (this.broken === undefined && sim.eventCount < to) {
      const stop = Math.min(to, this.rows[this.next]?.atEvent ?? Infinity);
      const wanted = stop - sim.eventCount;
      let ran = 0;
      this.guarded(() => (ran = sim.run({ maxEvents: wanted })));
      if (ran < wanted) return false;
      this.actsDue();
    }
    return sim.eventCount >= to;
  }

  isFaulty(node: number): boolean {
    return this.faulty.has(node);
  }

  /** Those that lie or have forgotten: invariants do not hold for them. */
  get faultyCount(): number {
    return this.faulty.size;
  }

  /** With those that are down now. */
  get faultCount(): FaultCount {
    const lying = [...this.faulty].filter((node) => this.nodes[node]!.behaviour !== undefined).length;
    const crashed = this.nodes.filter(({ isUp }, node) => !isUp && !this.faulty.has(node)).length;
    return { crashed, lying, forgetful: this.faulty.size - lying };
  }

  /** Requests without an answer, over all clients. */
  get unanswered(): number {
    return this.nodes.slice(this.model.replicas).reduce((sum, { player }) => sum + this.model.unanswered(player.state), 0);
  }

  private guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (this.isFatal()) throw error;
      const text = error instanceof SimulationError ? error.finding : String(error instanceof Error ? error.message : error);
      const checker = /^checker ([a-z-]+): /.exec(text);
      this.broken = { checker: checker?.[1] ?? 'error', text: checker === null ? text : text.slice(checker[0].length) };
      this.recorder?.broke(this.sim.eventCount, this.sim.now, this.broken);
      this.sim.stop();
    }
  }

  private actsDue(): void {
    for (let row = this.rows[this.next]; row !== undefined && row.atEvent! <= this.sim.eventCount && this.broken === undefined; row = this.rows[++this.next]) {
      const due = row;
      this.guarded(() => this.perform(due));
    }
  }

  private connect(node: number): Driven {
    const { model, sim, checkers } = this;
    const own = this.nodes[node]!;
    const isReplica = node < model.replicas;
    const ports: NodePorts<unknown> = {
      node, peers: model.replicas, bytesOf: model.bytesOf,
      transport: { send: (to, message) => this.send(node, to, message), onMessage: (receive) => (own.receive = receive) },
      timers: { set: (timer, delayNs) => this.setTimer(node, timer, delayNs), clear: (timer) => this.clearTimer(node, timer), onTimer: (fire) => (own.fire = fire) },
      onSend: isReplica ? (from, to, message) => checkers.onSend(from, to, message) : () => {},
      onObserve: (_node, what, view, seq, digest) => {
        sim.note((view * 4096 + node) * 64 + what);
        sim.note(digest);
        sim.note(seq);
        this.recorder?.observed(node, what, view, seq, digest);
        this.onObserve?.(node, what, view, seq, digest);
        checkers.onObserve(node, what, view, seq, digest);
      },
      onIgnore: (_node, why) => this.recorder?.ignored(node, why),
    };
    return drive(own.player.machine, own.player.state, ports);
  }

  private send(from: number, to: number, message: unknown): void {
    const number = ++this.messagesSent;
    const sender = this.nodes[from]!;
    const { sim } = this;
    const delayNs = this.leastNs + this.streams[from * this.nodes.length + to]!.below(this.spanNs) + sender.slowNs;
    const rule = this.rules.get(number);
    this.recorder?.sent(number, from, to, sim.now, sim.now + delayNs + (rule?.byNs ?? 0), message);
    if (rule?.drop === true || this.cuts.some((cut) => cut(from, to))) {
      this.inFlight[number] = undefined;
      this.recorder?.lost(number, sim.now, rule?.drop === true ? 'dropped' : 'cut off');
      return;
    }
    this.launch(number, from, to, message, delayNs + (rule?.byNs ?? 0));
    for (let copy = 0; copy < (rule?.copies ?? 0); copy++) this.copy(from, to, message);
  }

  private launch(number: number, from: number, to: number, message: unknown, delayNs: number): void {
    const handle = this.sim.schedule(delayNs, this.codes.arrive, to, number);
    this.inFlight[number] = { from, to, message, handle, dueNs: this.sim.now + delayNs };
  }

  /** A copy has a number of its own and another way through the network. */
  private copy(from: number, to: number, message: unknown): void {
    const number = ++this.messagesSent;
    const delayNs = this.leastNs + this.streams[from * this.nodes.length + to]!.below(this.spanNs) + this.nodes[from]!.slowNs;
    this.recorder?.sent(number, from, to, this.sim.now, this.sim.now + delayNs, message);
    this.launch(number, from, to, message, delayNs);
  }

  private arrive(to: number, number: number): void {
    const { from, message } = this.inFlight[number]!;
    this.inFlight[number] = undefined;
    const { isUp, receive } = this.nodes[to]!;
    this.recorder?.event('arrive', to, number);
    if (!isUp) return this.recorder?.lost(number, this.sim.now, 'the receiver is down');
    this.recorder?.arrived(number, this.sim.now);
    receive(from, message);
  }

  private setTimer(node: number, timer: number, delayNs: number): void {
    this.clearTimer(node, timer);
    const handle = this.sim.schedule(delayNs, this.codes.timer, node, timer);
    this.nodes[node]!.timers.set(timer, { handle, dueNs: this.sim.now + delayNs });
    this.recorder?.timerSet(node, timer, this.sim.now, this.sim.now + delayNs);
  }

  private clearTimer(node: number, timer: number): void {
    const { timers } = this.nodes[node]!;
    const running = timers.get(timer);
    if (running === undefined) return;
    this.sim.cancel(running.handle);
    timers.delete(timer);
    this.recorder?.timerEnded(node, timer, this.sim.now, false);
  }

  private fireTimer(node: number, timer: number): void {
    const own = this.nodes[node]!;
    own.timers.delete(timer);
    this.recorder?.event('timer', node, timer);
    this.recorder?.timerEnded(node, timer, this.sim.now, true);
    own.fire(timer);
  }

  private perform(row: Row): void {
    const { sim } = this;
    this.applied.push(row);
    this.recorder?.acted(row, sim.eventCount, sim.now, this.whyIdle(row));
    sim.note(-1 - ACTS.indexOf(row.act));
    this.act(row);
    if (allFaulty(this.faultCount) > allFaulty(this.worst)) this.worst = this.faultCount;
  }

  private act(row: Row): void {
    const { nodes } = this;
    switch (row.act) {
      case 'drop':
      case 'delay':
      case 'duplicate': return this.meddle(row);
      case 'crash': return this.crash(row.node);
      case 'restart': return this.restart(row.node, row.disk);
      case 'partition': return void this.cuts.push((from, to) => row.nodes.includes(from) !== row.nodes.includes(to));
      case 'one-way': return void this.cuts.push((from, to) => from === row.from && to === row.to);
      case 'slow': nodes[row.node]!.slowNs += row.byNs; return;
      case 'heal':
        this.cuts = [];
        for (const node of nodes) node.slowNs = 0;
        return;
      case 'lie': return this.lie(row.node, row.behaviour);
    }
  }

  /** Why nothing will come of a row; a message that is not yet sent may never be. */
  private whyIdle(row: Row): string | undefined {
    const { nodes } = this;
    switch (row.act) {
      case 'drop':
      case 'delay':
      case 'duplicate': return row.message <= this.messagesSent && this.inFlight[row.message] === undefined ? 'it has arrived or is lost' : undefined;
      case 'crash': return nodes[row.node]!.isUp ? undefined : 'it is down already';
      case 'restart': return nodes[row.node]!.isUp ? 'it is up' : undefined;
      case 'partition': return new Set(row.nodes).size === nodes.length ? 'there are no others' : undefined;
      case 'one-way': return row.from === row.to ? 'a node sends itself no messages' : undefined;
      case 'heal': return this.cuts.length === 0 && nodes.every(({ slowNs }) => slowNs === 0) ? 'nothing is cut or slow' : undefined;
      default: return undefined;
    }
  }

  /** With a message under way at once, with one to come when it is sent, with one that has arrived not at all. */
  private meddle(row: Row & { act: 'drop' | 'delay' | 'duplicate' }): void {
    const { sim } = this;
    const number = row.message;
    const flight = this.inFlight[number];
    if (number > this.messagesSent) {
      let rule = this.rules.get(number);
      if (rule === undefined) this.rules.set(number, (rule = { drop: false, byNs: 0, copies: 0 }));
      if (row.act === 'drop') rule.drop = true;
      else if (row.act === 'delay') rule.byNs += row.byNs;
      else rule.copies += 1;
    } else if (flight !== undefined) {
      if (row.act === 'duplicate') return this.copy(flight.from, flight.to, flight.message);
      sim.cancel(flight.handle);
      this.inFlight[number] = undefined;
      if (row.act === 'drop') return this.recorder?.lost(number, sim.now, 'dropped');
      this.launch(number, flight.from, flight.to, flight.message, flight.dueNs - sim.now + row.byNs);
      this.recorder?.moved(number, flight.dueNs + row.byNs);
    }
  }

  private crash(node: number): void {
    const own = this.nodes[node]!;
    own.isUp = false;
    for (const timer of own.timers.keys()) this.clearTimer(node, timer);
  }

  private restart(node: number, disk: 'kept' | 'lost'): void {
    const own = this.nodes[node]!;
    if (own.isUp) return;
    own.isUp = true;
    if (disk === 'lost') {
      this.checkers.forget(node);
      this.faulty.add(node);
      own.player = this.model.initial(node);
      own.behaviour = undefined;
    }
    own.driven = this.connect(node);
    own.driven.restart();
  }

  private lie(node: number, behaviour: string): void {
    const own = this.nodes[node]!;
    this.faulty.add(node);
    own.player = this.model.lie(node, own.player, behaviour, this.sim.stream(`stage/lie-${node}-${this.applied.length}`));
    own.behaviour = behaviour;
    own.driven = this.connect(node);
    const { timersFrom } = own.player;
    if (timersFrom === undefined) return;
    const running = [...own.timers];
    for (const [timer] of running) this.clearTimer(node, timer);
    for (const [timer, { dueNs }] of running) for (const each of timersFrom(timer)) this.setTimer(node, each, dueNs - this.sim.now);
  }
}
