/**
 * A replica of PBFT as a step machine: which handler takes which message, and when. Start reading here, then agreement.ts (the three phases),
 * requests.ts, checkpoints.ts, view-change.ts with choices.ts.
 */
import type { Effects, StepMachine } from '../../step-machine.ts';
import { onCommit, onPrePrepare, onPrepare } from './agreement.ts';
import { onCheckpoint, onFetchState, onReturnState } from './checkpoints.ts';
import { logSize } from './config.ts';
import type { Commit, PbftMessage, PrePrepare, Prepare } from './messages.ts';
import { onBatchTimer, onNullRequestTimer, onRequest, proposeWaiting, settleTimers } from './requests.ts';
import { NOTHING, type PbftState } from './state.ts';
import { BATCH_TIMER, NEW_VIEW_TIMER, NULL_REQUEST_TIMER, REQUEST_TIMER, RESEND_TIMER } from './timers.ts';
import { onFetchBatch, onNewView, onResendTimer, onReturnBatch, onTimeout, onViewChange, resumeViewChange } from './view-change.ts';

type Out = Effects<PbftMessage>;

export const pbft: StepMachine<PbftState, PbftMessage> = {
  start(state, out) {
    settleTimers(state, out);
  },

  restart(state, out) {
    state.awaited = NOTHING;
    state.isBatchTimerSet = state.isNewViewTimerSet = false;
    if (!state.isActive) return resumeViewChange(state, out);
    settleTimers(state, out);
    proposeWaiting(state, out);
  },

  onMessage(state, from, message, out) {
    switch (message.kind) {
      case 'prepare':
      case 'commit':
      case 'pre-prepare': return onVote(state, from, message, out);
      case 'request': return onRequest(state, from, message, out);
      case 'checkpoint': return onCheckpoint(state, from, message, out);
      case 'view-change': return onViewChange(state, from, message, out);
      case 'new-view': onNewView(state, message, out); break;
      case 'fetch-batch': return onFetchBatch(state, from, message, out);
      case 'return-batch': return onReturnBatch(state, from, message, out);
      case 'fetch-state': return onFetchState(state, from, message, out);
      case 'return-state': return onReturnState(state, from, message, out);
      case 'reply': return out.ignore('reply: for clients');
    }
    if (state.isActive) takeEarly(state, out);
  },

  onTimer(state, timer, out) {
    switch (timer) {
      case REQUEST_TIMER:
      case NEW_VIEW_TIMER: return onTimeout(state, out);
      case RESEND_TIMER: return onResendTimer(state, out);
      case BATCH_TIMER: return onBatchTimer(state, out);
      case NULL_REQUEST_TIMER: return onNullRequestTimer(state, out);
    }
  },
};

/** Votes count in their own view only: those of earlier views are void, those of later ones wait for the view to begin. */
function onVote(state: PbftState, from: number, message: PrePrepare | Prepare | Commit, out: Out): void {
  if (message.replica !== from) return out.ignore('vote: names another sender');
  if (message.view < state.view) return out.ignore('vote: of an earlier view');
  if (message.view > state.view || !state.isActive) return keepEarly(state, from, message, out);
  switch (message.kind) {
    case 'prepare': return onPrepare(state, from, message, out);
    case 'commit': return onCommit(state, from, message, out);
    case 'pre-prepare': return onPrePrepare(state, from, message, out);
  }
}

/**
 * choice: of each sender, votes of one view, the last it has voted in, and no more than a log holds: nobody can fill another's place. The paper
 * lets links repeat what a replica was not ready for.
 */
function keepEarly(state: PbftState, from: number, message: PrePrepare | Prepare | Commit, out: Out): void {
  const early = state.early[from]!;
  if (early.length > 0 && message.view < early[0]!.view) return out.ignore('vote: its sender has voted in a later view since');
  if (early.length > 0 && message.view > early[0]!.view) early.length = 0;
  if (early.length >= 3 * logSize(state.config)) return out.ignore('vote: of a later view, and too many wait already');
  early.push(message);
}

/** The view has begun: what waited for it counts now. */
function takeEarly(state: PbftState, out: Out): void {
  for (let from = 0; from < state.early.length; from++) {
    if (state.early[from]!.length === 0 || state.early[from]![0]!.view > state.view) continue;
    for (const message of state.early[from]!.splice(0)) onVote(state, from, message, out);
  }
}
