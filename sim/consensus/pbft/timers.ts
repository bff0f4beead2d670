/** Timers of a replica. */
export const REQUEST_TIMER = 0;
export const BATCH_TIMER = 1;
export const NEW_VIEW_TIMER = 2;
export const RESEND_TIMER = 3;
export const NULL_REQUEST_TIMER = 4;
