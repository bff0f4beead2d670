/**
 * Requests in, replies out (Castro and Liskov 1999, sections 4.1 and 4.4): batches at the primary, relays and the request timer at backups,
 * the last reply of each client for those who ask again.
 */
import type { Effects } from '../../step-machine.ts';
import { propose } from './agreement.ts';
import { primaryOf } from './config.ts';
import { isSignedRequest, makeBatch, NULL_BATCH, type PbftMessage, type Request } from './messages.ts';
import { high, isExecuted, NOTHING, type PbftState, requestKey } from './state.ts';
import { BATCH_TIMER, NULL_REQUEST_TIMER, REQUEST_TIMER } from './timers.ts';
import { startViewChange } from './view-change.ts';

type Out = Effects<PbftMessage>;

export function onRequest(state: PbftState, from: number, request: Request, out: Out): void {
  const { client } = request;
  const { n } = state.config;
  if (!isSignedRequest(request)) return out.ignore('request: not signed by its client');
  if (isExecuted(state, request)) {
    if (state.clients.get(client)!.timestamp === request.timestamp) return replyTo(state, client, out);
    return out.ignore('request: the client has an answer to a later one');
  }
  const key = requestKey(request);
  const isKnown = state.pending.has(key);
  if (!isKnown) state.pending.set(key, request);
  settleTimers(state, out);
  if (!state.isActive) return;
  if (primaryOf(state.view, n) === state.id) {
    if (isKnown) return out.ignore('request: known');
    state.queue.push(request);
    proposeWaiting(state, out);
  } else if (from === client || !isKnown) {
    // The client got no answer in time, or does not know the primary; or who passed it on has not told the primary.
    out.send(primaryOf(state.view, n), request);
  }
}

/** Primary: fills batches as far as the log reaches; a batch that is not full waits for its timer. */
export function proposeWaiting(state: PbftState, out: Out): void {
  const { n, batchSize, batchTimeoutNs } = state.config;
  if (!state.isActive || primaryOf(state.view, n) !== state.id) return;
  while (state.queue.length >= batchSize && hasRoom(state)) proposeBatch(state, out);
  if (state.queue.length === 0 || !hasRoom(state)) return;
  if (batchTimeoutNs === 0) return proposeBatch(state, out);
  if (state.isBatchTimerSet) return;
  state.isBatchTimerSet = true;
  out.setTimer(BATCH_TIMER, batchTimeoutNs);
}

export function onBatchTimer(state: PbftState, out: Out): void {
  state.isBatchTimerSet = false;
  if (!state.isActive || primaryOf(state.view, state.config.n) !== state.id) return;
  if (state.queue.length > 0 && hasRoom(state)) proposeBatch(state, out);
  proposeWaiting(state, out);
}

/** Nothing happened for long. The primary shows with an empty batch that it is there; a backup that sees none asks for another one. */
export function onNullRequestTimer(state: PbftState, out: Out): void {
  if (primaryOf(state.view, state.config.n) !== state.id) return startViewChange(state, state.view + 1, out);
  if (hasRoom(state)) propose(state, NULL_BATCH, out);
  settleTimers(state, out);
}

/** Room in the log, and not further ahead than the profile allows. */
function hasRoom(state: PbftState): boolean {
  const { proposeAhead, pipelineDepth } = state.config;
  return state.assigned < Math.min(state.low + proposeAhead, high(state), state.executed + pipelineDepth);
}

function proposeBatch(state: PbftState, out: Out): void {
  const requests = state.queue.splice(0, state.config.batchSize).filter((request) => !isExecuted(state, request));
  if (state.isBatchTimerSet) {
    state.isBatchTimerSet = false;
    out.clearTimer(BATCH_TIMER);
  }
  if (requests.length > 0) propose(state, makeBatch(requests), out);
}

/**
 * The request timer runs while a replica waits for one request, the oldest it knows, to be executed. Others that are executed meanwhile do not
 * move it: else a primary could be deaf to one client as long as it serves another. Where nothing is awaited the null-request timer runs, at
 * backups longer by the time that a request may take (Fabric v0.6, pbft-core.go).
 */
export function settleTimers(state: PbftState, out: Out): void {
  if (!state.isActive) return;
  const { n, requestTimeoutNs, nullRequestNs } = state.config;
  const awaited = oldestPending(state);
  if (awaited !== NOTHING && awaited === state.awaited) return;
  if (awaited !== NOTHING) out.setTimer(REQUEST_TIMER, requestTimeoutNs * doublings(state.attempts));
  else if (state.awaited !== NOTHING) out.clearTimer(REQUEST_TIMER);
  state.awaited = awaited;
  if (nullRequestNs === 0) return;
  if (awaited === NOTHING) out.setTimer(NULL_REQUEST_TIMER, nullRequestNs + (primaryOf(state.view, n) === state.id ? 0 : requestTimeoutNs));
  else out.clearTimer(NULL_REQUEST_TIMER);
}

/** Its key. What a client asked for before a request of its that was executed is never executed any more, and forgotten here. */
function oldestPending(state: PbftState): number {
  for (const [key, request] of state.pending) {
    if (!isExecuted(state, request)) return key;
    state.pending.delete(key);
  }
  return NOTHING;
}

/** 2^attempts, held where timers would outgrow every run; an execution in the midst of a view change starts the count anew. */
export function doublings(attempts: number): number {
  return 1 << Math.max(0, Math.min(attempts, 20));
}

/** The client's last reply, for the first or a further time. */
export function replyTo(state: PbftState, client: number, out: Out): void {
  const { timestamp, result } = state.clients.get(client)!;
  out.send(client, { kind: 'reply', view: state.view, client, timestamp, replica: state.id, result });
}
