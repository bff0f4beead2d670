/**
 * The smallest protocol there is, and the first file to read: two nodes, one ball, a timer for when it gets lost.
 *
 * First the machine alone, tested by calling it; then the same machine over ideal ports.
 */
import { describe, expect, it } from 'vitest';
import { IdealNetwork, IdealTimers } from './ideal.ts';
import type { Transport } from './ports.ts';
import { Simulation } from './simulation.ts';
import { drive, type Effect, type StepMachine } from './step-machine.ts';
import { NS_PER_MS } from './time.ts';

/** The ball, and how often it has been hit. */
interface Ball {
  readonly hits: number;
}

const BALL_BYTES = 8;
const RESEND = 0;
const RESEND_NS = 50 * NS_PER_MS;

class Player implements StepMachine<Ball> {
  readonly peer: number;
  readonly hitsMax: number;
  lastHit: Ball | undefined;

  constructor(peer: number, hitsMax: number) {
    this.peer = peer;
    this.hitsMax = hitsMax;
  }

  onMessage(_from: number, ball: Ball): Effect<Ball>[] {
    if (ball.hits > this.hitsMax) return [{ do: 'clear-timer', timer: RESEND }];
    // An old ball comes twice when the answer was slow; if the answer was lost, our own timer sends it again.
    if (this.lastHit !== undefined && ball.hits < this.lastHit.hits) return [];
    return ball.hits === this.hitsMax ? this.end(ball) : this.hit({ hits: ball.hits + 1 });
  }

  onTimer(): Effect<Ball>[] {
    return this.lastHit === undefined ? [] : this.hit(this.lastHit);
  }

  /** The last ball: tell the peer, as often as it asks, and stop asking ourselves. */
  private end(ball: Ball): Effect<Ball>[] {
    return [
      { do: 'send', to: this.peer, message: { hits: ball.hits + 1 }, bytes: BALL_BYTES },
      { do: 'clear-timer', timer: RESEND },
      { do: 'deliver', value: ball },
    ];
  }

  private hit(ball: Ball): Effect<Ball>[] {
    this.lastHit = ball;
    return [
      { do: 'send', to: this.peer, message: ball, bytes: BALL_BYTES },
      { do: 'set-timer', timer: RESEND, delayNs: RESEND_NS },
    ];
  }
}

describe('ping-pong, by calling it', () => {
  it('answers a ball, ignores an old one, and hits again when nothing comes back', () => {
    const player = new Player(1, 10);
    const answer = player.onMessage(1, { hits: 3 });
    expect(answer).toEqual([
      { do: 'send', to: 1, message: { hits: 4 }, bytes: BALL_BYTES },
      { do: 'set-timer', timer: RESEND, delayNs: RESEND_NS },
    ]);
    expect(player.onMessage(1, { hits: 3 })).toEqual([]);
    expect(player.onTimer()).toEqual(answer);
  });
});

describe('ping-pong over ideal ports', () => {
  function play(lose: (message: Ball) => boolean): { delivered: Ball[]; sim: Simulation } {
    const sim = new Simulation({ seed: '1', scenario: 'ping-pong' });
    const network = new IdealNetwork<Ball>(sim);
    const delivered: Ball[] = [];
    const lossy = (transport: Transport<Ball>): Transport<Ball> => ({
      ...transport,
      send: (to, message, bytes) => {
        if (!lose(message)) transport.send(to, message, bytes);
      },
    });
    const [serve] = [0, 1].map((node) =>
      drive(new Player(1 - node, 10), { node, transport: lossy(network.attach(node)), timers: new IdealTimers(sim), onDeliver: (ball) => delivered.push(ball) }),
    );
    serve!([{ do: 'send', to: 1, message: { hits: 0 }, bytes: BALL_BYTES }]);
    sim.run({ maxEvents: 1000 });
    return { delivered, sim };
  }

  it('plays ten hits in no time at all', () => {
    const { delivered, sim } = play(() => false);
    expect(delivered).toEqual([{ hits: 10 }]);
    expect(sim.options.scenario).toBe('ping-pong');
  });

  it('recovers a lost ball after the timer, and the same loss gives the same run', () => {
    const run = (): { delivered: Ball[]; sim: Simulation } => {
      let lost = 0;
      return play((ball) => ball.hits === 5 && lost++ === 0);
    };
    const first = run();
    expect(first.delivered).toEqual([{ hits: 10 }]);
    expect(first.sim.now).toBeGreaterThanOrEqual(RESEND_NS);
    expect(run().sim.fingerprint()).toBe(first.sim.fingerprint());
  });
});
