import { expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { FlowNetwork } from '../flow-transport.ts';

interface Got {
  readonly from: number;
  readonly message: string;
  readonly atNs: number;
}

/** Nodes behind access links of a byte a ns each way, 1000 ns apart. */
function star(nodes: number, weight?: (trafficClass: number) => number) {
  const sim = new Simulation({ seed: 'flow-transport' });
  const links = { links: (from: number, to: number) => (from === to ? [] : [2 * from, 2 * to + 1]), latencyNs: (from: number, to: number) => (from === to ? 0 : 1000) };
  const network = new FlowNetwork<string>(sim, weight === undefined ? links : { ...links, weight });
  for (let link = 0; link < 2 * nodes; link++) network.addLink(8e9);
  const got: Got[][] = [];
  const transports = Array.from({ length: nodes }, (_, node) => {
    const transport = network.attach(node);
    got.push([]);
    transport.onMessage((from, message) => got[node]!.push({ from, message, atNs: sim.now }));
    return transport;
  });
  return { sim, network, transports, got };
}

it('messages of one stream come in order and one after the other, the latency after their last byte', () => {
  const { sim, transports, got, network } = star(2);
  transports[0]!.send(1, 'large', 5000);
  transports[0]!.send(1, 'small', 10);
  sim.run();
  expect(got[1]).toEqual([{ from: 0, message: 'large', atNs: 6000 }, { from: 0, message: 'small', atNs: 6010 }]);
  expect([network.sent, network.arrived, network.fluid.count]).toEqual([2, 2, 0]);
});

it('streams into one node share its line; what one leaves is the others\'', () => {
  const { sim, transports, got } = star(4);
  transports[0]!.send(3, 'a', 300);
  transports[1]!.send(3, 'b', 300);
  transports[2]!.send(3, 'c', 900);
  sim.run();
  expect(got[3]!.map(({ message, atNs }) => [message, atNs])).toEqual([['a', 1900], ['b', 1900], ['c', 2500]]);
});

it('classes differ by weight, and overtake each other', () => {
  const { sim, transports, got } = star(2, (trafficClass) => (trafficClass === 1 ? 3 : 1));
  transports[0]!.send(1, 'bulk', 1000);
  transports[0]!.send(1, 'urgent', 300, 1);
  sim.run();
  // three quarters of the line: 400 ns; then 900 bytes alone
  expect(got[1]!.map(({ message, atNs }) => [message, atNs])).toEqual([['urgent', 1400], ['bulk', 2300]]);
});

it('a message to oneself costs nothing and comes as an event; a node that does not listen is an error', () => {
  const { sim, transports, got } = star(1);
  transports[0]!.send(0, 'note', 100);
  expect(got[0]).toEqual([]);
  sim.run();
  expect(got[0]).toEqual([{ from: 0, message: 'note', atNs: 0 }]);
  const alone = new Simulation({ seed: 'x' });
  const network = new FlowNetwork(alone, { links: () => [], latencyNs: () => 5 });
  network.attach(0).send(7, 'hello', 1);
  expect(() => alone.run()).toThrow('message to node 7');
  expect(() => network.attach(0).send(7, 'empty', 0)).toThrow('message of 0 bytes');
});
