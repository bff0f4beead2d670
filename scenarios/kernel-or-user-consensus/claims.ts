/** What kernel residence saves, as statements that replications can refute. */
import type { Claim, Source } from '../testbed/scenario.ts';
import { BATCH, type Place, type Speed } from './arms.ts';
import { against, at, changed, count, crossing, mean, micros, share } from './effects.ts';

const PAPER: Source = { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'section 4: consensus above network, crypto, evidence and access control, as part of the system; no figure is given' };
const OURS: Source = { document: 'This testbed', place: 'sim/os/modules/README.md' };

/** A saving below a twentieth is not worth moving a protocol into a kernel: choice. */
const SMALLEST = 0.05;

function saves(id: string, text: string, speed: Speed, crossingNs: number, place: Place = 'kernel'): Claim {
  return {
    id,
    text,
    source: PAPER,
    measure: 'latencyMeanNs',
    treatment: at(place, speed, crossingNs),
    baseline: at('user', speed, crossingNs),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) =>
      `Block latency ${changed(against(results, 'latencyMeanNs', place, speed, crossingNs))}: in user space ${count(mean(results, 'chainCrossings', 'user', speed, crossingNs))} crossings lie on a block's way, ${micros(mean(results, 'chainCrossingNs', 'user', speed, crossingNs))} of ${micros(mean(results, 'latencyMeanNs', 'user', speed, crossingNs))}; in the kernel ${count(mean(results, 'chainCrossings', place, speed, crossingNs))}.`,
    ablation: 'saving',
  };
}

/** Is batching as good as moving into the kernel and batching there? */
function breaksEven(id: string, crossingNs: number): Claim {
  const [user, kernel] = [at('user-batched', 'accelerated', crossingNs), at('kernel-batched', 'accelerated', crossingNs)];
  return {
    id,
    text: `Batching ${BATCH} calls in a crossing keeps consensus in user space within a twentieth of the kernel's latency, at a crossing of ${crossing(crossingNs)} and with an accelerator.`,
    source: OURS,
    measure: 'latencyMeanNs',
    treatment: user,
    baseline: kernel,
    contrast: 'relative',
    paper: { direction: 'none' },
    margin: SMALLEST,
    why: (results) => `Mean block latency ${micros(mean(results, 'latencyMeanNs', 'user-batched', 'accelerated', crossingNs))} in user space with batched calls, ${micros(mean(results, 'latencyMeanNs', 'kernel-batched', 'accelerated', crossingNs))} in the kernel with batched delivery; crossings on a block's way ${count(mean(results, 'chainCrossings', 'user-batched', 'accelerated', crossingNs))} and ${count(mean(results, 'chainCrossings', 'kernel-batched', 'accelerated', crossingNs))}.`,
    ablation: 'saving',
  };
}

export const CLAIMS: readonly Claim[] = [
  saves('kernel-faster-software', `Consensus in the kernel decides blocks faster by a twentieth or more, at a crossing of ${crossing(1000)} and signatures in software.`, 'software', 1000),
  saves('kernel-faster-accelerated', `The same with signatures by an accelerator, at a crossing of ${crossing(1000)}.`, 'accelerated', 1000),
  saves('kernel-faster-bare', `The same with an accelerator and a bare system call of ${crossing(100)}.`, 'accelerated', 100),
  saves('kernel-faster-enclave', `The same with an accelerator and a crossing as dear as leaving an enclave, ${crossing(5000)}.`, 'accelerated', 5000),
  breaksEven('batching-breaks-even', 1000),
  breaksEven('batching-breaks-even-enclave', 5000),
  {
    id: 'boundary-moves',
    text: `Batched calls in user space beat a kernel-resident consensus that hands up its transactions one by one, at a crossing of ${crossing(5000)} and with an accelerator: residence moves the boundary and does not remove it.`,
    source: OURS,
    measure: 'latencyMeanNs',
    treatment: at('user-batched', 'accelerated', 5000),
    baseline: at('kernel', 'accelerated', 5000),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `Crossings on a block's way: ${count(mean(results, 'chainCrossings', 'user-batched', 'accelerated', 5000))} in user space with batched calls, ${count(mean(results, 'chainCrossings', 'kernel', 'accelerated', 5000))} in the kernel.`,
    ablation: 'attribution',
  },
  {
    id: 'kernel-saves-cpu',
    text: `In processor time, too, the kernel saves a twentieth or more of a block, at a crossing of ${crossing(1000)} and with an accelerator.`,
    source: OURS,
    measure: 'cpuPerBlockNs',
    treatment: at('kernel', 'accelerated', 1000),
    baseline: at('user', 'accelerated', 1000),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `Crossings take ${share(mean(results, 'crossingCpuShare', 'user', 'accelerated', 1000))} of a replica's work for a block in user space, ${share(mean(results, 'crossingCpuShare', 'kernel', 'accelerated', 1000))} in the kernel.`,
    ablation: 'cpu',
  },
];
