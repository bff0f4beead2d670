/**
 * Where files live: a device for each tier, the page cache in front of the SSD, and the bytes each purpose has moved.
 *
 * On the SSD a file being written goes to the page cache and reaches the device when it is synced, as LevelDB does with each
 * table; on NVM the writing thread stores straight to the medium and fences. Reads of table files never hit the page cache
 * unless the options say it is warm. Units: bytes, ns.
 */
import type { Simulation } from '../../simulation.ts';
import { Device, READ, WRITE } from '../devices/device.ts';
import { PageCache } from '../devices/page-cache.ts';
import type { Tier, TimedStoreOptions } from './options.ts';

/** What bytes are moved for. */
export type Purpose = 'wal' | 'flush' | 'compaction' | 'manifest' | 'get';

export interface Traffic {
  readonly tier: Tier;
  readonly purpose: Purpose;
  bytesRead: number;
  bytesWritten: number;
}

/** Direct stores to NVM are handed to the device in pieces of this size, so that reads can pass in between. */
const NVM_PIECE_BYTES = 64 * 1024;

const PURPOSES: readonly Purpose[] = ['wal', 'flush', 'compaction', 'manifest', 'get'];
const TIERS: readonly Tier[] = ['ssd', 'nvm'];

export class Tiers {
  readonly ssd: Device;
  readonly nvm: Device;
  readonly pageCache: PageCache;
  /** Bytes asked for by purpose; what reaches a device is counted by the device. */
  readonly traffic: readonly Traffic[] = TIERS.flatMap((tier) => PURPOSES.map((purpose): Traffic => ({ tier, purpose, bytesRead: 0, bytesWritten: 0 })));
  readonly #options: TimedStoreOptions;
  readonly #sim: Simulation;

  constructor(sim: Simulation, options: TimedStoreOptions) {
    this.#sim = sim;
    this.#options = options;
    this.ssd = new Device(sim, options.ssd, 'ssd');
    this.nvm = new Device(sim, options.nvm, 'nvm');
    this.pageCache = new PageCache(sim, this.ssd, options.pageCache);
  }

  trafficOf(tier: Tier, purpose: Purpose): Traffic {
    return this.traffic[TIERS.indexOf(tier) * PURPOSES.length + PURPOSES.indexOf(purpose)]!;
  }

  /** Reads from a table file; `then` runs when the bytes are there. */
  read(tier: Tier, purpose: Purpose, bytes: number, isSequential: boolean, then: () => void): void {
    this.trafficOf(tier, purpose).bytesRead += bytes;
    if (tier === 'ssd' && this.#options.warmPageCache) {
      const { syscallNs, copyNsPerByte } = this.#options.cpu;
      this.#sim.after(Math.round(syscallNs + bytes * copyNsPerByte), then);
    } else this.#device(tier).submit(isSequential ? { op: READ, bytes, sequential: 1 } : { op: READ, bytes, random: 1 }, then);
  }

  /** A chain of dependent reads of `bytes` each on NVM. */
  chase(purpose: Purpose, bytes: number, random: number, sequential: number, then: () => void): void {
    this.trafficOf('nvm', purpose).bytesRead += bytes * (random + sequential);
    this.nvm.submit({ op: READ, bytes, random, sequential }, then);
  }

  /** Writes a whole file and makes it durable. */
  writeDurably(tier: Tier, purpose: Purpose, file: number, bytes: number, then: () => void): void {
    this.append(tier, purpose, file, bytes, () => this.sync(tier, file, then));
  }

  /** Appends to a file without making it durable. The caller charges the copy into the page cache. */
  append(tier: Tier, purpose: Purpose, file: number, bytes: number, then: () => void): void {
    this.trafficOf(tier, purpose).bytesWritten += bytes;
    if (tier === 'ssd') this.pageCache.append(file, bytes, then);
    else this.#store(file, bytes, then);
  }

  /** Makes everything appended to a file durable. */
  sync(tier: Tier, file: number, then: () => void): void {
    if (tier === 'ssd') this.pageCache.sync(file, then);
    else this.nvm.barrier(file, then);
  }

  /** Appends to a log past the page cache, one request, without a barrier. */
  writeThrough(tier: Tier, purpose: Purpose, file: number, bytes: number, then: () => void): void {
    this.trafficOf(tier, purpose).bytesWritten += bytes;
    this.#device(tier).submit({ op: WRITE, bytes, sequential: 1, file }, then);
  }

  remove(tier: Tier, file: number): void {
    if (tier === 'ssd') this.pageCache.drop(file);
    else this.nvm.forget(file);
  }

  checkLaws(): void {
    this.ssd.checkLaws();
    this.nvm.checkLaws();
    this.pageCache.checkLaws();
  }

  #device(tier: Tier): Device {
    return tier === 'ssd' ? this.ssd : this.nvm;
  }

  #store(file: number, bytes: number, then: () => void): void {
    const piece = Math.min(bytes, NVM_PIECE_BYTES);
    this.nvm.submit({ op: WRITE, bytes: piece, sequential: 1, file }, () => {
      if (bytes > piece) this.#store(file, bytes - piece, then);
      else then();
    });
  }
}
