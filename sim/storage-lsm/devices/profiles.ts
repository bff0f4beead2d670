/**
 * Device profiles: the numbers a simulated device runs on, each with where it comes from.
 *
 * A profile is data. Marks say how firm a figure is: `read` = taken from the named text, `recalled` = known from the named
 * publication or data sheet and not re-read, `choice` = ours, because no source fixes it. Figures drawn from a profile print
 * its name and its hash (`profileHash`), so that a changed number cannot hide behind an unchanged name.
 *
 * Units: ns, bytes, bytes per second. Left out: garbage collection and wear of flash, thermal throttling, the write-combining
 * buffer of Optane memory, NUMA distance.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

export type Mark = 'read' | 'recalled' | 'choice';

export interface DeviceProfile {
  readonly name: string;
  readonly title: string;
  /** Smallest unit the medium moves; every access is rounded up to it. */
  readonly granuleBytes: number;
  /** Latency before the first byte moves. */
  readonly readSequentialNs: number;
  readonly readRandomNs: number;
  readonly writeSequentialNs: number;
  readonly writeRandomNs: number;
  /** What one request can draw. */
  readonly readStreamBps: number;
  readonly writeStreamBps: number;
  /** What all requests together can draw; reads and writes share the channel (see device.ts). */
  readonly readCapBps: number;
  readonly writeCapBps: number;
  /** Requests in service at once. */
  readonly parallelism: number;
  /** Cost of making earlier writes durable (flush of the write cache, store fence). */
  readonly barrierNs: number;
  /** True if a completed write is lost on power failure until a barrier has followed. */
  readonly volatileCache: boolean;
  /** Byte-addressable memory: no page cache in between, the thread that asks does the copying. */
  readonly byteAddressable: boolean;
  readonly mark: Mark;
  readonly source: string;
}

const GB = 1e9;
const US = 1000;

const FAST20 = 'Yang et al., An Empirical Guide to the Behavior and Use of Scalable Persistent Memory, FAST 2020';
const IZRAELEVITZ = 'Izraelevitz et al., Basic Performance Measurements of the Intel Optane DC Persistent Memory Module, arXiv 1903.05714 (305 ns random read, 346 ns loaded, 6.6 and 2.3 GB/s for one module, 39.4 and 13.9 GB/s for six: read; store latencies recalled from FAST 2020)';

/** Six modules interleaved peak at 17 reading and 4 writing threads: one thread draws a 17th and a 4th of the total. */
const PMM_READ_STREAM_BPS = (39.4 * GB) / 17;

export const PROFILES = {
  ideal: {
    name: 'ideal', title: 'free and instant device', granuleBytes: 1,
    readSequentialNs: 0, readRandomNs: 0, writeSequentialNs: 0, writeRandomNs: 0,
    readStreamBps: Infinity, writeStreamBps: Infinity, readCapBps: Infinity, writeCapBps: Infinity,
    parallelism: 1024, barrierNs: 0, volatileCache: false, byteAddressable: false,
    mark: 'choice', source: 'No device: for tests that compare the timed store with the untimed one.',
  },
  dram: {
    name: 'dram', title: 'DRAM, six channels DDR4', granuleBytes: 64,
    readSequentialNs: 81, readRandomNs: 101, writeSequentialNs: 57, writeRandomNs: 86,
    readStreamBps: 10 * GB, writeStreamBps: 8 * GB, readCapBps: 100 * GB, writeCapBps: 80 * GB,
    parallelism: 16, barrierNs: 0, volatileCache: true, byteAddressable: true,
    mark: 'recalled', source: `${FAST20}, figure 2; bandwidth of one thread is a choice (a tenth of the total)`,
  },
  'optane-pmm-1': {
    name: 'optane-pmm-1', title: 'Optane DC persistent memory, one module', granuleBytes: 256,
    readSequentialNs: 169, readRandomNs: 305, writeSequentialNs: 90, writeRandomNs: 90,
    readStreamBps: PMM_READ_STREAM_BPS, writeStreamBps: 2.3 * GB, readCapBps: 6.6 * GB, writeCapBps: 2.3 * GB,
    parallelism: 16, barrierNs: 100, volatileCache: false, byteAddressable: true,
    mark: 'read', source: IZRAELEVITZ,
  },
  'optane-pmm-6': {
    name: 'optane-pmm-6', title: 'Optane DC persistent memory, six modules', granuleBytes: 256,
    readSequentialNs: 169, readRandomNs: 305, writeSequentialNs: 90, writeRandomNs: 90,
    readStreamBps: PMM_READ_STREAM_BPS, writeStreamBps: (13.9 * GB) / 4, readCapBps: 39.4 * GB, writeCapBps: 13.9 * GB,
    parallelism: 17, barrierNs: 100, volatileCache: false, byteAddressable: true,
    mark: 'read', source: IZRAELEVITZ,
  },
  'optane-nvme': {
    name: 'optane-nvme', title: 'Optane NVMe SSD, P4800X class', granuleBytes: 4096,
    readSequentialNs: 10 * US, readRandomNs: 10 * US, writeSequentialNs: 10 * US, writeRandomNs: 10 * US,
    readStreamBps: 2.4 * GB, writeStreamBps: 2 * GB, readCapBps: 2.4 * GB, writeCapBps: 2 * GB,
    parallelism: 6, barrierNs: 10 * US, volatileCache: false, byteAddressable: false,
    mark: 'recalled', source: 'Intel press material for the P4800X (10 us: read); bandwidth and 550k IOPS from its data sheet',
  },
  'nvme-tlc': {
    name: 'nvme-tlc', title: 'NVMe TLC SSD, consumer', granuleBytes: 4096,
    readSequentialNs: 66 * US, readRandomNs: 66 * US, writeSequentialNs: 20 * US, writeRandomNs: 20 * US,
    readStreamBps: 3.4 * GB, writeStreamBps: 2.5 * GB, readCapBps: 3.4 * GB, writeCapBps: 2.5 * GB,
    parallelism: 32, barrierNs: 900 * US, volatileCache: true, byteAddressable: false,
    mark: 'recalled', source: 'Data sheet of the 970 EVO class (15k and 50k IOPS at queue depth 1, 3.4 and 2.5 GB/s); barrier = lower end of published fio fsync tests (0.9 to 5 ms)',
  },
  'nvme-tlc-plp': {
    name: 'nvme-tlc-plp', title: 'NVMe TLC SSD with power-loss protection', granuleBytes: 4096,
    readSequentialNs: 90 * US, readRandomNs: 90 * US, writeSequentialNs: 20 * US, writeRandomNs: 20 * US,
    readStreamBps: 3.2 * GB, writeStreamBps: 2 * GB, readCapBps: 3.2 * GB, writeCapBps: 2 * GB,
    parallelism: 64, barrierNs: 30 * US, volatileCache: false, byteAddressable: false,
    mark: 'recalled', source: 'Data sheets of data-centre drives, middle of 80 to 100 us, 15 to 25 us; barrier = middle of published fio fsync tests (12 to 58 us)',
  },
  'sata-ssd': {
    name: 'sata-ssd', title: 'SATA SSD', granuleBytes: 4096,
    readSequentialNs: 100 * US, readRandomNs: 100 * US, writeSequentialNs: 24 * US, writeRandomNs: 24 * US,
    readStreamBps: 0.55 * GB, writeStreamBps: 0.52 * GB, readCapBps: 0.55 * GB, writeCapBps: 0.52 * GB,
    parallelism: 10, barrierNs: 1000 * US, volatileCache: true, byteAddressable: false,
    mark: 'recalled', source: 'Data sheet of the 860 EVO class (10k and 42k IOPS at queue depth 1, 0.55 and 0.52 GB/s); barrier = lower end of 1 to 10 ms',
  },
} as const satisfies Readonly<Record<string, DeviceProfile>>;

export type ProfileName = keyof typeof PROFILES;
export const PROFILE_NAMES = ['ideal', 'dram', 'optane-pmm-1', 'optane-pmm-6', 'optane-nvme', 'nvme-tlc', 'nvme-tlc-plp', 'sata-ssd'] as const satisfies readonly ProfileName[];

/** First 12 hex digits of SHA-256 over every number of the profile, in a fixed order; names and prose do not count. */
export function profileHash(profile: DeviceProfile): string {
  const numbers = [
    profile.granuleBytes, profile.readSequentialNs, profile.readRandomNs, profile.writeSequentialNs, profile.writeRandomNs,
    profile.readStreamBps, profile.writeStreamBps, profile.readCapBps, profile.writeCapBps, profile.parallelism, profile.barrierNs,
    profile.volatileCache ? 1 : 0, profile.byteAddressable ? 1 : 0,
  ];
  return bytesToHex(sha256(utf8ToBytes(numbers.map(String).join(' ')))).slice(0, 12);
}

/** `nvme-tlc 1a2b3c4d5e6f`: what captions print. */
export function profileLabel(name: ProfileName): string {
  return `${name} ${profileHash(PROFILES[name])}`;
}
