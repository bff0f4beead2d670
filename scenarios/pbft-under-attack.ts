/** What do liars achieve against PBFT, up to f of them and beyond? Every behaviour, from the start, with the first primary among the liars. */
import { ARMS, BEYOND, CORRECT, WITHIN } from './pbft-under-attack/arms.ts';
import { CLAIMS } from './pbft-under-attack/claims.ts';
import { FIGURES } from './pbft-under-attack/figures.ts';
import { parameters } from './pbft-under-attack/parameters.ts';
import { buildRun } from './pbft-under-attack/run.ts';
import { headline, narrative } from './pbft-under-attack/words.ts';
import { defineScenario } from './testbed/scenario.ts';

export default defineScenario({
  id: 'pbft-under-attack',
  title: 'PBFT under attack',
  question: 'What do liars achieve against PBFT, up to f of them and beyond?',
  source: { document: 'Castro and Liskov, Practical Byzantine fault tolerance, OSDI 1999', place: 'sections 3 and 4' },
  kind: 'terminating',
  parameters,
  arms: ARMS,
  baseline: CORRECT,
  measures: {
    answeredShare: { title: 'Requests answered', unit: '', description: 'Share, until the end of the run', better: 'higher' },
    latencyMeanNs: { title: 'Mean latency', unit: 'ns', description: 'From the first sending of a request to the answer; without one, to the end of the run', better: 'lower' },
    viewChanges: { title: 'View changes', unit: '', description: 'Highest view that a correct replica took part in', better: 'neither' },
    messagesPerRequest: { title: 'Messages of a request', unit: 'messages', description: 'All that was sent, clients included, over the requests asked for', better: 'lower' },
    violations: { title: 'Broken invariants', unit: '', description: '1 where a checker stopped the run; only ever beyond f, since within f the run would fail', better: 'lower' },
  },
  tables: {
    violations: { title: 'What broke', columns: { checker: { unit: '', description: 'Name of the invariant' }, at_ns: { unit: 'ns', description: 'When' }, what: { unit: '', description: 'The checker\'s words' } } },
  },
  quick: { replications: 3, sweep: { faulty: [WITHIN, BEYOND] } },
  full: { replications: 20, sweep: { faulty: [WITHIN, BEYOND] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
