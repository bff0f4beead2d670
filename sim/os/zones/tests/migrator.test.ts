import { describe, expect, it } from 'vitest';
import { Streams } from '../../../random.ts';
import { Simulation } from '../../../simulation.ts';
import { IdealCpu } from '../../../ideal.ts';
import { Anchorer } from '../anchor.ts';
import { decodeRecord, EvidenceChain } from '../evidence.ts';
import { EvidenceLog } from '../evidence-log.ts';
import { isRegulated, labelSet, namesOf } from '../labels.ts';
import { Migrator } from '../migrator.ts';
import { Placer, type PlacerEvent } from '../placer.ts';
import { ZoneDevices } from '../zone-devices.ts';
import { ZoneDisk } from '../zone-disk.ts';
import { ZONES } from '../zones.ts';

const SPEED = { accessNs: 1000, bytesPerS: 1e9 };
const BYTES = 5000;

function setUp(sim: Simulation) {
  const disk = new ZoneDisk();
  const devices = new ZoneDevices(sim, { 1: SPEED, 2: SPEED, 3: SPEED, 4: SPEED });
  const chain = new EvidenceChain();
  const anchorer = new Anchorer(sim, chain, { everyRecords: Infinity, everyNs: Infinity }, () => {});
  const log = new EvidenceLog(sim, chain, anchorer, devices);
  const ended: string[] = [];
  const cpuNs: number[] = [];
  const ideal = new IdealCpu(sim);
  const cpu = { run: (costNs: number, level: number, then: () => void) => (cpuNs.push(costNs), ideal.run(costNs, level, then)) };
  const migrator = new Migrator(sim, { disk, devices, cpu, cpuLevel: 3, encryptNsPerByte: 2, hashNsPerByte: 1, onEnd: ({ file }, failed) => ended.push(`${file} ${failed ? 'failed' : 'moved'} at ${sim.now}`) });
  const events: PlacerEvent[] = [];
  const placer = new Placer({ disk, log, migrator, isBusy: () => false, onEvent: (event) => events.push(event) });
  return { disk, devices, chain, log, migrator, placer, ended, cpuNs, events };
}

const file = (disk: ZoneDisk, name: string, more: Partial<Parameters<ZoneDisk['create']>[0]> = {}): void =>
  disk.create({ name, bytes: BYTES, labels: labelSet(['R', 'W']), zone: 1, isEncrypted: false, content: 'open', isMutableSystemFile: false, ...more }, name);

describe('moves with costs', () => {
  it('cost two readings, one writing and five metadata accesses of device time, and hashing; encryption for zone 2 on top', () => {
    const sim = new Simulation({ seed: 'm' });
    const { disk, migrator, devices, ended, cpuNs } = setUp(sim);
    file(disk, 'a');
    migrator.start('a', 3);
    sim.run();
    // Accesses: intent, read, write, read back, switch, removal, settling; three of them with the bytes.
    expect(ended).toEqual([`a moved at ${7 * 1000 + 3 * BYTES}`]);
    expect(ZONES.map((zone) => devices.busyNs(zone, sim.now))).toEqual([2000 + BYTES, 0, 2000 + 2 * BYTES, 3000]);
    expect(cpuNs).toEqual([0, BYTES]);
    for (const to of [2, 1] as const) {
      migrator.start('a', to);
      sim.run();
    }
    expect(cpuNs.slice(2)).toEqual([2 * BYTES, BYTES, 2 * BYTES, BYTES]);
  });

  it('leave one whole copy of every file, in its zone, whenever crashes come', () => {
    let [forward, back] = [0, 0];
    for (let seed = 0; seed < 200; seed++) {
      const stream = new Streams('migrator', seed).stream('crash');
      const sim = new Simulation({ seed: `m${seed}` });
      const { disk, migrator, ended } = setUp(sim);
      for (let index = 0; index < 4; index++) {
        file(disk, `f${index}`);
        sim.after(stream.below(40_000), () => void migrator.start(`f${index}`, index % 2 === 0 ? 3 : 2));
      }
      for (let crash = 0; crash < 3; crash++) sim.after(stream.below(90_000), () => migrator.crash(stream.below(5000)));
      sim.run();
      for (let index = 0; index < 4; index++) {
        const name = `f${index}`;
        const copies = ZONES.filter((zone) => disk.copy(name, zone) !== undefined);
        expect(copies, `seed ${seed} ${name}`).toEqual([disk.file(name).zone]);
        expect(disk.copy(name, copies[0]!)).toEqual({ digest: name, isComplete: true });
        if (disk.file(name).zone === 1) back += 1;
        else forward += 1;
      }
      expect(disk.intents()).toEqual([]);
      expect(migrator.isMoving('f0')).toBe(false);
      expect(ended.length).toBeLessThanOrEqual(4);
    }
    expect(Math.min(forward, back)).toBeGreaterThan(50);
  });
});

describe('placement service', () => {
  it('records, labels, then moves; and leaves what is in place alone', () => {
    const sim = new Simulation({ seed: 'p' });
    const { disk, chain, placer, ended, events } = setUp(sim);
    file(disk, 'bill', { content: 'asset' });
    file(disk, 'poem', { zone: 3 });
    file(disk, 'secret', { zone: 3, isEncrypted: true });
    file(disk, 'here', { zone: 3, content: 'asset' });
    file(disk, 'fine');
    file(disk, 'broken', { labels: labelSet(['W', 'TR']), zone: 3 });
    const names = ['bill', 'poem', 'secret', 'here', 'fine', 'broken'];
    for (const name of names) placer.look(name);
    for (const name of names) placer.look(name);
    // Nothing has moved before its record is durable.
    expect(chain.entries.length).toBe(0);
    expect(disk.intents()).toEqual([]);
    sim.run({ untilNs: 30_000 });
    expect(isRegulated(disk.file('bill').labels), 'labelled while still in zone 1').toBe(true);
    expect(disk.file('bill').zone).toBe(1);
    sim.run();
    expect(events).toEqual(['MIGRATE_IN', 'MIGRATE_OUT', 'MIGRATE_OUT', 'LABEL', 'BAD_LABEL']);
    expect(chain.entries.map((bytes) => decodeRecord(bytes)!.op)).toEqual(events);
    expect(names.map((name) => disk.file(name).zone)).toEqual([3, 1, 2, 3, 1, 3]);
    expect(namesOf(disk.file('here').labels)).toEqual(['TR', 'TA']);
    expect(ended.length).toBe(3);
    for (const name of names) placer.look(name);
    sim.run();
    expect(chain.entries.length).toBe(5);
  });

  it('moves nothing while the log is down, nor what was on its way to the log', () => {
    const sim = new Simulation({ seed: 'p' });
    const { disk, chain, log, placer, events } = setUp(sim);
    file(disk, 'bill', { content: 'asset' });
    placer.look('bill');
    log.isDown = true;
    sim.run();
    placer.look('bill');
    sim.run();
    expect([events, chain.entries.length, disk.file('bill').zone, namesOf(disk.file('bill').labels)]).toEqual([['NOT_LOGGED', 'NOT_LOGGED'], 0, 1, ['R', 'W']]);
  });
});
