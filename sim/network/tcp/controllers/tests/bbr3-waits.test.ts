/** How long version 3 of BBR waits: between probes for bandwidth (BBRPickProbeWait of draft-ietf-ccwg-bbr) and in PROBE_RTT (BBRHandleProbeRTT). */
import { describe, expect, it } from 'vitest';
import { Streams } from '../../../../random.ts';
import { Bbr3 } from '../bbr3.ts';
import { ModelPath } from './model-path.ts';

describe('waits of BBR version 3', () => {
  it('the time to the next probe is drawn anew each cycle, evenly from 2 to 3 s', () => {
    const flow = new Bbr3(new Streams('bbr3').stream('test/bbr3'));
    // as many rounds as Reno would take, 43, take longer
    const tcp = new ModelPath(flow, 5e6, 100e6, 130);
    const waits: number[] = [];
    tcp.watch = () => {
      if (flow.waitNs > 0 && waits[waits.length - 1] !== flow.waitNs) waits.push(flow.waitNs);
    };
    tcp.run(150e9);
    expect(waits.length).toBeGreaterThan(40);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(2e9);
    expect(Math.max(...waits)).toBeLessThan(3e9);
    // four standard errors of the mean; either end's tenth is missed with a chance of 0.9^40 = 1.5 %
    expect(Math.abs(waits.reduce((sum, ns) => sum + ns, 0) / waits.length - 2.5e9)).toBeLessThan((4 * 1e9) / Math.sqrt(12 * waits.length));
    expect(Math.min(...waits)).toBeLessThan(2.1e9);
    expect(Math.max(...waits)).toBeGreaterThan(2.9e9);
  });

  it('PROBE_RTT lasts a packet-timed round where that is longer than 200 ms', () => {
    // a segment takes 116 ms: the four in flight are acknowledged over 464 ms, and the round is over when the first one sent after them is
    const flow = new Bbr3(new Streams('bbr3').stream('test/bbr3'));
    const tcp = new ModelPath(flow, 100e3, 40e6, 20);
    let few = -1;
    let fewNs = 0;
    tcp.watch = () => {
      if (few >= 0 || flow.state !== 'PROBE_RTT' || tcp.inflight > 4) return;
      few = tcp.nextSegment;
      fewNs = tcp.nowNs;
    };
    expect(tcp.runUntil(() => flow.state === 'PROBE_RTT', 20e9)).toBe(true);
    expect(tcp.runUntil(() => flow.state !== 'PROBE_RTT', 40e9)).toBe(true);
    expect(tcp.nowNs - fewNs).toBeGreaterThan(200e6);
    expect(tcp.firstUnacked).toBe(few + 1);
  });
});
