/** One replication: a cluster whose first replicas lie from the start, until everything is answered, broken, or given up. */
import { ANSWERED, ASKED, VIEW_ENTERED } from '../../sim/consensus/observations.ts';
import { NS_PER_S } from '../../sim/time.ts';
import type { Run } from '../testbed/scenario.ts';
import { stageProtocol } from '../testbed/stage/protocols.ts';
import type { Row } from '../testbed/stage/script.ts';
import { StageRun } from '../testbed/stage/stage-run.ts';
import type { AttackParameters } from './parameters.ts';

export function buildRun({ sim, params, record }: Run<AttackParameters & Record<string, number | string | boolean>>): () => void {
  const { behaviour, faulty, replicas, clients, requests } = params;
  const liars = behaviour === 'none' ? 0 : Math.min(faulty, replicas);
  const script = Array.from({ length: liars }, (_, node): Row => ({ atEvent: 0, act: 'lie', node, behaviour }));
  const protocol = stageProtocol('pbft');
  const total = clients * requests;
  const askedNs = new Map<number, number>();
  const latenciesNs: number[] = [];
  let view = 0;
  const horizonNs = Math.round(params.horizonS * NS_PER_S);
  const giveUp = sim.register('give up', () => sim.stop());
  sim.schedule(horizonNs, giveUp);
  const options = { protocol: 'pbft', replicas, clients, requests, delayMs: params.delayMs, spreadPercent: params.spreadPercent, timeoutMs: params.timeoutMs, seed: 'the runner' };
  const run = new StageRun(protocol, options, script, {
    sim,
    onObserve: (node, what, seenView) => {
      if (what === VIEW_ENTERED && node >= liars) view = Math.max(view, seenView);
      if (what === ASKED) askedNs.set(node, sim.now);
      if (what !== ANSWERED) return;
      latenciesNs.push(sim.now - askedNs.get(node)!);
      record.progress(latenciesNs.length / total);
      if (latenciesNs.length === total) sim.stop();
    },
  });
  return () => {
    const { broken } = run;
    record.measure('answeredShare', latenciesNs.length / total);
    // A request without an answer has waited to the end: leaving it out would flatter whoever answers few.
    const waitedNs = [...latenciesNs, ...Array.from({ length: total - latenciesNs.length }, () => sim.now)];
    record.measure('latencyMeanNs', Math.round(waitedNs.reduce((sum, each) => sum + each, 0) / total));
    record.measure('viewChanges', view);
    record.measure('messagesPerRequest', run.messagesSent / total);
    record.measure('violations', broken === undefined ? 0 : 1);
    if (broken !== undefined) record.row('violations', { checker: broken.checker, at_ns: sim.now, what: broken.text });
    if (latenciesNs.length > 0) record.latency('request', Float64Array.from(latenciesNs));
  };
}
