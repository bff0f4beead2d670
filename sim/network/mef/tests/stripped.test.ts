/** Paths that take headers out of data they let pass, and flows that were starved: neither may leave a connection behind. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { MEF, SYN } from '../../packets.ts';
import { Cubic } from '../../tcp/controllers/cubic.ts';
import { Mef } from '../../tcp/controllers/mef.ts';
import { Dumbbell } from '../../tcp/dumbbell.ts';
import { mefReceiver } from '../receiver-hooks.ts';
import { MefRouter } from '../router.ts';

const RATE_BPS = 20e6;
const CAPACITY_BPS = (RATE_BPS * 1448) / 1502;

function path(strips: (flags: number, nowNs: number) => boolean, bufferPackets = 67): { sim: Simulation; network: Dumbbell; mef: Mef } {
  const sim = new Simulation({ seed: 'stripped' });
  const network = new Dumbbell(sim, { rateBps: RATE_BPS, rttNs: 40e6, bufferPackets });
  const { bottleneck, packets } = network;
  bottleneck.stamper = new MefRouter(bottleneck, packets, sim.now);
  const enter = bottleneck.enter.bind(bottleneck);
  bottleneck.enter = (packet) => {
    if ((packets.flags[packet]! & MEF) !== 0 && strips(packets.flags[packet]!, sim.now)) packets.flags[packet]! &= ~MEF;
    enter(packet);
  };
  const mef = new Mef(packets, new Cubic());
  return { sim, network, mef };
}

/** Share of the line in the last ten seconds. */
function share({ sim, network, mef }: ReturnType<typeof path>, untilS: number): number {
  const { receiver } = network.add({ controller: mef, startNs: 0, options: mefReceiver(network.network) });
  sim.run({ untilNs: (untilS - 10) * 1e9 });
  const before = receiver.deliveredBytes;
  sim.run({ untilNs: untilS * 1e9 });
  return ((receiver.deliveredBytes - before) * 8) / 10 / CAPACITY_BPS;
}

describe('a path that strips headers', () => {
  it.each<[string, (flags: number, nowNs: number) => boolean]>([
    ['from all data after the SYN', (flags) => (flags & SYN) === 0],
    ['from some instant on', (_flags, nowNs) => nowNs > 8e9],
  ])('%s: acknowledgements without echo end the use of headers, and CUBIC fills the line', (_what, strips) => {
    const made = path(strips);
    expect(share(made, 30)).toBeGreaterThan(0.99);
    expect(made.mef.mode).toBe('plain');
  });

  it('from every second packet: the echoes that come are enough', () => {
    let count = 0;
    const made = path(() => count++ % 2 === 1);
    expect(share(made, 30)).toBeCloseTo(0.97, 2);
    expect(made.mef.mode).toBe('explicit');
  });
});

describe('a starved flow', () => {
  it('sends a packet a second, and has the line again some time after the others have gone', () => {
    const made = path(() => false, 266);
    const { sim, network, mef } = made;
    network.add({ controller: new Cubic(), startNs: 0, bytes: 40e6 });
    const { receiver } = network.add({ controller: mef, startNs: 1e9, options: mefReceiver(network.network) });
    sim.run({ untilNs: 12e9 });
    const before = receiver.deliveredBytes;
    sim.run({ untilNs: 17e9 });
    expect((receiver.deliveredBytes - before) / 1448).toBeGreaterThanOrEqual(4);
    sim.run({ untilNs: 40e9 });
    const then = receiver.deliveredBytes;
    sim.run({ untilNs: 50e9 });
    expect(((receiver.deliveredBytes - then) * 8) / 10 / CAPACITY_BPS).toBeCloseTo(0.97, 2);
  });
});
