/**
 * Two-phase commit (Gray, "Notes on data base operating systems", 1978; Bernstein, Hadzilacos and Goodman 1987, section 7.4): node 0 coordinates,
 * the others hold data. A transaction touches one account at all of them, and happens at all or at none.
 *
 * The example of docs/write-your-own-protocol.md. Abort is presumed where the log says nothing. Left out: read-only voters, asking other
 * participants, forgetting what all know. Nobody lies.
 */
import type { Effects, StepMachine } from '../../step-machine.ts';

export type TwoPhaseMessage =
  | { readonly kind: 'begin'; readonly client: number; readonly timestamp: number; readonly account: number }
  | { readonly kind: 'prepare'; readonly seq: number; readonly account: number }
  | { readonly kind: 'vote'; readonly seq: number; readonly isYes: boolean }
  | { readonly kind: 'decision'; readonly seq: number; readonly isCommit: boolean }
  | { readonly kind: 'ask'; readonly seq: number }
  | { readonly kind: 'outcome'; readonly seq: number; readonly client: number; readonly timestamp: number; readonly isCommit: boolean };

export interface TwoPhaseConfig {
  /** The coordinator and its participants. */
  readonly n: number;
  /** How long a vote, or a decision, is waited for. */
  readonly timeoutNs: number;
}

/** At the coordinator `undecided` is open; at a participant it is a promise: it voted yes, and may not change its mind alone. */
export interface Transaction {
  readonly account: number;
  outcome: 'undecided' | 'commit' | 'abort';
  /** Coordinator: who has voted yes, by node, and who wants to know. */
  readonly yes: boolean[];
  readonly client: number;
  readonly timestamp: number;
}

export interface TwoPhaseState {
  readonly id: number;
  readonly config: TwoPhaseConfig;
  /** By number, as the coordinator gives them out from 1 on. */
  readonly transactions: Map<number, Transaction>;
}

/** What nodes tell: the number of the transaction as `seq`, its account as `digest`. */
export const BEGUN = 1;
export const VOTED_YES = 2;
export const VOTED_NO = 3;
export const COMMITTED = 4;
export const ABORTED = 5;
export const TOLD = 6;
export const OBSERVATIONS: readonly string[] = ['', 'begun', 'voted yes', 'voted no', 'committed', 'aborted', 'told'];

export const COORDINATOR = 0;
/** choice: number, account, outcome. */
const LOG_RECORD_BYTES = 32;

type Out = Effects<TwoPhaseMessage>;

export function initialTwoPhase(id: number, config: TwoPhaseConfig): TwoPhaseState {
  return { id, config, transactions: new Map() };
}

export const twoPhase: StepMachine<TwoPhaseState, TwoPhaseMessage> = {
  start() {},

  /** The coordinator aborts what it had not decided; a participant that voted yes has to ask. */
  restart(state, out) {
    for (const [seq, { outcome }] of state.transactions) {
      if (outcome !== 'undecided') continue;
      if (state.id === COORDINATOR) decide(state, seq, false, out);
      else askFor(state, seq, out);
    }
  },

  onMessage(state, from, message, out) {
    switch (message.kind) {
      case 'begin': return onBegin(state, message, out);
      case 'prepare': return onPrepare(state, message, out);
      case 'vote': return onVote(state, from, message, out);
      case 'ask': return onAsk(state, from, message.seq, out);
      case 'decision': return onDecision(state, message, out);
      case 'outcome': return out.ignore('outcome: for clients');
    }
  },

  /** Timers have the number of their transaction. */
  onTimer(state, seq, out) {
    if (state.id === COORDINATOR) decide(state, seq, false, out);
    else askFor(state, seq, out);
  },
};

/** Coordinator: a new transaction, or one that the client asks for again. */
function onBegin({ id, config, transactions }: TwoPhaseState, { client, timestamp, account }: TwoPhaseMessage & { kind: 'begin' }, out: Out): void {
  if (id !== COORDINATOR) return out.ignore('begin: for the coordinator');
  for (const [seq, known] of transactions) {
    if (known.client !== client || known.timestamp !== timestamp) continue;
    if (known.outcome === 'undecided') return out.ignore('begin: under way');
    return out.send(client, { kind: 'outcome', seq, client, timestamp, isCommit: known.outcome === 'commit' });
  }
  const seq = transactions.size + 1;
  transactions.set(seq, { account, outcome: 'undecided', yes: Array.from({ length: config.n }, () => false), client, timestamp });
  out.observe(BEGUN, 0, seq, account);
  out.broadcast({ kind: 'prepare', seq, account });
  out.setTimer(seq, config.timeoutNs);
}

/** Participant: yes if the account is free, and then it is not until the decision comes. The promise is on disk before it is made. */
function onPrepare(state: TwoPhaseState, { seq, account }: TwoPhaseMessage & { kind: 'prepare' }, out: Out): void {
  const { config, transactions } = state;
  if (transactions.has(seq)) return out.ignore('prepare: known');
  const isYes = ![...transactions.values()].some((each) => each.account === account && each.outcome === 'undecided');
  transactions.set(seq, { account, outcome: isYes ? 'undecided' : 'abort', yes: [], client: -1, timestamp: 0 });
  out.persist(LOG_RECORD_BYTES);
  out.observe(isYes ? VOTED_YES : VOTED_NO, 0, seq, account);
  if (!isYes) out.observe(ABORTED, 0, seq, account);
  out.send(COORDINATOR, { kind: 'vote', seq, isYes });
  if (isYes) out.setTimer(seq, config.timeoutNs);
}

/** Coordinator: one no is enough for abort, commit takes a yes of everybody. */
function onVote(state: TwoPhaseState, from: number, { seq, isYes }: TwoPhaseMessage & { kind: 'vote' }, out: Out): void {
  const transaction = state.transactions.get(seq);
  if (transaction?.outcome !== 'undecided') return out.ignore('vote: for nothing that is open');
  transaction.yes[from] = isYes;
  if (!isYes) return decide(state, seq, false, out);
  if (transaction.yes.filter((each) => each).length === state.config.n - 1) decide(state, seq, true, out);
}

/** Coordinator: the decision is made when it is on disk, and told after. */
function decide({ transactions }: TwoPhaseState, seq: number, isCommit: boolean, out: Out): void {
  const transaction = transactions.get(seq)!;
  const { client, timestamp, account } = transaction;
  transaction.outcome = isCommit ? 'commit' : 'abort';
  out.clearTimer(seq);
  out.persist(LOG_RECORD_BYTES);
  out.observe(isCommit ? COMMITTED : ABORTED, 0, seq, account);
  out.broadcast({ kind: 'decision', seq, isCommit });
  out.send(client, { kind: 'outcome', seq, client, timestamp, isCommit });
}

/** Participant: does what was decided; an abort may come before the PREPARE that it is about. */
function onDecision({ transactions }: TwoPhaseState, { seq, isCommit }: TwoPhaseMessage & { kind: 'decision' }, out: Out): void {
  const transaction = transactions.get(seq);
  if (transaction === undefined) return void transactions.set(seq, { account: 0, outcome: isCommit ? 'commit' : 'abort', yes: [], client: -1, timestamp: 0 });
  if (transaction.outcome !== 'undecided') return out.ignore('decision: known');
  transaction.outcome = isCommit ? 'commit' : 'abort';
  out.clearTimer(seq);
  out.persist(LOG_RECORD_BYTES);
  out.observe(isCommit ? COMMITTED : ABORTED, 0, seq, transaction.account);
}

/** Coordinator: a decision, if there is one; of what is not in its log it cannot have said commit. */
function onAsk({ transactions }: TwoPhaseState, from: number, seq: number, out: Out): void {
  const outcome = transactions.get(seq)?.outcome;
  if (outcome === 'undecided') return out.ignore('ask: not decided yet');
  out.send(from, { kind: 'decision', seq, isCommit: outcome === 'commit' });
}

/** Participant in doubt: it has promised, so all it can do is ask, again and again. Its account is blocked meanwhile. */
function askFor({ config }: TwoPhaseState, seq: number, out: Out): void {
  out.send(COORDINATOR, { kind: 'ask', seq });
  out.setTimer(seq, config.timeoutNs);
}
