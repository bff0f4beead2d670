/** Puts one flow onto the dumbbell: its controller by name, and whoever wants to see its acknowledgements leave. */
import type { Connection } from '../../sim/network/tcp/connection.ts';
import { createController } from '../../sim/network/tcp/controllers/index.ts';
import type { Dumbbell } from '../../sim/network/tcp/dumbbell.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { type ControllerId, titleOf } from './controller-choices.ts';

export interface FlowPlace {
  readonly sim: Simulation;
  readonly dumbbell: Dumbbell;
  readonly flow: number;
  readonly startNs: number;
  readonly onAck: (ack: number) => void;
}

export function makeFlow(id: ControllerId, { sim, dumbbell, flow, startNs, onAck }: FlowPlace): Connection {
  const controller = createController(id, { sim, owner: `flow-${flow}` });
  if (controller === undefined) throw new Error(`${titleOf(id)} cannot be run here yet. Choose another controller.`);
  return dumbbell.add({ controller, startNs, options: { onAckMade: onAck } });
}
