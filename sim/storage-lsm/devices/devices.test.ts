import { describe, expect, it } from 'vitest';
import { Simulation } from '../../simulation.ts';
import { ln } from '../../dmath.ts';
import { Device, READ, WRITE } from './device.ts';
import { PageCache } from './page-cache.ts';
import { PROFILES, PROFILE_NAMES, profileHash, type DeviceProfile } from './profiles.ts';

const kernel = (): Simulation => new Simulation({ seed: 'devices' });

/** A device whose every figure is easy to do in the head: 1 byte a ns and stream, base 1000 ns, two slots. */
const plain: DeviceProfile = {
  ...PROFILES['nvme-tlc'], name: 'plain', granuleBytes: 100,
  readSequentialNs: 1000, readRandomNs: 1000, writeSequentialNs: 1000, writeRandomNs: 1000,
  readStreamBps: 1e9, writeStreamBps: 1e9, readCapBps: 1e9, writeCapBps: 1e9,
  parallelism: 2, barrierNs: 5000,
};

/** Keeps `depth` requests in the device until `count` are done; returns bytes (rounded) per second. */
function throughputBps(profile: DeviceProfile, bytes: number, depth: number, count: number, op: (index: number) => 0 | 1): number {
  const sim = kernel();
  const device = new Device(sim, profile);
  let submitted = 0;
  const next = (): void => {
    if (submitted === count) return;
    const index = submitted++;
    device.submit({ op: op(index), bytes, sequential: 1 }, next);
  };
  for (let index = 0; index < depth; index += 1) next();
  sim.run();
  device.checkLaws();
  return ((device.counters.granuleBytesRead + device.counters.granuleBytesWritten) / sim.now) * 1e9;
}

describe('device', () => {
  it('serves one request in base latency plus rounded bytes over the stream bandwidth', () => {
    const sim = kernel();
    const device = new Device(sim, plain);
    let doneNs = -1;
    device.submit({ op: READ, bytes: 101 }, () => (doneNs = sim.now));
    sim.run();
    expect(doneNs).toBe(1000 + 200);
    expect(device.counters).toMatchObject({ reads: 1, bytesRead: 101, granuleBytesRead: 200, busyNs: 1200, queuedNs: 0 });
  });

  it('serves a chain of dependent accesses one after the other', () => {
    const sim = kernel();
    const device = new Device(sim, PROFILES['optane-pmm-1']);
    device.submit({ op: READ, bytes: 40, random: 10, sequential: 2 }, () => {});
    sim.run();
    expect(sim.now).toBe(10 * 305 + 2 * 169 + Math.ceil((12 * 256 / PROFILES['optane-pmm-1'].readStreamBps) * 1e9));
    expect(device.counters.reads).toBe(12);
  });

  it('lets at most c requests in, first come first served', () => {
    const sim = kernel();
    const device = new Device(sim, plain);
    const done: number[] = [];
    for (let index = 0; index < 5; index += 1) device.submit({ op: READ, bytes: 1 }, () => done.push(index));
    expect([device.inService, device.queued]).toEqual([2, 3]);
    sim.run();
    expect(done).toEqual([0, 1, 2, 3, 4]);
    device.checkLaws();
  });

  it('reaches the bandwidth cap and never exceeds it, whatever the mix', () => {
    for (const name of PROFILE_NAMES) {
      const profile = PROFILES[name];
      if (profile.readCapBps === Infinity) continue;
      const reads = throughputBps(profile, 1 << 20, profile.parallelism, 400, () => READ);
      const writes = throughputBps(profile, 1 << 20, profile.parallelism, 400, () => WRITE);
      const mixed = throughputBps(profile, 1 << 20, profile.parallelism, 400, (index) => (index % 2 === 0 ? READ : WRITE));
      expect(reads / profile.readCapBps, name).toBeGreaterThan(0.93);
      expect(reads / profile.readCapBps, name).toBeLessThanOrEqual(1);
      expect(writes / profile.writeCapBps, name).toBeGreaterThan(0.93);
      expect(writes / profile.writeCapBps, name).toBeLessThanOrEqual(1);
      // Half the bytes each way take 1/(2 read) + 1/(2 write) a byte: the harmonic mean, below the better side.
      expect(mixed / (2 / (1 / profile.readCapBps + 1 / profile.writeCapBps)), name).toBeCloseTo(1, 1);
    }
  });

  it('reaches the data sheet: IOPS at queue depth 1 and at full depth', () => {
    const nvme = PROFILES['nvme-tlc'];
    expect(throughputBps(nvme, 4096, 1, 2000, () => READ) / 4096).toBeCloseTo(1e9 / (66_000 + 1205), -1);
    // 32 slots of 67.2 us would give 476k a second.
    expect(throughputBps(nvme, 4096, 32, 20_000, () => READ) / 4096).toBeGreaterThan(450_000);
    expect(throughputBps(nvme, 4096, 32, 20_000, () => READ) / 4096).toBeLessThanOrEqual(32e9 / 67_205);
  });

  it('waits like M/D/1 with one slot, and obeys Little', () => {
    const profile: DeviceProfile = { ...plain, parallelism: 1, granuleBytes: 1, readRandomNs: 1000, readStreamBps: Infinity, readCapBps: Infinity };
    const load = 0.8;
    const means: number[] = [];
    for (let replication = 0; replication < 20; replication += 1) {
      const sim = new Simulation({ seed: 'm-d-1', replication });
      const stream = sim.stream('arrivals');
      const device = new Device(sim, profile);
      let left = 20_000;
      const arrive = (): void => {
        device.submit({ op: READ, bytes: 1 }, () => {});
        if (--left > 0) sim.after(Math.round((-ln(stream.open()) * 1000) / load), arrive);
      };
      arrive();
      sim.run();
      device.checkLaws();
      means.push(device.counters.queuedNs / 20_000);
    }
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
    const sd = Math.sqrt(means.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (means.length - 1));
    const expected = (load / (2 * (1 - load))) * 1000;
    // 99.9 % interval over 20 replications: t(19) = 3.88.
    expect(Math.abs(mean - expected)).toBeLessThan((3.88 * sd) / Math.sqrt(means.length));
    expect(sd / Math.sqrt(means.length)).toBeLessThan(0.03 * expected);
  });

  it('makes a barrier wait for earlier writes of that file only, then for the flush', () => {
    const sim = kernel();
    const device = new Device(sim, plain);
    const at: Record<string, number> = {};
    device.submit({ op: WRITE, bytes: 1000, file: 7 }, () => (at.write = sim.now));
    device.barrier(7, () => {
      at.barrier = sim.now;
      expect(device.durableBytes(7)).toBe(1000);
    });
    device.submit({ op: WRITE, bytes: 50_000, file: 7 }, () => (at.laterWrite = sim.now));
    device.barrier(9, () => (at.other = sim.now));
    sim.run();
    expect(at.write).toBe(2000);
    // The flush of file 9 began at 0 and ended at 5000; flushes follow each other.
    expect(at.other).toBe(5000);
    expect(at.barrier).toBe(10_000);
    expect(at.laterWrite).toBeGreaterThan(at.barrier!);
  });

  it('keeps a completed write volatile until a barrier, unless the cache is protected', () => {
    for (const volatileCache of [true, false]) {
      const sim = kernel();
      const device = new Device(sim, { ...plain, volatileCache });
      device.submit({ op: WRITE, bytes: 1000, file: 1 }, () => {});
      sim.run();
      expect(device.durableBytes(1)).toBe(volatileCache ? 0 : 1000);
      device.barrier(1, () => {});
      sim.run();
      expect(device.durableBytes(1)).toBe(1000);
    }
  });

  it('gives every profile a source and a hash that follows its numbers', () => {
    const hashes = PROFILE_NAMES.map((name) => profileHash(PROFILES[name]));
    expect(new Set(hashes).size).toBe(PROFILE_NAMES.length);
    for (const name of PROFILE_NAMES) expect(PROFILES[name].source.length).toBeGreaterThan(20);
    expect(profileHash({ ...plain, barrierNs: 5001 })).not.toBe(profileHash(plain));
    expect(profileHash({ ...plain, name: 'other' })).toBe(profileHash(plain));
  });
});

describe('page cache', () => {
  const options = { backgroundBytes: 10_000, limitBytes: 20_000, expireNs: 1_000_000, requestBytes: 1000 };

  it('never bothers the device with a file that is deleted in time', () => {
    const sim = kernel();
    const device = new Device(sim, plain);
    const cache = new PageCache(sim, device, options);
    cache.append(1, 9000, () => {});
    cache.drop(1);
    sim.run();
    expect(device.counters.writes).toBe(0);
    expect(cache.droppedBytes).toBe(9000);
    cache.checkLaws();
  });

  it('writes old bytes back, and the oldest file first above the background threshold', () => {
    const sim = kernel();
    const device = new Device(sim, plain);
    const cache = new PageCache(sim, device, options);
    cache.append(1, 6000, () => {});
    cache.append(2, 6000, () => {});
    expect(device.counters.bytesWritten).toBe(1000);
    sim.run({ untilNs: 900_000 });
    expect(cache.dirtyBytes).toBe(10_000);
    sim.run();
    expect(cache.dirtyBytes).toBe(0);
    expect(sim.now).toBeGreaterThanOrEqual(1_000_000);
    cache.checkLaws();
  });

  it('holds a writer above the dirty limit until the device has taken enough', () => {
    const sim = kernel();
    const device = new Device(sim, plain);
    const cache = new PageCache(sim, device, options);
    let doneNs = -1;
    cache.append(1, 25_000, () => (doneNs = sim.now));
    expect(doneNs).toBe(-1);
    sim.run();
    // Released when the fifth request of 1000 B is handed over: after four have been served one by one.
    expect(doneNs).toBe(4 * 2000);
    expect(cache.throttled).toBe(1);
  });

  it('syncs all dirty bytes of a file and then flushes', () => {
    const sim = kernel();
    const device = new Device(sim, plain);
    const cache = new PageCache(sim, device, options);
    let doneNs = -1;
    cache.append(1, 4000, () => {});
    cache.sync(1, () => (doneNs = sim.now));
    sim.run();
    expect(device.counters).toMatchObject({ writes: 4, bytesWritten: 4000, barriers: 1 });
    expect(device.durableBytes(1)).toBe(4000);
    // One base latency, then 4000 bytes over one channel (later bases overlap earlier transfers), then the flush.
    expect(doneNs).toBe(1000 + 4000 + 5000);
    cache.checkLaws();
  });
});
