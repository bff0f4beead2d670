/** What replicas tell checkers and figures: one small integer each, with view, sequence number and digest. */

/** A primary gave a batch its place. */
export const PROPOSED = 1;
/** A replica promised not to accept another batch there in this view. */
export const ACCEPTED = 2;
/** A quorum promised the same: the place is fixed for this view and what follows. */
export const PREPARED = 3;
/** A quorum knows that it is. */
export const COMMITTED = 4;
/** Executed, in order; the digest is the batch's. */
export const EXECUTED = 5;
/** State after a checkpoint's sequence number; the digest is the state's. */
export const CHECKPOINTED = 6;
/** A checkpoint is stable: the log up to it may go. */
export const STABLE = 7;
/** A replica stopped taking part in its view and asks for this one. */
export const VIEW_CHANGE = 8;
/** A replica takes part in this view. */
export const VIEW_ENTERED = 9;
/** A replica took over the state of others at this sequence number; the digest is the state's. */
export const STATE_TAKEN = 10;

/** A request was executed: client for view, its timestamp for the sequence number, the result for the digest. */
export const DELIVERED = 11;
/** A client took a result: likewise. */
export const ANSWERED = 12;
/** A client sends a request for the first time: likewise, its bytes for the digest. */
export const ASKED = 13;

export const OBSERVATION_NAMES: readonly string[] = ['', 'proposed', 'accepted', 'prepared', 'committed', 'executed', 'checkpointed', 'stable', 'view-change', 'view-entered', 'state-taken', 'delivered', 'answered', 'asked'];
