/** The scoreboard's counts beside a recount of its flags, over random histories that hold undos; and the one history that once went wrong. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { LOST, RETRANSMITTED, SACKED, Scoreboard } from '../scoreboard.ts';

function recount(board: Scoreboard): { readonly sacked: number; readonly lost: number; readonly again: number } {
  const sum = { sacked: 0, lost: 0, again: 0 };
  for (let segment = board.una; segment < board.next; segment++) {
    const flags = board.flags[segment & board.mask]!;
    if ((flags & SACKED) !== 0) sum.sacked++;
    if ((flags & LOST) !== 0) sum.lost++;
    if ((flags & RETRANSMITTED) !== 0) sum.again++;
  }
  return sum;
}

describe('scoreboard', () => {
  it('a segment that was sent again, undone and found lost again counts once where it is', () => {
    const board = new Scoreboard();
    board.append(1448, 0);
    board.append(1448, 1);
    board.markLost(0);
    board.resend(0, 2, true);
    board.unmarkLost();
    board.markLost(0);
    // the second copy may still be under way (tcp_mark_skb_lost)
    expect([board.lostOut, board.retransOut, board.inflight]).toEqual([1, 1, 2]);
    board.markLost(0);
    expect([board.lostOut, board.retransOut, board.inflight]).toEqual([1, 0, 1]);
    board.acknowledge();
    board.acknowledge();
    expect([board.lostOut, board.retransOut, board.inflight]).toEqual([0, 0, 0]);
  });

  it.each(['a', 'b', 'c', 'd'])('counts what its flags say, whatever happens (%s)', (seed) => {
    const stream = new Simulation({ seed }).stream('scoreboard');
    const board = new Scoreboard();
    let undone = 0;
    for (let step = 0; step < 4000; step++) {
      const open = board.next - board.una;
      const any = board.una + (open > 0 ? stream.below(open) : 0);
      const flags = open > 0 ? board.flags[any & board.mask]! : 0;
      switch (stream.below(6)) {
        case 0: board.append(1448, step); break;
        case 1: if (open > 0) board.markLost(any); break;
        case 2: if (open > 0 && (flags & LOST) !== 0 && (flags & (SACKED | RETRANSMITTED)) === 0) board.resend(any, step, true); break;
        case 3: if (open > 0 && (flags & SACKED) === 0) board.sack(any); break;
        case 4: if (open > 0 && stream.below(3) === 0) board.acknowledge(); break;
        default: if (stream.below(10) === 0) {
          board.unmarkLost();
          undone++;
        }
      }
      expect({ sacked: board.sackedOut, lost: board.lostOut, again: board.retransOut }).toEqual(recount(board));
    }
    expect(undone).toBeGreaterThan(20);
  });
});
