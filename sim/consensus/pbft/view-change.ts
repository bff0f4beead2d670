/**
 * View changes (Castro and Liskov 1999, section 4.4; TOCS 2002, section 3.2.4): when requests are not executed in time the replicas move to
 * the next primary, and carry over everything that may have been committed.
 */
import type { Effects } from '../../step-machine.ts';
import { NO_DIGEST, NULL_DIGEST } from '../digest.ts';
import { VIEW_CHANGE, VIEW_ENTERED } from '../observations.ts';
import { accept, executeReady, promise } from './agreement.ts';
import { catchUp, fetch, hear } from './checkpoints.ts';
import { choose, type Choices } from './choices.ts';
import { faultsTolerated, logSize, primaryOf, quorum, weakQuorum } from './config.ts';
import { digestOfSnapshot, type FetchBatch, isSigned, isSignedNewView, isTrueBatch, type NewView, type PbftMessage, type Place, type PlaceInView, type ReturnBatch, signNewView, signViewChange, type ViewChange } from './messages.ts';
import { doublings, proposeWaiting, settleTimers } from './requests.ts';
import { clearVotes, isInLog, NOTHING, type PbftState, requestKey, settledUpTo, slotOf } from './state.ts';
import { BATCH_TIMER, NEW_VIEW_TIMER, NULL_REQUEST_TIMER, REQUEST_TIMER, RESEND_TIMER } from './timers.ts';

type Out = Effects<PbftMessage>;

/** Stops taking part in the old view, and asks for `view` with what has to be carried over. */
export function startViewChange(state: PbftState, view: number, out: Out): void {
  state.attempts += 1;
  state.view = view;
  state.isActive = false;
  state.newView = undefined;
  for (const timer of [REQUEST_TIMER, BATCH_TIMER, NEW_VIEW_TIMER]) out.clearTimer(timer);
  if (state.config.nullRequestNs > 0) out.clearTimer(NULL_REQUEST_TIMER);
  state.awaited = NOTHING;
  state.isBatchTimerSet = state.isNewViewTimerSet = false;
  const prepared: PlaceInView[] = [];
  const prePrepared: PlaceInView[] = [];
  for (const seq of [...state.slots.keys()].sort((a, b) => a - b)) {
    const { preparedEntry, prePreparedEntries } = state.slots.get(seq)!;
    if (preparedEntry !== undefined) prepared.push(preparedEntry);
    prePrepared.push(...prePreparedEntries);
  }
  const later = [...state.snapshots].filter(([seq]) => seq > state.low).sort(([a], [b]) => a - b);
  const checkpoints = [{ seq: state.low, digest: state.lowDigest }, ...later.map(([seq, snapshot]) => ({ seq, digest: digestOfSnapshot(snapshot) }))];
  const message = signViewChange({ kind: 'view-change', view, low: state.low, checkpoints, prepared, prePrepared, replica: state.id });
  state.viewChanges[state.id] = message;
  out.persist(VIEW_CHANGE_BYTES);
  out.observe(VIEW_CHANGE, view, state.low, 0);
  out.broadcast(message);
  out.setTimer(RESEND_TIMER, state.config.resendViewChangeNs);
  catchUp(state, out);
  tryNewView(state, out);
}

/** The request timer or the new-view timer ran out. */
export function onTimeout(state: PbftState, out: Out): void {
  startViewChange(state, state.view + 1, out);
}

export function onResendTimer(state: PbftState, out: Out): void {
  if (state.isActive) return;
  out.broadcast(state.viewChanges[state.id]!);
  out.setTimer(RESEND_TIMER, state.config.resendViewChangeNs);
  catchUp(state, out);
}

/** Back after an outage in the midst of a view change: no timer runs, and the others' messages are known and will not count as news again. */
export function resumeViewChange(state: PbftState, out: Out): void {
  onResendTimer(state, out);
  tryNewView(state, out);
}

export function onViewChange(state: PbftState, from: number, message: ViewChange, out: Out): void {
  if (message.replica !== from || !isSigned(message)) return out.ignore('view-change: not signed by its sender');
  if (!isPlausible(state, message)) return out.ignore('view-change: entries that no correct replica would list');
  for (const { seq, digest } of message.checkpoints) hear(state, from, seq, digest, out);
  if (message.view < state.view || (message.view === state.view && state.isActive)) {
    // The sender missed that this view has begun.
    if (state.newView !== undefined && message.view <= state.view && state.isActive) out.send(from, state.newView);
    return out.ignore('view-change: for a view that has begun');
  }
  const known = state.viewChanges[from];
  if (known !== undefined && known.view >= message.view) return out.ignore('view-change: known');
  state.viewChanges[from] = message;
  join(state, out);
  tryNewView(state, out);
}

/** f + 1 replicas are ahead: one of them is correct, so there is a reason. The least of their views, so as not to skip a working one. */
function join(state: PbftState, out: Out): void {
  const ahead = state.viewChanges.filter((each): each is ViewChange => each !== undefined && each.view > state.view);
  if (ahead.length < weakQuorum(state.config.n)) return;
  startViewChange(state, ahead.reduce((least, { view }) => Math.min(least, view), Infinity), out);
}

/** Enough have left for this view or beyond: from here on the new primary has its time; and it begins as soon as the messages decide. */
function tryNewView(state: PbftState, out: Out): void {
  const { n } = state.config;
  if (state.isActive) return;
  // As many as can be counted on, like Fabric v0.6; where n is not 3f + 1 that is more than a quorum, and tells more.
  const enough = n - faultsTolerated(n);
  if (!state.isNewViewTimerSet && state.viewChanges.filter((each) => each !== undefined && each.view >= state.view).length >= enough) {
    state.isNewViewTimerSet = true;
    out.setTimer(NEW_VIEW_TIMER, state.config.viewChangeTimeoutNs * doublings(state.attempts - 1));
  }
  const ours = state.viewChanges.filter((each): each is ViewChange => each?.view === state.view);
  if (ours.length < enough || primaryOf(state.view, n) !== state.id) return;
  const chosen = choose(ours, state.config);
  if (chosen === undefined) return;
  const message = signNewView({ kind: 'new-view', view: state.view, viewChanges: ours, ...chosen, replica: state.id });
  out.broadcast(message);
  enterView(state, message, out);
}

/** Backup: begins the view if it follows from its VIEW-CHANGEs, and asks for the next one if not. */
export function onNewView(state: PbftState, message: NewView, out: Out): void {
  const { view, viewChanges } = message;
  const { n } = state.config;
  if (message.replica !== primaryOf(view, n) || !isSignedNewView(message)) return out.ignore('new-view: not signed by the primary of its view');
  if (view < state.view || (view === state.view && state.isActive)) return out.ignore('new-view: a later view has begun');
  const signers = new Set(viewChanges.map(({ replica }) => replica));
  const isProven = signers.size === viewChanges.length && signers.size >= quorum(n) && viewChanges.every((each) => each.view === view && isSigned(each) && isPlausible(state, each));
  const chosen = isProven ? choose(viewChanges, state.config) : undefined;
  if (chosen === undefined || !isSame(chosen, message)) {
    out.ignore('new-view: does not follow from its view-changes');
    if (view > state.view) return;
    return startViewChange(state, view + 1, out);
  }
  if (view > state.view) state.view = view;
  enterView(state, message, out);
}

function enterView(state: PbftState, message: NewView, out: Out): void {
  const { view, checkpoint, choices } = message;
  const { n } = state.config;
  state.isActive = true;
  state.newView = message;
  for (const timer of [NEW_VIEW_TIMER, RESEND_TIMER, REQUEST_TIMER]) out.clearTimer(timer);
  state.isNewViewTimerSet = false;
  state.awaited = NOTHING;
  out.observe(VIEW_ENTERED, view, checkpoint.seq, checkpoint.digest);
  for (const slot of state.slots.values()) clearVotes(slot);
  state.assigned = Math.max(state.low, settledUpTo(state));
  acceptChoices(state, out);
  const isPrimary = primaryOf(view, n) === state.id;
  const chosen = new Set(choices.map(({ digest }) => digest));
  const placed = new Set([...chosen].flatMap((digest) => (state.batches.get(digest)?.requests ?? []).map(requestKey)));
  state.queue = isPrimary ? [...state.pending.values()].filter((request) => !placed.has(requestKey(request))) : [];
  for (const { replica, checkpoints } of message.viewChanges) for (const { seq, digest } of checkpoints) hear(state, replica, seq, digest, out);
  if (checkpoint.seq > state.executed) fetch(state, checkpoint.seq, checkpoint.digest, out);
  settleTimers(state, out);
  executeReady(state, out);
  proposeWaiting(state, out);
}

/** What the view begins with: accepted, and promised by backups. Choices beyond the log wait until it moves. */
export function acceptChoices(state: PbftState, out: Out): void {
  if (!state.isActive || state.newView === undefined) return;
  for (const { seq, digest } of state.newView.choices) {
    if (!isInLog(state, seq) || slotOf(state, seq).digest !== NO_DIGEST) continue;
    const slot = slotOf(state, seq);
    accept(state, slot, digest, out);
    if (digest !== NULL_DIGEST && !state.batches.has(digest)) out.broadcast({ kind: 'fetch-batch', digest, replica: state.id });
    if (primaryOf(state.view, state.config.n) !== state.id) promise(state, slot, out);
  }
}

export function onFetchBatch(state: PbftState, from: number, { digest }: FetchBatch, out: Out): void {
  const batch = state.batches.get(digest);
  if (batch === undefined) return out.ignore('fetch-batch: not here');
  out.send(from, { kind: 'return-batch', batch, replica: state.id });
}

export function onReturnBatch(state: PbftState, _from: number, { batch }: ReturnBatch, out: Out): void {
  if (!isTrueBatch(batch)) return out.ignore('return-batch: the digest is not the one of the batch');
  const isWanted = [...state.slots.values()].some(({ digest }) => digest === batch.digest);
  if (!isWanted || state.batches.has(batch.digest)) return out.ignore('return-batch: not asked for');
  state.batches.set(batch.digest, batch);
  executeReady(state, out);
}

/** Could a correct replica have sent this? Places inside its log, prepared and pre-prepared before the view it asks for; states it took over may lie beyond. */
function isPlausible({ config }: PbftState, { view, low, checkpoints, prepared, prePrepared }: ViewChange): boolean {
  const top = low + logSize(config);
  const isInside = (entry: PlaceInView): boolean => entry.seq > low && entry.seq <= top && entry.view < view;
  return prepared.every(isInside) && prePrepared.every(isInside) && checkpoints.every(({ seq }) => seq >= low && seq % config.checkpointEvery === 0) && new Set(prepared.map(({ seq }) => seq)).size === prepared.length;
}

function isSame(ours: Choices, theirs: NewView): boolean {
  const isEqual = (a: Place, b: Place | undefined): boolean => b !== undefined && a.seq === b.seq && a.digest === b.digest;
  return isEqual(ours.checkpoint, theirs.checkpoint) && ours.choices.length === theirs.choices.length && ours.choices.every((each, index) => isEqual(each, theirs.choices[index]));
}

/** choice: a VIEW-CHANGE is logged with some ten entries. */
const VIEW_CHANGE_BYTES = 512;
