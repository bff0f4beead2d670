/**
 * Blocks over regions. Three families, each as its source has it:
 *   simblock-*  SimBlock's relay on its tables, to face what was published with SimBlock
 *   decker-*    Bitcoin 2013: announce, request, body; physical delays (SimBlock's 2015 table halved), home lines of 2015 at both ends
 *   bip152-*    compact blocks on the tables of 2019, delays halved; what each node lacks is drawn as SimBlock's shares say
 */
import { AnnounceRelay } from '../../sim/network/dissemination/announce.ts';
import { CompactBlockRelay } from '../../sim/network/dissemination/compact-blocks.ts';
import { SIMBLOCK_COMPACT_SHARE, SimblockRelay } from '../../sim/network/dissemination/simblock-relay.ts';
import { RegionDelay, regionsByShare } from '../../sim/network/latency/region-delay.ts';
import { physicalOneWay, type RegionData, SIMBLOCK_2015, SIMBLOCK_2019 } from '../../sim/network/latency/simblock.ts';
import { MessageNetwork } from '../../sim/network/message/message-network.ts';
import { bitcoinOverlay, BITCOIN_FULL_RELAY_OUTBOUND, simblockOverlay } from '../../sim/network/overlay/outbound.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { BlockExperiment, GossipParameters } from './parameters.ts';
import { LARGER_KB } from './sources.ts';

/** Bitcoin's. A node without a block by then counts as never reached. */
const INTERVAL_NS = 600e9;
export const NEVER_NS = INTERVAL_NS;
/** Choice: 2000 transactions a block, the rest of BIP 152's size follows. */
const TRANSACTIONS = 2000;
/** SimBlock 2019: share of nodes that lack something, and about a hundredth of the block. */
const LACKING_SHARE = 0.27;
const LACKING = 20;

/** When each node had the block, per block. */
export interface Arrivals {
  readonly gotNs: readonly Float64Array[];
}

export function buildBlocks(sim: Simulation, experiment: BlockExperiment, params: GossipParameters): Arrivals {
  const isOld = experiment.includes('2015');
  const nodes = experiment.startsWith('decker') ? params.nodes2013 : isOld ? params.nodes2015 : params.nodes2019;
  const data: RegionData = isOld || experiment.startsWith('decker') ? SIMBLOCK_2015 : SIMBLOCK_2019;
  const regionOf = regionsByShare(nodes, data.shares, sim.stream('network/regions'));
  const origins = sim.stream('network/origins');
  const gotNs: Float64Array[] = [];
  const onBlock = (node: number): void => {
    const mine = gotNs[gotNs.length - 1]!;
    mine[node] = sim.now - startNs;
  };
  let startNs = 0;
  const publish = publisher(sim, experiment, params, { nodes, data, regionOf, onBlock });
  for (let block = 0; block < params.blocks; block++) {
    sim.after(block * INTERVAL_NS, () => {
      startNs = sim.now;
      gotNs.push(new Float64Array(nodes).fill(NEVER_NS));
      publish(origins.below(nodes));
    });
  }
  return { gotNs };
}

interface Setting {
  readonly nodes: number;
  readonly data: RegionData;
  readonly regionOf: Uint8Array;
  readonly onBlock: (node: number) => void;
}

function publisher(sim: Simulation, experiment: BlockExperiment, params: GossipParameters, { nodes, data, regionOf, onBlock }: Setting): (origin: number) => void {
  const overlay = sim.stream('network/overlay');
  if (experiment.startsWith('simblock')) {
    const relay = new SimblockRelay(sim, {
      graph: simblockOverlay(nodes, overlay).graph, regionOf, data, delays: new RegionDelay(regionOf, data.delayMs, { law: 'pareto' }),
      blockBytes: params.blockKb * 1000, compactShare: experiment.endsWith('compact') ? SIMBLOCK_COMPACT_SHARE : 0, onBlock,
    });
    return (origin) => relay.publish(origin);
  }
  const { graph } = bitcoinOverlay(nodes, overlay, BITCOIN_FULL_RELAY_OUTBOUND);
  const network = new MessageNetwork(sim, {
    nodes, delays: new RegionDelay(regionOf, physicalOneWay(data), { law: 'pareto' }),
    uplinkBps: Float64Array.from(regionOf, (region) => data.uploadBps[region]!),
    downlinkBps: Float64Array.from(regionOf, (region) => data.downloadBps[region]!), downlink: 'queue',
    fifo: graph,
  });
  if (experiment.startsWith('decker')) {
    const relay = new AnnounceRelay(sim, network, { graph, onItem: onBlock });
    const bytes = 1000 * (params.block2013Kb + (experiment.endsWith('large') ? LARGER_KB : 0));
    return (origin) => relay.publish(origin, 0, bytes);
  }
  const lacking = sim.stream('network/lacking');
  const relay = new CompactBlockRelay(sim, network, {
    graph, transactions: TRANSACTIONS, transactionBytes: Math.round((params.blockKb * 1000) / TRANSACTIONS), onBlock,
    missing: () => (lacking.float() < LACKING_SHARE ? LACKING : 0),
    ...(experiment === 'bip152-low' ? { highBandwidthPeers: 0 } : {}),
  }, sim.stream('network/high-bandwidth'));
  return (origin) => relay.publish(origin);
}
