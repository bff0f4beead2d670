/**
 * A replica of PBFT as a step machine: which handler takes which message, and when. Start reading here, then agreement.ts (the three phases),
 * requests.ts, checkpoints.ts, view-change.ts with choices.ts.
 */
import type { Effects, StepMachine } from '../../step-machine.ts';
import { onCommit, onPrePrepare, onPrepare } from './agreement.ts';
import { onCheckpoint, onFetchState, onReturnState } from './checkpoints.ts';
import { logSize } from './config.ts';
import type { Commit, PbftMessage, PrePrepare, Prepare } from './messages.ts';
import { onBatchTimer, onNullRequestTimer, onRequest, proposeWaiting, settleRequestTimer } from './requests.ts';
import type { PbftState } from './state.ts';
import { BATCH_TIMER, NEW_VIEW_TIMER, NULL_REQUEST_TIMER, REQUEST_TIMER, RESEND_TIMER } from './timers.ts';
import { onFetchBatch, onNewView, onResendTimer, onReturnBatch, onTimeout, onViewChange, resumeViewChange } from './view-change.ts';

type Out = Effects<PbftMessage>;

export const pbft: StepMachine<PbftState, PbftMessage> = {
  start(state, out) {
    if (state.config.nullRequestNs > 0) out.setTimer(NULL_REQUEST_TIMER, state.config.nullRequestNs);
  },

  restart(state, out) {
    state.isRequestTimerSet = state.isBatchTimerSet = state.isNewViewTimerSet = false;
    if (state.config.nullRequestNs > 0) out.setTimer(NULL_REQUEST_TIMER, state.config.nullRequestNs);
    if (!state.isActive) return resumeViewChange(state, out);
    settleRequestTimer(state, out);
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
    if (state.isActive && state.early.length > 0) takeEarly(state, out);
  },

  onTimer(state, timer, out) {
    switch (timer) {
      case REQUEST_TIMER: state.isRequestTimerSet = false; return onTimeout(state, out);
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

/** choice: as many as a view can have in its log. The paper lets links repeat what a replica was not ready for. */
function keepEarly(state: PbftState, from: number, message: PbftMessage, out: Out): void {
  if (state.early.length >= 3 * state.config.n * logSize(state.config)) return out.ignore('vote: of a later view, and too many wait already');
  state.early.push({ from, message });
}

function takeEarly(state: PbftState, out: Out): void {
  const early = state.early;
  state.early = [];
  for (const { from, message } of early) onVote(state, from, message as PrePrepare | Prepare | Commit, out);
}
