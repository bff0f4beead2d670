/**
 * Ideal ports: everything is free and instant, and nothing fails. For unit tests, teaching, and as the limit that
 * real-cost implementations must approach when their costs go to zero.
 *
 * "Instant" is an event at the same instant, never a call from inside the caller: a model cannot tell ideal from real
 * by being re-entered.
 */
import type { Cpu, Random, Store, StoreEntry, StoreWrite, Timers, Transport } from './ports.ts';
import type { RandomStream } from './random.ts';
import type { Simulation } from './simulation.ts';

/** All nodes reach each other at once; messages between two nodes keep their order. */
export class IdealNetwork<Message> {
  private readonly sim: Simulation;
  private readonly receivers = new Map<number, (from: number, message: Message) => void>();

  constructor(sim: Simulation) {
    this.sim = sim;
  }

  /** The transport of one node. */
  attach(node: number): Transport<Message> {
    return {
      send: (to, message) => {
        this.sim.after(0, () => {
          const receive = this.receivers.get(to);
          if (receive === undefined) this.sim.fail(`transport: message to node ${to}; required: a node that listens`, node);
          receive(node, message);
        });
      },
      onMessage: (receive) => {
        this.receivers.set(node, receive);
      },
    };
  }
}

/** A processor on which every job costs nothing. */
export class IdealCpu implements Cpu {
  private readonly sim: Simulation;

  constructor(sim: Simulation) {
    this.sim = sim;
  }

  run(_costNs: number, _jobClass: number, then: () => void): void {
    this.sim.after(0, then);
  }
}

/** A sorted map in memory. */
export class IdealStore implements Store {
  private readonly sim: Simulation;
  private readonly entries = new Map<string, StoreEntry>();

  constructor(sim: Simulation) {
    this.sim = sim;
  }

  get(key: Uint8Array, then: (valueBytes: number | undefined) => void): void {
    const found = this.entries.get(keyText(key))?.valueBytes;
    this.sim.after(0, () => then(found));
  }

  put(key: Uint8Array, valueBytes: number, then: () => void): void {
    this.batch([{ key, valueBytes }], then);
  }

  batch(writes: readonly StoreWrite[], then: () => void): void {
    for (const write of writes) {
      if ('deleted' in write) this.entries.delete(keyText(write.key));
      else this.entries.set(keyText(write.key), { key: write.key.slice(), valueBytes: write.valueBytes });
    }
    this.sim.after(0, then);
  }

  scan(from: Uint8Array, to: Uint8Array, limit: number, then: (entries: readonly StoreEntry[]) => void): void {
    const [first, end] = [keyText(from), keyText(to)];
    const found = [...this.entries]
      .filter(([text]) => text >= first && text < end)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([, entry]) => entry);
    this.sim.after(0, () => then(found));
  }
}

/** One character a byte, so that comparing texts compares bytes. */
function keyText(key: Uint8Array): string {
  return Array.from(key, (byte) => String.fromCharCode(byte)).join('');
}

/**
 * Timers kept by deadline: moving a timer writes a number; the one event that is out finds the later deadline when it
 * fires and goes to sleep again. Half the cost of cancelling and scheduling anew, and one pending event a timer.
 */
export class IdealTimers implements Timers {
  private readonly sim: Simulation;
  private readonly deadlines = new Map<number, number>();
  /** Instant of the event that is out for a timer, and its handle. */
  private readonly alarms = new Map<number, { readonly timeNs: number; readonly handle: number }>();
  private fire: (timer: number) => void = () => {};

  constructor(sim: Simulation) {
    this.sim = sim;
  }

  onTimer(fire: (timer: number) => void): void {
    this.fire = fire;
  }

  set(timer: number, delayNs: number): void {
    const deadlineNs = this.sim.now + delayNs;
    this.deadlines.set(timer, deadlineNs);
    const alarm = this.alarms.get(timer);
    if (alarm !== undefined && alarm.timeNs <= deadlineNs) return;
    if (alarm !== undefined) this.sim.cancel(alarm.handle);
    this.sleep(timer, deadlineNs);
  }

  clear(timer: number): void {
    this.deadlines.delete(timer);
  }

  private sleep(timer: number, untilNs: number): void {
    this.alarms.set(timer, { timeNs: untilNs, handle: this.sim.after(untilNs - this.sim.now, () => this.wake(timer)) });
  }

  private wake(timer: number): void {
    this.alarms.delete(timer);
    const deadlineNs = this.deadlines.get(timer);
    if (deadlineNs === undefined) return;
    if (deadlineNs > this.sim.now) this.sleep(timer, deadlineNs);
    else {
      this.deadlines.delete(timer);
      this.fire(timer);
    }
  }
}

/** Streams of one node: `node/3/<name>`. */
export class NodeRandom implements Random {
  private readonly sim: Simulation;
  private readonly prefix: string;

  constructor(sim: Simulation, node: number) {
    this.sim = sim;
    this.prefix = `node/${node}/`;
  }

  stream(name: string): RandomStream {
    return this.sim.stream(this.prefix + name);
  }
}
