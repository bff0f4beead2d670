/** Parameters: where consensus lives, what a crossing costs, what the calls cost, and what else the processors do. */
import { z } from 'zod';

/** Pieces of work of one run: about a minute. */
const MOST_WORK = 2_000_000;
/** 12 days: the clock holds 104, and the last blocks need some time. */
const LONGEST_MS = 1e9;

const whole = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().int().min(low).max(high).default(value).meta({ title, unit, group, description });
const number = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().min(low).max(high).default(value).meta({ title, unit, group, description });

export const parameters = z.object({
  place: z.enum(['kernel', 'user']).default('user').meta({ title: 'Consensus lives in', unit: '', group: 'Boundary', description: 'kernel: crosses once for each transaction handed up; user, linked into the application: crosses with its calls. Set by the arm.' }),
  crossingNs: whole(500, 0, 1_000_000, 'Crossing', 'ns', 'Boundary', 'A system call there and back. A bare one takes about 100 ns, with mitigations and cold caches several times that; leaving an enclave takes 8000 cycles and more, about 3 us (Weisse et al., ISCA 2017).'),
  callsPerCrossing: whole(1, 1, 10_000, 'Calls in a crossing', '', 'Boundary', 'Of one kind and known at the same time, as with submission rings; set by the arm.'),
  deliveriesPerCrossing: whole(1, 1, 10_000, 'Transactions handed up in a crossing', '', 'Boundary', 'By a kernel-resident consensus; set by the arm.'),
  signUs: number(32, 0, 10_000, 'Signing', 'us', 'Calls', 'Ed25519: 87 548 cycles (Bernstein et al., J. Cryptographic Engineering 2, 2012) at 2.7 GHz.'),
  verifyUs: number(101, 0, 10_000, 'Checking a signature', 'us', 'Calls', 'Ed25519: 273 364 cycles (same source); an accelerator of 200 000 checks a second: 5 us, choice.'),
  hashUs: number(1, 0, 10_000, 'Hash of a transaction', 'us', 'Calls', 'SHA-256 of 256 bytes; choice.'),
  messageUs: number(3, 0, 10_000, 'Sending or receiving', 'us', 'Calls', 'Processor time of one message in the network stack; choice.'),
  accessUs: number(0.3, 0, 10_000, 'Access check', 'us', 'Calls', 'Labels, zone and contract of one transaction; choice.'),
  evidenceUs: number(2, 0, 10_000, 'Record of evidence', 'us', 'Calls', 'Encoding and hash of about 200 bytes; choice.'),
  bookUs: number(1, 0, 10_000, 'Bookkeeping', 'us', 'Calls', 'Of consensus itself, for each message; choice.'),
  replicas: whole(4, 4, 64, 'Replicas', '', 'Consensus', '3f + 1.'),
  transactions: whole(100, 1, 10_000, 'Transactions in a block', '', 'Consensus', 'Choice.'),
  blockMs: number(60, 0.01, 1e6, 'A block every', 'ms', 'Consensus', 'Choice: the processors are then about a quarter busy with blocks.'),
  blocks: whole(60, 1, 100_000, 'Blocks', '', 'Consensus', 'In a run.'),
  linkUs: number(200, 0, 1e6, 'Link', 'us', 'Consensus', 'One way, least; choice: one site.'),
  jitterUs: number(50, 0, 1e6, 'Jitter', 'us', 'Consensus', 'Mean of an exponential on top; choice.'),
  scheduler: z.enum(['regulated-pr', 'regulated-np', 'fcfs']).default('regulated-pr').meta({ title: 'Scheduler', unit: '', group: 'Processors', description: 'Of each replica: four queue levels in mode pr or np, consensus on level 1, or one queue for all.' }),
  otherLoad: number(0.3, 0, 0.95, 'Other load', '', 'Processors', 'Of each processor, on level 4, Poisson; choice.'),
  otherUs: number(500, 1, 1e6, 'Other jobs', 'us', 'Processors', 'Mean size, exponential; choice.'),
});

export type ConsensusParameters = z.output<typeof parameters>;

/** Processor time of a block at one replica, us, to a few per cent: every transaction once, every message once. */
function demandUs(params: ConsensusParameters): number {
  const { transactions, replicas, place, crossingNs, callsPerCrossing, deliveriesPerCrossing } = params;
  const messages = 2 * replicas;
  const crossings = place === 'user' ? (4 * transactions) / callsPerCrossing + 2 * messages : transactions / deliveriesPerCrossing;
  return transactions * (params.verifyUs + params.hashUs + params.accessUs + params.evidenceUs) + 2 * params.signUs + messages * (params.verifyUs + 2 * params.messageUs + params.bookUs) + (crossings * crossingNs) / 1000;
}

export function refine(params: ConsensusParameters): { path: string; message: string }[] {
  const { blocks, replicas, otherLoad, otherUs, blockMs } = params;
  const found: { path: string; message: string }[] = [];
  if (replicas % 3 !== 1) found.push({ path: 'replicas', message: `${replicas} given; must be 3f + 1: 4, 7, 10, ...` });
  const work = blocks * replicas * (2 * replicas + 4) + ((blocks * blockMs * 1000 * otherLoad) / otherUs) * replicas;
  if (work > MOST_WORK) found.push({ path: 'blocks', message: `${blocks} blocks make about ${Math.round(work)} pieces of work; must be at most ${MOST_WORK}, so take fewer blocks or replicas, or larger other jobs` });
  const leastMs = demandUs(params) / 1000 / (1 - otherLoad);
  if (blockMs <= leastMs) found.push({ path: 'blockMs', message: `${blockMs} ms given; a block's work beside the other load takes about ${Number(leastMs.toPrecision(4))} ms of each processor, so it must be above that, else blocks pile up without end` });
  if (blocks * blockMs > LONGEST_MS) found.push({ path: 'blocks', message: `${blocks} blocks every ${blockMs} ms last ${blocks * blockMs} ms; must be at most ${LONGEST_MS} ms` });
  return found;
}
