import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { FaultPipeline } from '../../faults/pipeline.ts';
import { DropTail } from '../../link/drop-tail.ts';
import { PacketNetwork } from '../../link/network.ts';
import { Port } from '../../link/port.ts';
import { PacketStore } from '../../packets.ts';
import type { ConnectionOptions } from '../connection.ts';
import { Cubic } from '../controllers/cubic.ts';
import { TcpTransport } from '../transport.ts';

const RATE_BPS = 8e6;
const ONE_WAY_NS = 10e6;

/** Every ordered pair of three nodes has a line of its own: 8 Mbit/s (a byte a microsecond), 10 ms. */
function world(loss = 0, connection: ConnectionOptions = {}) {
  const sim = new Simulation({ seed: 'transport' });
  const packets = new PacketStore();
  const network = new PacketNetwork(packets);
  const hops = new Map<string, number>();
  for (let from = 0; from < 3; from++) {
    for (let to = 0; to < 3; to++) {
      const name = `${from}-${to}`;
      hops.set(name, network.addHop(new Port(sim, packets, {
        name, rateBps: RATE_BPS, propagationNs: ONE_WAY_NS, discipline: new DropTail(packets, { limitPackets: 100 }), medium: new FaultPipeline(sim, name, { fifo: true, loss }),
      })));
    }
  }
  const tcp = new TcpTransport<string>(sim, network, { route: (from, to) => [hops.get(`${from}-${to}`)!], controller: () => new Cubic(), connection });
  const heard: { at: number; from: number; to: number; message: string }[] = [];
  for (let to = 0; to < 3; to++) tcp.attach(to).onMessage((from, message) => heard.push({ at: sim.now, from, to, message }));
  return { sim, packets, tcp, heard };
}

describe('messages over TCP', () => {
  it('the first waits for the handshake: three one-way times, the bytes on the wire, and no more', () => {
    const { sim, tcp, heard } = world();
    tcp.attach(0).send(1, 'a', 1000);
    sim.run();
    // SYN there, SYN-ACK back (62 bytes each), ACK (54) in front of 1054 bytes
    expect(heard).toEqual([{ at: 3 * ONE_WAY_NS + (62 + 62 + 54 + 1054) * 1000, from: 0, to: 1, message: 'a' }]);
  });

  it('later ones use the same connection, a warm one has no handshake', () => {
    const { sim, tcp, heard } = world(0, { handshake: false });
    tcp.attach(0).send(1, 'a', 1000);
    sim.run();
    tcp.attach(0).send(1, 'b', 500);
    const sentNs = sim.now;
    sim.run();
    expect(heard.map(({ at }) => at)).toEqual([ONE_WAY_NS + 1_054_000, sentNs + ONE_WAY_NS + 554_000]);
    expect(tcp.connections).toHaveLength(1);
  });

  it('each traffic class has a stream of its own, and each direction', () => {
    const { sim, tcp, heard } = world();
    tcp.attach(0).send(1, 'a', 10, 0);
    tcp.attach(0).send(1, 'b', 10, 1);
    tcp.attach(1).send(0, 'c', 10);
    tcp.attach(2).send(2, 'to myself', 10);
    sim.run();
    expect(tcp.connections).toHaveLength(3);
    expect(new Set(heard.map(({ message }) => message))).toEqual(new Set(['a', 'b', 'c', 'to myself']));
    expect(heard.find(({ to }) => to === 2)).toMatchObject({ at: 0, from: 2 });
  });

  it('delivers each message once and in order of its stream, whatever is lost', () => {
    const { sim, packets, tcp, heard } = world(0.1);
    const sizes = sim.stream('sizes');
    const sent: string[] = [];
    for (let i = 0; i < 400; i++) {
      const [from, to] = [sizes.below(3), sizes.below(3)];
      sim.after(sizes.below(3_000_000_000), () => {
        sent.push(`${from} ${to} ${i}`);
        tcp.attach(from).send(to, `${i}`, 1 + sizes.below(20_000));
      });
    }
    sim.run({ untilNs: 300e9 });
    const stream = (from: number, to: number, list: readonly string[]): string[] => list.filter((each) => each.startsWith(`${from} ${to} `));
    const told = heard.map(({ from, to, message }) => `${from} ${to} ${message}`);
    expect(told).toHaveLength(400);
    for (let from = 0; from < 3; from++) for (let to = 0; to < 3; to++) expect(stream(from, to, told)).toEqual(stream(from, to, sent));
    expect(packets.count).toBe(0);
  });

  it('refuses a message without bytes', () => {
    const { tcp } = world();
    expect(() => tcp.attach(0).send(1, 'a', 0)).toThrow('message of 0 bytes; required: an integer of 1 or more');
  });
});
