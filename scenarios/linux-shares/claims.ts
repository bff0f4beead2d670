/** What documents and real kernels say, as statements that replications can refute. */
import { meanOf } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Selection, Source } from '../testbed/scenario.ts';
import { type CaseId, CASES, DUTY_CASES } from './cases.ts';

export const HZ = 250;
export const TICKS = [100, HZ, 1000] as const;
/** The case whose wake-ups either come at once or wait for a tick. */
export const TAIL_CASE: CaseId = 'duty-0.1-5-vs-4';

const KERNELS: Source = { document: 'Debian kernels 6.1.192 and 6.12.117, measured', place: 'sim/os/linux/testdata' };
const NICE: Source = { document: 'Linux kernel, kernel/sched/core.c', place: 'sched_prio_to_weight' };
const SERIES: Source = { document: 'P. Zijlstra, sched: EEVDF using latency-nice, cover letter, 2023-03-06', place: 'an always running task against one that sleeps half of the time' };
const RT: Source = { document: 'Linux kernel, Documentation/scheduler/sched-rt-group.rst', place: 'sched_rt_runtime_us: 95 % of the time' };

/** The models and the kernels they are of. */
export const PAIRS = [
  { model: 'cfs-6.1', kernel: 'kernel-6.1', name: 'CFS' },
  { model: 'eevdf-6.12', kernel: 'kernel-6.12', name: 'EEVDF' },
] as const;

export const at = (arm: string, id: CaseId, hz: number = HZ): Selection => ({ arm, where: { case: id, hz } });
export const percentOf = (value: number): string => (Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : 'no figure');
export const milliseconds = (ns: number): string => (Number.isFinite(ns) ? `${(ns / 1e6).toFixed(2)} ms` : 'no figure');

function sharesText(results: ResultSet, id: CaseId): string {
  const parts = PAIRS.map(({ model, kernel, name }) => `${name} ${percentOf(meanOf(results, 'share', at(model, id)))} (real kernel ${percentOf(meanOf(results, 'share', at(kernel, id)))})`);
  return `${parts.join(', ')}; fair fluid ${percentOf(meanOf(results, 'share', at('fair', id)))}.`;
}

const againstKernel = DUTY_CASES.flatMap((id) => PAIRS.map(({ model, kernel, name }): Claim => ({
  id: `share-${id.replace('.', '')}-${model.replace('.', '')}`,
  text: `${CASES[id].title}: the model's share of the sleeper under ${name} is that of the real kernel, to within 0.02.`,
  source: KERNELS,
  measure: 'share',
  treatment: at(model, id),
  baseline: at(kernel, id),
  contrast: 'difference',
  paper: { value: 0 },
  margin: 0.02,
  why: (results) => sharesText(results, id),
  ablation: 'shares',
})));

const nice = PAIRS.map(({ model, name }): Claim => ({
  id: `nice-${model.replace('.', '')}`,
  text: `Five steps of nice are a factor of three: nice 0 beside nice 5 gets 1024 / (1024 + 335) of the CPU under ${name}.`,
  source: NICE,
  measure: 'share',
  treatment: at(model, 'nice-0-5'),
  baseline: at('fair', 'nice-0-5'),
  contrast: 'relative',
  paper: { value: 0 },
  margin: 0.01,
  why: (results) => sharesText(results, 'nice-0-5'),
  ablation: 'shares',
}));

export const CLAIMS: readonly Claim[] = [
  ...nice,
  {
    id: 'credit-cfs',
    text: 'Under CFS a task that sleeps half of the time gets as much as one that always runs: the credit for sleep pays for its bursts.',
    source: SERIES,
    measure: 'share',
    treatment: at('cfs-6.1', 'duty-1-1-vs-1'),
    baseline: at('undisturbed', 'duty-1-1-vs-1'),
    contrast: 'difference',
    paper: { value: 0 },
    margin: 0.02,
    why: (results) => sharesText(results, 'duty-1-1-vs-1'),
    ablation: 'shares',
  },
  {
    id: 'no-credit-eevdf',
    text: 'Under EEVDF it gets one third: no credit for sleep, the lag is kept.',
    source: SERIES,
    measure: 'share',
    treatment: at('eevdf-6.12', 'duty-1-1-vs-1'),
    baseline: at('fair', 'duty-1-1-vs-1'),
    contrast: 'difference',
    paper: { value: 0 },
    margin: 0.02,
    why: (results) => sharesText(results, 'duty-1-1-vs-1'),
    ablation: 'shares',
  },
  ...againstKernel,
  {
    id: 'tail-eevdf',
    text: 'The 99th percentile of the wake-up of a short burst against four spinning tasks under EEVDF is that of the real kernel, to within 25 %.',
    source: KERNELS,
    measure: 'wakeP99Ns',
    treatment: at('eevdf-6.12', TAIL_CASE),
    baseline: at('kernel-6.12', TAIL_CASE),
    contrast: 'relative',
    paper: { value: 0 },
    margin: 0.25,
    why: (results) => `Model ${milliseconds(meanOf(results, 'wakeP99Ns', at('eevdf-6.12', TAIL_CASE)))}, kernel ${milliseconds(meanOf(results, 'wakeP99Ns', at('kernel-6.12', TAIL_CASE)))}: wake-ups that come soon after a tick wait for the next.`,
    ablation: 'wake-ups',
  },
  {
    id: 'tail-follows-tick',
    text: 'That percentile is a matter of the tick: at 1000 Hz it is shorter than at 250 Hz.',
    source: { document: 'Linux kernel 6.12, kernel/sched/fair.c', place: 'update_curr: a deadline is looked at when virtual time is brought up to date' },
    measure: 'wakeP99Ns',
    treatment: at('eevdf-6.12', TAIL_CASE, 1000),
    baseline: at('eevdf-6.12', TAIL_CASE),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    margin: 0.05,
    smallest: 0.25,
    why: (results) => TICKS.map((hz) => `${hz} Hz ${milliseconds(meanOf(results, 'wakeP99Ns', at('eevdf-6.12', TAIL_CASE, hz)))}`).join(', ') + '.',
    ablation: 'wake-ups',
  },
  ...PAIRS.map(({ model, kernel, name }): Claim => ({
    id: `left-over-${model.replace('.', '')}`,
    text: `A normal task beside a real-time task that spins gets about 5 % of the CPU under ${name === 'CFS' ? 'the throttling of 6.1' : 'the fair server of 6.12'}.`,
    source: RT,
    measure: 'share',
    treatment: at(model, 'fifo-normal'),
    baseline: at('fair', 'fifo-normal'),
    contrast: 'difference',
    paper: { value: 0 },
    margin: 0.01,
    why: (results) => `Model ${percentOf(meanOf(results, 'share', at(model, 'fifo-normal')))}, real kernel ${percentOf(meanOf(results, 'share', at(kernel, 'fifo-normal')))}, longest silence ${milliseconds(meanOf(results, 'silenceNs', at(model, 'fifo-normal')))}.`,
    ablation: 'silence',
  })),
];
