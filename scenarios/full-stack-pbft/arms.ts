/** Scheduler x store x congestion control under load, and one of them without load. */
import type { NodeSpec } from '../testbed/node/spec.ts';
import type { Arm } from '../testbed/scenario.ts';

const CPUS: Readonly<Record<string, readonly [cpu: NodeSpec['cpu'], title: string]>> = {
  cfs: ['cfs', 'CFS'],
  np: ['regulated-np', 'regulated, np'],
  pr: ['regulated-pr', 'regulated, pr'],
};
const STORES: Readonly<Record<string, readonly [store: NodeSpec['store'], title: string]>> = { ssd: ['ssd', 'SSD'], nvm: ['nvm-lsm', 'NVM-LSM'] };
const TRANSPORTS: Readonly<Record<string, readonly [transport: NodeSpec['transport'], title: string]>> = { bbr: ['bbr', 'BBR'], mef: ['mef', 'MEF (reconstruction)'] };

const nameOf = (cpu: string, store: string, transport: string): string => `${cpu}-${store}-${transport}`;

export const LOADED: readonly string[] = Object.keys(CPUS).flatMap((cpu) => Object.keys(STORES).flatMap((store) => Object.keys(TRANSPORTS).map((transport) => nameOf(cpu, store, transport))));
export const BASELINE = nameOf('cfs', 'ssd', 'bbr');
export const UNLOADED = 'unloaded';
export const ARM_NAMES = [UNLOADED, ...LOADED];

export const ARMS: Readonly<Record<string, Arm>> = {
  [UNLOADED]: { title: 'CFS, SSD, BBR, no load', description: 'Nothing but the protocol on processors, disks and links.', set: { isLoaded: false } },
  ...Object.fromEntries(LOADED.map((name): [string, Arm] => {
    const [cpu, store, transport] = name.split('-') as [string, string, string];
    const [cpuPart, cpuTitle] = CPUS[cpu]!;
    const [storePart, storeTitle] = STORES[store]!;
    const [transportPart, transportTitle] = TRANSPORTS[transport]!;
    return [name, {
      title: `${cpuTitle}, ${storeTitle}, ${transportTitle}`,
      description: `Under load: replicas on ${cpuTitle}${cpu === 'np' ? ' (a job that runs is never interrupted)' : cpu === 'pr' ? ' (work under regulation takes the core at once)' : ''}, their store on ${storeTitle}, connections under ${transportTitle}.`,
      set: { cpu: cpuPart, store: storePart, transport: transportPart },
    }];
  })),
};
