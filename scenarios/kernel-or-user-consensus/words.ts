/** Headline and narrative: every number from the data, paragraphs left out where the arms they are about were not run. */
import { longestChain, lostModules, moduleGraph } from '../../sim/os/modules/graph.ts';
import { replicationsOf } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import { armName, BATCH, PLACE_NAMES, placeTitle, type Speed, SPEEDS } from './arms.ts';
import { against, changed, count, crossing, hasRun, mean, micros, millis, ranCrossings, share } from './effects.ts';

const SHOWN_NS = 1000;

export function headline(results: ResultSet): string {
  const has = (speed: Speed): boolean => hasRun(results, 'kernel', speed, SHOWN_NS) && hasRun(results, 'user', speed, SHOWN_NS);
  if (!SPEEDS.every(has)) return `Consensus in the kernel and in user space did not both run at a crossing of ${crossing(SHOWN_NS)} in this result`;
  const effect = (speed: Speed): string => changed(against(results, 'latencyMeanNs', 'kernel', speed, SHOWN_NS));
  return `At a crossing of ${crossing(SHOWN_NS)} consensus in the kernel changes the latency of a block by ${effect('software')} with signatures in software and by ${effect('accelerated')} with an accelerator`;
}

function countParagraph(results: ResultSet): string {
  const crossingNs = ranCrossings(results)[0];
  if (crossingNs === undefined || !hasRun(results, 'user', 'software', crossingNs)) return '';
  const rows = PLACE_NAMES.filter((place) => hasRun(results, place, 'software', crossingNs)).map((place) => `| ${placeTitle(place)} | ${count(mean(results, 'crossingsPerBlock', place, 'software', crossingNs))} | ${count(mean(results, 'chainCrossings', place, 'software', crossingNs))} |`);
  return ['**The calls, counted.** Crossings of a replica for a block, and those on the way from proposal to commitment:', ['| consensus | crossings a block | on its way |', '|---|---|---|', ...rows].join('\n')].join('\n\n');
}

const callUs = (results: ResultSet, speed: Speed): number => Number(results.select({ arm: armName('user', speed) })[0]?.params['verifyUs'] ?? NaN);

/** A saving that is worth a sentence, as in the claims. */
const WORTH = 0.05;

/**
 * Crossing cost from which on the kernel saves that share of a block. Latency grows with the cost of a crossing by the crossings on a
 * block's way, so one run tells it: (U - K) c = share (L + U c), with L the latency without crossings.
 */
export function worthwhileNs(results: ResultSet, speed: Speed, crossingNs: number): number {
  const [inUser, inKernel] = (['user', 'kernel'] as const).map((place) => mean(results, 'chainCrossings', place, speed, crossingNs)) as [number, number];
  const restNs = mean(results, 'latencyMeanNs', 'user', speed, crossingNs) - mean(results, 'chainCrossingNs', 'user', speed, crossingNs);
  return (WORTH * restNs) / (inUser - inKernel - WORTH * inUser);
}

function savingParagraph(results: ResultSet): string {
  const crossings = ranCrossings(results).filter((crossingNs) => SPEEDS.every((speed) => hasRun(results, 'kernel', speed, crossingNs) && hasRun(results, 'user', speed, crossingNs)));
  if (crossings.length === 0) return '';
  const rows = crossings.map((crossingNs) => `| ${[crossing(crossingNs), ...SPEEDS.flatMap((speed) => [millis(mean(results, 'latencyMeanNs', 'user', speed, crossingNs)), changed(against(results, 'latencyMeanNs', 'kernel', speed, crossingNs))])].join(' | ')} |`);
  return [
    `**What kernel residence saves.** A crossing weighs against the call it is made for: a signature check takes ${micros(1000 * callUs(results, 'software'))} in software and ${micros(1000 * callUs(results, 'accelerated'))} with an accelerator. Change of the mean latency of a block against user space:`,
    ['| crossing | user space, software | kernel, software | user space, accelerator | kernel, accelerator |', '|---|---|---|---|---|', ...rows].join('\n'),
    `A twentieth of a block's latency is saved from a crossing of about ${micros(worthwhileNs(results, 'software', crossings[0]!))} on with signatures in software, and of ${micros(worthwhileNs(results, 'accelerated', crossings[0]!))} with an accelerator.`,
  ].join('\n\n');
}

function batchParagraph(results: ResultSet): string {
  const crossingNs = ranCrossings(results).at(-1);
  if (crossingNs === undefined || !(['user-batched', 'kernel', 'kernel-batched', 'user'] as const).every((place) => hasRun(results, place, 'accelerated', crossingNs))) return '';
  const effect = (place: 'user-batched' | 'kernel' | 'kernel-batched'): string => changed(against(results, 'latencyMeanNs', place, 'accelerated', crossingNs));
  return `**What breaks even.** The calls for a block's transactions are all known at the same time, so ${BATCH} of them can share a crossing. At ${crossing(crossingNs)} and with an accelerator this alone changes the latency by ${effect('user-batched')}; moving into the kernel by ${effect('kernel')} if each transaction is handed up by itself, and by ${effect('kernel-batched')} if ${BATCH} go together. Kernel residence moves the boundary from below consensus to above it.`;
}

/** By the graph alone, whatever was run. */
function graphParagraph(): string {
  const graph = moduleGraph();
  const chain = longestChain(graph);
  const below = [...graph.keys()].filter((name) => !lostModules(graph, ['consensus']).includes(name));
  const single = below.filter((name) => lostModules(graph, [name]).includes('consensus'));
  return `**What stands below.** ${graph.size} modules; the longest chain of support is ${chain.join(', ')}: ${chain.length - 1} steps, each to be started before the next. Of the ${below.length} modules below consensus, ${single.length} stop it by failing alone; the others (${below.filter((name) => !single.includes(name)).join(', ')}) have a substitute or only speed things up.`;
}

export function narrative(results: ResultSet): string {
  const replications = replicationsOf(results);
  const errors = results.values('unattributedNs');
  const worst = errors.reduce((most, each) => Math.max(most, each), 0);
  return [
    'The operating system of the paper has consensus within the system, next to the modules it calls: crypto, network, access control, evidence. The paper gives no measurement of what that saves. What can be tested is the boundary: the same rounds of agreement, with a system call at every call, or only where transactions are handed to the application.',
    countParagraph(results),
    savingParagraph(results),
    '![](figure:saving)',
    batchParagraph(results),
    '![](figure:attribution)',
    '![](figure:cpu)',
    graphParagraph(),
    '![](figure:failures)',
    `**How sure.** ${replications === 1 ? 'One run: no interval.' : `Intervals are 95 % over ${replications} replications, paired on the same jitter and other work.`} Latency is attributed along the chain of what set off what, to the nanosecond: the largest remainder over all blocks is ${micros(worst)}. Crossing counts are exact for these rounds; the costs of calls are choices with sources, and what matters is the ratio of a call to a crossing. A crossing's after-effects on caches are in its cost or nowhere. Share of processor time spent on crossings at most: ${share(results.values('crossingCpuShare').reduce((most, each) => Math.max(most, each), 0))}.`,
  ].filter((paragraph) => paragraph !== '').join('\n\n');
}
