/** Parameters: a star of nodes, and what they send each other. */
import { z } from 'zod';

const number = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().min(low).max(high).default(value).meta({ title, unit, group, description });
const whole = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().int().min(low).max(high).default(value).meta({ title, unit, group, description });

export const EXPERIMENTS = ['votes', 'one-block', 'fan-out', 'incast', 'cross'] as const;
export type Experiment = (typeof EXPERIMENTS)[number];

export const parameters = z.object({
  level: z.enum(['packet-cubic', 'packet-bbr', 'flow', 'message', 'message-queue']).default('packet-cubic').meta({ title: 'Level', unit: '', group: 'Network', description: 'Set by the arm.' }),
  experiment: z.enum(EXPERIMENTS).default('one-block').meta({ title: 'Traffic', unit: '', group: 'Traffic', description: 'votes: small messages from each to each; one-block: one message; fan-out: one node to all; incast: all to one; cross: two blocks into one node while votes go round.' }),
  nodes: whole(8, 3, 64, 'Nodes', '', 'Network', 'A star: each has a sending and a receiving line.'),
  rateMbps: number(20, 0.1, 10_000, 'Rate of each line', 'Mbit/s', 'Network', 'In both directions.'),
  delayMs: number(20, 0.1, 1000, 'One-way delay', 'ms', 'Network', 'Between any two nodes.'),
  bufferBdp: number(2, 0.1, 20, 'Buffer of a line', 'BDP', 'Network', 'In round trips at full rate; packets, at packet level only.'),
  blockKb: number(200, 1, 100_000, 'Block', 'kB', 'Traffic', 'Of the application; headers come on top at every level.'),
  voteBytes: whole(200, 1, 10_000, 'Vote', 'B', 'Traffic', 'Of the application.'),
  rounds: whole(12, 2, 1000, 'Rounds', 'rounds', 'Traffic', 'The first finds every connection cold and is reported apart.'),
  gapS: number(2, 0.1, 1000, 'Between rounds', 's', 'Traffic', 'Long enough for a round to end at every level.'),
  spreadMs: number(2, 0, 1000, 'Spread of starts', 'ms', 'Traffic', 'Each sender begins uniformly within it.'),
});

export type LadderParameters = z.output<typeof parameters>;
