/**
 * Where two schedules of the same jobs part: the stretches of time in which different jobs are on the cores. Which of the cores has
 * a job does not matter, only who runs.
 */
import type { Segment, Timeline } from './timeline.ts';

export interface Divergence {
  readonly startNs: number;
  readonly endNs: number;
  /** Who has a core at the start, in each: segments, none for an idle machine. */
  readonly a: readonly Segment[];
  readonly b: readonly Segment[];
}

type Alike = (a: readonly Segment[], b: readonly Segment[], timeNs: number) => boolean;

/** A fluid's ends are rounded up to whole ns, one after the other: so far apart counts as together. */
const FLUID_NS = 1000;

/** Answers who has a core, for instants that only go up. */
function walker({ segments }: Timeline): (timeNs: number) => readonly Segment[] {
  let at = 0;
  let current: readonly Segment[] = [];
  return (timeNs) => {
    const next = current.filter(({ endNs }) => endNs > timeNs);
    for (; at < segments.length && segments[at]!.startNs <= timeNs; at++) if (segments[at]!.endNs > timeNs) next.push(segments[at]!);
    return (current = next);
  };
}

/** Stretches in which the two are not alike, in order of time. */
function stretches(a: Timeline, b: Timeline, isAlike: Alike): Divergence[] {
  const instants = [...new Set([a, b].flatMap(({ segments }) => segments.flatMap(({ startNs, endNs, costNs }) => [startNs, startNs + costNs, endNs])))].sort((x, y) => x - y);
  const [stateOfA, stateOfB] = [walker(a), walker(b)];
  const found: Divergence[] = [];
  let open: Omit<Divergence, 'endNs'> | undefined;
  for (const timeNs of instants) {
    const [inA, inB] = [stateOfA(timeNs), stateOfB(timeNs)];
    const alike = isAlike(inA, inB, timeNs);
    if (alike && open !== undefined) {
      found.push({ ...open, endNs: timeNs });
      open = undefined;
    } else if (!alike && open === undefined) open = { startNs: timeNs, a: inA, b: inB };
  }
  // The last instant is the end of the later schedule, where nobody runs in either: nothing stays open.
  const shortestNs = a.isFluid || b.isFluid ? FLUID_NS : 0;
  return found.filter(({ startNs, endNs }) => endNs - startNs > shortestNs);
}

const jobsOf = (segments: readonly Segment[]): number[] => segments.flatMap(({ jobs }) => jobs).sort((x, y) => x - y);
const isSame = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((job, at) => job === b[at]);

/** All stretches in which different jobs run. */
export const divergences = (a: Timeline, b: Timeline): Divergence[] => stretches(a, b, (inA, inB) => isSame(jobsOf(inA), jobsOf(inB)));

/** Time in which they differ, as a share of the time until both are done. */
export function shareApart(list: readonly Divergence[], a: Timeline, b: Timeline): number {
  const endNs = Math.max(a.endNs, b.endNs);
  return endNs === 0 ? 0 : list.reduce((sum, { startNs, endNs: to }) => sum + to - startNs, 0) / endNs;
}

/** Are as many cores serving in both at every instant? Then the unfinished work is the same throughout. */
export function servesAlike(a: Timeline, b: Timeline): boolean {
  const serving = (segments: readonly Segment[], timeNs: number): number => segments.filter(({ startNs, costNs }) => startNs + costNs <= timeNs).length;
  return stretches(a, b, (inA, inB, timeNs) => serving(inA, timeNs) === serving(inB, timeNs)).length === 0;
}
