/** Parameters: how anchors are cut, what the consortium chain takes for them, who does what to which files, and what goes wrong. */
import { z } from 'zod';

/** Operations of one run: a few minutes of work. */
const MOST_OPERATIONS = 500_000;
/** Looks at files or at grades, and checks of records in tamperings: the same. */
const MOST_LOOKS = 10_000_000;
/** Kinds of tampering times places. */
const TAMPERINGS_EACH = 13;

const number = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().min(low).max(high).default(value).meta({ title, unit, group, description });
const whole = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().int().min(low).max(high).default(value).meta({ title, unit, group, description });

export const parameters = z.object({
  control: z.enum(['labels', 'user-acl']).default('labels').meta({ title: 'Control', unit: '', group: 'Control', description: 'labels: by data and operation; user-acl: by the grade that a user got at creation. Set by the arm.' }),
  defaultGrade: z.enum(['ordinary', 'regulated']).default('ordinary').meta({ title: 'Grade of unknown users', unit: '', group: 'Control', description: 'For user-acl: what a user counts as who joined after the grades were given.' }),
  reviewMs: number(0, 0, 1e7, 'Review of grades every', 'ms', 'Control', 'For user-acl: all grades are brought up to date; 0 means never, as the paper assumes.'),
  misjudged: number(0.02, 0, 1, 'Regulated files judged open', '', 'Control', 'Share of regulated files whose content nobody recognises, so that they never get a T label; choice.'),
  scanMs: number(200, 1, 1e6, 'Placement looks every', 'ms', 'Control', 'How often the placement rules are applied to all files; choice.'),
  anchorEvery: whole(16, 0, 1e6, 'Anchor after', 'records', 'Anchors', '0: not by count. Choice; the paper gives no period.'),
  anchorMs: number(500, 0, 1e6, 'Anchor after', 'ms', 'Anchors', '0: not by time. Choice; the paper gives no period.'),
  blockMs: number(200, 0, 60_000, 'Block interval', 'ms', 'Anchors', 'Of the consortium chain; an anchor waits for the next block. Choice.'),
  commitMs: number(50, 0, 60_000, 'Commitment', 'ms', 'Anchors', 'From the block to its commitment. Choice.'),
  users: whole(60, 2, 10_000, 'Users', '', 'Workload', 'All who ever join.'),
  lateShare: number(0.5, 0, 0.98, 'Users who join late', '', 'Workload', 'Share that joins while the system runs, evenly over time; choice.'),
  turningShare: number(0.1, 0, 1, 'Users who change', '', 'Workload', 'Share that turns from customer to trader or back at half time; choice.'),
  opsPerS: number(200, 0.1, 1e5, 'Operations', '1/s', 'Workload', 'Poisson; choice.'),
  quietShare: number(0.3, 0, 0.9, 'Quiet share of the run', '', 'Workload', 'In the middle, with a twentieth of the operations; choice.'),
  newFilesPerS: number(4, 0, 1000, 'New files', '1/s', 'Workload', 'Appear in zone 1 without T labels; four in ten are about accounts or transactions. Choice.'),
  fileKb: number(2000, 0.001, 20_000, 'File size', 'kB', 'Workload', 'Of every file; choice.'),
  crashesPerS: number(2, 0, 100, 'Crashes of the migration', '1/s', 'Faults', 'Poisson; moves under way are cut off at whatever step. Choice.'),
  outageMs: number(100, 0, 1e6, 'Outage of the log', 'ms', 'Faults', 'Once, at two thirds of the run: no record can be written. Choice.'),
  tamperings: whole(2, 0, 100, 'Tamperings of each kind', '', 'Faults', 'At the end, each on a copy of the stored evidence, once in its old half and once behind the last anchor.'),
  horizonMs: number(12_000, 100, 1e7, 'Length of the run', 'ms', 'Run', 'The audit is made at its end.'),
});

export type ZonesParameters = z.output<typeof parameters>;

export function refine(params: ZonesParameters): { path: string; message: string }[] {
  const work = (params.horizonMs / 1000) * (params.opsPerS + 20 * params.newFilesPerS + params.crashesPerS);
  const looks = (params.horizonMs / params.scanMs) * (params.horizonMs / 1000) * params.newFilesPerS;
  const found: { path: string; message: string }[] = [];
  if (work > MOST_OPERATIONS) found.push({ path: 'horizonMs', message: `${params.horizonMs} ms hold about ${Math.round(work)} operations (a new file counts as 20); must be at most ${MOST_OPERATIONS}, so shorten the run or lower the rates` });
  if (looks > MOST_LOOKS) found.push({ path: 'scanMs', message: `every ${params.scanMs} ms makes about ${Math.round(looks)} looks at files; must be at most ${MOST_LOOKS}, so look less often` });
  if (params.anchorMs > 0 && params.horizonMs / params.anchorMs > MOST_OPERATIONS) found.push({ path: 'anchorMs', message: `${params.anchorMs} ms makes ${Math.round(params.horizonMs / params.anchorMs)} anchors; must be at most ${MOST_OPERATIONS}, so anchor less often` });
  if (params.reviewMs > 0 && (params.horizonMs / params.reviewMs) * params.users > MOST_LOOKS) found.push({ path: 'reviewMs', message: `every ${params.reviewMs} ms makes ${Math.round((params.horizonMs / params.reviewMs) * params.users)} looks at grades; must be at most ${MOST_LOOKS}, so review less often` });
  const checks = params.tamperings * TAMPERINGS_EACH * work;
  if (checks > MOST_LOOKS) found.push({ path: 'tamperings', message: `${params.tamperings} of each kind check about ${Math.round(checks)} records; must be at most ${MOST_LOOKS}, so tamper less often or shorten the run` });
  return found;
}
