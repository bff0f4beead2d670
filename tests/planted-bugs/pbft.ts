/** Bugs to plant in PBFT. The swarm has to find each within 1000 runs; its checkers know nothing of them. */
import type { PlantedBug } from './load-mutant.ts';

const at = (file: string): string => `sim/consensus/pbft/${file}.ts`;

export const PBFT_BUGS: readonly PlantedBug[] = [
  { id: 'P1-quorum-f-plus-1', file: at('config'), text: 'return Math.floor((n + faultsTolerated(n) + 2) / 2);', replacement: 'return faultsTolerated(n) + 1;', what: 'a quorum is f + 1' },
  { id: 'P1b-quorum-2f-plus-1', file: at('config'), text: 'return Math.floor((n + faultsTolerated(n) + 2) / 2);', replacement: 'return 2 * faultsTolerated(n) + 1;', what: 'a quorum is 2 f + 1 whatever n is' },
  { id: 'P2-f-rounded', file: at('config'), text: 'return Math.floor((n - 1) / 3);', replacement: 'return Math.floor(n / 3);', what: 'f = floor(n / 3), wrong at 6' },
  { id: 'P3-duplicate-votes', file: at('agreement'), text: "if (slot.commits[from] !== NO_DIGEST) return out.ignore('commit: this replica has voted');", replacement: '', what: 'a COMMIT that comes twice counts twice' },
  { id: 'P4-votes-across-digests', file: at('agreement'), text: '  if (digest !== slot.digest) return;\n  slot.prepareCount += 1;', replacement: '  slot.prepareCount += 1;', what: 'PREPAREs for other digests count' },
  { id: 'P4b-votes-across-views', file: at('replica'), text: "if (message.view < state.view) return out.ignore('vote: of an earlier view');", replacement: '', what: 'votes of earlier views count' },
  { id: 'P5-prepared-set-ignored', file: at('view-change'), text: 'if (preparedEntry !== undefined) prepared.push(preparedEntry);', replacement: '', what: 'VIEW-CHANGE without what was prepared' },
  { id: 'P6-new-view-believed', file: at('view-change'), text: 'if (chosen === undefined || !isSame(chosen, message)) {', replacement: 'if (!isProven) {', what: 'backups do not recompute the new view' },
  { id: 'P7-commit-before-prepared', file: at('agreement'), text: 'if (slot.isCommitted || !slot.isPrepared || slot.commitCount < quorum(state.config.n)) return;', replacement: 'if (slot.isCommitted || slot.digest === NO_DIGEST || slot.commitCount < quorum(state.config.n) - 1) return;', what: 'COMMITs of others are enough' },
  { id: 'P8-watermarks', file: at('state'), text: 'return seq > state.low && seq <= high(state);', replacement: 'return seq > state.low;', what: 'no upper end of the log' },
  { id: 'P9-weak-checkpoint', file: at('checkpoints'), text: 'if (votes.reduce((sum, each) => sum + (each === digest ? 1 : 0), 0) < quorum(n)) return;', replacement: 'if (votes.reduce((sum, each) => sum + (each === digest ? 1 : 0), 0) < weakQuorum(n)) return;', what: 'a checkpoint is stable at f + 1' },
  { id: 'P10-timer-not-doubled', file: at('requests'), text: 'return 1 << Math.max(0, Math.min(attempts, 20));', replacement: 'return 1;', what: 'timers never double' },
  { id: 'P11-executed-again', file: at('agreement'), text: '  if (isExecuted(state, request)) return;\n  state.service', replacement: '  state.service', what: 'a request in two batches is executed twice' },
  { id: 'P12-gap', file: at('agreement'), text: 'const slot = state.slots.get(state.executed + 1);', replacement: 'const slot = [...state.slots.values()].find(({ seq, isCommitted }) => seq > state.executed && isCommitted);', what: 'execution skips numbers not yet committed' },
  { id: 'P13-no-null-request', file: at('choices'), text: 'if (digest === undefined && !isEmpty(viewChanges, seq, config)) return undefined;', replacement: 'if (digest === undefined) return undefined;', what: 'gaps are not filled' },
  { id: 'P14-votes-after-leaving', file: at('replica'), text: 'if (message.view > state.view || !state.isActive) return keepEarly(state, from, message, out);', replacement: 'if (message.view > state.view) return keepEarly(state, from, message, out);', what: 'a replica votes in a view before it has begun, and without what it carries over' },
  { id: 'P14b-still-active', file: at('view-change'), text: '  state.view = view;\n  state.isActive = false;', replacement: '  state.isActive = true;', what: 'a replica that asked for another view goes on in the old one' },
  { id: 'P15-vote-state-lost', file: 'scenarios/testbed/pbft-swarm.ts', text: 'startReplica(node, keepsDisk ? state : initialState(node, config)).restart();', replacement: 'startReplica(node, initialState(node, config)).restart();', what: 'a restart forgets what was promised' },
  { id: 'P16-second-proposal', file: at('agreement'), text: "if (slot.digest !== NO_DIGEST) return out.ignore(", replacement: "if (slot.digest === digest) return out.ignore(", what: 'a second proposal for the same number is accepted' },
  { id: 'P17-sender-from-body', file: at('replica'), text: "if (message.replica !== from) return out.ignore('vote: names another sender');", replacement: 'from = message.replica;', what: 'who voted is what the message says' },
  { id: 'P18-one-reply', file: at('client'), text: 'if (same < weakQuorum(config.n)) return;', replacement: 'if (same < 1) return;', what: 'a client believes one replica' },
  { id: 'P19-checkpoint-of-one', file: at('choices'), text: 'if (vouching >= weakQuorum(n) && notBeyond >= quorum(n)) best = candidate;', replacement: 'if (notBeyond >= quorum(n)) best = candidate;', what: 'a new view begins at a checkpoint that one replica names' },
  { id: 'P20-unsigned-view-change', file: at('view-change'), text: 'each.view === view && isSigned(each) && isPlausible', replacement: 'each.view === view && isPlausible', what: 'a NEW-VIEW may carry VIEW-CHANGEs that their senders have not signed' },
  { id: 'P21-view-change-twice', file: at('view-change'), text: 'signers.size === viewChanges.length && signers.size >= quorum(n)', replacement: 'viewChanges.length >= quorum(n)', what: 'a VIEW-CHANGE that a NEW-VIEW carries twice counts twice' },
  { id: 'P22-first-prepared', file: at('agreement'), text: 'slot.preparedEntry = {', replacement: 'slot.preparedEntry ??= {', what: 'P keeps the first view in which a batch was prepared' },
  { id: 'P23-digests-at-equal-view', file: at('choices'), text: 'entry.view < view || (entry.view === view && entry.digest === digest)', replacement: 'entry.view <= view', what: 'A1 does not see another digest in the same view' },
  { id: 'P24-state-believed', file: at('checkpoints'), text: "if (digestOfSnapshot(snapshot) !== digest) return out.ignore('return-state: not the state that was agreed on');", replacement: '', what: 'any state that comes is taken over' },
  { id: 'P25-returned-batch-believed', file: at('view-change'), text: "if (!isTrueBatch(batch)) return out.ignore('return-batch: the digest is not the one of the batch');", replacement: '', what: 'a batch that was asked for is not held against its digest' },
  { id: 'P26-proposed-batch-believed', file: at('agreement'), text: 'batch.digest !== digest || !isTrueBatch(batch)', replacement: 'batch.digest !== digest', what: 'a batch that is proposed is not held against its digest' },
  { id: 'P27-newest-pre-prepared', file: at('agreement'), text: '[...slot.prePreparedEntries.filter((entry) => entry.digest !== digest), {', replacement: '[{', what: 'Q keeps the newest digest only' },
  { id: 'P28-open-below-choices', file: at('agreement'), text: "if (seq <= settledUpTo(state)) return out.ignore('pre-prepare: the NEW-VIEW has settled what is agreed on here');", replacement: '', what: 'a primary may propose again what its NEW-VIEW has settled' },
  { id: 'P32-anybody-proposes', file: at('agreement'), text: "if (from !== primaryOf(view, n)) return out.ignore('pre-prepare: not from the primary of its view');", replacement: '', what: 'a proposal counts whoever makes it' },
  { id: 'P33-primary-votes-twice', file: at('agreement'), text: "if (from === primaryOf(view, state.config.n)) return out.ignore('prepare: from the primary, whose pre-prepare is its promise');", replacement: '', what: 'a PREPARE of the primary counts beside its proposal' },
  { id: 'P34-unsigned-in-batch', file: at('agreement'), text: "if (!batch.requests.every(isSignedRequest)) return out.ignore('pre-prepare: a request that its client has not signed');", replacement: '', what: 'a batch may hold requests that no client has signed' },
  { id: 'P35-unsigned-request', file: at('requests'), text: "if (!isSignedRequest(request)) return out.ignore('request: not signed by its client');", replacement: '', what: 'a primary proposes requests that no client has signed' },
  { id: 'P36-any-first-state', file: at('view-change'), text: 'return isEqual(ours.checkpoint, theirs.checkpoint) && ', replacement: 'return ', what: 'a NEW-VIEW may begin at any checkpoint' },
  { id: 'P37-trailing-null-dropped', file: at('choices'), text: 'choices.length = last;', replacement: 'while (choices.length > 0 && choices[choices.length - 1]!.digest === NULL_DIGEST) choices.pop();', what: 'a null request at the end is dropped, committed or not' },
];

/**
 * Checks that another check implies, so that no run can tell: the test shows for each that it is so. Should one of them matter one day, its row
 * fails, and belongs above.
 */
export const PBFT_IMPLIED = {
  // Both A1 and B of the decision procedure count a quorum of VIEW-CHANGEs.
  weakProof: { id: 'P29-new-view-of-f-plus-1', file: at('view-change'), text: 'signers.size >= quorum(n) &&', replacement: 'signers.size >= weakQuorum(n) &&', what: 'a NEW-VIEW is believed from f + 1 VIEW-CHANGEs' },
  // The first number above the checkpoint is decided by a quorum with h below it: they are not beyond the checkpoint.
  beyond: { id: 'P30-checkpoint-left-behind', file: at('choices'), text: 'vouching >= weakQuorum(n) && notBeyond >= quorum(n)', replacement: 'vouching >= weakQuorum(n)', what: 'a new view begins at a checkpoint that a quorum may have gone beyond' },
} satisfies Readonly<Record<string, PlantedBug>>;

/**
 * A2 asks for f + 1 that pre-prepared a batch in the view of its P entry or later, and no correct replica says so of a view to come. Nor does
 * such an entry block more than one of the last view before: so the swarm cannot tell, and the sentence of the paper has a test.
 */
export const ENTRIES_TO_COME: PlantedBug = { id: 'P31-entries-of-views-to-come', file: at('view-change'), text: 'entry.seq <= top && entry.view < view', replacement: 'entry.seq <= top', what: 'a VIEW-CHANGE may list what was prepared in the view that it asks for' };
