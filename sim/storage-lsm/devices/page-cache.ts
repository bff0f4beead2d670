/**
 * Write-back of the operating system's page cache in front of a block device.
 *
 * An append without sync only makes pages dirty: it is over as soon as the bytes are copied, and the device sees them later
 * or, if the file is deleted first, never. Dirty bytes leave for the device
 *   - when a file is synced: all its dirty bytes at once, then the device's barrier;
 *   - when a file's oldest dirty byte is older than `expireNs`;
 *   - when the dirty total exceeds `backgroundBytes`, oldest file first, one request in flight;
 * and above `limitBytes` an append waits. The defaults are Linux's (vm.dirty_background_ratio 10 %, vm.dirty_ratio 20 %,
 * dirty_expire_centisecs 3000) on a machine with 8 GiB of available memory: a choice, as no source of ours names the machine.
 *
 * Source: Linux Documentation/admin-guide/sysctl/vm.rst. Units: bytes, ns. Left out: the time-sliced pacing of writers between
 * the two thresholds (balance_dirty_pages), journal commits of the file system.
 */
import type { Simulation } from '../../simulation.ts';
import { invariant } from '../../invariant.ts';
import { NS_PER_S } from '../../time.ts';
import { WRITE, type Device } from './device.ts';

const GIB = 1024 * 1024 * 1024;

export interface PageCacheOptions {
  readonly backgroundBytes: number;
  readonly limitBytes: number;
  readonly expireNs: number;
  /** Largest request that write-back hands to the device. */
  readonly requestBytes: number;
}

export const LINUX_8_GIB: PageCacheOptions = {
  backgroundBytes: 0.8 * GIB,
  limitBytes: 1.6 * GIB,
  expireNs: 30 * NS_PER_S,
  requestBytes: 512 * 1024,
};

interface DirtyFile {
  readonly file: number;
  dirtyBytes: number;
  readonly sinceNs: number;
}

export class PageCache {
  readonly #sim: Simulation;
  readonly #device: Device;
  readonly #options: PageCacheOptions;
  /** In the order in which the files became dirty: Map keeps insertion order. */
  readonly #files = new Map<number, DirtyFile>();
  readonly #waiting: (() => void)[] = [];
  #dirtyBytes = 0;
  #isWritingBack = false;
  #expiryHandle: number | undefined;
  /** Bytes that write-back or a sync has handed to the device. */
  writtenBackBytes = 0;
  /** Bytes that were dropped with their file before they reached the device. */
  droppedBytes = 0;
  appendedBytes = 0;
  /** Appends that had to wait for the dirty limit. */
  throttled = 0;

  constructor(sim: Simulation, device: Device, options: PageCacheOptions = LINUX_8_GIB) {
    this.#sim = sim;
    this.#device = device;
    this.#options = options;
  }

  get dirtyBytes(): number {
    return this.#dirtyBytes;
  }

  /** Makes bytes dirty. The caller has charged the copy; `then` runs at once unless the dirty limit is exceeded. */
  append(file: number, bytes: number, then: () => void): void {
    this.appendedBytes += bytes;
    let entry = this.#files.get(file);
    if (entry === undefined) {
      entry = { file, dirtyBytes: 0, sinceNs: this.#sim.now };
      this.#files.set(file, entry);
      this.#armExpiry();
    }
    entry.dirtyBytes += bytes;
    this.#dirtyBytes += bytes;
    this.#writeBack();
    if (this.#dirtyBytes <= this.#options.limitBytes) then();
    else {
      this.throttled += 1;
      this.#waiting.push(then);
    }
  }

  /** fsync: writes the file's dirty bytes out, then makes them durable. */
  sync(file: number, then: () => void): void {
    const entry = this.#files.get(file);
    if (entry !== undefined) {
      let left = entry.dirtyBytes;
      this.writtenBackBytes += left;
      this.#clean(entry, left);
      this.#release();
      while (left > 0) {
        const bytes = Math.min(left, this.#options.requestBytes);
        left -= bytes;
        this.#device.submit({ op: WRITE, bytes, sequential: 1, file }, () => {});
      }
    }
    this.#device.barrier(file, then);
  }

  /** The file was deleted: what is still dirty never reaches the device. */
  drop(file: number): void {
    const entry = this.#files.get(file);
    if (entry !== undefined) {
      this.droppedBytes += entry.dirtyBytes;
      this.#clean(entry, entry.dirtyBytes);
      this.#release();
    }
    this.#device.forget(file);
  }

  /** Every appended byte is dirty, written back, or was dropped with its file. */
  checkLaws(): void {
    invariant(this.#sim, this.appendedBytes === this.#dirtyBytes + this.writtenBackBytes + this.droppedBytes, () => `page cache: ${this.appendedBytes} B appended, ${this.#dirtyBytes} dirty, ${this.writtenBackBytes} written back, ${this.droppedBytes} dropped`);
  }

  /** These bytes are dirty no longer: handed over or dropped. */
  #clean(entry: DirtyFile, bytes: number): void {
    entry.dirtyBytes -= bytes;
    this.#dirtyBytes -= bytes;
    if (entry.dirtyBytes === 0) {
      this.#files.delete(entry.file);
      this.#armExpiry();
    }
  }

  #oldest(): DirtyFile | undefined {
    for (const entry of this.#files.values()) return entry;
    return undefined;
  }

  #writeBack(): void {
    if (this.#isWritingBack) return;
    const oldest = this.#oldest();
    if (oldest === undefined) return;
    const isExpired = this.#sim.now - oldest.sinceNs >= this.#options.expireNs;
    if (!isExpired && this.#dirtyBytes <= this.#options.backgroundBytes) return;
    const bytes = Math.min(oldest.dirtyBytes, this.#options.requestBytes);
    this.#isWritingBack = true;
    this.writtenBackBytes += bytes;
    this.#clean(oldest, bytes);
    this.#release();
    this.#device.submit({ op: WRITE, bytes, sequential: 1, file: oldest.file }, () => {
      this.#isWritingBack = false;
      this.#writeBack();
    });
  }

  #release(): void {
    while (this.#waiting.length > 0 && this.#dirtyBytes <= this.#options.limitBytes) this.#waiting.shift()!();
  }

  #armExpiry(): void {
    if (this.#expiryHandle !== undefined) {
      this.#sim.cancel(this.#expiryHandle);
      this.#expiryHandle = undefined;
    }
    const oldest = this.#oldest();
    if (oldest === undefined) return;
    const dueNs = Math.max(this.#sim.now, oldest.sinceNs + this.#options.expireNs);
    this.#expiryHandle = this.#sim.after(dueNs - this.#sim.now, () => {
      this.#expiryHandle = undefined;
      this.#writeBack();
    });
  }
}
