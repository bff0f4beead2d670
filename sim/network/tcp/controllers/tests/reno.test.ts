import { expect, it } from 'vitest';
import { Reno } from '../reno.ts';
import { ack, fakeTcp } from './fake-tcp.ts';

it('grows below the threshold by what is acknowledged and puts the rest to avoidance', () => {
  const tcp = fakeTcp({ cwnd: 10, ssthresh: 13 });
  const reno = new Reno();
  reno.start(tcp);
  reno.onAck(tcp, ack(2));
  expect(tcp.cwnd).toBe(12);
  // one of the three fills the threshold; two count towards the 13 that the next segment takes
  reno.onAck(tcp, ack(3));
  expect(tcp.cwnd).toBe(13);
  reno.onAck(tcp, ack(10));
  expect(tcp.cwnd).toBe(13);
  reno.onAck(tcp, ack(1));
  expect(tcp.cwnd).toBe(14);
});

it('grows by one segment a round above it, however the acknowledgements come', () => {
  for (const size of [1, 2, 5]) {
    const tcp = fakeTcp({ cwnd: 20, ssthresh: 20 });
    const reno = new Reno();
    let acked = 0;
    while (tcp.cwnd < 40) {
      reno.onAck(tcp, ack(size));
      acked += size;
    }
    // 20 + 21 + ... + 39 segments, and at most one acknowledgement more
    expect(acked).toBeGreaterThanOrEqual(590);
    expect(acked).toBeLessThan(590 + size);
  }
});

it('counts acknowledgements where asked to: half the growth when each stands for two', () => {
  const tcp = fakeTcp({ cwnd: 20, ssthresh: 20 });
  const reno = new Reno({ perAck: true });
  for (let i = 0; i < 20; i++) reno.onAck(tcp, ack(2));
  expect(tcp.cwnd).toBe(21);
});

it('halves at congestion, to two at least, and forgets what it had counted', () => {
  const tcp = fakeTcp({ cwnd: 21, ssthresh: 21 });
  const reno = new Reno();
  reno.onAck(tcp, ack(20));
  expect(reno.onCongestion(tcp)).toBe(10);
  tcp.cwnd = tcp.ssthresh = 10;
  reno.onAck(tcp, ack(9));
  expect(tcp.cwnd).toBe(10);
  reno.onAck(tcp, ack(1));
  expect(tcp.cwnd).toBe(11);
  expect(reno.onCongestion(fakeTcp({ cwnd: 3 }))).toBe(2);
});
