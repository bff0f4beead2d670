/**
 * Where does a block's latency go? PBFT on whole nodes under background load on processors, disks and lines: CFS or regulated queues, an SSD or
 * an LSM tree with NVM, BBR or MEF (reconstruction). Each block's latency is taken apart along its chain of causes, exactly.
 */
import { ARMS, BASELINE } from './full-stack-pbft/arms.ts';
import { CLAIMS } from './full-stack-pbft/claims.ts';
import { FIGURES } from './full-stack-pbft/figures.ts';
import { parameters, refine } from './full-stack-pbft/parameters.ts';
import { buildRun } from './full-stack-pbft/run.ts';
import { headline, narrative } from './full-stack-pbft/words.ts';
import { defineScenario, type Measure } from './testbed/scenario.ts';

const part = (title: string, description: string): Measure => ({ title, unit: 'ns', description: `Mean over blocks. ${description}`, better: 'lower' });

export default defineScenario({
  id: 'full-stack-pbft',
  title: 'Where a block\'s latency goes',
  question: 'Do regulated queues protect block latency under load, and where does a block\'s latency go?',
  source: { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'section 4' },
  kind: 'steady-state',
  parameters,
  refine,
  arms: ARMS,
  baseline: BASELINE,
  measures: {
    blockMeanNs: part('Block latency', 'From the proposal until a quorum of replicas has executed the block'),
    blockP99Ns: { title: 'Block latency, p99', unit: 'ns', description: 'Exact quantile of a run', better: 'lower' },
    cpuWaitNs: part('Waiting for the processor', 'Queues, preemption, context switches'),
    cpuWorkNs: part('Work of the processor', 'Messages and their MACs'),
    diskNs: part('Disk', 'From a write to the log until it is on stable storage'),
    networkQueueNs: part('Network queues', 'All of a message\'s time but propagation: queues, transmission, pacing, retransmission'),
    propagationNs: part('Propagation', 'Of messages on the chain'),
    protocolWaitNs: part('Protocol', 'Timers, and blocks committed out of order'),
    blocks: { title: 'Blocks', unit: 'blocks', description: 'Proposed after the warm-up, and executed by a quorum', better: 'higher' },
    answersPerS: { title: 'Answers', unit: 'requests/s', description: 'That clients took after the warm-up', better: 'higher' },
    viewChanges: { title: 'View changes', unit: '', description: 'Replicas entering another view; none is expected', better: 'lower' },
  },
  quick: { replications: 5, set: { horizonS: 1.3 } },
  full: { replications: 20, set: { horizonS: 10, warmUpS: 1 } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
