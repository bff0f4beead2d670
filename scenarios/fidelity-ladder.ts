/**
 * How wrong are the fast levels of the network? The same traffic over the same star of lines as packets over TCP, as max-min fair flows, and
 * as single messages; errors against packets, stated with intervals.
 */
import { ARMS } from './fidelity-ladder/arms.ts';
import { CLAIMS } from './fidelity-ladder/claims.ts';
import { EXPERIMENTS, parameters } from './fidelity-ladder/parameters.ts';
import { FIGURES, headline, narrative } from './fidelity-ladder/report.ts';
import { buildRun } from './fidelity-ladder/run.ts';
import { defineScenario } from './testbed/scenario.ts';

export default defineScenario({
  id: 'fidelity-ladder',
  title: 'Packets, flows, messages',
  question: 'How wrong are flow and message level against packets, for which traffic, and what do they save?',
  source: { document: 'This testbed', place: 'sim/network/README.md: three levels of fidelity' },
  kind: 'terminating',
  parameters,
  arms: ARMS,
  baseline: 'packet-cubic',
  measures: {
    coldNs: { title: 'Mean delivery, cold connections', unit: 'ns', description: 'Sending to delivery, first round: windows start at ten segments', better: 'lower' },
    warmNs: { title: 'Mean delivery', unit: 'ns', description: 'Sending to delivery, all other rounds', better: 'lower' },
    lastNs: { title: 'Last delivery of a round', unit: 'ns', description: 'Start of a round to its last delivery, mean over all but the first', better: 'lower' },
    eventsPerMessage: { title: 'Events of a message', unit: '', description: 'Of the simulator, all in all', better: 'neither' },
  },
  quick: { replications: 5, sweep: { experiment: [...EXPERIMENTS] } },
  full: { replications: 10, set: { rounds: 40, blockKb: 500 }, sweep: { experiment: [...EXPERIMENTS] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
