/** Random lives of a connection for controllers under test, and CUBIC led through one. */
import { Simulation } from '../../../../simulation.ts';
import { Cubic } from '../cubic.ts';
import { ack, fakeTcp } from './fake-tcp.ts';
import type { Step } from './plain-cubic.ts';

/** Stretches of acknowledgements at some pace, with losses, pauses and timeouts between them. */
export function randomLife(seed: string): Step[] {
  const random = new Simulation({ seed }).stream('life');
  const steps: Step[] = [];
  for (let stretch = 0; stretch < 12; stretch++) {
    const rttNs = 1e6 * (1 + random.below(200));
    const gapNs = 1000 * (1 + random.below(6000));
    const acked = 1 + random.below(4);
    const noiseNs = [100_000, 4_000_000, 40_000_000][random.below(3)]!;
    // a queue that builds up
    const riseNs = random.below(2) * random.below(500_000);
    const count = 20 + random.below(600);
    for (let i = 0; i < count; i++) steps.push({ kind: 'ack', afterNs: random.below(2 * gapNs), acked: 1 + random.below(acked), rttNs: rttNs + i * riseNs + random.below(noiseNs), grows: random.below(8) > 0 });
    const end = random.below(8);
    if (end < 5) steps.push({ kind: 'loss', afterNs: random.below(gapNs) });
    else if (end === 5) steps.push({ kind: 'timeout', afterNs: 2e8 });
    else if (end === 6) steps.push({ kind: 'idle', afterNs: random.below(2_000_000_000) });
  }
  return steps;
}

/** Windows and thresholds of the controller after each step (-1: no threshold yet). */
export function cubicLife(steps: readonly Step[]): { cwnd: number; ssthresh: number }[] {
  const tcp = fakeTcp({ cwnd: 10, srttNs: 50e6, nextSegment: 10 });
  const cubic = new Cubic();
  cubic.start(tcp);
  return steps.map((step) => {
    tcp.nowNs += step.afterNs;
    if (step.kind === 'loss' || step.kind === 'timeout') {
      tcp.ssthresh = cubic.onCongestion(tcp);
      tcp.cwnd = step.kind === 'loss' ? tcp.ssthresh : 1;
      if (step.kind === 'timeout') cubic.onTimeout(tcp);
    } else if (step.kind === 'idle') {
      cubic.onRestart(tcp);
      cubic.onSend(tcp);
    } else {
      tcp.firstUnacked += step.acked;
      cubic.onRtt(tcp, ack(step.acked, step.rttNs));
      if (step.grows) cubic.onAck(tcp, ack(step.acked, step.rttNs));
      tcp.nextSegment = Math.max(tcp.nextSegment, tcp.firstUnacked + tcp.cwnd);
      cubic.onSend(tcp);
    }
    return { cwnd: tcp.cwnd, ssthresh: tcp.ssthresh === Infinity ? -1 : tcp.ssthresh };
  });
}
