/** One replication: rounds of traffic over the star of a level; how long messages take. */
import type { Transport } from '../../sim/ports.ts';
import { NS_PER_MS, NS_PER_S } from '../../sim/time.ts';
import type { Run } from '../testbed/scenario.ts';
import { createStar } from './networks.ts';
import type { Experiment, LadderParameters } from './parameters.ts';

/** Who sends what in a round. */
interface Sending {
  readonly from: number;
  readonly to: number;
  readonly isBlock: boolean;
}

export function sendings(experiment: Experiment, nodes: number): Sending[] {
  const others = Array.from({ length: nodes - 1 }, (_, index) => index + 1);
  const votes = Array.from({ length: nodes }, (_, from) => Array.from({ length: nodes }, (_each, to) => ({ from, to, isBlock: false }))).flat().filter(({ from, to }) => from !== to);
  switch (experiment) {
    case 'votes': return votes;
    case 'one-block': return [{ from: 0, to: 1, isBlock: true }];
    case 'fan-out': return others.map((to) => ({ from: 0, to, isBlock: true }));
    case 'incast': return others.map((from) => ({ from, to: 0, isBlock: true }));
    case 'cross': return [{ from: 1, to: 0, isBlock: true }, { from: 2, to: 0, isBlock: true }, ...votes];
  }
}

interface Message {
  readonly sentNs: number;
  readonly round: number;
}

export function buildRun({ sim, params, record }: Run<LadderParameters & Record<string, number | string | boolean>>): () => void {
  const { nodes, experiment, rounds } = params;
  const star = createStar<Message>(sim, params);
  const starts = sim.stream('ladder/starts');
  const list = sendings(experiment, nodes);
  const spreadNs = Math.round(params.spreadMs * NS_PER_MS);
  const taken: number[][] = Array.from({ length: rounds }, () => []);
  const lastNs = new Float64Array(rounds);
  const ports: Transport<Message>[] = Array.from({ length: nodes }, (_, node) => {
    const port = star.attach(node);
    port.onMessage((_from, { sentNs, round }) => {
      taken[round]!.push(sim.now - sentNs);
      lastNs[round] = sim.now - (1 + round * gapNs);
      record.progress(taken.reduce((sum, { length }) => sum + length, 0) / (rounds * list.length));
      // Timers of idle connections are all that is left.
      if (round === rounds - 1 && taken.every(({ length }) => length === list.length)) sim.stop();
    });
    return port;
  });
  const gapNs = Math.round(params.gapS * NS_PER_S);
  for (let round = 0; round < rounds; round++) {
    // Sender by sender, so that the same draws start the same message at every level.
    const offsets = Array.from({ length: nodes }, () => starts.below(spreadNs + 1));
    for (const { from, to, isBlock } of list) {
      sim.after(1 + round * gapNs + offsets[from]!, () => ports[from]!.send(to, { sentNs: sim.now, round }, isBlock ? Math.round(params.blockKb * 1000) : params.voteBytes));
    }
  }
  return () => {
    star.finish();
    const late = taken.findIndex(({ length }) => length !== list.length);
    if (late >= 0) sim.fail(`ladder: round ${late} has ${taken[late]!.length} deliveries; required: ${list.length}`);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const warm = taken.slice(1);
    record.measure('coldNs', Math.round(mean(taken[0]!)));
    record.measure('warmNs', Math.round(mean(warm.flat())));
    record.measure('lastNs', Math.round(mean([...lastNs].slice(1))));
    record.measure('eventsPerMessage', sim.eventCount / (rounds * list.length));
    for (const value of warm.flat()) sim.note(value);
  };
}
