/** Statements of the paper, and of arithmetic, that replications can refute. */
import type { Claim, Source } from '../testbed/scenario.ts';
import { LARGE } from './arms.ts';
import { against, at, changed, count, mean, perS } from './effects.ts';

const paper = (place: string): Source => ({ document: 'Castro and Liskov, Practical Byzantine fault tolerance, OSDI 1999', place });
const OURS: Source = { document: 'This testbed', place: 'sim/consensus/pbft/README.md' };

/** choice: less than a twentieth is no reason to build something. */
const SMALLEST = 0.05;

export const CLAIMS: readonly Claim[] = [
  {
    id: 'macs-beat-signatures',
    text: 'MACs instead of signatures raise the throughput of four replicas.',
    source: paper('section 5.2: MACs are computed three orders of magnitude faster than signatures'),
    measure: 'throughputPerS',
    treatment: at('mac', 4),
    baseline: at('signature', 4),
    contrast: 'relative',
    paper: { direction: 'increase' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `${perS(mean(results, 'throughputPerS', 'mac', 4))} against ${perS(mean(results, 'throughputPerS', 'signature', 4))}, ${changed(against(results, 'throughputPerS', at('mac', 4), at('signature', 4)))}.`,
    ablation: 'throughput',
  },
  {
    id: 'macs-beat-signatures-large',
    text: `With ${LARGE} replicas MACs still beat signatures: a MAC for each receiver is cheap enough.`,
    source: paper('section 5.2: authenticators grow with the number of replicas, but slowly'),
    measure: 'throughputPerS',
    treatment: at('mac', LARGE),
    baseline: at('signature', LARGE),
    contrast: 'relative',
    paper: { direction: 'increase' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `${perS(mean(results, 'throughputPerS', 'mac', LARGE))} against ${perS(mean(results, 'throughputPerS', 'signature', LARGE))}. A message is authenticated once for all with a signature and ${LARGE - 1} times with MACs; but it is checked at every receiver, where a signature costs 91 us and a MAC 1 us.`,
    ablation: 'throughput',
  },
  {
    id: 'batching-spares-messages',
    text: 'Batches spare messages: agreement costs the same whatever is in it.',
    source: paper('section 5.1: batching'),
    measure: 'messagesPerRequest',
    treatment: at('mac', 16),
    baseline: at('unbatched', 16),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `${count(mean(results, 'messagesPerRequest', 'mac', 16))} messages a request with ${count(mean(results, 'requestsPerBatch', 'mac', 16))} requests in a batch, ${count(mean(results, 'messagesPerRequest', 'unbatched', 16))} without batches.`,
    ablation: 'messages',
  },
  {
    id: 'pipelining-pays',
    text: 'Several batches under way raise the throughput of four replicas beyond one at a time.',
    source: OURS,
    measure: 'throughputPerS',
    treatment: at('mac', 4),
    baseline: at('one-at-a-time', 4),
    contrast: 'relative',
    paper: { direction: 'increase' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `${perS(mean(results, 'throughputPerS', 'mac', 4))} with ${count(mean(results, 'requestsPerBatch', 'mac', 4))} requests in a batch, ${perS(mean(results, 'throughputPerS', 'one-at-a-time', 4))} with ${count(mean(results, 'requestsPerBatch', 'one-at-a-time', 4))}: who waits finds a fuller batch.`,
    ablation: 'throughput',
  },
  {
    id: 'throughput-falls-with-n',
    text: `From 4 to ${LARGE} replicas throughput falls, since every replica hears every other one.`,
    source: OURS,
    measure: 'throughputPerS',
    treatment: at('mac', LARGE),
    baseline: at('mac', 4),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `${perS(mean(results, 'throughputPerS', 'mac', 4))} with 4, ${perS(mean(results, 'throughputPerS', 'mac', LARGE))} with ${LARGE}; the primary's processor is busy ${count(100 * mean(results, 'primaryBusy', 'mac', 4))} % and ${count(100 * mean(results, 'primaryBusy', 'mac', LARGE))} % of the time.`,
    ablation: 'throughput',
  },
  {
    id: 'messages-are-2n-n-1',
    text: 'A batch takes 2 n (n - 1) messages between replicas, checkpoints aside.',
    source: paper('section 4.2: one pre-prepare, and prepares and commits from each to each'),
    measure: 'agreementExcess',
    treatment: at('mac', LARGE),
    baseline: at('mac', 4),
    contrast: 'difference',
    paper: { direction: 'none' },
    margin: 0.5,
    why: (results) => `Messages of a batch beyond 2 n (n - 1): ${count(mean(results, 'agreementExcess', 'mac', 4))} with 4 replicas, ${count(mean(results, 'agreementExcess', 'mac', LARGE))} with ${LARGE}, where the formula says ${2 * LARGE * (LARGE - 1)}.`,
    ablation: 'messages',
  },
];
