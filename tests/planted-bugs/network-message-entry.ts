/** What the checks of bugs planted in the message level need, in one module graph. */
export { Simulation } from '../../sim/simulation.ts';
export { AnnounceRelay } from '../../sim/network/dissemination/announce.ts';
export { CompactBlockRelay } from '../../sim/network/dissemination/compact-blocks.ts';
export { FabricGossip } from '../../sim/network/dissemination/fabric-gossip.ts';
export { Push } from '../../sim/network/dissemination/push.ts';
export { RoundGossip } from '../../sim/network/dissemination/rounds.ts';
export { FixedDelay } from '../../sim/network/latency/region-delay.ts';
export { type MessageFaults, MessageNetwork } from '../../sim/network/message/message-network.ts';
export { WATCHED_RUNS, watchedRun } from '../../sim/network/message/tests/watched-runs.ts';
export { plainDeliveries, randomRules, randomSendings, simulated } from '../../sim/network/message/tests/plain-network.ts';
export { Uplinks } from '../../sim/network/message/uplinks.ts';
export { GOSSIPSUB, Gossipsub } from '../../sim/network/overlay/gossipsub.ts';
export { degrees, graphOf } from '../../sim/network/overlay/graph.ts';
export { Identifiers, RoutingTable } from '../../sim/network/overlay/kademlia.ts';
export { outboundGraph, SIMBLOCK_DEGREE_CDF, simblockDegrees } from '../../sim/network/overlay/outbound.ts';
export { randomRegular } from '../../sim/network/overlay/random-regular.ts';
