import { expect, it } from 'vitest';
import { Paced } from '../paced.ts';
import { Reno } from '../reno.ts';
import { ack, fakeTcp } from './fake-tcp.ts';

it('twice the window a round trip while it may double, 120 % after that, of the packets in flight if they are more', () => {
  const tcp = fakeTcp({ cwnd: 10, srttNs: 100e6 });
  const paced = new Paced(new Reno());
  paced.start(tcp);
  expect(tcp.pacingBps).toBeCloseTo((2 * 10 * 1448 * 8) / 0.1, 3);
  tcp.ssthresh = 15;
  paced.onRtt(tcp, ack(1));
  expect(tcp.pacingBps).toBeCloseTo((1.2 * 10 * 1448 * 8) / 0.1, 3);
  tcp.inflight = 20;
  paced.onRtt(tcp, ack(1));
  expect(tcp.pacingBps).toBeCloseTo((1.2 * 20 * 1448 * 8) / 0.1, 3);
});

it('the window is the inner controller\'s', () => {
  const tcp = fakeTcp({ cwnd: 20, ssthresh: 20 });
  const paced = new Paced(new Reno());
  paced.onAck(tcp, ack(20));
  expect(tcp.cwnd).toBe(21);
  expect(paced.onCongestion(tcp)).toBe(10);
  expect(paced.name).toBe('reno, paced');
});
