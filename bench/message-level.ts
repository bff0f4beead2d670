/**
 * Blocks spread over nodes by announce, request and body on the message level: regions and shares of SimBlock 2019, nodes with 8 outbound
 * connections (mean degree 16), each sending line in turn, control messages of 61 bytes, bodies of 18 kB. A delivery is a message that
 * arrives. Set-up and the first blocks (a fifth) are not timed; a block starts when the one before has reached everybody.
 */
import { AnnounceRelay } from '../sim/network/dissemination/announce.ts';
import { RegionDelay, regionsByShare } from '../sim/network/latency/region-delay.ts';
import { SIMBLOCK_2019 } from '../sim/network/latency/simblock.ts';
import { MessageNetwork } from '../sim/network/message/message-network.ts';
import { bitcoinOverlay } from '../sim/network/overlay/outbound.ts';
import { Simulation } from '../sim/simulation.ts';
import { defineBenchmark } from './benchmark.ts';

const BODY_BYTES = 18_000;

export default defineBenchmark({
  name: 'message-level',
  about: 'message network: announce, request and body to every node; events are deliveries',
  flags: { nodes: 1000, blocks: 250, overlap: 1, jitter: 'uniform' },
  choices: { jitter: ['none', 'uniform', 'pareto'] },
  max: { nodes: 100_000, blocks: 100_000, overlap: 16 },
  compare: { sizes: [{ nodes: 1000, blocks: 250 }, { nodes: 10_000, blocks: 25 }], versions: [{ jitter: 'none' }, { jitter: 'uniform' }, { jitter: 'pareto' }] },
  run({ nodes, blocks, overlap, jitter }, timed) {
    const sim = new Simulation({ seed: 'message-level', scenario: 'message-level' });
    const { graph } = bitcoinOverlay(nodes, sim.stream('network/overlay'), Math.min(8, nodes - 1));
    const regionOf = regionsByShare(nodes, SIMBLOCK_2019.shares, sim.stream('network/regions'));
    const network = new MessageNetwork(sim, {
      nodes,
      delays: new RegionDelay(regionOf, SIMBLOCK_2019.delayMs, jitter === 'uniform' ? { law: 'uniform', spread: 0.1 } : { law: jitter === 'pareto' ? 'pareto' : 'none' }),
      uplinkBps: Float64Array.from(regionOf, (region) => SIMBLOCK_2019.uploadBps[region]!),
    });
    const origins = sim.stream('network/origins');
    const reached = new Int32Array(overlap);
    const relay: AnnounceRelay = new AnnounceRelay(sim, network, { graph, onItem: (_node, item) => void reached[item]!++ });
    let published = 0;
    const spread = (count: number): number => {
      const first = network.delivered;
      for (const end = published + count; published < end; ) {
        for (let item = 0; item < overlap && published < end; item++, published++) {
          reached[item] = 0;
          relay.publish(origins.below(nodes), item, BODY_BYTES);
        }
        sim.run();
        sim.note(reached.reduce((sum, value) => sum + value, 0));
      }
      return network.delivered - first;
    };
    const warmUp = Math.ceil(blocks / 5);
    spread(warmUp);
    const events = timed(() => spread(blocks));
    sim.finish();
    return { events, checksum: sim.fingerprint(), remark: `${nodes} nodes, ${relay.announcements} announcements, ${relay.requests} requests, ${relay.bodies} bodies with the warm-up` };
  },
});
