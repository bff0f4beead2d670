/**
 * Where time goes along a chain of causes. Ports are wrapped: what calls back later remembers in whose wake it was asked for, so every handler
 * knows the gapless chain of waits that led to it. This is the critical path of Yang and Miller (ICDCS 1988): of several things waited for it
 * holds the one that came last. Nothing is scheduled here, and a run is the same with and without. Times whole ns.
 */
import type { Cpu, Store, Timers, Transport } from '../../../sim/ports.ts';
import type { Simulation } from '../../../sim/simulation.ts';

const CPU = 0;
const DISK = 1;
const NETWORK = 2;
const TIMER = 3;

/** One wait, from the instant it was asked for. */
export interface Cause {
  readonly parent: Cause | undefined;
  readonly kind: typeof CPU | typeof DISK | typeof NETWORK | typeof TIMER;
  readonly startNs: number;
  readonly endNs: number;
  /** Of it processor work, or propagation: its last part. */
  readonly fixedNs: number;
}

export interface Parts {
  cpuWaitNs: number;
  cpuWorkNs: number;
  diskNs: number;
  /** All of a message's time but propagation: queues, transmission, pacing, retransmission. */
  networkQueueNs: number;
  propagationNs: number;
  /** Timers, and whatever the protocol holds back. */
  protocolWaitNs: number;
}

export const PART_NAMES = ['cpuWaitNs', 'cpuWorkNs', 'diskNs', 'networkQueueNs', 'propagationNs', 'protocolWaitNs'] as const satisfies readonly (keyof Parts)[];

/** A message and in whose wake it was sent; without a message: traffic that nobody reads. */
export interface Envelope<Message> {
  readonly message: Message | undefined;
  readonly cause: Cause | undefined;
  readonly sentNs: number;
}

export class Causes {
  /** Of the handler that runs; undefined: one that nothing led to, or none runs. */
  current: Cause | undefined;
  private readonly sim: Simulation;

  constructor(sim: Simulation) {
    this.sim = sim;
  }

  cpu(inner: Cpu): Cpu {
    return { run: (costNs, jobClass, then) => inner.run(costNs, jobClass, this.after(CPU, costNs, then)) };
  }

  store(inner: Store): Store {
    return {
      get: (key, then) => {
        const wake = this.from(DISK, 0);
        inner.get(key, (bytes) => wake(() => then(bytes)));
      },
      put: (key, valueBytes, then) => inner.put(key, valueBytes, this.after(DISK, 0, then)),
      batch: (writes, then) => inner.batch(writes, this.after(DISK, 0, then)),
      scan: (from, to, limit, then) => {
        const wake = this.from(DISK, 0);
        inner.scan(from, to, limit, (entries) => wake(() => then(entries)));
      },
    };
  }

  transport<Message>(inner: Transport<Envelope<Message>>, propagationNs: number): Transport<Message> {
    return {
      send: (to, message, bytes, trafficClass) => inner.send(to, { message, cause: this.current, sentNs: this.sim.now }, bytes, trafficClass),
      onMessage: (receive) => inner.onMessage((from, { message, cause, sentNs }) => {
        if (message !== undefined) this.within({ parent: cause, kind: NETWORK, startNs: sentNs, endNs: this.sim.now, fixedNs: propagationNs }, () => receive(from, message));
      }),
    };
  }

  timers(inner: Timers): Timers {
    const wakes = new Map<number, (then: () => void) => void>();
    return {
      set: (timer, delayNs) => {
        wakes.set(timer, this.from(TIMER, 0));
        inner.set(timer, delayNs);
      },
      clear: (timer) => inner.clear(timer),
      onTimer: (fire) => inner.onTimer((timer) => wakes.get(timer)!(() => fire(timer))),
    };
  }

  /** The time from `startNs` to `untilNs`, the end of `cause`, along its chain. Fails where the chain has a gap or the parts do not add up. */
  partsOf(cause: Cause | undefined, startNs: number, untilNs: number): Parts {
    const parts: Parts = { cpuWaitNs: 0, cpuWorkNs: 0, diskNs: 0, networkQueueNs: 0, propagationNs: 0, protocolWaitNs: 0 };
    let atNs = untilNs;
    for (let each = cause; atNs > startNs; each = each.parent) {
      if (each === undefined || each.endNs !== atNs) this.sim.fail(`chain of causes: ${each === undefined ? 'ends' : `a wait ends at ${each.endNs} ns`} where ${atNs} ns is to be explained; required: a wait that ends then`);
      const beginNs = Math.max(startNs, each.startNs);
      const tookNs = atNs - beginNs;
      const fixedNs = Math.min(each.fixedNs, tookNs);
      if (each.kind === CPU) {
        parts.cpuWorkNs += fixedNs;
        parts.cpuWaitNs += tookNs - fixedNs;
      } else if (each.kind === NETWORK) {
        parts.propagationNs += fixedNs;
        parts.networkQueueNs += tookNs - fixedNs;
      } else if (each.kind === DISK) parts.diskNs += tookNs;
      else parts.protocolWaitNs += tookNs;
      atNs = beginNs;
    }
    const sum = PART_NAMES.reduce((total, name) => total + parts[name], 0);
    if (sum !== untilNs - startNs || PART_NAMES.some((name) => parts[name] < 0)) this.sim.fail(`chain of causes: parts add up to ${sum} ns; required: ${untilNs - startNs} ns, none below 0`);
    return parts;
  }

  private after(kind: Cause['kind'], fixedNs: number, then: () => void): () => void {
    const wake = this.from(kind, fixedNs);
    return () => wake(then);
  }

  private from(kind: Cause['kind'], fixedNs: number): (then: () => void) => void {
    const { current: parent, sim: { now: startNs } } = this;
    return (then) => this.within({ parent, kind, startNs, endNs: this.sim.now, fixedNs }, then);
  }

  private within(cause: Cause, run: () => void): void {
    const before = this.current;
    this.current = cause;
    run();
    this.current = before;
  }
}
