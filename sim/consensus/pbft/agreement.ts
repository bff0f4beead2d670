/**
 * The three phases (Castro and Liskov 1999, section 4.2): the primary proposes, all promise, all learn that enough promised, and execute in
 * order. Requests and replies are in requests.ts.
 */
import type { Effects } from '../../step-machine.ts';
import { DigestBuilder, NO_DIGEST, NULL_DIGEST } from '../digest.ts';
import { ACCEPTED, COMMITTED, DELIVERED, EXECUTED, PREPARED, PROPOSED } from '../observations.ts';
import { takeCheckpoint } from './checkpoints.ts';
import { primaryOf, quorum } from './config.ts';
import { type Batch, type Commit, isSignedRequest, isTrueBatch, NULL_BATCH, type PbftMessage, type PrePrepare, type Prepare, type Request } from './messages.ts';
import { proposeWaiting, replyTo, settleTimers } from './requests.ts';
import { isExecuted, isInLog, type PbftState, requestKey, settledUpTo, type Slot, slotOf } from './state.ts';

type Out = Effects<PbftMessage>;

/** Primary: gives the batch the next sequence number. */
export function propose(state: PbftState, batch: Batch, out: Out): void {
  const { view, id } = state;
  const seq = ++state.assigned;
  const slot = slotOf(state, seq);
  out.observe(PROPOSED, view, seq, batch.digest);
  accept(state, slot, batch.digest, out);
  state.batches.set(batch.digest, batch);
  out.broadcast({ kind: 'pre-prepare', view, seq, digest: batch.digest, replica: id, batch });
}

/** Backup: accepts a proposal, or refuses it. */
export function onPrePrepare(state: PbftState, from: number, message: PrePrepare, out: Out): void {
  const { view, seq, digest, batch } = message;
  const { n } = state.config;
  if (from !== primaryOf(view, n)) return out.ignore('pre-prepare: not from the primary of its view');
  if (!isInLog(state, seq)) return out.ignore('pre-prepare: outside the log');
  const slot = slotOf(state, seq);
  if (slot.digest !== NO_DIGEST) return out.ignore(slot.digest === digest ? 'pre-prepare: known' : 'pre-prepare: another one was accepted here in this view');
  if (seq <= settledUpTo(state)) return out.ignore('pre-prepare: the NEW-VIEW has settled what is agreed on here');
  if (batch.digest !== digest || !isTrueBatch(batch)) return out.ignore('pre-prepare: the digest is not the one of the batch');
  if (!batch.requests.every(isSignedRequest)) return out.ignore('pre-prepare: a request that its client has not signed');
  state.batches.set(digest, batch);
  for (const request of batch.requests) if (!isExecuted(state, request) && !state.pending.has(requestKey(request))) state.pending.set(requestKey(request), request);
  accept(state, slot, digest, out);
  settleTimers(state, out);
  promise(state, slot, out);
}

/** The place is taken by this digest in this view: noted for view changes to come (Q), before anything is said about it. */
export function accept(state: PbftState, slot: Slot, digest: number, out: Out): void {
  const { seq } = slot;
  slot.digest = digest;
  slot.prePreparedEntries = [...slot.prePreparedEntries.filter((entry) => entry.digest !== digest), { seq, digest, view: state.view }];
  slot.prepareCount = count(slot.prepares, digest);
  slot.commitCount = count(slot.commits, digest);
  out.persist(LOG_ENTRY_BYTES);
  out.observe(ACCEPTED, state.view, seq, digest);
}

/** Backup: PREPARE to all. */
export function promise(state: PbftState, slot: Slot, out: Out): void {
  const { view, id } = state;
  const { seq, digest } = slot;
  out.broadcast({ kind: 'prepare', view, seq, digest, replica: id });
  slot.prepares[id] = digest;
  slot.prepareCount += 1;
  checkPrepared(state, slot, out);
}

/** It may come before the PRE-PREPARE: then it is noted, and counted by `accept`. So may a COMMIT. */
export function onPrepare(state: PbftState, from: number, message: Prepare, out: Out): void {
  const { view, seq, digest } = message;
  if (from === primaryOf(view, state.config.n)) return out.ignore('prepare: from the primary, whose pre-prepare is its promise');
  if (!isInLog(state, seq)) return out.ignore('prepare: outside the log');
  const slot = slotOf(state, seq);
  if (slot.prepares[from] !== NO_DIGEST) return out.ignore('prepare: this replica has voted');
  slot.prepares[from] = digest;
  if (digest !== slot.digest) return;
  slot.prepareCount += 1;
  checkPrepared(state, slot, out);
}

/** prepared(m, v, n): the PRE-PREPARE, and PREPAREs that match it from so many backups that with the primary they are a quorum. */
export function checkPrepared(state: PbftState, slot: Slot, out: Out): void {
  if (slot.isPrepared || slot.digest === NO_DIGEST || slot.prepareCount < quorum(state.config.n) - 1) return;
  const { view, id } = state;
  const { seq, digest } = slot;
  slot.isPrepared = true;
  slot.preparedEntry = { seq, digest, view };
  out.persist(LOG_ENTRY_BYTES);
  out.observe(PREPARED, view, seq, digest);
  out.broadcast({ kind: 'commit', view, seq, digest, replica: id });
  slot.commits[id] = digest;
  slot.commitCount += 1;
  checkCommitted(state, slot, out);
}

export function onCommit(state: PbftState, from: number, message: Commit, out: Out): void {
  const { seq, digest } = message;
  if (!isInLog(state, seq)) return out.ignore('commit: outside the log');
  const slot = slotOf(state, seq);
  if (slot.commits[from] !== NO_DIGEST) return out.ignore('commit: this replica has voted');
  slot.commits[from] = digest;
  if (digest !== slot.digest) return;
  slot.commitCount += 1;
  checkCommitted(state, slot, out);
}

/** committed-local(m, v, n): prepared here, and COMMITs that match from a quorum, the own one included. */
function checkCommitted(state: PbftState, slot: Slot, out: Out): void {
  if (slot.isCommitted || !slot.isPrepared || slot.commitCount < quorum(state.config.n)) return;
  slot.isCommitted = true;
  out.observe(COMMITTED, state.view, slot.seq, slot.digest);
  executeReady(state, out);
}

/** Executes what is committed, without a gap, as far as batches are at hand. */
export function executeReady(state: PbftState, out: Out): void {
  const before = state.executed;
  for (;;) {
    const slot = state.slots.get(state.executed + 1);
    if (slot === undefined || !slot.isCommitted) break;
    const batch = slot.digest === NULL_DIGEST ? NULL_BATCH : state.batches.get(slot.digest);
    if (batch === undefined) break;
    state.executed = slot.seq;
    for (const request of batch.requests) execute(state, request, out);
    out.observe(EXECUTED, state.view, slot.seq, slot.digest);
    if (slot.seq % state.config.checkpointEvery === 0) takeCheckpoint(state, out);
  }
  if (state.executed === before) return;
  state.attempts = 0;
  settleTimers(state, out);
  proposeWaiting(state, out);
}

/** Exactly once: what a client has had an answer to, or to something later, is not executed again. */
function execute(state: PbftState, request: Request, out: Out): void {
  const { client, timestamp, bytes } = request;
  state.pending.delete(requestKey(request));
  if (isExecuted(state, request)) return;
  state.service = new DigestBuilder().add(state.service).add(client).add(timestamp).add(bytes).end();
  state.clients.set(client, { timestamp, result: state.service, view: state.view });
  out.observe(DELIVERED, client, timestamp, state.service);
  replyTo(state, client, out);
}

/** View, sequence number, digest, kind: choice, 64 bytes a record of the log. */
const LOG_ENTRY_BYTES = 64;

function count(votes: Float64Array, digest: number): number {
  let found = 0;
  for (let replica = 0; replica < votes.length; replica++) if (votes[replica] === digest) found += 1;
  return found;
}
