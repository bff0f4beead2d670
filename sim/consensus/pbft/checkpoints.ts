/**
 * Checkpoints, garbage collection and state transfer (Castro and Liskov 1999, sections 4.3 and 4.6).
 *
 * A checkpoint is stable when a quorum reports it, and only then: the log up to it may go. A replica to which a quorum, or one correct replica
 * beyond its log, reports a state it cannot reach by itself takes the state over, and reports it too.
 */
import type { Effects } from '../../step-machine.ts';
import { NO_DIGEST } from '../digest.ts';
import { CHECKPOINTED, STABLE, STATE_TAKEN } from '../observations.ts';
import { executeReady } from './agreement.ts';
import { quorum, weakQuorum } from './config.ts';
import { type Checkpoint, digestOfSnapshot, type FetchState, type PbftMessage, type ReturnState } from './messages.ts';
import { proposeWaiting, settleTimers } from './requests.ts';
import { high, isInLog, type PbftState, snapshotOf } from './state.ts';
import { acceptChoices } from './view-change.ts';

type Out = Effects<PbftMessage>;

/** After every K-th sequence number. */
export function takeCheckpoint(state: PbftState, out: Out): void {
  const snapshot = snapshotOf(state);
  state.snapshots.set(state.executed, snapshot);
  report(state, state.executed, digestOfSnapshot(snapshot), out);
}

/** Tells the others about the own state there, and counts them who have told of theirs. */
function report(state: PbftState, seq: number, digest: number, out: Out): void {
  out.observe(CHECKPOINTED, state.view, seq, digest);
  out.broadcast({ kind: 'checkpoint', seq, digest, replica: state.id });
  vote(state, state.id, seq, digest, out);
  state.checkpointsBeyond.forEach((each, from) => {
    if (each?.seq === seq) vote(state, from, seq, each.digest, out);
  });
}

export function onCheckpoint(state: PbftState, from: number, { seq, digest }: Checkpoint, out: Out): void {
  if (seq <= state.low) return out.ignore('checkpoint: a later one is stable');
  if (seq % state.config.checkpointEvery !== 0) return out.ignore('checkpoint: not a multiple of K');
  hear(state, from, seq, digest, out);
}

/** A report of another replica's state: a CHECKPOINT, or what it lists in a VIEW-CHANGE. */
export function hear(state: PbftState, from: number, seq: number, digest: number, out: Out): void {
  if (seq <= state.low) return;
  if (isInLog(state, seq) || state.snapshots.has(seq)) return vote(state, from, seq, digest, out);
  const before = state.checkpointsBeyond[from];
  if (before === undefined || before.seq < seq) state.checkpointsBeyond[from] = { seq, digest };
  fetchBeyond(state, out);
}

/** Counts a report of a state inside the log, or of one that this replica has taken over. */
function vote(state: PbftState, from: number, seq: number, digest: number, out: Out): void {
  const { n, checkpointEvery } = state.config;
  let votes = state.checkpointVotes.get(seq);
  if (votes === undefined) state.checkpointVotes.set(seq, (votes = new Float64Array(n).fill(NO_DIGEST)));
  if (votes[from] !== NO_DIGEST) return;
  votes[from] = digest;
  if (votes.reduce((sum, each) => sum + (each === digest ? 1 : 0), 0) < quorum(n)) return;
  if (seq <= state.executed) {
    out.observe(STABLE, state.view, seq, digest);
    stabilise(state, seq, digest);
    acceptChoices(state, out);
    proposeWaiting(state, out);
  } else if (seq >= state.executed + checkpointEvery) fetch(state, seq, digest, out);
}

/**
 * h := seq, and the log up to there goes. On the word of fewer than a quorum it must not: the others' VIEW-CHANGEs would neither vouch for this
 * checkpoint nor count this replica for an earlier one, and no view could begin.
 */
function stabilise(state: PbftState, seq: number, digest: number): void {
  if (seq <= state.low) return;
  state.low = seq;
  state.lowDigest = digest;
  const stillNeeded = new Set<number>([0]);
  for (const [each, slot] of state.slots) {
    if (each <= seq) state.slots.delete(each);
    else for (const entry of slot.prePreparedEntries) stillNeeded.add(entry.digest);
  }
  for (const each of state.batches.keys()) if (!stillNeeded.has(each)) state.batches.delete(each);
  for (const each of state.snapshots.keys()) if (each < seq) state.snapshots.delete(each);
  for (const each of state.checkpointVotes.keys()) if (each <= seq) state.checkpointVotes.delete(each);
  if (state.fetching.seq <= seq) state.fetching = { seq: 0, digest: NO_DIGEST };
  state.assigned = Math.max(state.assigned, seq);
}

/**
 * Something is stuck, and messages may have been lost: asks for the last state that a correct replica has reported and this one has not.
 * The paper has replicas tell each other their status; a view change is the one time at which everybody speaks anyway.
 */
export function catchUp(state: PbftState, out: Out): void {
  const { checkpointVotes, executed, config: { n } } = state;
  let best = { seq: Math.max(executed, state.fetching.seq - 1), digest: NO_DIGEST };
  for (const [seq, votes] of checkpointVotes) {
    if (seq <= best.seq) continue;
    const digest = votes.find((each) => each !== NO_DIGEST && votes.reduce((sum, other) => sum + (other === each ? 1 : 0), 0) >= weakQuorum(n));
    if (digest !== undefined) best = { seq, digest };
  }
  if (best.digest !== NO_DIGEST) state.fetching = best;
  if (state.fetching.seq > executed) out.broadcast({ kind: 'fetch-state', seq: state.fetching.seq, replica: state.id });
}

/** f + 1 replicas report the same state beyond this log: one of them is correct, so this replica has fallen behind. */
function fetchBeyond(state: PbftState, out: Out): void {
  const { checkpointsBeyond, config: { n } } = state;
  for (const candidate of checkpointsBeyond) {
    if (candidate === undefined || candidate.seq <= high(state)) continue;
    const same = checkpointsBeyond.filter((each) => each?.seq === candidate.seq && each.digest === candidate.digest);
    if (same.length >= weakQuorum(n)) return fetch(state, candidate.seq, candidate.digest, out);
  }
}

/** Asks everybody for the state after `seq`; the digest says which answer is true. */
export function fetch(state: PbftState, seq: number, digest: number, out: Out): void {
  if (seq <= state.fetching.seq) return;
  state.fetching = { seq, digest };
  out.broadcast({ kind: 'fetch-state', seq, replica: state.id });
}

export function onFetchState(state: PbftState, from: number, { seq }: FetchState, out: Out): void {
  const snapshot = state.snapshots.get(seq);
  if (snapshot === undefined) return out.ignore('fetch-state: no such checkpoint here');
  out.send(from, { kind: 'return-state', seq, snapshot, replica: state.id });
}

export function onReturnState(state: PbftState, _from: number, { seq, snapshot }: ReturnState, out: Out): void {
  const { digest } = state.fetching;
  if (seq !== state.fetching.seq || seq <= state.executed) return out.ignore('return-state: not asked for');
  if (digestOfSnapshot(snapshot) !== digest) return out.ignore('return-state: not the state that was agreed on');
  state.fetching = { seq: 0, digest: NO_DIGEST };
  state.executed = seq;
  state.service = snapshot.state;
  state.clients.clear();
  for (const { client, timestamp, result } of snapshot.clients) state.clients.set(client, { timestamp, result, view: state.view });
  state.snapshots.set(seq, snapshot);
  out.observe(STATE_TAKEN, state.view, seq, digest);
  report(state, seq, digest, out);
  settleTimers(state, out);
  executeReady(state, out);
  proposeWaiting(state, out);
}
