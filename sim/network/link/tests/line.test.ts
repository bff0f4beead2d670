import { describe, expect, it } from 'vitest';
import { Line } from '../line.ts';

describe('exact serialization', () => {
  for (const [rate, denominator] of [[10_000_000, 1], [7, 3], [999_999_937, 1], [100_000_000, 7], [1e11 + 1, 1], [3, 1]] as const) {
    it(`a million packets back to back at ${rate}/${denominator} bit/s end within 1 ns of the sum of 8 L / C`, () => {
      const line = new Line(rate, denominator);
      const count = rate < 1000 ? 20 : 1_000_000; // slow lines reach the end of time
      let bits = 0n;
      for (let i = 0, nowNs = 0; i < count; i++) {
        const bytes = rate < 1000 ? 1 : 40 + ((i * 7919) % 1462);
        bits += 8n * BigInt(bytes);
        nowNs = line.start(bytes, nowNs, i > 0);
      }
      const exactEnd = bits * 1_000_000_000n * BigInt(denominator);
      const lateBy = BigInt(line.endNs) * BigInt(rate) - exactEnd; // in 1/rate ns
      expect(lateBy >= 0n && lateBy < BigInt(rate)).toBe(true);
    });
  }

  it('carries nothing into a packet that was not there when the line became free', () => {
    const line = new Line(3_000_000_000);
    expect(line.start(1, 0, false)).toBe(3); // 8/3 ns
    expect(line.start(1, 3, false)).toBe(6);
    expect(line.start(1, 6, true)).toBe(9); // from 5 2/3: 8 1/3
    expect(line.start(1, 9, true)).toBe(11); // 11 exactly
    expect(line.start(1, 11, true)).toBe(14);
  });

  it('keeps the residual bits at a rate change, also through a stop, against exact fractions', () => {
    let state = 12345;
    const draw = (n: number) => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) % n;
    for (let run = 0; run < 300; run++) {
      const denominator = 1 + draw(16);
      let rate = 1 + draw(1_000_000_000);
      const line = new Line(rate, denominator);
      const bytes = 1 + draw(1500);
      let nowNs = draw(1000);
      let residual = BigInt(bytes) * 8_000_000_000n * BigInt(denominator);
      line.start(bytes, nowNs, false);
      for (let change = 0; change < 5; change++) {
        const stay = line.endNs === Infinity ? draw(5000) : draw(Math.min(1e9, Math.max(1, Math.floor((line.endNs - nowNs) / 2))));
        residual -= BigInt(stay) * BigInt(rate);
        nowNs += stay;
        rate = draw(4) === 0 ? 0 : 1 + draw(1_000_000_000);
        line.change(rate, nowNs, true);
        if (rate === 0) expect(line.endNs).toBe(Infinity);
        else expect(BigInt(line.endNs)).toBe(BigInt(nowNs) + (residual + BigInt(rate) - 1n) / BigInt(rate));
      }
    }
  });

  it('takes the fraction of a ns gained by a packet that has just left to the next one, at its own rate', () => {
    const line = new Line(3_000_000_000);
    expect(line.start(1, 0, false)).toBe(3); // really 8/3 ns
    line.change(1_000_000_000, 3, true);
    expect(line.endNs).toBe(3);
    // one unit of 1e-9 bit at 3 a ns was to spare, so 1 bit of 8 is gone: 7 ns at 1 bit a ns
    expect(line.start(1, 3, true)).toBe(10);
  });

  it('refuses rates and sizes it cannot count exactly', () => {
    expect(() => new Line(1.5)).toThrow('rate of a line: 1.5 given; must be an integer 0 .. 1000000000000000');
    expect(() => new Line(-1)).toThrow('rate of a line');
    expect(() => new Line(1, 0)).toThrow('denominator');
    expect(() => new Line(1000, 2).start(500_001, 0, false)).toThrow('packet: 500001 given; must be an integer 1 .. 500000 bytes');
    expect(() => new Line(1000).start(0, 0, false)).toThrow('packet');
  });
});
