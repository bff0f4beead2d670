/**
 * How messages reach everybody: laws of gossip, and the time a block takes through the Bitcoin network as measured and as others have
 * simulated it. All on the message level (sim/network/message).
 */
import { CLAIMS } from './gossip-propagation/claims.ts';
import { ARMS, EXPERIMENTS, parameters, refine } from './gossip-propagation/parameters.ts';
import { buildRun, SHARES } from './gossip-propagation/run.ts';
import { DECKER } from './gossip-propagation/sources.ts';
import { FIGURES, headline, narrative } from './gossip-propagation/words.ts';
import { defineScenario, type Measure } from './testbed/scenario.ts';

const time = (share: number): [string, Measure] => [`p${share}Ns`, { title: `Time to ${share} % of the nodes`, unit: 'ns', description: `Until ${share} % had the block, from its publication; mean over the blocks of a run`, better: 'lower' }];

export default defineScenario({
  id: 'gossip-propagation',
  title: 'Gossip and block propagation',
  question: 'Do messages spread as the laws of gossip say, and blocks as fast as was measured?',
  source: DECKER,
  kind: 'terminating',
  parameters,
  refine,
  arms: ARMS,
  baseline: 'source',
  measures: {
    reachedShare: { title: 'Share reached', unit: '', description: 'Nodes that had the item at the end; mean over the items of a run', better: 'higher' },
    copiesPerNode: { title: 'Copies a node', unit: '', description: 'Whole copies sent over nodes and items', better: 'lower' },
    pushedShare: { title: 'Share reached by push', unit: '', description: 'Nodes that had a block by push before any pull of that block', better: 'higher' },
    announcementsPerNode: { title: 'Announcements a node', unit: '', description: 'Of announce, request, body', better: 'lower' },
    rounds: { title: 'Rounds', unit: '1', description: 'Until everybody knew; mean over the items of a run', better: 'lower' },
    ...Object.fromEntries(SHARES.map(time)),
    meanNs: { title: 'Mean time to a node', unit: 'ns', description: 'Mean over nodes and blocks', better: 'lower' },
  },
  quick: { replications: 5, set: { lawNodes: 2000, items: 8, blocks: 3 }, sweep: { experiment: [...EXPERIMENTS] } },
  full: { replications: 20, set: { lawNodes: 10_000, items: 20, blocks: 10 }, sweep: { experiment: [...EXPERIMENTS] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
