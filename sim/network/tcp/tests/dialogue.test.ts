/** The transport packet by packet, with a window that does not grow by itself. dialogue.ts says how to read the texts. */
import { describe, expect, it } from 'vitest';
import { Reno } from '../controllers/reno.ts';
import { Dialogue, FixedWindow, type Sieve, text } from './dialogue.ts';

/** Drops the first `copies` transmissions of these data segments. */
const losing = (segments: readonly number[], copies = 1): Sieve => ({ isData, segment, copy }) => (isData && segments.includes(segment) && copy <= copies ? Infinity : 0);

/** Past the handshake, which takes 20 ms. */
function connected(window: number, options: ConstructorParameters<typeof Dialogue>[1] = {}): Dialogue {
  const dialogue = new Dialogue(window, options);
  dialogue.run(20);
  return dialogue;
}

describe('handshake', () => {
  it('takes one round, and the first acknowledgements come one by one (16 quick ones)', () => {
    expect(new Dialogue(4).run(60, 6)).toBe(text`
         0.0 > syn
        20.0 < syn ack
        20.0 > ack
        20.0 > 0
        20.0 > 1
        20.0 > 2
        20.0 > 3
        41.1 < ack 1
        41.1 > 4
        42.1 < ack 2
        42.1 > 5
        43.1 < ack 3
        44.1 < ack 4
    `);
  });

  it('sends a lost SYN again after 1 s, then 2 s', () => {
    const dialogue = new Dialogue(4, { sieve: ({ isSyn, copy }) => (isSyn && copy <= 2 ? Infinity : 0) });
    expect(dialogue.run(3030, 1)).toBe(text`
         0.0 > syn
         0.0 * syn
      1000.0 > syn
      1000.0 * syn
      3000.0 > syn
      3020.0 < syn ack
      3020.0 > ack
      3020.0 > 0
    `);
  });

  it('starts with one segment where more than one SYN was sent again, and with the initial window otherwise', () => {
    // Linux's answer to RFC 5681, section 3.1, since the first timeout is 1 s only
    const firstFlight = (way: 'sieve' | 'backSieve', lost: number): number => {
      const dialogue = new Dialogue(0, { controller: new Reno(), [way]: ({ isSyn, copy }: { isSyn: boolean; copy: number }) => (isSyn && copy <= lost ? Infinity : 0) });
      const connectedMs = 1000 * ((1 << lost) - 1) + 20;
      return dialogue.run(connectedMs + 1, 40).split('\n').filter((line) => / > \d+$/.test(line)).length;
    };
    expect([0, 1, 2, 3].map((lost) => firstFlight('sieve', lost))).toEqual([10, 10, 1, 1]);
    expect([1, 2].map((lost) => firstFlight('backSieve', lost))).toEqual([10, 1]);
  });

  it('repairs a lost SYN-ACK by the next SYN', () => {
    const dialogue = new Dialogue(4, { backSieve: ({ isSyn, copy }) => (isSyn && copy === 1 ? Infinity : 0) });
    expect(dialogue.run(1030, 1)).toBe(text`
         0.0 > syn
        10.0 * syn ack
      1000.0 > syn
      1020.0 < syn ack
      1020.0 > ack
      1020.0 > 0
    `);
  });

  it('is skipped by a warm connection', () => {
    expect(new Dialogue(2, { handshake: false }).run(5, 2)).toBe('0.0 > 0\n0.0 > 1');
  });
});

describe('acknowledgements', () => {
  it('without quick mode: every second segment, a lone one after 40 ms', () => {
    const dialogue = connected(4, { acks: { quickAcks: 0 } });
    expect(dialogue.run(120, 5)).toBe(text`
        20.0 < syn ack
        20.0 > ack
        20.0 > 0
        20.0 > 1
        20.0 > 2
        20.0 > 3
        42.1 < ack 2
        42.1 > 4
        44.1 < ack 4
       103.1 < ack 5
    `);
  });
});

describe('fast recovery', () => {
  it('three selective reports mark the hole lost; the window shrinks by proportional reduction', () => {
    // window 8 to 4: each delivered segment lets half a segment leave (RFC 6937), so 8 delivered in the round bring 4
    const dialogue = connected(8, { sieve: losing([2]) });
    expect(dialogue.run(60, 20)).toBe(text`
        20.0 < syn ack
        20.0 > ack
        20.0 > 0
        20.0 > 1
        20.0 > 2
        20.0 > 3
        20.0 > 4
        20.0 > 5
        20.0 > 6
        20.0 > 7
        23.1 * 2
        41.1 < ack 1
        41.1 > 8
        42.1 < ack 2
        42.1 > 9
        44.1 < ack 2 sack 3-3
        44.1 ! disorder, window 8, threshold 8
        44.1 > 10
        45.1 < ack 2 sack 3-4
        45.1 > 11
        46.1 < ack 2 sack 3-5
        46.1 ! recovery, window 8, threshold 4
        46.1 > 2 again
        47.1 < ack 2 sack 3-6
        48.1 < ack 2 sack 3-7
        48.1 > 12
        62.1 < ack 2 sack 3-8
        63.1 < ack 2 sack 3-9
        65.1 < ack 2 sack 3-10
        65.1 > 13
        66.1 < ack 2 sack 3-11
        66.1 > 14
        67.1 < ack 12
        67.1 ! open, window 4, threshold 4
        67.1 > 15
        69.1 < ack 13
        69.1 > 16
    `);
    expect(dialogue.connection.sender.retransmits).toBe(1);
  });

  it('a lost retransmission is found by what was sent after it, without a timeout (RACK)', () => {
    const dialogue = connected(8, { sieve: losing([2], 2) });
    const lines = dialogue.run(150, 20).split('\n');
    expect(lines.slice(lines.indexOf('46.1 > 2 again'), lines.indexOf('90.1 > 18')).join('\n')).toBe(text`
        46.1 > 2 again
        47.1 < ack 2 sack 3-6
        47.1 * 2 again
        48.1 < ack 2 sack 3-7
        48.1 > 12
        62.1 < ack 2 sack 3-8
        63.1 < ack 2 sack 3-9
        65.1 < ack 2 sack 3-10
        65.1 > 13
        66.1 < ack 2 sack 3-11
        66.1 > 14
        69.1 < ack 2 sack 3-12
        69.1 > 2 again
        69.1 > 15
        86.1 < ack 2 sack 3-13
        86.1 > 16
        87.1 < ack 2 sack 3-14
        87.1 > 17
        90.1 < ack 15
        90.1 ! open, window 4, threshold 4
    `);
    expect(dialogue.connection.sender.timer.timeoutCount).toBe(0);
  });

  it('two reports wait a quarter of the least round-trip time (and two ticks) for a late original', () => {
    // 1 is held for 40 ms; 2 and 3 arrive; at 57.1 = 44.1 + 5 + 8 it counts as lost; the duplicate reported at 82.1 takes the reduction back
    const dialogue = connected(4, { sieve: ({ isData, segment, copy }) => (isData && segment === 1 && copy === 1 ? 40e6 : 0), acks: { quickAcks: 0 } });
    expect(dialogue.run(63, 12)).toBe(text`
        20.0 < syn ack
        20.0 > ack
        20.0 > 0
        20.0 > 1
        20.0 > 2
        20.0 > 3
        43.1 < ack 1 sack 2-2
        43.1 ! disorder, window 4, threshold 4
        43.1 > 4
        43.1 > 5
        44.1 < ack 1 sack 2-3
        44.1 > 6
        57.1 ! recovery, window 4, threshold 2
        57.1 > 1 again
        64.1 < ack 1 sack 2-4
        66.1 < ack 1 sack 2-6
        66.1 > 7
        78.1 < ack 7
        78.1 ! open, window 2, threshold 2
        78.1 > 8
        82.1 < ack 7 sack 1-1
        82.1 > 9
        82.1 > 10
    `);
    expect(dialogue.connection.sender).toMatchObject({ cwnd: 4, ssthresh: 4 });
  });
});

describe('timers', () => {
  it('a lost last segment is probed for: two round-trip times and, for a lone one, 200 ms', () => {
    const dialogue = connected(4, { sieve: losing([3]) });
    expect(dialogue.run(280, 4)).toBe(text`
        20.0 < syn ack
        20.0 > ack
        20.0 > 0
        20.0 > 1
        20.0 > 2
        20.0 > 3
        24.1 * 3
        41.1 < ack 1
        42.1 < ack 2
        43.1 < ack 3
       263.8 > 3 again
       284.8 < ack 4
    `);
    expect(dialogue.connection.sender.timer).toMatchObject({ probeCount: 1, timeoutCount: 0 });
  });

  it('the timeout doubles, and is back at its value with the first new round-trip time', () => {
    // srtt about 21 ms and 200 ms of variation: 221, 442, 884 ms
    const dialogue = connected(2, { sieve: losing([2, 3], 3) });
    expect(dialogue.run(2000, 4)).toBe(text`
        20.0 < syn ack
        20.0 > ack
        20.0 > 0
        20.0 > 1
        41.1 < ack 1
        41.1 > 2
        42.1 < ack 2
        42.1 > 3
        42.1 * 2
        43.1 * 3
        90.9 > 3 again
        91.9 * 3 again
       311.3 ! loss, window 1, threshold 2
       311.3 > 2 again
       312.3 * 2 again
       752.1 > 2 again
       753.1 * 2 again
      1633.7 > 2 again
      1654.7 < ack 3
      1654.7 > 3 again
      1655.7 * 3 again
      1875.1 > 3 again
      1896.1 < ack 4
      1896.1 ! open, window 1, threshold 2
    `);
  });

  it('a timeout whose originals had arrived is taken back with the first acknowledgement after it', () => {
    // five acknowledgements are held for 400 ms; the probe (8) leaves beyond the window and its answer is held too
    const dialogue = connected(4, { backSieve: ({ isSyn, count }) => (!isSyn && count > 5 && count <= 10 ? 400e6 : 0) });
    const lines = dialogue.run(330, 20).split('\n');
    expect(lines.slice(lines.indexOf('44.1 > 7')).join('\n')).toBe(text`
        44.1 > 7
        94.4 > 8
       315.5 ! loss, window 1, threshold 2
       315.5 > 4 again
       336.5 < ack 9 sack 4-4
       336.5 ! open, window 4, threshold 4
       336.5 > 9
       336.5 > 10
       336.5 > 11
       336.5 > 12
    `);
  });

  it('after a pause longer than the timeout the window has halved once for each', () => {
    const dialogue = connected(4);
    dialogue.run(400, 8);
    const { sender } = dialogue.connection;
    sender.cwnd = 64;
    // 376 ms since the last segment, timeout 221 ms: one halving
    expect(dialogue.run(1, 60).split('\n')).toHaveLength(32);
    dialogue.run(3000);
    sender.cwnd = 64;
    // many timeouts: down to the initial window
    expect(dialogue.run(1, 60).split('\n')).toHaveLength(10);
  });
});

describe('congestion marks', () => {
  it('are echoed until the sender has reduced, which it does once', () => {
    const dialogue = connected(8, { ecn: true, marks: [3, 5] });
    const lines = dialogue.run(60, 20).split('\n');
    expect(lines.slice(lines.indexOf('43.1 < ack 3')).join('\n')).toBe(text`
        43.1 < ack 3
        43.1 > 10
        44.1 < ack 4 ece
        44.1 ! cwr, window 8, threshold 4
        44.1 > 11 cwr
        45.1 < ack 5 ece
        46.1 < ack 6 ece
        46.1 > 12
        47.1 < ack 7 ece
        48.1 < ack 8 ece
        48.1 > 13
        62.1 < ack 9 ece
        63.1 < ack 10 ece
        64.1 < ack 11 ece
        64.1 > 14
        65.1 < ack 12
        65.1 ! open, window 4, threshold 4
        65.1 > 15
        67.1 < ack 13
        67.1 > 16
        69.1 < ack 14
        69.1 > 17
    `);
    expect(dialogue.connection.sender.retransmits).toBe(0);
  });
});

describe('pacing', () => {
  it('spaces bursts by their bytes; a burst that waited shortens the next gap by half at most', () => {
    const dialogue = connected(20, { controller: Object.assign(new FixedWindow(20), { pacesFromStart: true }) });
    const { sender } = dialogue.connection;
    // 2 ms a segment
    sender.pacingBps = (1448 * 8) / 2e-3;
    sender.sendQuantum = 2;
    expect(dialogue.run(15, 8)).toBe(text`
        20.0 < syn ack
        20.0 > ack
        20.0 > 0
        20.0 > 1
        22.0 > 2
        22.0 > 3
        26.0 > 4
        26.0 > 5
        30.0 > 6
        30.0 > 7
    `);
  });
});
