/**
 * What does agreement cost as replicas are added, and what are batches, a pipeline and MACs worth? PBFT on replicas with a processor each,
 * over links with rate and delay, under closed-loop clients; no faults.
 */
import { ARMS, SIZES } from './pbft-scaling/arms.ts';
import { CLAIMS } from './pbft-scaling/claims.ts';
import { FIGURES } from './pbft-scaling/figures.ts';
import { parameters } from './pbft-scaling/parameters.ts';
import { buildRun } from './pbft-scaling/run.ts';
import { headline, narrative } from './pbft-scaling/words.ts';
import { defineScenario } from './testbed/scenario.ts';

export default defineScenario({
  id: 'pbft-scaling',
  title: 'PBFT as replicas are added',
  question: 'What does agreement cost as replicas are added, and what are batches, a pipeline and MACs worth?',
  source: { document: 'Castro and Liskov, Practical Byzantine fault tolerance, OSDI 1999', place: 'sections 4.2 and 5' },
  kind: 'steady-state',
  parameters,
  arms: ARMS,
  baseline: 'mac',
  measures: {
    throughputPerS: { title: 'Throughput', unit: 'requests/s', description: 'Answers that clients took, after the first quarter of them', better: 'higher' },
    latencyMeanNs: { title: 'Mean latency', unit: 'ns', description: 'From the first sending of a request to the answer', better: 'lower' },
    latencyP99Ns: { title: 'Latency, p99', unit: 'ns', description: 'Exact quantile of a run', better: 'lower' },
    requestsPerBatch: { title: 'Requests in a batch', unit: 'requests', description: 'Mean over the measured time', better: 'neither' },
    agreementMessages: { title: 'Messages of a batch', unit: 'messages', description: 'Pre-prepares, prepares and commits between replicas, whole run', better: 'lower' },
    agreementExcess: { title: 'Messages beyond 2 n (n - 1)', unit: 'messages', description: 'Of a batch, whole run', better: 'neither' },
    messagesPerRequest: { title: 'Messages of a request', unit: 'messages', description: 'Between replicas, checkpoints included', better: 'lower' },
    bytesPerRequest: { title: 'Bytes of a request', unit: 'B', description: 'Between replicas, on the wire', better: 'lower' },
    primaryBusy: { title: 'Processor of the primary', unit: '', description: 'Share of the time in which it works', better: 'neither' },
    viewChanges: { title: 'View changes', unit: '', description: 'Replicas entering another view; none is expected', better: 'lower' },
  },
  quick: { replications: 3, set: { clients: 64, requests: 8 }, sweep: { replicas: [...SIZES] } },
  full: { replications: 10, sweep: { replicas: [4, 7, 16, 31, 64, 100] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
