/** The benchmark of the packet level stays the run it was, and measures it. */
import { describe, expect, it } from 'vitest';
import packetLevel from './packet-level.ts';

describe('bench packet-level', () => {
  it('counts data packets, all of the line: 50 Mbit/s for 10 s are 41 611 packets of 1502 bytes', () => {
    const run = (controller: string) => packetLevel.run({ ...packetLevel.flags, seconds: 10, warmUpSeconds: 1, controller }, (work) => work());
    const { events, counts, checksum } = run('cubic');
    expect(counts!['packets']).toBeGreaterThan(41_000);
    expect(counts!['packets']).toBeLessThan(41_611 + 166);
    // two of the port a packet, and about half an acknowledgement
    expect(events / counts!['packets']!).toBeCloseTo(2.5, 1);
    expect(run('cubic').checksum).toBe(checksum);
    expect(run('reno').checksum).not.toBe(checksum);
  });
});
