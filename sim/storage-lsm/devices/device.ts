/**
 * A storage device on the kernel: requests wait, are served, share bandwidth, and may have to be made durable.
 *
 *   service = base(op, pattern) + ceil(b / g) * g / stream bandwidth
 *
 * A request first waits in one FIFO queue until one of c slots is free; it then spends its base latency, and then its bytes
 * cross one channel that all requests share. The channel is a mechanism, not a factor: a read of n bytes occupies it for
 * n / readCap, a write for n / writeCap, in the order in which base latencies end; a request is done when both its own stream
 * (n / streamBps) and the channel have passed its bytes. So mixed traffic slows both sides, and neither exceeds its cap.
 * A chain of dependent accesses (binary search in memory) is one request whose accesses follow each other.
 *
 * A barrier on a file waits for the writes of that file submitted before it, then for the flush itself; flushes of a device
 * follow each other. With a volatile cache a write is durable only after a barrier; without, at its completion.
 *
 * Shape: the quantities of data sheets (IOPS at depth 1, at depth 32, bandwidth).
 * Units: ns, bytes. Left out: slow-down of other requests by a running flush, read-ahead inside the device, errors.
 */
import type { Simulation } from '../../simulation.ts';
import { invariant } from '../../invariant.ts';
import type { DeviceProfile } from './profiles.ts';

export const READ = 0;
export const WRITE = 1;
export type DeviceOp = typeof READ | typeof WRITE;

/** A read or write of `bytes`, once or as a chain of dependent accesses of `bytes` each. */
export interface Access {
  readonly op: DeviceOp;
  readonly bytes: number;
  /** Accesses that jump; default 1 unless `sequential` is given. */
  readonly random?: number;
  /** Accesses that continue where the previous one ended. */
  readonly sequential?: number;
  /** File for barriers; 0 = none. */
  readonly file?: number;
}

interface Barrier {
  remaining: number;
  readonly coversBytes: number;
  readonly done: () => void;
}

/** What the device knows of a file: how much was written, how much would survive a power failure. */
interface FileState {
  submittedBytes: number;
  completedBytes: number;
  durableBytes: number;
  outstanding: number;
  barriers: Barrier[];
  barriersIssued: number;
}

/** Totals since the start; times are sums over requests unless named otherwise. */
export interface DeviceCounters {
  reads: number;
  writes: number;
  bytesRead: number;
  bytesWritten: number;
  granuleBytesRead: number;
  granuleBytesWritten: number;
  barriers: number;
  /** Sum over slots of time in service, waiting for the channel included: at most elapsed x parallelism. */
  busyNs: number;
  queuedNs: number;
  channelNs: number;
  flushNs: number;
  completed: number;
}

export class Device {
  readonly profile: DeviceProfile;
  readonly counters: DeviceCounters = {
    reads: 0, writes: 0, bytesRead: 0, bytesWritten: 0, granuleBytesRead: 0, granuleBytesWritten: 0, barriers: 0,
    busyNs: 0, queuedNs: 0, channelNs: 0, flushNs: 0, completed: 0,
  };
  readonly #sim: Simulation;
  readonly #name: string;
  readonly #startNs: number;
  readonly #baseDone: number;
  readonly #transferred: number;
  readonly #flushed: number;
  // One entry a request in the device; indices are recycled, the numbers live in flat arrays.
  readonly #op: number[] = [];
  readonly #bytes: number[] = [];
  readonly #granules: number[] = [];
  readonly #baseNs: number[] = [];
  readonly #submittedNs: number[] = [];
  readonly #startedNs: number[] = [];
  readonly #file: number[] = [];
  readonly #barriersBefore: number[] = [];
  readonly #then: ((() => void) | undefined)[] = [];
  readonly #free: number[] = [];
  #queue: number[] = [];
  #queueHead = 0;
  #inService = 0;
  #channelFreeNs = 0;
  #flushFreeNs = 0;
  readonly #flushes: { file: FileState; barrier: Barrier }[] = [];
  readonly #files = new Map<number, FileState>();
  #inSystemNs = 0;
  #inSystem = 0;
  #changedNs = 0;

  constructor(sim: Simulation, profile: DeviceProfile, name: string = profile.name) {
    this.#sim = sim;
    this.profile = profile;
    this.#name = name;
    this.#startNs = sim.now;
    this.#changedNs = sim.now;
    this.#baseDone = sim.register(`${name} base latency over`, (request) => this.#transfer(request));
    this.#transferred = sim.register(`${name} request done`, (request) => this.#complete(request));
    this.#flushed = sim.register(`${name} flush done`, () => this.#flushDone());
  }

  get inService(): number {
    return this.#inService;
  }

  get queued(): number {
    return this.#queue.length - this.#queueHead;
  }

  /** Submits a request; `then` runs when its last byte has moved. */
  submit(access: Access, then: () => void): void {
    const random = access.random ?? (access.sequential === undefined ? 1 : 0);
    const sequential = access.sequential ?? 0;
    const profile = this.profile;
    const isRead = access.op === READ;
    const granule = profile.granuleBytes;
    const count = random + sequential;
    const rounded = Math.ceil(access.bytes / granule) * granule * count;
    const request = this.#free.pop() ?? this.#op.length;
    this.#op[request] = access.op;
    this.#bytes[request] = access.bytes * count;
    this.#granules[request] = rounded;
    this.#baseNs[request] = isRead
      ? random * profile.readRandomNs + sequential * profile.readSequentialNs
      : random * profile.writeRandomNs + sequential * profile.writeSequentialNs;
    this.#submittedNs[request] = this.#sim.now;
    this.#file[request] = access.file ?? 0;
    this.#then[request] = then;
    const counters = this.counters;
    if (isRead) {
      counters.reads += count;
      counters.bytesRead += access.bytes * count;
      counters.granuleBytesRead += rounded;
    } else {
      counters.writes += count;
      counters.bytesWritten += access.bytes * count;
      counters.granuleBytesWritten += rounded;
      if (access.file !== undefined && access.file !== 0) {
        const file = this.#fileState(access.file);
        file.submittedBytes += access.bytes * count;
        file.outstanding += 1;
        this.#barriersBefore[request] = file.barriersIssued;
      }
    }
    this.#count(1);
    if (this.#inService < profile.parallelism) this.#start(request);
    else this.#queue.push(request);
  }

  /** Runs `then` once all writes of the file submitted so far are complete and flushed. */
  barrier(file: number, then: () => void): void {
    const state = this.#fileState(file);
    const barrier: Barrier = { remaining: state.outstanding, coversBytes: state.submittedBytes, done: then };
    state.barriersIssued += 1;
    this.counters.barriers += 1;
    state.barriers.push(barrier);
    if (barrier.remaining === 0) this.#flush(state, barrier);
  }

  /** Bytes of the file that would survive a power failure now. */
  durableBytes(file: number): number {
    return this.#files.get(file)?.durableBytes ?? 0;
  }

  /** Forgets a deleted file. */
  forget(file: number): void {
    const state = this.#files.get(file);
    if (state !== undefined && state.outstanding === 0 && state.barriers.length === 0) this.#files.delete(file);
  }

  /** Mean number of requests waiting or in service since the start: the left side of Little's law. */
  meanInSystem(): number {
    this.#count(0);
    const elapsedNs = this.#sim.now - this.#startNs;
    return elapsedNs === 0 ? 0 : this.#inSystemNs / elapsedNs;
  }

  /** Laws that hold in any correct run; cheap enough for the end of each. */
  checkLaws(): void {
    const elapsedNs = this.#sim.now - this.#startNs;
    const { busyNs, queuedNs, channelNs } = this.counters;
    invariant(this.#sim, busyNs <= elapsedNs * this.profile.parallelism, () => `${this.#name}: busy ${busyNs} ns in ${elapsedNs} ns with ${this.profile.parallelism} slots`);
    invariant(this.#sim, channelNs <= elapsedNs + this.counters.completed + 1, () => `${this.#name}: channel busy ${channelNs} ns in ${elapsedNs} ns`);
    if (this.#inSystem === 0) {
      this.#count(0);
      invariant(this.#sim, this.#inSystemNs === busyNs + queuedNs, () => `${this.#name}: requests spent ${busyNs + queuedNs} ns, the device saw ${this.#inSystemNs} ns (Little)`);
    }
  }

  #fileState(file: number): FileState {
    let state = this.#files.get(file);
    if (state === undefined) {
      state = { submittedBytes: 0, completedBytes: 0, durableBytes: 0, outstanding: 0, barriers: [], barriersIssued: 0 };
      this.#files.set(file, state);
    }
    return state;
  }

  #count(change: number): void {
    this.#inSystemNs += this.#inSystem * (this.#sim.now - this.#changedNs);
    this.#changedNs = this.#sim.now;
    this.#inSystem += change;
  }

  #start(request: number): void {
    const now = this.#sim.now;
    this.#inService += 1;
    this.#startedNs[request] = now;
    this.counters.queuedNs += now - this.#submittedNs[request]!;
    this.#sim.schedule(this.#baseNs[request]!, this.#baseDone, request);
  }

  #transfer(request: number): void {
    const now = this.#sim.now;
    const { readStreamBps, writeStreamBps, readCapBps, writeCapBps } = this.profile;
    const isRead = this.#op[request] === READ;
    const bytes = this.#granules[request]!;
    const ownNs = Math.ceil((bytes / (isRead ? readStreamBps : writeStreamBps)) * 1e9);
    const sharedNs = (bytes / (isRead ? readCapBps : writeCapBps)) * 1e9;
    this.counters.channelNs += sharedNs;
    this.#channelFreeNs = Math.max(now, this.#channelFreeNs) + sharedNs;
    this.#sim.schedule(Math.max(ownNs, Math.ceil(this.#channelFreeNs - now)), this.#transferred, request);
  }

  #complete(request: number): void {
    const then = this.#then[request]!;
    this.#then[request] = undefined;
    this.counters.busyNs += this.#sim.now - this.#startedNs[request]!;
    this.counters.completed += 1;
    this.#count(-1);
    this.#inService -= 1;
    if (this.#op[request] === WRITE && this.#file[request] !== 0) this.#written(request);
    this.#free.push(request);
    if (this.#queueHead < this.#queue.length) {
      const next = this.#queue[this.#queueHead++]!;
      if (this.#queueHead > 1024 && this.#queueHead * 2 > this.#queue.length) {
        this.#queue = this.#queue.slice(this.#queueHead);
        this.#queueHead = 0;
      }
      this.#start(next);
    }
    then();
  }

  #written(request: number): void {
    const file = this.#files.get(this.#file[request]!);
    if (file === undefined) return;
    file.outstanding -= 1;
    file.completedBytes += this.#bytes[request]!;
    if (!this.profile.volatileCache) file.durableBytes = file.completedBytes;
    // Only barriers issued after this write was submitted were waiting for it.
    const firstOpen = file.barriersIssued - file.barriers.length;
    for (let index = Math.max(0, this.#barriersBefore[request]! - firstOpen); index < file.barriers.length; index += 1) {
      const barrier = file.barriers[index]!;
      barrier.remaining -= 1;
      if (barrier.remaining === 0) this.#flush(file, barrier);
    }
  }

  #flush(file: FileState, barrier: Barrier): void {
    const now = this.#sim.now;
    this.#flushFreeNs = Math.max(now, this.#flushFreeNs) + this.profile.barrierNs;
    this.counters.flushNs += this.profile.barrierNs;
    this.#flushes.push({ file, barrier });
    this.#sim.schedule(this.#flushFreeNs - now, this.#flushed);
  }

  #flushDone(): void {
    const { file, barrier } = this.#flushes.shift()!;
    file.durableBytes = Math.max(file.durableBytes, barrier.coversBytes);
    // Barriers of one file become ready and are flushed in the order in which they were issued.
    file.barriers.shift();
    barrier.done();
  }
}
