/** Experiments that face a closed form: every message takes the same time, nothing is lost, lines have no limit. */
import { AnnounceRelay } from '../../sim/network/dissemination/announce.ts';
import { Push } from '../../sim/network/dissemination/push.ts';
import { RoundGossip } from '../../sim/network/dissemination/rounds.ts';
import { FixedDelay } from '../../sim/network/latency/region-delay.ts';
import { MessageNetwork } from '../../sim/network/message/message-network.ts';
import { erdosRenyi } from '../../sim/network/overlay/erdos-renyi.ts';
import type { Graph } from '../../sim/network/overlay/graph.ts';
import { randomRegular } from '../../sim/network/overlay/random-regular.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { NS_PER_MS } from '../../sim/time.ts';
import type { GossipParameters, Law } from './parameters.ts';
import { RANDOM_DEGREE } from './sources.ts';

const DELAY_NS = 10 * NS_PER_MS;
const BYTES = 1000;

/** Sums over the items of a run. */
export interface LawSums {
  items: number;
  reached: number;
  copies: number;
  announcements: number;
  rounds: number;
}

/** Spreads one item after the other; `sums` is filled when nothing is pending any more. */
export function buildLaw(sim: Simulation, law: Law, params: GossipParameters): () => LawSums {
  const { lawNodes: nodes, degree } = params;
  // whether the origin is in the giant component is a coin that each item throws once: more of them, each of a few hops
  const items = law === 'flood-random' ? 10 * params.items : params.items;
  const network = new MessageNetwork(sim, { name: law, nodes, delays: new FixedDelay(DELAY_NS) });
  const origins = sim.stream(`network/${law}/origins`);
  const choose = sim.stream(`network/${law}/choose`);
  const sums: LawSums = { items, reached: 0, copies: 0, announcements: 0, rounds: 0 };
  /** An item is over long before the next: flooding takes a diameter, rounds some tens of periods. */
  const each = (publish: (origin: number) => void, collect: () => void): void => {
    const gapNs = 200 * DELAY_NS;
    for (let item = 0; item < items; item++) {
      sim.after(item * gapNs, () => publish(origins.below(nodes)));
      sim.after((item + 1) * gapNs - 1, collect);
    }
  };
  switch (law) {
    case 'rounds-push':
    case 'rounds-push-pull': {
      const gossip = new RoundGossip(sim, network, { mode: law === 'rounds-push' ? 'push' : 'push-pull', fanout: 1, periodNs: 3 * DELAY_NS, bytes: BYTES, choose, maxRounds: 60 });
      each((origin) => gossip.publish(origin), () => {
        sums.reached += gossip.reached;
        sums.copies += gossip.copies;
        sums.rounds += gossip.rounds;
      });
      return () => sums;
    }
    case 'announce': {
      const relay: AnnounceRelay = new AnnounceRelay(sim, network, { graph: randomRegular(nodes, degree, choose), onItem: () => void sums.reached++ });
      each((origin) => relay.publish(origin, 0, BYTES), () => {});
      return () => ({ ...sums, copies: relay.bodies, announcements: relay.announcements });
    }
    default: {
      const graph = (): Graph => (law === 'flood' ? randomRegular(nodes, degree, choose) : erdosRenyi(nodes, RANDOM_DEGREE / (nodes - 1), choose));
      const push: Push = new Push(network, law.startsWith('flood') ? { flood: graph() } : { fanout: Number(law.slice(-1)), choose }, BYTES, () => void sums.reached++);
      each((origin) => push.publish(origin), () => {});
      return () => ({ ...sums, copies: push.copies });
    }
  }
}
