/** Parameters: who lies, the cluster, its links and timers. */
import { z } from 'zod';
import { BEHAVIOUR_NAMES } from './arms.ts';

const number = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().min(low).max(high).default(value).meta({ title, unit, group, description });
const whole = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().int().min(low).max(high).default(value).meta({ title, unit, group, description });

export const parameters = z.object({
  behaviour: z.enum(['none', ...BEHAVIOUR_NAMES]).default('none').meta({ title: 'Behaviour', unit: '', group: 'Attack', description: 'Set by the arm: what the liars do.' }),
  faulty: whole(1, 0, 12, 'Liars', 'replicas', 'Attack', 'The first so many replicas lie from the start; above f = floor((n - 1) / 3) nothing is promised.'),
  replicas: whole(4, 4, 13, 'Replicas', '', 'Cluster', 'n.'),
  clients: whole(2, 1, 8, 'Clients', '', 'Workload', 'Each with one request at a time; two, so that one can be left out.'),
  requests: whole(10, 1, 100, 'Requests of each client', 'requests', 'Workload', ''),
  delayMs: number(5, 0.001, 1000, 'One-way delay', 'ms', 'Links', 'Mean; choice: a region.'),
  spreadPercent: number(40, 0, 100, 'Spread', '%', 'Links', 'Delays are uniform within so much of the mean around it.'),
  timeoutMs: number(100, 1, 100_000, 'Timeout', 'ms', 'Protocol', 'Of requests, of new views, and of clients before they ask all; choice: four times a decision.'),
  horizonS: number(20, 0.1, 1000, 'Length', 's', 'Run', 'Simulated time after which a run that gets nowhere is given up.'),
});

export type AttackParameters = z.output<typeof parameters>;
