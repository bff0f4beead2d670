/** A client of two-phase commit: one transaction after the other, each on an account drawn by its number; asks again when no outcome comes. */
import type { Effects, StepMachine } from '../../step-machine.ts';
import { COORDINATOR, TOLD, type TwoPhaseMessage } from './two-phase.ts';

export interface TwoPhaseClientConfig {
  readonly requests: number;
  readonly retryNs: number;
  /** The fewer, the more transactions of different clients meet. */
  readonly accounts: number;
}

export interface TwoPhaseClientState {
  readonly id: number;
  readonly config: TwoPhaseClientConfig;
  timestamp: number;
  /** In order: was it committed? */
  readonly outcomes: boolean[];
}

const RETRY_TIMER = 0;

export function initialTwoPhaseClient(id: number, config: TwoPhaseClientConfig): TwoPhaseClientState {
  return { id, config, timestamp: 0, outcomes: [] };
}

export const twoPhaseClient: StepMachine<TwoPhaseClientState, TwoPhaseMessage> = {
  start: next,
  restart: send,

  onMessage(state, _from, message, out) {
    if (message.kind !== 'outcome' || message.timestamp !== state.timestamp || state.outcomes.length === state.timestamp) return out.ignore('not an outcome that is waited for');
    state.outcomes.push(message.isCommit);
    out.observe(TOLD, state.id, message.timestamp, message.isCommit ? 1 : 0);
    out.clearTimer(RETRY_TIMER);
    next(state, out);
  },

  onTimer: (state, _timer, out) => send(state, out),
};

function next(state: TwoPhaseClientState, out: Effects<TwoPhaseMessage>): void {
  if (state.timestamp >= state.config.requests) return;
  state.timestamp += 1;
  send(state, out);
}

function send({ id, timestamp, outcomes, config }: TwoPhaseClientState, out: Effects<TwoPhaseMessage>): void {
  if (outcomes.length === timestamp) return;
  out.send(COORDINATOR, { kind: 'begin', client: id, timestamp, account: 1 + (timestamp % config.accounts) });
  out.setTimer(RETRY_TIMER, config.retryNs);
}
