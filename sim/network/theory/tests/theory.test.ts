import { expect, it } from 'vitest';
import { exponential } from '../../../distributions.ts';
import { Simulation } from '../../../simulation.ts';
import { jainIndex } from '../fairness.ts';
import { md1Waiting, mg1Waiting, mm1kLoss, mm1Waiting, overloadLoss } from '../queue-laws.ts';
import { aimdWindow, CUBIC_BETA, CUBIC_C, CUBIC_INDEPENDENT_LOSSES, cubicCurveWindow, cubicWindow, mathisWindow, pftkRate, RENO_INDEPENDENT_LOSSES, renoSawtooth, startupRounds } from '../tcp-laws.ts';

it('published constants: 1.22 and 0.87 of Mathis, 1.054 of CUBIC, three quarters of a Reno flow without a buffer', () => {
  expect(mathisWindow(1)).toBeCloseTo(1.2247, 4);
  expect(mathisWindow(1, 2)).toBeCloseTo(0.866, 4);
  expect(cubicCurveWindow(1, 1)).toBeCloseTo(1.054, 3);
  expect(aimdWindow(1, 1, 0.5)).toBeCloseTo(mathisWindow(1), 12);
  expect(renoSawtooth(0).utilisation).toBe(0.75);
});

it('windows at 100 ms by loss rate as RFC 9438, section 5.2 prints them (there with 1.2 for 1.22), CUBIC as Reno from 1e-3 on', () => {
  for (const [loss, reno, cubic] of [[1e-2, 12, 12], [1e-3, 38, 38], [1e-4, 120, 187], [1e-5, 379, 1054], [1e-6, 1200, 5926]] as const) {
    expect(mathisWindow(loss) / reno).toBeCloseTo(1, 1);
    expect(cubicWindow(loss, 0.1) / cubic).toBeCloseTo(1, 1);
  }
});

it('independent losses raise the mean of Reno by the factor that its renewal process has', () => {
  const stream = new Simulation({ seed: 'renewal' }).stream('losses');
  let [window, sent, rounds] = [100, 0, 0];
  for (let cycle = 0; cycle < 200_000; cycle++) {
    // one segment a round: the packets of a cycle are the area under the window
    const packets = exponential(stream, 1e4);
    const high = Math.sqrt(window * window + 2 * packets);
    rounds += high - window;
    sent += packets;
    window = high / 2;
  }
  expect(Math.abs(sent / rounds / mathisWindow(1e-4) / RENO_INDEPENDENT_LOSSES - 1)).toBeLessThan(0.01);
});

it('independent losses raise the mean of CUBIC by the factor that its renewal process has, cycle by cycle', () => {
  const stream = new Simulation({ seed: 'renewal' }).stream('losses');
  for (const [loss, rttS] of [[1e-4, 0.2], [2e-5, 0.1]] as const) {
    let [window, wMax, sent, timeS] = [300, 0, 0, 0];
    for (let cycle = 0; cycle < 8000; cycle++) {
      wMax = window < wMax ? (window * (1 + CUBIC_BETA)) / 2 : window;
      const low = window * CUBIC_BETA;
      const k = Math.cbrt(Math.max(0, wMax - low) / CUBIC_C);
      // a recovery of one round, then the curve, until so many packets are through
      let left = exponential(stream, 1 / loss) - low;
      timeS += rttS;
      sent += low;
      for (let t = 0; left > 0; t += rttS / 4) {
        window = Math.max(low, wMax + CUBIC_C * (t + rttS - k) ** 3);
        left -= window / 4;
        sent += window / 4;
        timeS += rttS / 4;
      }
    }
    expect(Math.abs((sent / timeS) * rttS / cubicCurveWindow(loss, rttS) / CUBIC_INDEPENDENT_LOSSES - 1)).toBeLessThan(0.02);
  }
});

it('Reno at a buffer agrees with a sawtooth run segment by segment', () => {
  for (const buffer of [0, 0.25, 0.5, 1, 2, 4]) {
    const bdp = 2000;
    let [time, sent, queued] = [0, 0, 0];
    for (let window = ((1 + buffer) / 2) * bdp; window < (1 + buffer) * bdp; window++) {
      const round = Math.max(1, window / bdp);
      time += round;
      sent += window;
      queued += round * Math.max(0, window - bdp);
    }
    const law = renoSawtooth(buffer);
    expect(law.utilisation).toBeCloseTo(sent / (time * bdp), 3);
    expect(law.meanQueueBdp).toBeCloseTo(queued / (time * bdp), 2);
    expect(law.periodRounds).toBeCloseTo(time / bdp, 2);
  }
});

it('timeouts: nothing at small loss, the most of it at large', () => {
  expect(pftkRate(1e-6, 0.1, 0.2)).toBeCloseTo(mathisWindow(1e-6, 2) / 0.1, -2);
  // by hand at 4 %: 0.1 sqrt(0.16 / 3) + 0.3 * 3 sqrt(0.03) * 0.04 * (1 + 0.0512)
  expect(pftkRate(0.04, 0.1, 0.3)).toBeCloseTo(1 / (0.0230940 + 0.3 * 0.5196152 * 0.04 * 1.0512), 3);
});

it('queues: M/D/1 waits half of M/M/1, M/M/1/K sums to its stationary distribution', () => {
  for (const load of [0.3, 0.7, 0.95]) {
    expect(md1Waiting(load)).toBeCloseTo(mm1Waiting(load) / 2, 12);
    expect(mg1Waiting(load, 2)).toBeCloseTo(mm1Waiting(load), 12);
  }
  for (const load of [0.5, 1, 1.5]) {
    const weights = Array.from({ length: 8 }, (_, n) => load ** n);
    expect(mm1kLoss(load, 7)).toBeCloseTo(weights[7]! / weights.reduce((sum, w) => sum + w, 0), 12);
  }
  expect(overloadLoss(1.25)).toBeCloseTo(0.2, 12);
  expect(overloadLoss(0.9)).toBe(0);
});

it('fairness and time to fill', () => {
  expect(jainIndex([3, 3, 3])).toBe(1);
  expect(jainIndex([5, 0, 0, 0])).toBe(0.25);
  expect(jainIndex([1, 2])).toBeCloseTo(0.9, 12);
  expect(jainIndex([0, 0])).toBe(1);
  expect(startupRounds(160, 10)).toBeCloseTo(7, 12);
});
