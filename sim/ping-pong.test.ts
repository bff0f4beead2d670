/**
 * The smallest protocol there is, and the first file to read: two nodes, one ball, a timer for when it gets lost.
 *
 * First the machine alone, tested by calling it; then the same machine over ideal ports.
 */
import { describe, expect, it } from 'vitest';
import { IdealNetwork, IdealTimers } from './ideal.ts';
import type { Transport } from './ports.ts';
import { Simulation } from './simulation.ts';
import { drive, type Effects, type StepMachine } from './step-machine.ts';
import { NS_PER_MS } from './time.ts';

/** The ball, and how often it has been hit. */
interface Ball {
  readonly hits: number;
}

interface Player {
  readonly id: number;
  readonly hitsMax: number;
  lastHit: Ball | undefined;
}

const BALL_BYTES = 8;
const RESEND = 0;
const RESEND_NS = 50 * NS_PER_MS;
/** What a player reports: the last ball has been hit. */
const OVER = 1;

const pingPong: StepMachine<Player, Ball> = {
  start: (player, out) => hit(player, { hits: 1 }, out),

  onMessage(player, _from, ball, out) {
    if (ball.hits > player.hitsMax) return out.clearTimer(RESEND);
    // An old ball comes twice when the answer was slow; if the answer was lost, our own timer sends it again.
    if (player.lastHit !== undefined && ball.hits < player.lastHit.hits) return out.ignore('an old ball');
    if (ball.hits < player.hitsMax) return hit(player, { hits: ball.hits + 1 }, out);
    // The last ball: tell the peer, as often as it asks, and stop asking ourselves.
    out.send(1 - player.id, { hits: ball.hits + 1 });
    out.clearTimer(RESEND);
    out.observe(OVER, 0, ball.hits, 0);
  },

  onTimer(player, _timer, out) {
    if (player.lastHit !== undefined) hit(player, player.lastHit, out);
  },
};

function hit(player: Player, ball: Ball, out: Effects<Ball>): void {
  player.lastHit = ball;
  out.send(1 - player.id, ball);
  out.setTimer(RESEND, RESEND_NS);
}

/** Writes effects down, as a reader would. */
function written(step: (out: Effects<Ball>) => void): string[] {
  const lines: string[] = [];
  step({
    send: (to, { hits }) => lines.push(`send ${hits} to ${to}`),
    broadcast: ({ hits }) => lines.push(`broadcast ${hits}`),
    setTimer: (timer, delayNs) => lines.push(`set timer ${timer} to ${delayNs / NS_PER_MS} ms`),
    clearTimer: (timer) => lines.push(`clear timer ${timer}`),
    persist: (bytes) => lines.push(`persist ${bytes}`),
    compute: (costNs) => lines.push(`compute ${costNs}`),
    observe: (what) => lines.push(`observe ${what}`),
    ignore: (why) => lines.push(`ignore: ${why}`),
  });
  return lines;
}

describe('ping-pong, by calling it', () => {
  it('answers a ball, ignores an old one, and hits again when nothing comes back', () => {
    const player: Player = { id: 0, hitsMax: 10, lastHit: undefined };
    const answer = ['send 4 to 1', 'set timer 0 to 50 ms'];
    expect(written((out) => pingPong.onMessage(player, 1, { hits: 3 }, out))).toEqual(answer);
    expect(written((out) => pingPong.onMessage(player, 1, { hits: 3 }, out))).toEqual(['ignore: an old ball']);
    expect(written((out) => pingPong.onTimer(player, RESEND, out))).toEqual(answer);
  });
});

describe('ping-pong over ideal ports', () => {
  function play(lose: (message: Ball) => boolean): { over: number[]; sim: Simulation } {
    const sim = new Simulation({ seed: '1', scenario: 'ping-pong' });
    const network = new IdealNetwork<Ball>(sim);
    const over: number[] = [];
    const lossy = (transport: Transport<Ball>): Transport<Ball> => ({
      ...transport,
      send: (to, message, bytes) => {
        if (!lose(message)) transport.send(to, message, bytes);
      },
    });
    const [server] = [0, 1].map((node) =>
      drive(pingPong, { id: node, hitsMax: 10, lastHit: undefined }, {
        node, peers: 2, transport: lossy(network.attach(node)), timers: new IdealTimers(sim), bytesOf: () => BALL_BYTES,
        onObserve: (_node, _what, _view, hits) => over.push(hits),
      }),
    );
    server!.start();
    sim.run({ maxEvents: 1000 });
    return { over, sim };
  }

  it('plays ten hits in no time at all', () => {
    const { over, sim } = play(() => false);
    expect(over).toEqual([10]);
    expect(sim.options.scenario).toBe('ping-pong');
  });

  it('recovers a lost ball after the timer, and the same loss gives the same run', () => {
    const run = (): { over: number[]; sim: Simulation } => {
      let lost = 0;
      return play((ball) => ball.hits === 5 && lost++ === 0);
    };
    const first = run();
    expect(first.over).toEqual([10]);
    expect(first.sim.now).toBeGreaterThanOrEqual(RESEND_NS);
    expect(run().sim.fingerprint()).toBe(first.sim.fingerprint());
  });
});
