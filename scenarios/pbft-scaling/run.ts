/** One replication: closed-loop clients against a cluster without faults. */
import { PBFT_PROFILES } from '../../sim/consensus/pbft/config.ts';
import { ANSWERED, ASKED, EXECUTED, PROPOSED, VIEW_ENTERED } from '../../sim/consensus/observations.ts';
import { exactQuantiles } from '../../sim/measure/index.ts';
import { RegionDelay } from '../../sim/network/latency/region-delay.ts';
import { NS_PER_S, NS_PER_US } from '../../sim/time.ts';
import { startPbftCluster } from '../testbed/pbft-cluster.ts';
import type { Run } from '../testbed/scenario.ts';
import type { ScalingParameters } from './parameters.ts';

const WARM_UP = 0.25;
const BITS_PER_MBIT = 1e6;

export function buildRun({ sim, params, record, replication }: Run<ScalingParameters & Record<string, number | string | boolean>>): () => void {
  const { replicas: n, clients, requests, authentication } = params;
  const total = clients * requests;
  const skipped = Math.floor(WARM_UP * total);
  const askedNs = new Map<number, number>();
  const latenciesNs: number[] = [];
  let answered = 0;
  let viewChanges = 0;
  let batches = 0;
  let proposed = 0;
  const from = { timeNs: 0, messages: 0, bytes: 0, batches: 0, requests: 0 };
  const to = { ...from };
  const cluster = startPbftCluster(sim, {
    config: { ...PBFT_PROFILES['castro-liskov'], n, batchSize: params.batchSize, pipelineDepth: params.pipelineDepth, requestTimeoutNs: 20 * NS_PER_S, viewChangeTimeoutNs: 20 * NS_PER_S },
    client: { n, requestBytes: params.requestBytes, retryNs: 20 * NS_PER_S, thinkNs: 0, requests, isBroadcasting: false },
    clients,
    delays: new RegionDelay(new Uint8Array(n + clients), [[params.delayMs]], { law: 'uniform', spread: params.jitter }),
    uplinkBps: Math.round(params.uplinkMbps * BITS_PER_MBIT),
    processor: authentication === 'free' ? undefined : { authentication, handleNs: Math.round(params.handleUs * NS_PER_US) },
    onObserve: (node, what) => {
      if (what === EXECUTED && node === 0) batches += 1;
      if (what === PROPOSED) proposed += 1;
      if (what === VIEW_ENTERED) viewChanges += 1;
      if (what === ASKED) askedNs.set(node, sim.now);
      if (what !== ANSWERED) return;
      answered += 1;
      if (answered > skipped) latenciesNs.push(sim.now - askedNs.get(node)!);
      if (answered !== skipped && answered !== total) return;
      Object.assign(answered === skipped ? from : to, { timeNs: sim.now, messages: cluster.replicaMessages, bytes: cluster.replicaBytes, batches, requests: answered });
      record.progress(answered / total);
      // Timers of the last requests are all that is left.
      if (answered === total) sim.stop();
    },
  });
  return () => {
    const measured = to.requests - from.requests;
    const seconds = (to.timeNs - from.timeNs) / NS_PER_S;
    record.measure('throughputPerS', measured / seconds);
    record.measure('latencyMeanNs', Math.round(latenciesNs.reduce((sum, each) => sum + each, 0) / latenciesNs.length));
    record.measure('latencyP99Ns', exactQuantiles(Float64Array.from(latenciesNs), [0.99])[0]!);
    record.measure('requestsPerBatch', measured / (to.batches - from.batches));
    // Of the whole run: at its end the last votes of the last batches are on their way to nobody who needs them, but they were sent.
    const agreementMessages = cluster.agreementMessages / proposed;
    record.measure('agreementMessages', agreementMessages);
    record.measure('agreementExcess', agreementMessages - 2 * n * (n - 1));
    record.measure('messagesPerRequest', (to.messages - from.messages) / measured);
    record.measure('bytesPerRequest', (to.bytes - from.bytes) / measured);
    record.measure('primaryBusy', cluster.cpus.length === 0 ? 0 : cluster.cpus[0]!.processor.serviceNs[0]! / sim.now);
    record.measure('viewChanges', viewChanges);
    if (replication === 0) record.latency('request', Float64Array.from(latenciesNs));
    sim.note(cluster.checkers.checks);
  };
}
