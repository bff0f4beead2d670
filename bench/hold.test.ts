/** The hold model at its small size: a benchmark may get faster, never become another simulation. */
import { describe, expect, it } from 'vitest';
import hold from './hold.ts';

const once = <T>(work: () => T): T => work();

describe('bench hold', () => {
  it('does the same work with the same checksum', () => {
    expect(hold.run({ ...hold.flags, pending: 1000, events: 20_000 }, once)).toMatchInlineSnapshot(`
      {
        "checksum": "750e7127ed5f6fe4271baac1752a75c9",
        "events": 20000,
      }
    `);
  });

  it.each(['exp', 'bimodal', 'ties', 'storm'])('%s: the ladder pops what the heap pops', (distribution) => {
    const flags = { ...hold.flags, pending: 3000, events: 30_000, distribution };
    const ladder = hold.run({ ...flags, queue: 'ladder' }, once);
    expect(ladder).toEqual(hold.run({ ...flags, queue: 'heap' }, once));
    expect(ladder.events).toBe(30_000);
  });
});
