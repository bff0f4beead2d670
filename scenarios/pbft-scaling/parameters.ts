/** Parameters: the cluster, its batches, its links, the cost of a message. */
import { z } from 'zod';

const number = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().min(low).max(high).default(value).meta({ title, unit, group, description });
const whole = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().int().min(low).max(high).default(value).meta({ title, unit, group, description });

export const parameters = z.object({
  replicas: whole(4, 4, 200, 'Replicas', '', 'Cluster', 'n; f = floor((n - 1) / 3) may be faulty, here none is.'),
  authentication: z.enum(['mac', 'signature', 'free']).default('mac').meta({ title: 'Authentication', unit: '', group: 'Cluster', description: 'Set by the arm: a MAC for each receiver, one signature for all, or processing that costs nothing.' }),
  handleUs: number(2, 0, 1000, 'Cost of any message', 'us', 'Cluster', 'System calls and copying, at each end and for each receiver; choice.'),
  batchSize: whole(64, 1, 10_000, 'Requests in a batch, at most', 'requests', 'Protocol', 'Set by the arm.'),
  pipelineDepth: whole(16, 1, 1000, 'Batches under way, at most', 'batches', 'Protocol', 'Proposed and not yet executed. Set by the arm.'),
  clients: whole(128, 1, 10_000, 'Clients', '', 'Workload', 'Each with one request at a time.'),
  requestBytes: whole(128, 0, 1_000_000, 'Request', 'B', 'Workload', 'Without its header.'),
  requests: whole(40, 2, 100_000, 'Requests of each client', 'requests', 'Workload', 'The first quarter is not measured.'),
  delayMs: number(0.25, 0, 1000, 'One-way delay', 'ms', 'Links', 'Mean; choice: a local network.'),
  jitter: number(0.2, 0, 1, 'Jitter', '', 'Links', 'Delays are uniform within so much of the mean around it.'),
  uplinkMbps: number(1000, 0.01, 1e6, 'Rate of a node', 'Mbit/s', 'Links', 'Of its sending side.'),
});

export type ScalingParameters = z.output<typeof parameters>;
