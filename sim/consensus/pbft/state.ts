/** The state of a replica, plain data: structured cloning copies it whole. */
import { NO_DIGEST } from '../digest.ts';
import { logSize, type PbftConfig } from './config.ts';
import { type Batch, type Commit, digestOfSnapshot, MOST_TIMESTAMPS, type NewView, NULL_BATCH, type Place, type PlaceInView, type Prepare, type PrePrepare, type Request, type Snapshot, type ViewChange } from './messages.ts';

/** Agreement on one sequence number. Votes are of the current view; what was pre-prepared and prepared stays over views. */
export interface Slot {
  readonly seq: number;
  /** Of the PRE-PREPARE accepted in this view, or NO_DIGEST. */
  digest: number;
  /** By replica: the digest of its first PREPARE and COMMIT in this view, or NO_DIGEST. */
  readonly prepares: Float64Array;
  readonly commits: Float64Array;
  /** How many of them name `digest`. */
  prepareCount: number;
  commitCount: number;
  isPrepared: boolean;
  isCommitted: boolean;
  /** P: last view in which it was prepared here, and with what; undefined if never. */
  preparedEntry: PlaceInView | undefined;
  /** Q: what was pre-prepared here, last view for each digest. */
  prePreparedEntries: PlaceInView[];
}

export interface ClientRecord {
  timestamp: number;
  result: number;
  /** View of the reply. */
  view: number;
}

/** No request's key. */
export const NOTHING = -1;

export interface PbftState {
  readonly id: number;
  readonly config: PbftConfig;
  view: number;
  /** False from the own VIEW-CHANGE to the NEW-VIEW: no votes meanwhile. */
  isActive: boolean;
  /** h: sequence number of the stable checkpoint, and the digest of the state there. */
  low: number;
  lowDigest: number;
  executed: number;
  /** Last sequence number given out by this replica as primary, or agreed on when the view began. */
  assigned: number;
  /** Stands for the service: a digest over everything executed. */
  service: number;
  readonly clients: Map<number, ClientRecord>;
  readonly slots: Map<number, Slot>;
  readonly batches: Map<number, Batch>;
  /** Known and not executed, by `requestKey`; at the primary those without a place wait in `queue`. */
  readonly pending: Map<number, Request>;
  queue: Request[];
  isBatchTimerSet: boolean;
  /** `requestKey` of the request that the request timer runs for; NOTHING: it does not run. */
  awaited: number;
  /** Own checkpoints from the stable one on. */
  readonly snapshots: Map<number, Snapshot>;
  /** Others' checkpoints inside the log, by sequence number: digest by replica. */
  readonly checkpointVotes: Map<number, Float64Array>;
  /** Beyond the log: the last one of each replica. */
  readonly checkpointsBeyond: (Place | undefined)[];
  /** The checkpoint whose state is being fetched; seq 0: none. */
  fetching: { seq: number; digest: number };
  /** The last VIEW-CHANGE of each replica. */
  readonly viewChanges: (ViewChange | undefined)[];
  /** View changes in a row without an execution: doubles the timers. */
  attempts: number;
  isNewViewTimerSet: boolean;
  /** The NEW-VIEW that began the current view, for replicas that missed it. */
  newView: NewView | undefined;
  /** Votes of a view to come, by sender: of the last view in which it has voted. */
  readonly early: (PrePrepare | Prepare | Commit)[][];
}

export function initialState(id: number, config: PbftConfig): PbftState {
  const empty: Snapshot = { state: 0, clients: [] };
  return {
    id, config,
    view: 0, isActive: true, low: 0, lowDigest: digestOfSnapshot(empty), executed: 0, assigned: 0, service: 0,
    clients: new Map(), slots: new Map(), batches: new Map([[NULL_BATCH.digest, NULL_BATCH]]), pending: new Map(), queue: [],
    isBatchTimerSet: false, awaited: NOTHING,
    snapshots: new Map([[0, empty]]), checkpointVotes: new Map(), checkpointsBeyond: Array.from({ length: config.n }, () => undefined), fetching: { seq: 0, digest: NO_DIGEST },
    viewChanges: Array.from({ length: config.n }, () => undefined), attempts: 0, isNewViewTimerSet: false, newView: undefined, early: Array.from({ length: config.n }, () => []),
  };
}

/** H = h + L. */
export function high(state: PbftState): number {
  return state.low + logSize(state.config);
}

export function isInLog(state: PbftState, seq: number): boolean {
  return seq > state.low && seq <= high(state);
}

/** Up to here the NEW-VIEW has settled what is agreed on: at its checkpoint and below nothing any more, above it its choices. */
export function settledUpTo({ newView }: PbftState): number {
  return newView === undefined ? 0 : newView.checkpoint.seq + newView.choices.length;
}

/** The slot of a sequence number inside the log, made on first use. */
export function slotOf(state: PbftState, seq: number): Slot {
  const known = state.slots.get(seq);
  if (known !== undefined) return known;
  const { n } = state.config;
  const slot: Slot = {
    seq, digest: NO_DIGEST, prepares: new Float64Array(n).fill(NO_DIGEST), commits: new Float64Array(n).fill(NO_DIGEST), prepareCount: 0, commitCount: 0,
    isPrepared: false, isCommitted: false, preparedEntry: undefined, prePreparedEntries: [],
  };
  state.slots.set(seq, slot);
  return slot;
}

/** Forgets the votes of the old view. */
export function clearVotes(slot: Slot): void {
  slot.digest = NO_DIGEST;
  slot.prepares.fill(NO_DIGEST);
  slot.commits.fill(NO_DIGEST);
  slot.prepareCount = slot.commitCount = 0;
  slot.isPrepared = slot.isCommitted = false;
}

/** Clients stay below 2^20, timestamps below 2^32. */
export function requestKey({ client, timestamp }: Request): number {
  return client * MOST_TIMESTAMPS + timestamp;
}

export function isExecuted(state: PbftState, { client, timestamp }: Request): boolean {
  const record = state.clients.get(client);
  return record !== undefined && timestamp <= record.timestamp;
}

/** The service now, as a checkpoint holds it. */
export function snapshotOf(state: PbftState): Snapshot {
  const clients = [...state.clients].sort(([a], [b]) => a - b).map(([client, { timestamp, result }]) => ({ client, timestamp, result }));
  return { state: state.service, clients };
}
