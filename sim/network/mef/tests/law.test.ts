import { describe, expect, it } from 'vitest';
import { RateLaw, STANDARD_LAW } from '../law.ts';

const C = 10e6;
const T = 10e6;

describe('MEF router law (reconstruction)', () => {
  it('starts at a twentieth of the target and takes one step as by hand', () => {
    const law = new RateLaw(STANDARD_LAW, C);
    expect(law.rateBps).toBeCloseTo(0.05 * 0.97 * C, 6);
    // y = 4 Mbit/s (5000 bytes in 10 ms), q = 2500 bytes over d = 100 ms: 0.2 Mbit/s
    law.update(T, 5000, 2500, C);
    const step = 1 + (0.1 * (0.4 * (9.7e6 - 4e6) - 0.226 * 0.2e6)) / 9.7e6;
    expect(law.rateBps).toBeCloseTo(0.05 * 0.97 * C * step, 6);
    expect(law.load).toBeCloseTo(0.42, 12);
  });

  it('is at rest exactly where arrivals are eta C and nothing stands in the queue', () => {
    const law = new RateLaw(STANDARD_LAW, C);
    law.update(T, (0.97 * C * 0.01) / 8, 0, C);
    expect(law.rateBps).toBeCloseTo(0.05 * 0.97 * C, 6);
    law.update(T, (0.97 * C * 0.01) / 8, 1502, C);
    expect(law.rateBps).toBeLessThan(0.05 * 0.97 * C - 1);
  });

  it('at most halves and doubles, and stays between 1e-5 C and eta C with the grain of one packet', () => {
    const wild = new RateLaw({ alpha: 30, beta: 0.2, eta: 0.97 }, C);
    const start = wild.rateBps;
    wild.update(T, 0, 0, C);
    expect(wild.rateBps).toBe(2 * start);
    wild.update(T, 1e6, 0, C);
    expect(wild.rateBps).toBe(start);
    for (let i = 0; i < 60; i++) wild.update(T, 1e6, 0, C);
    expect(wild.rateBps).toBe(1e-5 * C);
    const idle = new RateLaw(STANDARD_LAW, C);
    for (let i = 0; i < 4000; i++) idle.update(T, 0, 0, C);
    expect(idle.rateBps).toBeCloseTo(0.97 * C + 0.4 * 1502 * 8 * 100, 6);
  });

  it('accounts every 1 to 10 ms, by the mean RTT of the bytes', () => {
    const law = new RateLaw(STANDARD_LAW, C);
    expect(law.intervalNs).toBe(10e6);
    law.observeRtt(200e3, T);
    expect([law.rttNs, law.intervalNs]).toEqual([200e3, 1e6]);
    const slow = new RateLaw(STANDARD_LAW, C);
    slow.observeRtt(40e6, T);
    slow.observeRtt(80e6, T); // gain T/d = 1/4
    expect(slow.rttNs).toBe(50e6);
  });

  it('on a path shorter than its interval takes the interval for the round-trip time: steps as large as alpha, not T/d of it', () => {
    const fast = 100 * C;
    const law = new RateLaw(STANDARD_LAW, fast);
    law.observeRtt(64e3, T);
    const start = law.rateBps;
    // 1 ms: y = 400 Mbit/s, and 12 500 bytes left over in 1 ms are 100 Mbit/s
    law.update(law.intervalNs, 50_000, 12_500, fast);
    expect(law.rateBps / start).toBeCloseTo(1 + (0.4 * 5.7 - 0.226) / 9.7, 12);
    expect(law.load).toBeCloseTo(0.5, 12);
  });

  it('on a slow line takes no less than ten packets for the round-trip time', () => {
    const law = new RateLaw(STANDARD_LAW, C);
    law.observeRtt(1.5e6, T);
    const start = law.rateBps;
    // ten packets take 12.016 ms, the interval is 1.5 ms
    law.update(law.intervalNs, 0, 0, C);
    expect(law.rateBps / start).toBeCloseTo(1 + (0.4 * 1.5) / 12.016, 12);
  });

  it('says nothing while its line stands still', () => {
    const law = new RateLaw(STANDARD_LAW, C);
    const before = law.rateBps;
    law.update(T, 1000, 1000, 0);
    expect([law.rateBps, law.load]).toEqual([before, 0]);
  });
});
