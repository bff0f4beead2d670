/**
 * The devices behind the zones, one each (zone 3 is separated physically), first come first served: a transfer takes a fixed access
 * time and its bytes at the device's rate. Times in integer ns. Left out: caches, parallel channels; sim/storage-lsm has those.
 */
import { NS_PER_S } from '../../time.ts';
import type { Simulation } from '../../simulation.ts';
import { QueueingStation } from '../queueing-station.ts';
import { type Zone, ZONES } from './zones.ts';

export interface DeviceSpeed {
  readonly accessNs: number;
  readonly bytesPerS: number;
}

export class ZoneDevices {
  private readonly stations: readonly QueueingStation[];
  private readonly speeds: Readonly<Record<Zone, DeviceSpeed>>;
  private readonly callbacks: (() => void)[] = [];
  private readonly free: number[] = [];

  constructor(sim: Simulation, speeds: Readonly<Record<Zone, DeviceSpeed>>) {
    this.speeds = speeds;
    this.stations = ZONES.map((zone) => new QueueingStation(sim, { name: `zone ${zone}`, servers: 1, onDeparture: (_class, number) => this.done(number) }));
  }

  /** Reads or writes `bytes` (0: only metadata) on the device of a zone. */
  transfer(zone: Zone, bytes: number, then: () => void): void {
    const { accessNs, bytesPerS } = this.speeds[zone];
    const number = this.free.pop() ?? this.callbacks.length;
    this.callbacks[number] = then;
    this.stations[zone - 1]!.arrive(zone, accessNs + Math.ceil((bytes * NS_PER_S) / bytesPerS), number);
  }

  /** Time that the device of a zone has worked. */
  busyNs(zone: Zone, nowNs: number): number {
    return this.stations[zone - 1]!.busy.integral(nowNs);
  }

  private done(number: number): void {
    const then = this.callbacks[number]!;
    this.free.push(number);
    then();
  }
}
