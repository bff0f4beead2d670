/** Puts the chosen flows onto the dumbbell, as the calculator `dumbbell` does; with a MEF flow the bottleneck is a MEF router (reconstruction). */
import { mefReceiver } from '../../sim/network/mef/receiver-hooks.ts';
import { MefRouter } from '../../sim/network/mef/router.ts';
import type { Connection } from '../../sim/network/tcp/connection.ts';
import { createController } from '../../sim/network/tcp/controllers/index.ts';
import type { Dumbbell } from '../../sim/network/tcp/dumbbell.ts';
import type { Simulation } from '../../sim/simulation.ts';
import type { ControllerId } from './controller-choices.ts';

export interface FlowChoice {
  readonly id: ControllerId;
  readonly startNs: number;
}

/** `onAck` sees each acknowledgement before it leaves. */
export function makeFlows(sim: Simulation, dumbbell: Dumbbell, choices: readonly FlowChoice[], onAck: (ack: number) => void): Connection[] {
  const { packets, network, bottleneck } = dumbbell;
  if (choices.some(({ id }) => id === 'mef')) bottleneck.stamper = new MefRouter(bottleneck, packets, sim.now);
  return choices.map(({ id, startNs }, flow) => {
    const controller = createController(id, { sim, packets, owner: `flow-${flow}` });
    const own = id === 'mef' ? mefReceiver(network) : undefined;
    const onAckMade = (ack: number, data: number): void => {
      own?.onAckMade(ack, data);
      onAck(ack);
    };
    return dumbbell.add({ controller, startNs, options: own === undefined ? { onAckMade } : { onData: own.onData, onAckMade } });
  });
}
