/** Parameters: the cluster, its timers, its links, what the primary suffers. */
import { z } from 'zod';

const number = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().min(low).max(high).default(value).meta({ title, unit, group, description });
const whole = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().int().min(low).max(high).default(value).meta({ title, unit, group, description });

export const parameters = z.object({
  replicas: whole(4, 4, 40, 'Replicas', '', 'Cluster', 'n; f = floor((n - 1) / 3).'),
  checkpointEvery: whole(8, 1, 1000, 'Checkpoint after', 'batches', 'Cluster', 'K; the log reaches 4 K. Choice: half a second here, since who was cut off catches up at the next checkpoint only and counts as faulty until then.'),
  timeoutMs: number(240, 1, 60_000, 'First value of the timers', 'ms', 'Timers', 'Of a request, and of a new view; a VIEW-CHANGE is sent again after as long.'),
  doubles: z.boolean().default(true).meta({ title: 'Timers double', unit: '', group: 'Timers', description: 'Set by the arm: at each view change in a row, until something is executed.' }),
  delayMs: number(50, 0.01, 10_000, 'One-way delay', 'ms', 'Links', 'Mean; choice: between continents.'),
  jitter: number(0.2, 0, 1, 'Jitter', '', 'Links', 'Delays are uniform within so much of the mean around it.'),
  isFlapping: z.boolean().default(false).meta({ title: 'Flapping primary', unit: '', group: 'Faults', description: 'Set by the arm: in each period the primary of that instant is cut off for a while.' }),
  periodMs: number(4000, 1, 1e6, 'Period', 'ms', 'Faults', 'From one outage to the next; choice.'),
  outageMs: number(2000, 0, 1e6, 'Outage', 'ms', 'Faults', 'At the end of each period; choice: as long as what lies between.'),
  clients: whole(4, 1, 1000, 'Clients', '', 'Workload', 'Each with one request at a time, sent to all replicas.'),
  horizonS: number(30, 1, 10_000, 'Run', 's', 'Workload', 'Measured whole.'),
  gapDelays: number(10, 1, 1e6, 'Gap that counts', 'delays', 'Workload', 'A longer time between two decisions is time without progress; a decision takes 5 delays from request to answer.'),
});

export type StormParameters = z.output<typeof parameters>;
