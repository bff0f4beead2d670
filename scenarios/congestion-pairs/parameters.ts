import { z } from 'zod';
import { PAIR_CONTROLLERS } from './arms.ts';

export const parameters = z.object({
  first: z.enum(PAIR_CONTROLLERS).default('bbr').meta({ title: 'First flow', unit: '', group: 'Flows', description: 'The one whose share is measured.' }),
  second: z.enum(PAIR_CONTROLLERS).default('cubic').meta({ title: 'Others', unit: '', group: 'Flows', description: 'What it shares the bottleneck with.' }),
  others: z.number().int().min(1).max(50).default(1).meta({ title: 'Number of others', unit: 'flows', group: 'Flows', description: 'All of one kind.' }),
  bufferBdp: z.number().min(0.05).max(50).default(1).meta({ title: 'Buffer', unit: 'BDP', group: 'Bottleneck', description: 'Packets waiting, in bandwidth-delay products of the path without queue.' }),
  rateMbps: z.number().min(0.1).max(1000).default(15).meta({ title: 'Rate', unit: 'Mbit/s', group: 'Bottleneck', description: 'On the wire, 1502 bytes a full segment.' }),
  rttMs: z.number().min(1).max(1000).default(40).meta({ title: 'Round-trip time', unit: 'ms', group: 'Bottleneck', description: 'Without queue, the same for all.' }),
  startJitterS: z.number().min(0).max(60).default(2).meta({ title: 'Starts within', unit: 's', group: 'Run', description: 'Each flow starts at a random instant of this interval: what is chance in an experiment without loss.' }),
  warmUpS: z.number().min(0).max(600).default(10).meta({ title: 'Measured from', unit: 's', group: 'Run', description: 'Starts and slow start are not counted.' }),
  measuredS: z.number().min(1).max(3600).default(30).meta({ title: 'Measured for', unit: 's', group: 'Run', description: 'Three of BBR\'s ten-second periods.' }),
});

type Params = z.output<typeof parameters>;

/** Packets of a run that somebody still waits for. */
const MOST_PACKETS = 1e8;
const WIRE_BYTES = 1502;

export function refine({ rateMbps, warmUpS, measuredS, startJitterS }: Readonly<Params>): { path: string; message: string }[] {
  const packets = (rateMbps * 1e6 * (warmUpS + measuredS)) / 8 / WIRE_BYTES;
  const problems = packets > MOST_PACKETS ? [{ path: 'measuredS', message: `${warmUpS + measuredS} s at ${rateMbps} Mbit/s are ${Math.round(packets)} packets; must be at most ${MOST_PACKETS}, shorten the run or lower the rate` }] : [];
  if (startJitterS > warmUpS) problems.push({ path: 'startJitterS', message: `${startJitterS} s given; must be at most warmUpS = ${warmUpS} s, so that all flows are there when it is measured` });
  return problems;
}
