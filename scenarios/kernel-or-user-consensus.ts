/**
 * Consensus in the kernel or in user space: what does the boundary cost a block, at which cost of a crossing does it matter, and does
 * batching do the same? Rounds of three-phase agreement among replicas whose processors have other work, every call and crossing counted.
 */
import { ARMS, CROSSINGS } from './kernel-or-user-consensus/arms.ts';
import { CLAIMS } from './kernel-or-user-consensus/claims.ts';
import { FIGURES } from './kernel-or-user-consensus/figures.ts';
import { parameters, refine } from './kernel-or-user-consensus/parameters.ts';
import { buildRun } from './kernel-or-user-consensus/run.ts';
import { headline, narrative } from './kernel-or-user-consensus/words.ts';
import { defineScenario, type Measure } from './testbed/scenario.ts';

const lower = (title: string, unit: string, description: string): Measure => ({ title, unit, description, better: 'lower' });

export default defineScenario({
  id: 'kernel-or-user-consensus',
  title: 'Consensus in the kernel or in user space',
  question: 'What does a block gain when consensus lives in the kernel, and at which cost of a crossing?',
  source: { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'section 4: module graph, consensus as part of the system' },
  kind: 'terminating',
  parameters,
  refine,
  arms: ARMS,
  baseline: 'user',
  measures: {
    latencyMeanNs: lower('Mean block latency', 'ns', 'From proposal to commitment, over blocks and replicas'),
    latencyP99Ns: lower('Block latency, p99', 'ns', 'Exact quantile of a run'),
    cpuPerBlockNs: lower('Processor time of a block', 'ns', 'Work of one replica, crossings included'),
    crossingsPerBlock: lower('Crossings a block', '', 'Of one replica'),
    crossingCpuShare: lower('Processor time spent on crossings', '', 'Share of the work for blocks'),
    chainCrossings: lower('Crossings on a block\'s way', '', 'Along the chain of causes from proposal to commitment'),
    chainCrossingNs: lower('Time of crossings on a block\'s way', 'ns', 'The same, in time'),
    waitingNs: lower('Waiting on a block\'s way', 'ns', 'For a core that is busy with other work or other messages'),
    unattributedNs: lower('Latency not attributed', 'ns', 'Largest difference between a latency and the sum of its parts; 0 in a correct run'),
    committed: { title: 'Blocks committed', unit: '', description: 'Share of blocks and replicas; 1 in a correct run', better: 'higher' },
  },
  tables: {
    attribution: {
      title: 'Parts of a block\'s latency',
      columns: {
        part: { unit: '', description: 'Module, crossings, waiting for a core, or links' },
        mean_ns: { unit: 'ns', description: 'Mean over blocks and replicas of a run' },
      },
    },
  },
  quick: { replications: 5, set: { blocks: 20 }, sweep: { crossingNs: [...CROSSINGS] } },
  full: { replications: 20, set: { blocks: 200 }, sweep: { crossingNs: [...CROSSINGS] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
