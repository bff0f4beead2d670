/**
 * What do timers cost that are too short, and what does doubling them save? PBFT over links whose delay is known, with timers below and above
 * what a decision takes; and with a primary that is cut off for a while, again and again, whoever it is.
 */
import { defineScenario } from './testbed/scenario.ts';
import { ARMS, TIMEOUTS_MS } from './view-change-storm/arms.ts';
import { CLAIMS } from './view-change-storm/claims.ts';
import { FIGURES } from './view-change-storm/figures.ts';
import { parameters } from './view-change-storm/parameters.ts';
import { buildRun } from './view-change-storm/run.ts';
import { headline, narrative } from './view-change-storm/words.ts';

export default defineScenario({
  id: 'view-change-storm',
  title: 'Storms of view changes',
  question: 'What do timers cost that are too short, and what does doubling them save?',
  source: { document: 'Castro and Liskov, Practical Byzantine fault tolerance, OSDI 1999', place: 'section 4.5.2, liveness' },
  kind: 'terminating',
  parameters,
  arms: ARMS,
  baseline: 'doubling',
  measures: {
    answersPerS: { title: 'Answers', unit: 'requests/s', description: 'That clients took, over the whole run', better: 'higher' },
    decisions: { title: 'Decisions', unit: 'batches', description: 'Batches that at least one replica executed', better: 'higher' },
    standstillShare: { title: 'Time without progress', unit: '', description: 'Share of the run in gaps between decisions longer than the bound of the parameter', better: 'lower' },
    longestGapNs: { title: 'Longest gap', unit: 'ns', description: 'Between two decisions, or between one and the start or end of the run', better: 'lower' },
    viewChanges: { title: 'View changes', unit: 'views', description: 'Views that a replica asked for', better: 'lower' },
    viewChangesPerDecision: { title: 'View changes a decision', unit: 'views', description: 'Where nothing was decided: of one decision', better: 'lower' },
    viewsWithoutUse: { title: 'Views without use', unit: '', description: 'Share of the views asked for that no replica entered', better: 'lower' },
    lostMessages: { title: 'Messages lost', unit: 'messages', description: 'To and from a primary that was cut off', better: 'neither' },
  },
  quick: { replications: 3, set: { horizonS: 20 }, sweep: { timeoutMs: [...TIMEOUTS_MS] } },
  full: { replications: 20, set: { horizonS: 120 }, sweep: { timeoutMs: [50, 75, 100, 150, 200, 300, 400, 600, 800, 1200, 1600] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
