/** One port between a source and a counting sink, for the tests of links. */
import { Simulation } from '../../../simulation.ts';
import { DATA, PacketStore } from '../../packets.ts';
import type { QueueDiscipline } from '../discipline.ts';
import { PacketNetwork } from '../network.ts';
import { Port, type PortOptions } from '../port.ts';

export interface Arrival {
  readonly flow: number;
  readonly sequence: number;
  readonly flags: number;
  readonly atNs: number;
}

export type PortSpec = Omit<PortOptions, 'name' | 'discipline'> & { readonly discipline: (packets: PacketStore) => QueueDiscipline };

export class OnePort {
  readonly sim: Simulation;
  readonly packets = new PacketStore();
  readonly network = new PacketNetwork(this.packets);
  readonly port: Port;
  readonly arrivals: Arrival[] = [];
  private readonly path: number;
  private sequence = 0;

  constructor(spec: PortSpec, seed = 'one-port', tieShuffle?: string) {
    this.sim = new Simulation({ seed, scenario: 'one-port', ...(tieShuffle !== undefined && { tieShuffle }) });
    this.port = new Port(this.sim, this.packets, { ...spec, name: 'link-0', discipline: spec.discipline(this.packets) });
    this.path = this.network.addPath([this.network.addHop(this.port)], (packet) => {
      const { flow, sequence, flags } = this.packets;
      this.arrivals.push({ flow: flow[packet]!, sequence: sequence[packet]!, flags: flags[packet]!, atNs: this.sim.now });
      this.packets.free(packet);
    });
  }

  send(bytes: number, flow = 0, flags = DATA): number {
    const packet = this.packets.make(flow, this.path, flags, bytes);
    this.packets.sequence[packet] = this.sequence++;
    this.network.send(packet);
    return packet;
  }

  sendAt(timeNs: number, bytes: number, flow = 0, flags = DATA): void {
    this.sim.after(timeNs - this.sim.now, () => this.send(bytes, flow, flags));
  }
}
