/**
 * Networks of known members: Fabric's gossip, a gossipsub mesh, and announcements along Kademlia contacts, on the same delays and rates.
 * A block every so often from a random member, after the meshes have settled.
 */
import { AnnounceRelay } from '../../sim/network/dissemination/announce.ts';
import { FabricGossip } from '../../sim/network/dissemination/fabric-gossip.ts';
import { cloudOneWayMs } from '../../sim/network/latency/cloud.ts';
import { CONSORTIUM, INTERCONTINENTAL_BPS } from '../../sim/network/latency/consortium.ts';
import { RegionDelay } from '../../sim/network/latency/region-delay.ts';
import { pipelineFaults } from '../../sim/network/message/faults.ts';
import { MessageNetwork } from '../../sim/network/message/message-network.ts';
import { Gossipsub } from '../../sim/network/overlay/gossipsub.ts';
import { Identifiers, KADEMLIA_K, kademliaOverlay, metTables } from '../../sim/network/overlay/kademlia.ts';
import { outboundGraph } from '../../sim/network/overlay/outbound.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { type Arrivals, NEVER_NS } from './blocks.ts';
import type { GossipParameters, MemberExperiment } from './parameters.ts';

/** Choice: meshes settle within ten heartbeats; a block is over, pulls included, within thirty seconds. */
const SETTLE_NS = 10e9;
const INTERVAL_NS = 30e9;
/** Choice: relative jitter of a way, both sides. */
const SPREAD = 0.05;
/** Choice: connections that a member opens where not everybody is connected; at least twice gossipsub's D in all. */
const OUTBOUND = 10;
/** Choice: well above two ways between continents and a block on the line. */
const RETRY_NS = 2e9;

export interface Members extends Arrivals {
  readonly finish: () => { readonly pushedShare: number; readonly copiesPerNode: number };
}

export function buildMembers(sim: Simulation, experiment: MemberExperiment, params: GossipParameters): Members {
  const { members: nodes, site, blocks, memberLoss } = params;
  const delaysMs = site === 'continents' ? cloudOneWayMs(['Frankfurt', 'London', 'Washington', 'Tokyo']) : [[CONSORTIUM[site].rttMs / 2]];
  const network = new MessageNetwork(sim, {
    nodes, delays: new RegionDelay(Uint8Array.from({ length: nodes }, (_, node) => node % delaysMs.length), delaysMs, { law: 'uniform', spread: SPREAD }),
    uplinkBps: site === 'continents' ? INTERCONTINENTAL_BPS : CONSORTIUM[site].rateBps, fifo: 'pairs',
    ...(memberLoss > 0 ? { faults: pipelineFaults(sim, () => ({ fifo: true, loss: memberLoss }), true) } : {}),
  });
  const untilNs = SETTLE_NS + blocks * INTERVAL_NS;
  const bytes = params.memberBlockKb * 1000;
  const choose = sim.stream('network/choose');
  const origins = sim.stream('network/origins');
  const gotNs = Array.from({ length: blocks }, () => new Float64Array(nodes).fill(NEVER_NS));
  const pulls = Array.from({ length: blocks }, () => 0);
  let pushed = 0;
  const take = (node: number, block: number, wasPulled: boolean): void => {
    gotNs[block]![node] = sim.now - SETTLE_NS - block * INTERVAL_NS;
    if (wasPulled) pulls[block]!++;
    if (pulls[block] === 0) pushed++;
  };

  const start = (): { publish: (node: number, block: number) => void; copies: () => number } => {
    if (experiment === 'fabric') {
      const gossip = new FabricGossip(sim, network, bytes, choose, take);
      gossip.start(untilNs);
      return { publish: (node, block) => gossip.publish(node, block), copies: () => gossip.pushed + gossip.pulled };
    }
    if (experiment === 'gossipsub') {
      const { graph } = outboundGraph(new Int32Array(nodes).fill(Math.min(OUTBOUND, (nodes - 1) >> 1)), Infinity, sim.stream('network/overlay'));
      const mesh = new Gossipsub(sim, network, graph, bytes, choose, (node, block) => take(node, block, false));
      mesh.start(untilNs);
      return { publish: (node, block) => mesh.publish(node, block), copies: () => mesh.messages };
    }
    const ids = new Identifiers(nodes, sim.stream('network/identifiers'));
    const graph = kademliaOverlay(metTables(ids, KADEMLIA_K, choose), OUTBOUND, sim.stream('network/overlay'));
    const relay = new AnnounceRelay(sim, network, { graph, ...(memberLoss > 0 ? { retryNs: RETRY_NS } : {}), onItem: (node, block) => take(node, block, false) });
    return { publish: (node, block) => relay.publish(node, block, bytes), copies: () => relay.bodies };
  };
  const { publish, copies } = start();
  for (let block = 0; block < blocks; block++) sim.after(SETTLE_NS + block * INTERVAL_NS, () => publish(origins.below(nodes), block));
  return { gotNs, finish: () => ({ pushedShare: pushed / (blocks * nodes), copiesPerNode: copies() / (blocks * nodes) }) };
}
