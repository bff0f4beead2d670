/** What laws and measurements say, as statements that replications can refute. Margins were fixed before the first run. */
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Selection } from '../testbed/scenario.ts';
import { meanOf } from '../testbed/effects.ts';
import type { Experiment } from './parameters.ts';
import { BIP152, COUNTING, DECKER, DECKER_NS_PER_KB, ERDOS, FABRIC_GOSSIP, GERVAIS, KARP, KERMARREC, LARGER_KB, NAGAYAMA, PITTEL } from './sources.ts';

export const at = (experiment: Experiment, arm: 'simulation' | 'source' = 'simulation'): Selection => ({ arm, where: { experiment } });
export const mean = (results: ResultSet, measure: string, experiment: Experiment, arm: 'simulation' | 'source' = 'simulation'): number => meanOf(results, measure, at(experiment, arm));
export const seconds = (ns: number): string => (Number.isFinite(ns) ? `${Number((ns / 1e9).toPrecision(3))} s` : 'no figure');

/** A figure of the simulation is the source's, to within a relative margin. */
function equal(id: string, text: string, source: Claim['source'], measure: string, experiment: Experiment, margin: number, unit: (value: number) => string = (value) => String(Number(value.toPrecision(5)))): Claim {
  return {
    id, text, source, measure, treatment: at(experiment), baseline: at(experiment, 'source'), contrast: 'relative', paper: { value: 0 }, margin,
    why: (results) => `Simulated ${unit(mean(results, measure, experiment))}, source ${unit(mean(results, measure, experiment, 'source'))}.`,
    ablation: measure.endsWith('Ns') ? 'spread' : 'laws',
  };
}

/** Two admissible readings of a published improvement: with the other change already there, or not. */
function improvement(id: string, text: string, measure: 'p50Ns' | 'p90Ns', value: number, main: readonly [title: string, treatment: Experiment, baseline: Experiment], other: readonly [title: string, treatment: Experiment, baseline: Experiment]): Claim {
  return {
    id, text, source: NAGAYAMA, measure, treatment: at(main[1]), baseline: at(main[2]), contrast: 'relative', paper: { value },
    // choice: five points, about what another number of nodes moves
    margin: 0.05,
    reading: main[0],
    readings: [{ title: other[0], treatment: at(other[1]), baseline: at(other[2]) }],
    why: (results) => `${main[0]}: ${seconds(mean(results, measure, main[2]))} to ${seconds(mean(results, measure, main[1]))}; ${other[0]}: ${seconds(mean(results, measure, other[2]))} to ${seconds(mean(results, measure, other[1]))}.`,
    ablation: 'spread',
  };
}

const INTERNET = ['whole blocks', 'simblock-2019', 'simblock-2015'] as const;
const INTERNET_COMPACT = ['compact blocks', 'simblock-2019-compact', 'simblock-2015-compact'] as const;
const COMPACT = ['Internet of 2019', 'simblock-2019-compact', 'simblock-2019'] as const;
const COMPACT_2015 = ['Internet of 2015', 'simblock-2015-compact', 'simblock-2015'] as const;

export const CLAIMS: readonly Claim[] = [
  ...([3, 4, 5] as const).map((fanout) => equal(`coverage-${fanout}`, `Push with fanout ${fanout}, each node once, reaches the share z with z = 1 - exp(-${fanout} z).`, KERMARREC, 'reachedShare', `push-${fanout}`, 0.01)),
  equal('giant-component', 'A flood on a random graph of mean degree 3 reaches its giant component, if it starts there: on average z squared.', ERDOS, 'reachedShare', 'flood-random', 0.1),
  equal('flood-copies', 'A flood on a regular overlay sends n (d - 1) + 1 copies.', COUNTING, 'copiesPerNode', 'flood', 1e-9),
  equal('announce-bodies', 'Announced and asked for, a body travels once to each node.', COUNTING, 'copiesPerNode', 'announce', 1e-9),
  equal('announce-announcements', 'Announcements are as many as the copies of a flood, n (d - 1) + 1.', COUNTING, 'announcementsPerNode', 'announce', 1e-9),
  equal('push-rounds', 'Push in rounds takes log2 n + ln n rounds, to within a tenth.', PITTEL, 'rounds', 'rounds-push', 0.1),
  {
    id: 'push-pull-rounds',
    text: 'Push-pull takes log_3 n rounds and some more: not fewer than log_3 n.',
    source: KARP,
    measure: 'rounds',
    treatment: at('rounds-push-pull'),
    baseline: at('rounds-push-pull', 'source'),
    contrast: 'difference',
    paper: { direction: 'increase' },
    margin: 0,
    why: (results) => `${mean(results, 'rounds', 'rounds-push-pull').toFixed(1)} rounds against log_3 n = ${mean(results, 'rounds', 'rounds-push-pull', 'source').toFixed(1)}; push alone takes ${mean(results, 'rounds', 'rounds-push').toFixed(1)}.`,
    ablation: 'laws',
  },
  {
    id: 'push-pull-faster',
    text: 'Push-pull needs fewer rounds than push, by a quarter at least.',
    source: KARP,
    measure: 'rounds',
    treatment: at('rounds-push-pull'),
    baseline: at('rounds-push'),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: 0.25,
    margin: 0,
    why: (results) => `${mean(results, 'rounds', 'rounds-push-pull').toFixed(1)} rounds against ${mean(results, 'rounds', 'rounds-push').toFixed(1)}: at the end a node that lacks it asks, and is not waited for.`,
    ablation: 'laws',
  },
  improvement('internet-p50', 'Faster lines from 2015 to 2019 cut the time to half of the Bitcoin nodes by 64.5 %.', 'p50Ns', -0.645, INTERNET, INTERNET_COMPACT),
  improvement('internet-p90', 'Faster lines from 2015 to 2019 cut the time to 90 % of the Bitcoin nodes by 63.7 %.', 'p90Ns', -0.637, INTERNET, INTERNET_COMPACT),
  improvement('compact-p50', 'Compact blocks cut the time to half of the Bitcoin nodes by 90.1 %.', 'p50Ns', -0.901, COMPACT, COMPACT_2015),
  improvement('compact-p90', 'Compact blocks cut the time to 90 % of the Bitcoin nodes by 87.6 %.', 'p90Ns', -0.876, COMPACT, COMPACT_2015),
  equal('bitcoin-2015', 'In 2015 half of the Bitcoin nodes had a block after 8.7 s (SimBlock\'s relay and tables, to within a tenth).', GERVAIS, 'p50Ns', 'simblock-2015', 0.1, seconds),
  equal('bitcoin-2013-p50', 'In 2013 half of the Bitcoin nodes had a block after 6.5 s, to within a fifth.', DECKER, 'p50Ns', 'decker-2013', 0.2, seconds),
  equal('bitcoin-2013-p95', 'In 2013 it took 40 s until 95 % had it, to within a fifth.', DECKER, 'p95Ns', 'decker-2013', 0.2, seconds),
  {
    id: 'bitcoin-2013-size',
    text: `Each kB of a block costs the majority 80 ms: ${LARGER_KB} kB more delay the median by 8 s, to within a fifth.`,
    source: DECKER,
    measure: 'p50Ns',
    treatment: at('decker-2013-large'),
    baseline: at('decker-2013'),
    contrast: 'difference',
    paper: { value: LARGER_KB * DECKER_NS_PER_KB },
    margin: 0.2 * LARGER_KB * DECKER_NS_PER_KB,
    why: (results) => `${seconds(mean(results, 'p50Ns', 'decker-2013'))} to ${seconds(mean(results, 'p50Ns', 'decker-2013-large'))}. Lines alone do not cost 80 ms a kB: nodes of 2013 verified each block before they announced it, which is left out here.`,
    ablation: 'spread',
  },
  equal('fabric-push', "Fabric's push reaches the share of a fanout of 3.", FABRIC_GOSSIP, 'pushedShare', 'fabric', 0.02),
  equal('fabric-pull', "Fabric's pull brings the rest: everybody has each block.", FABRIC_GOSSIP, 'reachedShare', 'fabric', 1e-9),
  {
    id: 'fabric-tail',
    text: "The last hundredth waits for Fabric's pull: its time is longer than on a gossipsub mesh of the same members.",
    source: FABRIC_GOSSIP,
    measure: 'p99Ns',
    treatment: at('fabric'),
    baseline: at('gossipsub'),
    contrast: 'relative',
    paper: { direction: 'increase' },
    smallest: 0.5,
    margin: 0,
    why: (results) => `99 % have a block after ${seconds(mean(results, 'p99Ns', 'fabric'))} against ${seconds(mean(results, 'p99Ns', 'gossipsub'))}; copies a node ${mean(results, 'copiesPerNode', 'fabric').toFixed(1)} against ${mean(results, 'copiesPerNode', 'gossipsub').toFixed(1)}.`,
    ablation: 'spread',
  },
  {
    id: 'high-bandwidth',
    text: 'Compact blocks that three peers push unasked arrive sooner than those that are announced and asked for.',
    source: BIP152,
    measure: 'p50Ns',
    treatment: at('bip152-high'),
    baseline: at('bip152-low'),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: 0.1,
    margin: 0,
    why: (results) => `Median ${seconds(mean(results, 'p50Ns', 'bip152-high'))} against ${seconds(mean(results, 'p50Ns', 'bip152-low'))}: one delay a hop instead of three, over the three pushing peers.`,
    ablation: 'spread',
  },
];
