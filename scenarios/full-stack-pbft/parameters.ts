/** Parameters: what nodes are made of, the protocol's load, everybody else's. */
import { z } from 'zod';
import { CPU_PARTS, STORE_PARTS, TRANSPORT_PARTS } from '../testbed/node/spec.ts';

const number = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().min(low).max(high).default(value).meta({ title, unit, group, description });
const whole = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().int().min(low).max(high).default(value).meta({ title, unit, group, description });

export const parameters = z.object({
  cpu: z.enum(CPU_PARTS).default('cfs').meta({ title: 'Processor', unit: '', group: 'Node', description: 'Set by the arm. One core; ideal: processing is free.' }),
  store: z.enum(STORE_PARTS).default('ssd').meta({ title: 'Store', unit: '', group: 'Node', description: 'Set by the arm. Where votes are logged before they leave.' }),
  transport: z.enum(TRANSPORT_PARTS).default('bbr').meta({ title: 'Transport', unit: '', group: 'Node', description: 'Set by the arm. MEF is a reconstruction.' }),
  replicas: whole(4, 4, 40, 'Replicas', '', 'Protocol', 'n; f = floor((n - 1) / 3), none is faulty.'),
  clients: whole(8, 1, 1000, 'Clients', '', 'Protocol', 'Each with one request at a time; their processing is free.'),
  requestBytes: whole(1000, 0, 1_000_000, 'Request', 'B', 'Protocol', 'Without its header.'),
  thinkMs: number(20, 0, 10_000, 'Think time', 'ms', 'Protocol', 'Between an answer and the next request.'),
  handleUs: number(5, 0, 1000, 'Cost of any message', 'us', 'Protocol', 'Beside its MACs: system calls and copying, at each end and for each receiver; choice.'),
  rateMbps: number(50, 1, 100_000, 'Rate of a node', 'Mbit/s', 'Links', 'Of its line out and of its line in.'),
  delayMs: number(2, 0, 1000, 'One-way delay', 'ms', 'Links', 'Between any two nodes; choice: a region.'),
  bufferBdp: number(2, 0.1, 100, 'Buffer', 'BDP', 'Links', 'Of each queue, in products of rate and round-trip time.'),
  isLoaded: z.boolean().default(true).meta({ title: 'Background load', unit: '', group: 'Load', description: 'Set by the arm.' }),
  cpuShare: number(0.6, 0, 0.95, 'Processor', '', 'Load', 'Share of each core that ordinary jobs ask for.'),
  jobMs: number(2, 0.001, 1000, 'Job', 'ms', 'Load', 'Mean work of an ordinary job, exponential.'),
  writesPerS: number(300, 0, 1e6, 'Writes', 'writes/s', 'Load', 'To the store of each replica.'),
  writeKb: number(16, 0.001, 1000, 'Write', 'kB', 'Load', 'Value of each.'),
  lineShare: number(0.5, 0, 0.95, 'Lines', '', 'Load', 'Share of each replica\'s line out that transfers to its neighbour take, headers aside.'),
  transferKb: number(100, 0.1, 100_000, 'Transfer', 'kB', 'Load', 'Size of each.'),
  warmUpS: number(0.3, 0, 1000, 'Warm-up', 's', 'Run', 'Blocks proposed before are not measured.'),
  horizonS: number(2, 0.1, 10_000, 'Run', 's', 'Run', 'To its end.'),
});

export type StackParameters = z.output<typeof parameters>;

/** Something has to be measured. */
export function refine({ warmUpS, horizonS }: Readonly<StackParameters>): { path: string; message: string }[] {
  return warmUpS < horizonS ? [] : [{ path: 'warmUpS', message: `${warmUpS} s given; must be less than horizonS = ${horizonS} s, so that some blocks are measured` }];
}
