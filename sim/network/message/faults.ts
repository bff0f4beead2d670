/**
 * Faults on the message level: one fault pipeline (../faults/pipeline.ts) a directed pair, made when the pair is first used, so that its
 * streams `network/link-<from>-<to>/<stage>` belong to the pair and not to an order. A message is judged when its last bit has left.
 *
 * A corrupted message arrives with a wrong checksum: the receiver drops it, so here it counts as lost. Throttling is left out (the lines
 * have one rate). Whether order is kept is said once, by the network's `fifo`; a plan that says otherwise is refused.
 */
import type { Simulation } from '../../simulation.ts';
import type { FaultPlan } from '../faults/plan.ts';
import { FaultPipeline } from '../faults/pipeline.ts';
import type { MessageFaults } from './message-network.ts';

/** `planOf`: the plan of a pair, undefined for a sound one. `isFifo`: what the network promises. */
export function pipelineFaults(sim: Simulation, planOf: (from: number, to: number) => FaultPlan | undefined, isFifo: boolean): MessageFaults {
  const pipelines = new Map<string, FaultPipeline | undefined>();
  const pipelineOf = (from: number, to: number): FaultPipeline | undefined => {
    const pair = `${from}-${to}`;
    if (pipelines.has(pair)) return pipelines.get(pair);
    const plan = planOf(from, to);
    if (plan !== undefined && plan.fifo !== isFifo) throw new RangeError(`faults of link ${pair}: fifo ${plan.fifo} in the plan, ${isFifo} in the network; must be the same`);
    const pipeline = plan === undefined ? undefined : new FaultPipeline(sim, `network/link-${pair}`, plan);
    pipelines.set(pair, pipeline);
    return pipeline;
  };
  return (from, to, _bytes, departNs, extraNs) => {
    const pipeline = pipelineOf(from, to);
    if (pipeline === undefined) {
      extraNs[0] = 0;
      return 1;
    }
    const copies = pipeline.judge(departNs);
    let sound = 0;
    for (let copy = 0; copy < copies; copy++) if (pipeline.corrupt[copy] === 0) extraNs[sound++] = pipeline.extraNs[copy]!;
    return sound;
  };
}
