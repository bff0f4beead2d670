/** What the page says about two schedules, built from their records. Pure; tested. */
import { fixed, quantity, THIN } from '../shell/format.ts';
import type { Divergence } from './divergence.ts';
import type { LevelPair } from './level-statistics.ts';
import { policyChoice } from './policy-choices.ts';
import type { ScheduleRun } from './run-schedule.ts';
import type { JobRecord, Segment, Timeline } from './timeline.ts';

/** Names of the two in sentences; by letter where they are alike. */
export function namesOf(a: ScheduleRun, b: ScheduleRun): readonly [string, string] {
  const [first, second] = [policyChoice(a.policy), policyChoice(b.policy)];
  if (first.short !== second.short) return [first.short, second.short];
  const longer = ({ short, under }: typeof first): string => `${short}, ${under.split(';')[0]!.replace(' inside', '')}`;
  return first === second ? [`A (${first.short})`, `B (${second.short})`] : [longer(first), longer(second)];
}

/** As it stands inside a sentence: words small, abbreviations as they are. */
const inside = (name: string): string => (/^[A-Z][a-z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name);

/** The finding: what B does to the first and to the last level, against A. */
export function headline(pairs: readonly LevelPair[], [nameA, nameB]: readonly [string, string]): string {
  const present = pairs.filter(({ a }) => a.n > 0);
  const [first, last] = [present[0], present.at(-1)];
  if (first === undefined || last === undefined) return 'There are no jobs to schedule.';
  const [underA, underB] = [inside(nameA), inside(nameB)];
  if (present.every(({ sooner, later }) => sooner + later === 0)) return `On these jobs ${underA} and ${underB} end every job at the same instant.`;
  const [one, two] = [quantity(first.b.meanNs, 'ns'), quantity(first.a.meanNs, 'ns')];
  const opening = one === two ? `On average level ${first.level} takes ${one} under both` : `On average level ${first.level} takes ${one} under ${underB} instead of ${two} under ${underA}`;
  if (first === last) return `${opening}.`;
  const [three, four] = [quantity(last.b.meanNs, 'ns'), quantity(last.a.meanNs, 'ns')];
  if (three === four) return `${opening}; level ${last.level} takes ${three} under both.`;
  return `${opening}; level ${last.level} takes ${three} ${one === two ? `under ${underB} instead of ${four} under ${underA}` : `instead of ${four}`}.`;
}

const jobName = (number: number, jobs: readonly JobRecord[]): string => `job ${number} (level ${jobs[number - 1]!.level})`;

const jobsKey = ({ jobs }: Segment): string => jobs.join();

/** Who runs, in words: those that the other does not run alike. */
function runs(own: readonly Segment[], other: readonly Segment[], timeline: Timeline): string {
  const alike = new Set(other.map(jobsKey));
  const parts = own.filter((segment) => !alike.has(jobsKey(segment))).map(({ core, jobs }) => {
    const who = jobs.length === 1 ? jobName(jobs[0]!, timeline.jobs) : `jobs ${jobs.slice(0, 3).join(', ')}${jobs.length > 3 ? ` and ${jobs.length - 3} more` : ''} at once`;
    return timeline.cores === 1 ? who : `${who} on core ${core}`;
  });
  if (parts.length > 0) return parts.join(' and ');
  return timeline.cores === 1 ? 'nobody' : 'nobody in its place';
}

/** What happens at the instant at which the two part. */
function occasion({ startNs }: Divergence, runA: ScheduleRun, runB: ScheduleRun, [nameA, nameB]: readonly [string, string]): string {
  const [a, b] = [runA.timeline, runB.timeline];
  const named = (jobs: readonly JobRecord[]): string => jobs.map(({ number }) => jobName(number, a.jobs)).join(' and ');
  const arrived = a.jobs.filter(({ arrivalNs }) => arrivalNs === startNs);
  if (arrived.length > 0) return `${named(arrived)} ${arrived.length === 1 ? 'arrives' : 'arrive'}`;
  const [endedA, endedB] = [a, b].map(({ jobs }) => jobs.filter(({ endNs }) => endNs === startNs)) as [JobRecord[], JobRecord[]];
  if (endedA.length > 0 && endedB.length > 0) return `${named(endedA)} ${endedA.length === 1 ? 'ends' : 'end'}`;
  if (endedA.length + endedB.length > 0) return `${named([...endedA, ...endedB])} ${endedA.length + endedB.length === 1 ? 'ends' : 'end'} under ${endedA.length > 0 ? nameA : nameB}`;
  return [runA, runB].some(({ policy }) => policyChoice(policy).bound !== undefined) ? 'a timer runs out' : 'a turn ends';
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "First difference at 12.4 ms: ..." */
export function divergenceSentence(list: readonly Divergence[], index: number, a: ScheduleRun, b: ScheduleRun): string {
  const at = list[index];
  if (at === undefined) return 'The two schedules are the same from start to end.';
  const names = namesOf(a, b).map(inside) as [string, string];
  const which = index === 0 ? 'First difference' : `Difference ${index + 1} of ${list.length}`;
  const who = `${names[0]} then runs ${runs(at.a, at.b, a.timeline)}, ${names[1]} runs ${runs(at.b, at.a, b.timeline)}`;
  return `${which} at ${quantity(at.startNs, 'ns', 4)}. ${capital(occasion(at, a, b, names))}: ${who}.`;
}

/** How much of the time they differ. */
export function apartSentence(list: readonly Divergence[], share: number): string {
  if (list.length === 0) return '';
  return `They run different jobs ${share > 0 && share < 0.005 ? 'less than 1' : fixed(100 * share)}${THIN}% of the time, in ${fixed(list.length)} ${list.length === 1 ? 'stretch' : 'stretches'}.`;
}

/** One instant of one schedule, for the readout under the clock. */
export function stateSentence(timeline: Timeline, timeNs: number): string {
  const cores = Array.from({ length: timeline.cores }, (_, core) => {
    const segment = timeline.segments.find((one) => one.core === core && one.startNs <= timeNs && timeNs < one.endNs);
    const prefix = timeline.cores === 1 ? '' : `core ${core}: `;
    if (segment === undefined) return `${prefix}idle`;
    if (segment.jobs.length > 1) return `${prefix}${segment.jobs.length} jobs at once`;
    return `${prefix}${jobName(segment.jobs[0]!, timeline.jobs)}${timeNs < segment.startNs + segment.costNs ? ', switching' : ''}`;
  });
  const depth = timeline.depths.findLast(({ timeNs: from }) => from <= timeNs);
  return `${cores.join('; ')}; ${timeline.isFluid ? 'there' : 'waiting'} ${depth?.waiting.join(', ') ?? ''}`;
}
