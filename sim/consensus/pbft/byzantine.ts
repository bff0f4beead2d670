/**
 * Replicas that lie. A wrapper stands between the protocol and its effects: the protocol itself is correct and knows nothing. It changes,
 * doubles, holds or drops what is sent (lies.ts), and knows no more than what messages look like. What it cannot do is what nobody can: speak
 * for another replica (`from` is authenticated) or sign for one.
 */
import type { RandomStream } from '../../random.ts';
import type { Effects, StepMachine } from '../../step-machine.ts';
import type { PbftConfig } from './config.ts';
import { type Liar, LIES, reversed } from './lies.ts';
import { makeBatch, type PbftMessage } from './messages.ts';
import { initialState, type PbftState } from './state.ts';

/** Random plans draw from these. */
export const BEHAVIOURS = [
  'silent', 'withhold', 'late', 'wrong-digest', 'stale-view', 'censor', 'impersonate', 'double-proposal', 'far-ahead', 'wrong-reply', 'empty-view-change', 'high-checkpoint', 'lying-new-view', 'twins',
  'false-state', 'false-batch', 'forged-new-view', 'lying-entries', 'other-prepared', 'old-place', 'invented-request', 'usurp',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

type Out = Effects<PbftMessage>;

/** Timers of the wrapper start here; the protocol's are below. */
const LATE_TIMER = 1000;
/** A reply just before others give up. */
const LATE_SHARE = 0.9;

/** The machine under a behaviour other than twins. `onLie`: something else went out than the protocol wanted. */
export function lying(machine: StepMachine<PbftState, PbftMessage>, behaviour: Exclude<Behaviour, 'twins'>, stream: RandomStream, onLie = (): void => {}): StepMachine<PbftState, PbftMessage> {
  const held: { to: number; message: PbftMessage }[] = [];
  const told: Liar['told'] = new Map();
  const wrap = (state: PbftState, out: Out): Out => {
    const { config, id } = state;
    const liar: Liar = { id, config, stream, told };
    const one = (to: number, message: PbftMessage): void => {
      if (behaviour === 'late') {
        onLie();
        held.push({ to, message });
        return out.setTimer(LATE_TIMER + held.length - 1, Math.round(LATE_SHARE * config.requestTimeoutNs));
      }
      const said = LIES[behaviour](message, to, liar);
      if (said.length !== 1 || said[0] !== message) onLie();
      for (const each of said) out.send(to, each);
    };
    return effects(out, one, config.n, id, (timer) => timer);
  };
  return {
    start: (state, out) => machine.start(state, wrap(state, out)),
    onMessage: (state, from, message, out) => machine.onMessage(state, from, message, wrap(state, out)),
    onTimer(state, timer, out) {
      if (timer < LATE_TIMER) return machine.onTimer(state, timer, wrap(state, out));
      const { to, message } = held[timer - LATE_TIMER]!;
      out.send(to, message);
    },
    restart: (state, out) => machine.restart!(state, wrap(state, out)),
  };
}

/** Two replicas with one name: each hears and tells its half of the others (Bano et al., "Twins", OPODIS 2021). */
export function twins(machine: StepMachine<PbftState, PbftMessage>): StepMachine<[PbftState, PbftState], PbftMessage> {
  const wrap = (states: [PbftState, PbftState], which: 0 | 1, out: Out): Out => {
    const { config, id } = states[which];
    return effects(out, (to, message) => {
      if (to % 2 === which) out.send(to, message);
    }, config.n, id, (timer) => 2 * timer + which);
  };
  const both = (states: [PbftState, PbftState], out: Out, step: (state: PbftState, out: Out) => void): void => {
    for (const which of [0, 1] as const) step(states[which], wrap(states, which, out));
  };
  return {
    start: (states, out) => both(states, out, (state, own) => machine.start(state, own)),
    onMessage(states, from, message, out) {
      const which = from % 2 === 0 ? 0 : 1;
      machine.onMessage(states[which], from, message, wrap(states, which, out));
    },
    onTimer(states, timer, out) {
      const which = timer % 2 === 0 ? 0 : 1;
      machine.onTimer(states[which], Math.floor(timer / 2), wrap(states, which, out));
    },
    restart: (states, out) => both(states, out, (state, own) => machine.restart!(state, own)),
  };
}

/**
 * Tells the odd replicas another story than the even ones, in every phase: another batch where it is primary, a vote for the batch of that
 * story where it is not. Both stories follow from either, so several of them tell the same two. Not among BEHAVIOURS, which random plans draw
 * from: alone it is one more liar, and more than f of them break what PBFT promises.
 */
export function twoStories(machine: StepMachine<PbftState, PbftMessage>): StepMachine<PbftState, PbftMessage> {
  const wrap = (state: PbftState, out: Out): Out => effects(out, (to, message) => out.send(to, storyFor(state, to, message)), state.config.n, state.id, (timer) => timer);
  return {
    start: (state, out) => machine.start(state, wrap(state, out)),
    onMessage: (state, from, message, out) => machine.onMessage(state, from, message, wrap(state, out)),
    onTimer: (state, timer, out) => machine.onTimer(state, timer, wrap(state, out)),
    restart: (state, out) => machine.restart!(state, wrap(state, out)),
  };
}

function storyFor({ batches }: PbftState, to: number, message: PbftMessage): PbftMessage {
  if (message.kind !== 'pre-prepare' && message.kind !== 'prepare' && message.kind !== 'commit') return message;
  const known = batches.get(message.digest);
  if (known === undefined || known.requests.length === 0) return message;
  // Each request once, by client: the story of the even ones; the other way round: that of the odd ones.
  const once = [...new Map(known.requests.map((request) => [`${request.client}/${request.timestamp}`, request])).values()].sort((a, b) => a.client - b.client || a.timestamp - b.timestamp);
  const batch = to % 2 === 0 ? makeBatch(once) : reversed(makeBatch(once));
  return message.kind === 'pre-prepare' ? { ...message, batch, digest: batch.digest } : { ...message, digest: batch.digest };
}

export function twinStates(id: number, config: PbftConfig): [PbftState, PbftState] {
  return [initialState(id, config), initialState(id, config)];
}

/** Effects whose sends go through `one`, message by message. What a liar reports is of no interest. */
function effects(out: Out, one: (to: number, message: PbftMessage) => void, n: number, id: number, timerOf: (timer: number) => number): Out {
  return {
    send: one,
    broadcast: (message) => {
      for (let to = 0; to < n; to++) if (to !== id) one(to, message);
    },
    setTimer: (timer, delayNs) => out.setTimer(timerOf(timer), delayNs),
    clearTimer: (timer) => out.clearTimer(timerOf(timer)),
    persist: (bytes) => out.persist(bytes),
    compute: (costNs) => out.compute(costNs),
    observe: () => {},
    ignore: (why) => out.ignore(why),
  };
}
