/** Both schedules as Chrome trace events, by the writer of the command line's `--trace`: a process a schedule, a thread a core. */
import { TraceEvents } from '../../scenarios/testbed/trace-events.ts';
import type { Timeline } from './timeline.ts';

export function chromeTrace(schedules: readonly { readonly name: string; readonly timeline: Timeline }[]): string {
  const parts: string[] = [];
  const trace = new TraceEvents((text) => parts.push(text));
  for (const { name, timeline } of schedules) {
    // A slash in a name would part process from thread.
    const process = name.replaceAll('/', ' ');
    for (const { core, startNs, endNs, costNs, jobs } of timeline.segments) {
      const track = `${process}/core ${core}`;
      if (costNs > 0) trace.span(track, 'switch', startNs, startNs + costNs);
      const level = timeline.jobs[jobs[0]! - 1]!.level;
      trace.span(track, jobs.length === 1 ? `L${level}` : `${jobs.length} jobs at once`, startNs + costNs, endNs, { jobs: jobs.join(' ') });
    }
    for (const { timeNs, waiting } of timeline.depths) waiting.forEach((count, at) => trace.counter(process, `${timeline.isFluid ? 'there' : 'waiting'} in ${at + 1}`, timeNs, count));
  }
  trace.end();
  return parts.join('');
}
