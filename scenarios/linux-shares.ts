/**
 * Do the models of the Linux schedulers do what Linux does? Shares by nice and of tasks that sleep, wake-up tails over the tick, and
 * what is left to normal tasks beside a real-time one: CFS of 6.1 and EEVDF of 6.12, against two real kernels and against formulas.
 * Model: sim/os/linux/README.md. One CPU; a replication is a start phase.
 */
import { CASE_IDS, DUTY_CASES } from './linux-shares/cases.ts';
import { at, CLAIMS, HZ, milliseconds, PAIRS, percentOf, TAIL_CASE, TICKS } from './linux-shares/claims.ts';
import { FIGURES } from './linux-shares/figures.ts';
import { ARMS, buildRun, parameters } from './linux-shares/run.ts';
import { meanOf } from './testbed/effects.ts';
import type { ResultSet } from './testbed/result-set.ts';
import { defineScenario, type Measure } from './testbed/scenario.ts';

const share = (results: ResultSet, arm: string, id: (typeof CASE_IDS)[number], hz: number = HZ): number => meanOf(results, 'share', at(arm, id, hz));
const wake = (title: string): Measure => ({ title: `Wake-up, ${title}`, unit: 'ns', description: 'From the programmed time of a wake-up to the first run of the watched task; exact quantile of a run', better: 'lower' });

/** Largest distance between model and kernel over the cases with a share to compare; undefined where either side was not run. */
function largestGap(results: ResultSet): number | undefined {
  const gaps = DUTY_CASES.flatMap((id) => PAIRS.map(({ model, kernel }) => Math.abs(share(results, model, id) - share(results, kernel, id)))).filter(Number.isFinite);
  return gaps.length === 0 ? undefined : Math.max(...gaps);
}

function narrative(results: ResultSet): string {
  const gap = largestGap(results);
  const half = (arm: string): string => percentOf(share(results, arm, 'duty-1-1-vs-1'));
  const long = (arm: string): string => percentOf(share(results, arm, 'duty-20-20-vs-1'));
  const tail = TICKS.map((hz) => `${milliseconds(meanOf(results, 'wakeP99Ns', at('eevdf-6.12', TAIL_CASE, hz)))} at ${hz} Hz`).join(', ');
  const silent = PAIRS.map(({ model }) => milliseconds(meanOf(results, 'silenceNs', at(model, 'fifo-normal'))));
  return [
    'A scheduler is judged here against CFS and EEVDF, so these two have to be right. Both are written from the rules of their kernels; the diamonds are what real kernels did with the same tasks on one CPU.',
    '![](figure:shares)',
    gap === undefined ? '' : `Over all cases with a sleeper the largest difference between model and kernel is ${gap.toFixed(3)}. A task that sleeps half of the time in bursts of 1 ms gets ${half('cfs-6.1')} under CFS, whose credit for sleep covers its bursts, and ${half('eevdf-6.12')} under EEVDF, which gives none. With bursts of 20 ms the credit is small against the burst, and CFS gives ${long('cfs-6.1')}, EEVDF ${long('eevdf-6.12')}.`,
    '![](figure:wake-ups)',
    `Under CFS a short burst interrupts whoever runs, whatever the tick. Under EEVDF it waits where the running task is within its slice, and a slice ends at the tick: the 99th percentile against four spinning tasks is ${tail}.`,
    '![](figure:silence)',
    `Throttling (6.1) and the fair server (6.12) leave about 5 % to a normal task beside a real-time task that spins. Its longest silence is ${silent[0]} and ${silent[1]}.`,
    'How a burst measures itself matters: a program that reads its CPU clock lets EEVDF end its slice, one that computes blindly does not (parameter cpuClock; the measuring program reads it now and then).',
  ].filter((paragraph) => paragraph !== '').join('\n\n');
}

export default defineScenario({
  id: 'linux-shares',
  title: 'CFS and EEVDF against real kernels',
  question: 'Do the models of CFS (6.1) and EEVDF (6.12) share the CPU and wake tasks as real kernels do?',
  source: { document: 'Linux kernel 6.1 and 6.12, kernel/sched; Debian kernels measured on one CPU', place: 'sim/os/linux/README.md' },
  kind: 'steady-state',
  parameters,
  arms: ARMS,
  baseline: 'cfs-6.1',
  measures: {
    share: { title: 'Share of the CPU', unit: '', description: 'CPU time of the watched task over that of all tasks', better: 'neither' },
    wakeP50Ns: wake('median'),
    wakeP90Ns: wake('p90'),
    wakeP99Ns: wake('p99'),
    silenceNs: { title: 'Longest silence', unit: 'ns', description: 'Longest time in the window in which the watched task, which never sleeps, had no CPU', better: 'lower' },
  },
  quick: { replications: 5, set: { windowMs: 4000 }, sweep: { case: [...CASE_IDS], hz: [...TICKS] } },
  full: { replications: 20, set: { windowMs: 20_000 }, sweep: { case: [...CASE_IDS], hz: [...TICKS] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline: (results) => {
    const gap = largestGap(results);
    return gap === undefined ? 'Models and kernels did not both run in this result' : `Shares of sleeping tasks under CFS and EEVDF are within ${gap.toFixed(3)} of real kernels; sleeping half of the time in bursts of 1 ms earns ${percentOf(share(results, 'cfs-6.1', 'duty-1-1-vs-1'))} under CFS and ${percentOf(share(results, 'eevdf-6.12', 'duty-1-1-vs-1'))} under EEVDF`;
  },
  narrative,
});
