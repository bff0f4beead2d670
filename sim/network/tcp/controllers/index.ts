/** Congestion controllers by name. */
import type { Simulation } from '../../../simulation.ts';
import type { PacketStore } from '../../packets.ts';
import type { Controller } from '../controller.ts';
import { Bbr } from './bbr.ts';
import { Bbr3 } from './bbr3.ts';
import { Cubic } from './cubic.ts';
import { Mef } from './mef.ts';
import { Reno } from './reno.ts';

export const CONTROLLERS = ['bbr', 'bbr3', 'cubic', 'reno', 'mef'] as const;
export type ControllerName = (typeof CONTROLLERS)[number];

/** What a controller may need beside its name. */
export interface ControllerSetting {
  readonly sim: Simulation;
  readonly packets: PacketStore;
  /** Owner of its random streams, e.g. `flow-3`. */
  readonly owner: string;
  /** CUBIC: how slow start ends; default the kernel's HyStart. */
  readonly slowStart?: 'hystart' | 'hystart++' | 'standard';
}

/** A new controller. MEF is a reconstruction, and falls back on CUBIC where it is not spoken. */
export function createController(name: ControllerName, { sim, packets, owner, slowStart }: ControllerSetting): Controller {
  if (name === 'bbr') return new Bbr(sim.stream(`network/${owner}/bbr`));
  if (name === 'bbr3') return new Bbr3(sim.stream(`network/${owner}/bbr3`));
  if (name === 'cubic') return new Cubic(slowStart === undefined ? {} : { slowStart });
  if (name === 'reno') return new Reno(slowStart === 'hystart++' ? { slowStart } : {});
  return new Mef(packets, new Cubic());
}
