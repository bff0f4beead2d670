/**
 * The paper that introduced BBR, figure by figure: rate and delay against what is in flight, the first seconds, a step of the rate, five flows,
 * random loss, buffers. What of it does a simulated bottleneck show when BBR, CUBIC and TCP are the kernel's?
 */
import { ARMS, BUFFERS, bufferId, LOSSES, lossId, parameters, QUICK_LOSSES } from './bbr-paper/experiments.ts';
import { CLAIMS } from './bbr-paper/claims.ts';
import { FIGURES } from './bbr-paper/figures.ts';
import { buildRun } from './bbr-paper/run.ts';
import { headline, narrative } from './bbr-paper/words.ts';
import { defineScenario } from './testbed/scenario.ts';

const SINGLE = ['first-seconds', 'rate-step', 'five-flows'];

export default defineScenario({
  id: 'bbr-paper',
  title: 'BBR, figure by figure',
  question: 'Which figures of the BBR paper does a simulated bottleneck reproduce?',
  source: { document: 'N. Cardwell et al., BBR: congestion-based congestion control, ACM Queue 14(5), 2016', place: 'figures 1 to 7', url: 'https://queue.acm.org/detail.cfm?id=3022184' },
  kind: 'terminating',
  parameters,
  arms: ARMS,
  baseline: 'path',
  measures: {
    share: { title: 'Share of the line', unit: '', description: 'Goodput over what full segments can bring through the line: of the whole run; from 3 s on in first-seconds, from 5 s on under loss, over the second half with buffers.', better: 'higher' },
    rttMedianNs: { title: 'Median round-trip time', unit: 'ns', description: 'Of newest samples, looked at regularly over the same time.', better: 'lower' },
    rttP95Ns: { title: 'Round-trip time, 95th percentile', unit: 'ns', description: 'Of the same samples.', better: 'lower' },
    resent: { title: 'Sent again', unit: '', description: 'Share of data packets, of the whole run.', better: 'lower' },
    fullRtt: { title: 'Round-trip time over that of a full buffer', unit: '', description: 'first-seconds: 95th percentile between 3 and 8 s.', better: 'lower' },
    peakQueueBdp: { title: 'Longest queue of the first second', unit: 'BDP', description: 'first-seconds: packets waiting.', better: 'lower' },
    lateQueueBdp: { title: 'Queue after a second', unit: 'BDP', description: 'first-seconds: mean between 0.9 and 1 s.', better: 'lower' },
    drainRounds: { title: 'From the longest queue to a quarter BDP', unit: 'round-trip times', description: 'first-seconds.', better: 'lower' },
    upCycles: { title: 'Until the doubled rate is used', unit: 'cycles', description: 'rate-step: to 95 % over 100 ms, in cycles of eight round-trip times.', better: 'lower' },
    downQueueBdp: { title: 'Queue after the step back', unit: 'BDP', description: 'rate-step: mean over the second half of the time after it.', better: 'lower' },
    jainLate: { title: "Jain's index", unit: '', description: 'five-flows: of what each delivers in the last third.', better: 'higher' },
    probeTogether: { title: 'PROBE_RTT together', unit: '', description: 'five-flows: of the time that any flow is in PROBE_RTT, the part in which all are; second half.', better: 'neither' },
  },
  tables: {
    series: {
      title: 'Over time, first replication',
      columns: {
        tMs: { unit: 'ms', description: 'Time since the first flow opened its connection' },
        flow: { unit: '', description: 'Number of the flow, from 0' },
        inflight: { unit: 'segments', description: 'Sent and not known to have left the network' },
        rttMs: { unit: 'ms', description: 'Newest round-trip time; 0 before the first' },
        queue: { unit: 'packets', description: 'Waiting at the bottleneck' },
        deliveredMbps: { unit: 'Mbit/s', description: 'Application bytes delivered in order since the row before' },
        phase: { unit: '', description: 'Phase that the congestion control names' },
      },
    },
    operating: {
      title: 'Rate and delay against what is in flight',
      columns: {
        sender: { unit: '', description: 'Fixed window, or the arm' },
        inflightBdp: { unit: 'BDP', description: 'In flight on average' },
        share: { unit: '', description: 'Share of the line' },
        rttMs: { unit: 'ms', description: 'Mean round-trip time; smoothed for fixed windows' },
      },
    },
  },
  quick: {
    replications: 5,
    set: { stepS: 8, lossS: 15, slowS: 1200 },
    sweep: { experiment: [...SINGLE, ...QUICK_LOSSES.map(lossId), ...BUFFERS.map(bufferId)] },
  },
  full: { replications: 10, sweep: { experiment: [...SINGLE, ...[...new Set([...LOSSES, ...QUICK_LOSSES])].sort((a, b) => a - b).map(lossId), ...BUFFERS.map(bufferId)] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
