/**
 * What does a network gain from routers that say which rate they have left, and where does it gain nothing? BBR, CUBIC and MEF, packet by
 * packet, over the same links. MEF is a reconstruction (sim/network/mef/): its name is published, its mechanism is not.
 */
import { CASE_IDS, CROWD } from './bbr-vs-mef/cases.ts';
import { at, CLAIMS, each, milliseconds, packetsOf, percentOf } from './bbr-vs-mef/claims.ts';
import { FIGURES } from './bbr-vs-mef/figures.ts';
import { ARMS, buildRun, parameters } from './bbr-vs-mef/run.ts';
import { meanOf } from './testbed/effects.ts';
import type { ResultSet } from './testbed/result-set.ts';
import { defineScenario } from './testbed/scenario.ts';

function narrative(results: ResultSet): string {
  return [
    'BBR estimates rate and round-trip time of the path from what comes back. MEF ("Multiple Explicit Feedback") lets routers say them. Only its name is published; what is compared here is a **reconstruction** from the family of XCP and RCP, and every figure of it is one of the reconstruction.',
    '![](figure:overview)',
    `Where every router speaks it, the law comes to rest at 97 % of the link with next to no queue. Four flows: utilisation ${each(results, 'utilisation', 'four', percentOf)} Packets waiting: ${each(results, 'queueMean', 'four', packetsOf)} Smoothed round-trip time: ${each(results, 'rttNs', 'four', milliseconds)}`,
    '![](figure:shares)',
    `A rate named by the link does not know round-trip times. The flow of the longer one gets, of its fair share: ${each(results, 'watchedShare', 'unequal-rtt', percentOf)} Over two links of a parking lot: ${each(results, 'watchedShare', 'parking-lot', percentOf)}`,
    '![](figure:completions)',
    `New connections complete, on average, after: ${each(results, 'completionNs', 'short-flows', milliseconds)}`,
    '## Where it does not shine',
    '![](figure:crowd)',
    `**Flash crowd.** ${CROWD} flows that begin in one instant are all promised the rate that was free before they came. Packets dropped: ${each(results, 'dropShare', 'flash-crowd', percentOf)}`,
    `**A bottleneck that does not speak it.** The sender falls back on the lesser of MEF's rate and CUBIC's window, and gets what CUBIC gets: packets waiting, ${each(results, 'queueMean', 'plain-bottleneck', packetsOf)}`,
    `**One queue with CUBIC.** Foreign bytes count as load, and a queue that stands for long tells MEF to yield. Share of the fair share beside one CUBIC flow: ${each(results, 'watchedShare', 'beside-cubic', percentOf)} With a queue for MEF and one for the others, weighted by estimated flows: ${each(results, 'watchedShare', 'own-queue', percentOf)}`,
  ].join('\n\n');
}

export default defineScenario({
  id: 'bbr-vs-mef',
  title: 'BBR against MEF (reconstruction)',
  question: 'What do explicit rates from routers (MEF, a reconstruction) gain over BBR, and where do they lose?',
  source: { document: 'MEF is named, and not specified, in the paper on a blockchain operating system; this is a reconstruction', place: 'sim/network/mef' },
  kind: 'steady-state',
  parameters,
  arms: ARMS,
  baseline: 'bbr',
  measures: {
    utilisation: { title: 'Utilisation', unit: '', description: 'Application bytes delivered over the first link, over what it could carry', better: 'higher' },
    rttNs: { title: 'Smoothed round-trip time', unit: 'ns', description: 'Mean over flows and time, sampled every 20 ms', better: 'lower' },
    queueMean: { title: 'Packets waiting, mean', unit: 'packets', description: 'At the first link, weighted by time', better: 'lower' },
    queueP95: { title: 'Packets waiting, p95', unit: 'packets', description: 'At the first link, weighted by time', better: 'lower' },
    dropShare: { title: 'Dropped by the queue', unit: '', description: 'Of the packets that came to the first link', better: 'lower' },
    jain: { title: "Jain's index", unit: '', description: 'Of the goodputs over the first link', better: 'higher' },
    watchedShare: { title: 'Share of the watched flow', unit: '', description: 'Its goodput over its fair share of the first link', better: 'neither' },
    completionNs: { title: 'Completion time', unit: 'ns', description: 'Mean over connections, from the SYN to the last byte', better: 'lower' },
    completionShortNs: { title: 'Completion time, short', unit: 'ns', description: 'Of connections below 145 kB', better: 'lower' },
  },
  tables: {
    queue: { title: 'Queue over time, first replication', columns: { t_s: { unit: 's', description: 'Since the begin of the measured time' }, waiting: { unit: 'packets', description: 'Waiting at the first link' } } },
  },
  quick: { replications: 5, set: { warmUpS: 10, windowS: 8 }, sweep: { case: [...CASE_IDS] } },
  full: { replications: 20, set: { warmUpS: 20, windowS: 40 }, sweep: { case: [...CASE_IDS] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline: (results) => {
    const queue = (arm: string): number => meanOf(results, 'queueMean', at(arm, 'four'));
    if (!Number.isFinite(queue('mef')) || !Number.isFinite(queue('bbr'))) return 'BBR and MEF (reconstruction) did not both run in this result';
    return `Four flows: ${packetsOf(queue('bbr'))} waiting under BBR, ${packetsOf(queue('mef'))} under MEF (reconstruction), which beside CUBIC is left with ${percentOf(meanOf(results, 'watchedShare', at('mef', 'beside-cubic')))} of its share`;
  },
  narrative,
});
