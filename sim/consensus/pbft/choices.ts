/**
 * What a new view has to begin with, from VIEW-CHANGEs alone: the primary computes it, and every backup computes it again (Castro and Liskov,
 * TOCS 2002, section 3.2.4; Fabric v0.6, viewchange.go). A pure function of the messages, so that both get the same.
 */
import { NULL_DIGEST } from '../digest.ts';
import { logSize, type PbftConfig, quorum, weakQuorum } from './config.ts';
import type { Place, ViewChange } from './messages.ts';

export interface Choices {
  /** Where the log begins. */
  readonly checkpoint: Place;
  /** One a sequence number above it, without a gap; the null digest where nothing can have been agreed on. */
  readonly choices: readonly Place[];
}

/** Undefined: the messages do not decide yet, more are needed. */
export function choose(viewChanges: readonly ViewChange[], config: PbftConfig): Choices | undefined {
  const checkpoint = chooseCheckpoint(viewChanges, config);
  if (checkpoint === undefined) return undefined;
  const choices: Place[] = [];
  // The last number that may have been committed; it may hold a null request of an earlier view.
  let last = 0;
  for (let seq = checkpoint.seq + 1; seq <= checkpoint.seq + logSize(config); seq++) {
    const digest = mayBeCommitted(viewChanges, seq, config);
    if (digest === undefined && !isEmpty(viewChanges, seq, config)) return undefined;
    choices.push({ seq, digest: digest ?? NULL_DIGEST });
    if (digest !== undefined) last = choices.length;
  }
  choices.length = last;
  return { checkpoint, choices };
}

/** The highest checkpoint that a correct replica vouches for, and that a quorum has not gone beyond. */
function chooseCheckpoint(viewChanges: readonly ViewChange[], { n }: PbftConfig): Place | undefined {
  let best: Place | undefined;
  for (const { checkpoints } of viewChanges) {
    for (const candidate of checkpoints) {
      if (best !== undefined && candidate.seq <= best.seq) continue;
      const vouching = count(viewChanges, (each) => each.checkpoints.some(({ seq, digest }) => seq === candidate.seq && digest === candidate.digest));
      const notBeyond = count(viewChanges, ({ low }) => low <= candidate.seq);
      if (vouching >= weakQuorum(n) && notBeyond >= quorum(n)) best = candidate;
    }
  }
  return best;
}

/** A: what may have been committed at `seq` in an earlier view; undefined: nothing that could be told. */
function mayBeCommitted(viewChanges: readonly ViewChange[], seq: number, { n }: PbftConfig): number | undefined {
  for (const { prepared } of viewChanges) {
    const candidate = prepared.find((entry) => entry.seq === seq);
    if (candidate === undefined) continue;
    const { digest, view } = candidate;
    // A1: a quorum has prepared nothing else there in this view or a later one.
    const without = count(viewChanges, (each) => each.low < seq && each.prepared.every((entry) => entry.seq !== seq || entry.view < view || (entry.view === view && entry.digest === digest)));
    // A2: a correct replica has pre-prepared it there, in this view or a later one.
    const vouching = count(viewChanges, (each) => each.prePrepared.some((entry) => entry.seq === seq && entry.digest === digest && entry.view >= view));
    if (without >= quorum(n) && vouching >= weakQuorum(n)) return digest;
  }
  return undefined;
}

/** B: a quorum has prepared nothing there at all. */
function isEmpty(viewChanges: readonly ViewChange[], seq: number, { n }: PbftConfig): boolean {
  return count(viewChanges, ({ low, prepared }) => low < seq && prepared.every((entry) => entry.seq !== seq)) >= quorum(n);
}

function count(viewChanges: readonly ViewChange[], holds: (viewChange: ViewChange) => boolean): number {
  return viewChanges.reduce((sum, each) => sum + (holds(each) ? 1 : 0), 0);
}
