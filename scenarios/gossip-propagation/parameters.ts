/** Parameters, arms and the experiments, laws and published measurements alike. */
import { z } from 'zod';
import type { Arm } from '../testbed/scenario.ts';

/** Laws: each with a closed form. Blocks: each with a published time, or the other side of a published comparison. */
export const LAWS = ['push-3', 'push-4', 'push-5', 'flood-random', 'flood', 'announce', 'rounds-push', 'rounds-push-pull'] as const;
export const BLOCKS = ['simblock-2015', 'simblock-2019', 'simblock-2015-compact', 'simblock-2019-compact', 'decker-2013', 'decker-2013-large', 'bip152-low', 'bip152-high'] as const;
/** Networks of known members: each protocol with the constants of its own. */
export const MEMBERS = ['fabric', 'gossipsub', 'kademlia'] as const;
export const EXPERIMENTS = [...LAWS, ...BLOCKS, ...MEMBERS] as const;
export type Law = (typeof LAWS)[number];
export type BlockExperiment = (typeof BLOCKS)[number];
export type MemberExperiment = (typeof MEMBERS)[number];
export type Experiment = (typeof EXPERIMENTS)[number];

export const TITLES: Readonly<Record<Experiment, string>> = {
  'push-3': 'push, fanout 3', 'push-4': 'push, fanout 4', 'push-5': 'push, fanout 5', 'flood-random': 'flood on G(n, 3 / n)', flood: 'flood on a regular overlay', announce: 'announce, request, body',
  'rounds-push': 'push in rounds', 'rounds-push-pull': 'push-pull in rounds',
  'simblock-2015': 'SimBlock 2015, whole blocks', 'simblock-2019': 'SimBlock 2019, whole blocks', 'simblock-2015-compact': 'SimBlock 2015, compact', 'simblock-2019-compact': 'SimBlock 2019, compact',
  'decker-2013': 'Bitcoin 2013', 'decker-2013-large': 'Bitcoin 2013, 100 kB more', 'bip152-low': 'BIP 152, low bandwidth', 'bip152-high': 'BIP 152, high bandwidth',
  fabric: 'Fabric gossip', gossipsub: 'gossipsub mesh', kademlia: 'announced along Kademlia contacts',
};

const integer = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().int().min(low).max(high).default(value).meta({ title, unit, group, description });

export const parameters = z.object({
  experiment: z.enum(EXPERIMENTS).default('push-3').meta({ title: 'Experiment', unit: '', group: 'Experiment', description: 'Laws of gossip on equal delays; blocks over regions. Names of blocks say whose measurement they face.' }),
  lawNodes: integer(4000, 100, 100_000, 'Nodes, laws', 'nodes', 'Laws', 'Of experiments that face a closed form; choice.'),
  degree: integer(8, 3, 64, 'Degree of the regular overlay', '', 'Laws', 'For flood and announce; nodes times degree has to be even. Choice: connections that Bitcoin Core opens for full relay.'),
  items: integer(10, 1, 1000, 'Items, laws', 'items', 'Laws', 'Spread one after the other; their mean is the run\'s figure.'),
  nodes2015: integer(6000, 100, 100_000, 'Nodes, 2015', 'nodes', 'Blocks', 'Reachable Bitcoin nodes of 2015 as Gervais et al. 2016 simulate them.'),
  nodes2019: integer(9000, 100, 100_000, 'Nodes, 2019', 'nodes', 'Blocks', 'Choice: reachable Bitcoin nodes of 2019, about.'),
  nodes2013: integer(3500, 100, 100_000, 'Nodes, 2013', 'nodes', 'Blocks', 'Choice: about the peers to which Decker and Wattenhofer held connections.'),
  blockKb: integer(535, 1, 8000, 'Block', 'kB', 'Blocks', 'SimBlock\'s default, the mean of 2015 in Gervais et al. 2016.'),
  block2013Kb: integer(150, 20, 1000, 'Block of 2013', 'kB', 'Blocks', 'Choice: about the mean of blocks 180 000 to 190 000, which Decker and Wattenhofer observed.'),
  members: integer(200, 20, 1000, 'Members', 'nodes', 'Members', 'Of networks of known members; choice.'),
  site: z.enum(['lan', 'metro', 'national', 'continents']).default('continents').meta({ title: 'Where members sit', unit: '', group: 'Members', description: 'Delays and rates: sim/network/latency. Between continents: Frankfurt, London, Washington, Tokyo by turns.' }),
  memberLoss: z.number().min(0).max(0.5).default(0).meta({ title: 'Loss between members', unit: '', group: 'Members', description: 'Of messages, independent, on each directed pair; 0 where a transport below repeats them.' }),
  memberBlockKb: integer(100, 1, 8000, 'Block of the members', 'kB', 'Members', 'Choice.'),
  blocks: integer(5, 1, 1000, 'Blocks', 'blocks', 'Blocks', 'Spread one after the other from random nodes; their mean is the run\'s figure.'),
});

export type GossipParameters = z.output<typeof parameters>;

export function refine({ lawNodes, degree }: GossipParameters): { path: string; message: string }[] {
  if ((lawNodes * degree) % 2 === 0) return [];
  return [{ path: 'degree', message: `${degree} for ${lawNodes} nodes; must be even where the number of nodes is odd: every connection has two ends` }];
}

export const ARMS: Readonly<Record<string, Arm>> = {
  source: { title: 'Closed form or measurement', description: 'The law evaluated, or the published figure; nothing is simulated. Absent where the source only compares.', set: {} },
  simulation: { title: 'Simulation', description: 'Message by message on the kernel.', set: {} },
};
