/** One replication: closed-loop clients against replicas on whole nodes; every block's latency taken apart. */
import { ANSWERED, VIEW_ENTERED } from '../../sim/consensus/observations.ts';
import { PBFT_PROFILES } from '../../sim/consensus/pbft/config.ts';
import { exactQuantiles } from '../../sim/measure/index.ts';
import { NS_PER_MS, NS_PER_S, NS_PER_US } from '../../sim/time.ts';
import { PART_NAMES } from '../testbed/node/causes.ts';
import { startPbftNodes } from '../testbed/node/pbft-nodes.ts';
import type { Run } from '../testbed/scenario.ts';
import type { StackParameters } from './parameters.ts';

/** choice: so long that no timer of the protocol fires under load. */
const TIMEOUT_NS = 20 * NS_PER_S;
const BITS_PER_MBIT = 1e6;
const BYTES_PER_KB = 1000;

export function buildRun({ sim, params, record, replication }: Run<StackParameters & Record<string, number | string | boolean>>): () => void {
  const { replicas: n, clients } = params;
  const warmUpNs = Math.round(params.warmUpS * NS_PER_S);
  const horizonNs = Math.round(params.horizonS * NS_PER_S);
  const latenciesNs: number[] = [];
  const sums = PART_NAMES.map(() => 0);
  let answers = 0;
  let viewChanges = 0;
  const finish = startPbftNodes(sim, {
    spec: { cpu: params.cpu, store: params.store, transport: params.transport },
    links: { rateBps: Math.round(params.rateMbps * BITS_PER_MBIT), delayNs: Math.round(params.delayMs * NS_PER_MS), bufferBdp: params.bufferBdp },
    config: { ...PBFT_PROFILES['castro-liskov'], n, requestTimeoutNs: TIMEOUT_NS, viewChangeTimeoutNs: TIMEOUT_NS, resendViewChangeNs: TIMEOUT_NS },
    client: { n, requestBytes: params.requestBytes, retryNs: TIMEOUT_NS, thinkNs: Math.round(params.thinkMs * NS_PER_MS), requests: Infinity, isBroadcasting: false },
    clients,
    handleNs: Math.round(params.handleUs * NS_PER_US),
    ...(params.isLoaded ? {
      load: {
        cpuShare: params.cpuShare, jobNs: Math.round(params.jobMs * NS_PER_MS),
        writesPerS: params.writesPerS, writeBytes: Math.round(params.writeKb * BYTES_PER_KB),
        lineShare: params.lineShare, transferBytes: Math.round(params.transferKb * BYTES_PER_KB),
      },
    } : {}),
    onBlock: (_seq, latencyNs, parts) => {
      record.progress(sim.now / horizonNs);
      sim.note(latencyNs);
      if (sim.now - latencyNs < warmUpNs) return;
      latenciesNs.push(latencyNs);
      PART_NAMES.forEach((name, index) => {
        sums[index]! += parts[name];
      });
    },
    onObserve: (_node, what) => {
      if (what === ANSWERED && sim.now >= warmUpNs) answers += 1;
      else if (what === VIEW_ENTERED) viewChanges += 1;
    },
  });
  sim.schedule(horizonNs, sim.register('end of the run', () => sim.stop()));
  return () => {
    finish();
    const blocks = latenciesNs.length;
    const totalNs = latenciesNs.reduce((sum, each) => sum + each, 0);
    const explainedNs = sums.reduce((sum, each) => sum + each, 0);
    if (explainedNs !== totalNs) sim.fail(`full stack: parts of ${blocks} blocks add up to ${explainedNs} ns; required: their latencies, ${totalNs} ns`);
    record.measure('blocks', blocks);
    record.measure('answersPerS', answers / (params.horizonS - params.warmUpS));
    record.measure('viewChanges', viewChanges);
    if (blocks === 0) return record.warn('no-blocks', 'No block was committed in the measured time: there is no latency to take apart.');
    record.measure('blockMeanNs', totalNs / blocks);
    record.measure('blockP99Ns', exactQuantiles(Float64Array.from(latenciesNs), [0.99])[0]!);
    PART_NAMES.forEach((name, index) => record.measure(name, sums[index]! / blocks));
    if (replication === 0) record.latency('block', Float64Array.from(latenciesNs));
  };
}
