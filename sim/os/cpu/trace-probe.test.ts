import { expect, it } from 'vitest';
import type { Observer } from '../../ports.ts';
import { Simulation } from '../../simulation.ts';
import { regulatedPolicy } from '../scheduler-spec.ts';
import { TaskTable } from '../tasks.ts';
import { ARRIVAL_ORDER, EXIT, Processor } from './processor.ts';

/** L4 from 0, interrupted by L1 at 50; each switch costs 3. */
function run(observer?: Observer): Simulation {
  const sim = new Simulation({ seed: '1', ...(observer === undefined ? {} : { observer }) });
  const tasks = new TaskTable();
  const processor = new Processor(sim, tasks, { name: 'node 2', policies: regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between: 'pr' }), costs: { contextSwitchNs: 3, warmUpNs: 0, classifyNs: 0 }, onBurstEnd: () => EXIT });
  for (const [atNs, level, sizeNs] of [[0, 4, 100], [50, 1, 10]] as const) sim.after(atNs, () => processor.start(tasks.create(sim.now, level, sizeNs)), ARRIVAL_ORDER);
  sim.run();
  return sim;
}

it('tells who had the core and how many waited, and disturbs nothing', () => {
  const told: string[] = [];
  const traced = run({
    span: (track, name, startNs, endNs, args) => told.push(`${track} ${name} ${startNs}-${endNs}${args === undefined ? '' : ` ${JSON.stringify(args)}`}`),
    instant: () => {},
    counter: (track, name, timeNs, value) => told.push(`${track} ${name} ${timeNs}: ${value}`),
  });
  expect(told).toEqual([
    'node 2 waiting L4 0: 1',
    'node 2 waiting L4 0: 0',
    'node 2 waiting L1 50: 1',
    'node 2/core 0 switch 0-3',
    'node 2/core 0 L4 3-50 {"id":0,"label":4,"waitedNs":0}',
    'node 2 waiting L4 50: 1',
    'node 2 waiting L1 50: 0',
    'node 2/core 0 switch 50-53',
    'node 2/core 0 L1 53-63 {"id":1,"label":1,"waitedNs":0}',
    'node 2 waiting L4 63: 0',
    'node 2/core 0 switch 63-66',
    'node 2/core 0 L4 66-119 {"id":0,"label":4}',
  ]);
  expect(traced.fingerprint()).toBe(run().fingerprint());
});
