/**
 * A client of PBFT (Castro and Liskov 1999, section 4.1): one request at a time, to the primary it knows of; after a timeout to all. It takes
 * a result that f + 1 replicas give, since one of them is correct.
 */
import type { Effects, StepMachine } from '../../step-machine.ts';
import { NO_DIGEST } from '../digest.ts';
import { ANSWERED, ASKED } from '../observations.ts';
import { primaryOf, weakQuorum } from './config.ts';
import { type PbftMessage, type Reply, type Request, signRequest } from './messages.ts';

/** Fires when the client may send its next request, and when a reply is late. */
export const NEXT_TIMER = 0;
export const RETRY_TIMER = 1;

export interface ClientConfig {
  readonly n: number;
  readonly requestBytes: number;
  readonly retryNs: number;
  /** Between a result and the next request. */
  readonly thinkNs: number;
  /** Requests to send in all; Infinity: no end. */
  readonly requests: number;
  /** Fabric v0.6 sends each request to all replicas at once. */
  readonly isBroadcasting: boolean;
}

export interface ClientState {
  readonly id: number;
  readonly config: ClientConfig;
  view: number;
  /** Of the last request sent. */
  timestamp: number;
  isWaiting: boolean;
  /** By replica, for the current request: result (NO_DIGEST: none), and the view it names. */
  readonly results: Float64Array;
  readonly views: Float64Array;
  /** Results accepted, in order. */
  readonly accepted: { timestamp: number; result: number }[];
}

type Out = Effects<PbftMessage>;

export function initialClient(id: number, config: ClientConfig): ClientState {
  return { id, config, view: 0, timestamp: 0, isWaiting: false, results: new Float64Array(config.n).fill(NO_DIGEST), views: new Float64Array(config.n), accepted: [] };
}

export const pbftClient: StepMachine<ClientState, PbftMessage> = {
  start(state, out) {
    if (state.config.requests > 0) sendNext(state, out);
  },

  onMessage(state, from, message, out) {
    if (message.kind === 'reply') onReply(state, from, message, out);
    else out.ignore('for replicas');
  },

  onTimer(state, timer, out) {
    if (timer === NEXT_TIMER) return sendNext(state, out);
    if (!state.isWaiting) return;
    sendToAll(state, request(state), out);
    out.setTimer(RETRY_TIMER, state.config.retryNs);
  },
};

function sendNext(state: ClientState, out: Out): void {
  const { config } = state;
  state.timestamp += 1;
  state.isWaiting = true;
  state.results.fill(NO_DIGEST);
  out.observe(ASKED, state.id, state.timestamp, config.requestBytes);
  if (config.isBroadcasting) sendToAll(state, request(state), out);
  else out.send(primaryOf(state.view, config.n), request(state));
  out.setTimer(RETRY_TIMER, config.retryNs);
}

function onReply(state: ClientState, from: number, { view, timestamp, replica, result }: Reply, out: Out): void {
  const { config, results, views } = state;
  if (replica !== from) return out.ignore('reply: names another sender');
  if (!state.isWaiting || timestamp !== state.timestamp) return out.ignore('reply: to an earlier request');
  results[from] = result;
  views[from] = view;
  let same = 0;
  let least = Infinity;
  for (let each = 0; each < config.n; each++) {
    if (results[each] !== result) continue;
    same += 1;
    least = Math.min(least, views[each]!);
  }
  if (same < weakQuorum(config.n)) return;
  state.isWaiting = false;
  // One of them is correct and has been in this view or a later one; a liar cannot name one that is still to come.
  state.view = Math.max(state.view, least);
  state.accepted.push({ timestamp, result });
  out.observe(ANSWERED, state.id, timestamp, result);
  out.clearTimer(RETRY_TIMER);
  if (state.timestamp < config.requests) out.setTimer(NEXT_TIMER, config.thinkNs);
}

function request({ id, timestamp, config }: ClientState): Request {
  return signRequest({ kind: 'request', client: id, timestamp, bytes: config.requestBytes });
}

function sendToAll({ config }: ClientState, message: Request, out: Out): void {
  for (let replica = 0; replica < config.n; replica++) out.send(replica, message);
}
