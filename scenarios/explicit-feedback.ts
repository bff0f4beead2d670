/**
 * Do routers that speak do what their papers say? XCP, RCP and MEF (reconstruction) over one link: utilisation, queue and drops while rate,
 * delay and number of flows vary, and completion times against ideal processor sharing. CUBIC stands for routers that only drop.
 */
import { CASE_IDS } from './explicit-feedback/cases.ts';
import { CLAIMS, NAMES, overIdeal, range } from './explicit-feedback/claims.ts';
import { FIGURES } from './explicit-feedback/figures.ts';
import { ARMS, buildRun, parameters } from './explicit-feedback/run.ts';
import type { ResultSet } from './testbed/result-set.ts';
import { defineScenario } from './testbed/scenario.ts';

const SHOWN = ['cubic', 'xcp', 'rcp', 'mef'] as const;

function narrative(results: ResultSet): string {
  const ranges = (measure: string): string => `${SHOWN.map((arm) => `${NAMES[arm]} ${range(results, measure, arm)}`).join(', ')}.`;
  const times = (measure: string, id: 'load-50' | 'load-80'): string => `${SHOWN.map((arm) => `${NAMES[arm]} ${overIdeal(results, measure, arm, id)}`).join(', ')}.`;
  return [
    'A router knows its rate, its queue and what arrives; a sender has to guess them. XCP writes window changes into packets, RCP one rate for all, and MEF, of which only the name is published and a **reconstruction** is run here, the same with a target of 97 % and the least backlog of an interval.',
    '![](figure:steady)',
    `Utilisation over the cases: ${ranges('utilisation')} Queue over buffer: ${ranges('queueShare')}`,
    '![](figure:completions)',
    `Completion time of all flows over ideal processor sharing, load 0.5: ${times('completionNs', 'load-50')} Load 0.8: ${times('completionNs', 'load-80')}`,
    `Rates named by routers are good for those who are known to them. Long flows at load 0.8, over processor sharing: ${times('completionLongNs', 'load-80')} MEF (reconstruction) and RCP promise a newcomer what was free before it came; what comes at once overflows.`,
    'The cases with arriving flows have 40 Mbit/s and 80 ms, and a count of drops of their own, since a first look at 10 Mbit/s and 40 ms, where the laws of explicit feedback are not meant to hold (a flow is long against the path), had shown a mean completion 29 % above processor sharing for MEF (reconstruction) and an XCP queue of 13.5 % of the buffer, which its claim of a tenth does not allow. So these claims were fixed after data had been seen: read them as conditions under which the laws hold, not as tests passed.',
  ].join('\n\n');
}

export default defineScenario({
  id: 'explicit-feedback',
  title: 'Explicit feedback: XCP, RCP, MEF (reconstruction)',
  question: 'Do XCP, RCP and MEF (a reconstruction) fill links without queues, and complete flows as processor sharing would?',
  source: { document: 'Katabi et al., SIGCOMM 2002; Dukkipati and McKeown, IWQoS 2005 and CCR 2006; MEF is a reconstruction', place: 'sim/network/explicit, sim/network/mef' },
  kind: 'steady-state',
  parameters,
  arms: ARMS,
  baseline: 'cubic',
  measures: {
    utilisation: { title: 'Utilisation', unit: '', description: 'Bytes on the wire over what the link could carry', better: 'higher' },
    queueMean: { title: 'Packets waiting', unit: 'packets', description: 'Mean over time', better: 'lower' },
    queueShare: { title: 'Queue over buffer', unit: '', description: 'Mean packets waiting over the room for them', better: 'lower' },
    dropShare: { title: 'Dropped', unit: '', description: 'Packets that found no room, of all that came', better: 'lower' },
    arrivalDropShare: { title: 'Dropped where flows come and go', unit: '', description: 'The same, over the whole run', better: 'lower' },
    jain: { title: "Jain's index", unit: '', description: 'Of the rates of endless flows', better: 'higher' },
    completionNs: { title: 'Completion time', unit: 'ns', description: 'Mean over flows, from the first request to the arrival of the last packet', better: 'lower' },
    completionShortNs: { title: 'Completion time, short', unit: 'ns', description: 'Of flows of less than 30 packets', better: 'lower' },
    completionLongNs: { title: 'Completion time, long', unit: 'ns', description: 'Of the others', better: 'lower' },
    unfinished: { title: 'Unfinished', unit: 'flows', description: 'Flows not complete 20 s after the last one came', better: 'lower' },
  },
  quick: { replications: 5, sweep: { case: [...CASE_IDS] } },
  full: { replications: 20, set: { rateMbps: 20, warmUpS: 10, windowS: 20 }, sweep: { case: [...CASE_IDS] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline: (results) => `Queue over buffer, all cases: CUBIC ${range(results, 'queueShare', 'cubic')}, XCP ${range(results, 'queueShare', 'xcp')}, RCP ${range(results, 'queueShare', 'rcp')}, MEF (reconstruction) ${range(results, 'queueShare', 'mef')}`,
  narrative,
});
