/** Parameters and arms: the jobs, the share of them under the lock, the protocol. */
import { z } from 'zod';
import type { Arm } from '../testbed/scenario.ts';

export const PROTOCOLS = ['none', 'inherit', 'ceiling'] as const;
export const MODES = ['pr', 'poll', 'np'] as const;

/** Parts of a job under the lock that are run, and the one that claims speak of. */
export const LOCKED_SHARES = [0.05, 0.2, 0.5] as const;
export const MAIN_SHARE = 0.2;

const number = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().min(low).max(high).default(value).meta({ title, unit, group, description });

export const parameters = z.object({
  load: number(0.9, 0.05, 0.98, 'Load of the core', '', 'Workload', 'Offered CPU time over core time.'),
  regulatedShare: number(0.4, 0.01, 0.99, 'Regulated share of the load', '', 'Workload', 'Levels 1 and 3 together; choice.'),
  realTimeShare: number(0.4, 0.01, 0.99, 'Real-time share of the load', '', 'Workload', 'Levels 1 and 2 together; choice.'),
  realTimeMeanUs: number(1000, 10, 1e6, 'Mean size of real-time jobs', 'us', 'Workload', 'CPU time of a job on levels 1 and 2; choice.'),
  batchMeanUs: number(8000, 10, 1e7, 'Mean size of other jobs', 'us', 'Workload', 'CPU time of a job on levels 3 and 4; choice.'),
  lockedShare: number(MAIN_SHARE, 0.01, 0.98, 'Part under the lock', '', 'Lock', 'Of the CPU time of each job of levels 1 and 4, in its middle: both use the ledger, levels 2 and 3 do not. Choice.'),
  protocol: z.enum(PROTOCOLS).default('none').meta({ title: 'Lock protocol', unit: '', group: 'Lock', description: 'none; inherit: the holder competes on the best level that waits for it; ceiling: on level 1 from the moment it has the lock.' }),
  between: z.enum(MODES).default('pr').meta({ title: 'Between levels', unit: '', group: 'Scheduler', description: 'np: a running job is never interrupted; pr: a higher level interrupts it at once; poll: queues are looked at every poll interval. Inside a level: first come, first served.' }),
  pollUs: number(4000, 1, 1e6, 'Poll interval', 'us', 'Scheduler', 'For poll; choice: the tick at 250 Hz.'),
  horizonMs: number(30_000, 100, 1e6, 'Measured until', 'ms', 'Run', 'Jobs that arrive after the warm-up and before this instant are measured.'),
  warmUpMs: number(3000, 0, 1e6, 'Warm-up', 'ms', 'Run', 'Jobs that arrive before are served and not measured.'),
});

export type LockParameters = z.output<typeof parameters>;

const PROTOCOL_TITLES = { none: 'no protocol', inherit: 'inheritance', ceiling: 'ceiling' } as const;

const arm = (mode: (typeof MODES)[number], protocol: (typeof PROTOCOLS)[number]): [string, Arm] => [
  `${mode}-${protocol}`,
  { title: `${mode}: ${PROTOCOL_TITLES[protocol]}`, description: `Four levels, mode ${mode}, first come, first served inside; the ledger's lock with ${PROTOCOL_TITLES[protocol]}`, set: { between: mode, protocol } },
];

// In np a job never loses the core while it holds the lock: the protocols have nothing to do.
export const ARMS: Readonly<Record<string, Arm>> = Object.fromEntries([...(['pr', 'poll'] as const).flatMap((mode) => PROTOCOLS.map((protocol) => arm(mode, protocol))), arm('np', 'none')]);
export const titleOf = (name: string): string => ARMS[name]?.title ?? name;
