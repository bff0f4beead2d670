/**
 * What liars say instead of what the protocol would have them say, one lie a behaviour. A lie sees what its replica sends and to whom, and
 * knows no more than what messages look like. It may sign for its own replica, and for no other: what it alters of others keeps the signature
 * that no longer fits.
 */
import type { RandomStream } from '../../random.ts';
import { NULL_DIGEST } from '../digest.ts';
import { faultsTolerated, logSize, type PbftConfig } from './config.ts';
import { type Batch, digestOfSnapshot, makeBatch, type NewView, NULL_BATCH, type PbftMessage, type Place, type PlaceInView, type PrePrepare, type Request, signNewView, signViewChange, type ViewChange } from './messages.ts';

/** Who lies, and what it remembers of its lies. */
export interface Liar {
  readonly id: number;
  readonly config: PbftConfig;
  readonly stream: RandomStream;
  /** What it has told its victims, by sequence number. */
  readonly told: Map<number, PlaceInView>;
}

/** What is sent instead of `message` to `to`. */
export type Lie = (message: PbftMessage, to: number, liar: Liar) => readonly PbftMessage[];

export const LIES = {
  silent: () => [],
  // To the upper half of the replicas only.
  withhold: (message, to, { config: { n } }) => (to < n && to < n / 2 ? [] : [message]),
  'wrong-digest': (message, _to, { stream }) => ('digest' in message && message.kind !== 'fetch-batch' && stream.below(2) === 0 ? [{ ...message, digest: message.digest + 1 }] : [message]),
  'stale-view': (message) => ((message.kind === 'prepare' || message.kind === 'commit') && message.view > 0 ? [{ ...message, view: message.view - 1 }, message] : [message]),
  // Every other client has no right to be heard.
  censor: (message) => [message.kind === 'pre-prepare' ? without(message) : message],
  impersonate: (message, _to, { stream, config: { n } }) => (message.kind === 'prepare' || message.kind === 'commit' || message.kind === 'view-change' ? [message, ...[1, 2, 3].map((shift) => ({ ...message, replica: (message.replica + shift + stream.below(n)) % n }))] : [message]),
  'double-proposal': (message) => (message.kind === 'pre-prepare' ? [message, { ...message, batch: reversed(message.batch), digest: reversed(message.batch).digest }] : [message]),
  'far-ahead': (message, _to, { stream }) => (message.kind === 'pre-prepare' && stream.below(3) === 0 ? [{ ...message, seq: message.seq + 100_000 }, message] : [message]),
  'wrong-reply': (message) => [message.kind === 'reply' ? { ...message, result: message.result + 1 } : message],
  'empty-view-change': (message) => [message.kind === 'view-change' ? resigned(message, { prepared: [], prePrepared: [] }) : message],
  'high-checkpoint': (message, _to, { config: { checkpointEvery } }) => [message.kind === 'view-change' ? resigned(message, { checkpoints: [...message.checkpoints, { seq: message.low + checkpointEvery, digest: 12_345 }] }) : message],
  'lying-new-view': (message, _to, liar) => [message.kind === 'new-view' ? changed(message, liar) : message],
  // Not of its client, who has not signed it.
  'invented-request': (message) => (message.kind === 'request' ? [message, invented(message)] : [message.kind === 'pre-prepare' ? withInvented(message) : message]),
  // Proposes where another leads.
  usurp: (message) => (message.kind === 'prepare' ? [message, proposal(message.view, message.seq + 1, NULL_BATCH, message.replica)] : [message]),
  'false-state': falseState,
  'false-batch': falseBatch,
  'forged-new-view': (message, _to, liar) => [message.kind === 'new-view' ? forged(message, liar) : message],
  'lying-entries': (message, _to, { stream }) => [message.kind === 'view-change' ? withEntries(message, stream.below(3)) : message],
  'other-prepared': otherPrepared,
  'old-place': oldPlace,
} satisfies Readonly<Record<string, Lie>>;

function without(message: PrePrepare): PrePrepare {
  const batch = makeBatch(message.batch.requests.filter(({ client }) => client % 2 === 0));
  return batch.requests.length === 0 ? message : { ...message, batch, digest: batch.digest };
}

function invented(request: Request): Request {
  return { ...request, timestamp: request.timestamp + 1000 };
}

function withInvented(message: PrePrepare): PrePrepare {
  const { requests } = message.batch;
  if (requests.length === 0) return message;
  const batch = makeBatch([...requests, invented(requests[0]!)]);
  return { ...message, batch, digest: batch.digest };
}

/** The same requests otherwise: in reverse, or the first one twice. */
export function reversed(batch: Batch): Batch {
  const { requests } = batch;
  return makeBatch(requests.length > 1 ? requests.toReversed() : [...requests, ...requests]);
}

function resigned(message: ViewChange, change: Partial<ViewChange>): ViewChange {
  const { signature, ...fields } = message;
  const signed = signViewChange({ ...fields, ...change });
  return signed.signature === signature ? message : signed;
}

/** The first others, so many that the rest and the liar are still a quorum: what the liar says of a place comes before what the rest say. */
function isVictim(to: number, { id, config: { n } }: Liar): boolean {
  return to < n && (to < id ? to : to - 1) < faultsTolerated(n);
}

/** Signed again where it is the liar's own; one of another that the liar passes on keeps a signature that does not fit. */
function altered(message: NewView, change: Partial<NewView>, id: number): NewView {
  const { signature, ...fields } = { ...message, ...change };
  return message.replica === id ? signNewView(fields) : { ...fields, signature };
}

/** Leaves something out of what has to be agreed on again, or begins at a state that never was. */
function changed(message: NewView, { stream, id }: Liar): NewView {
  const { choices, checkpoint } = message;
  const victim = stream.below(choices.length + 1);
  if (victim === choices.length) return altered(message, { checkpoint: { ...checkpoint, digest: checkpoint.digest + 1 } }, id);
  return altered(message, { choices: choices.map((choice, index) => (index === victim ? { ...choice, digest: NULL_DIGEST } : choice)) }, id);
}

/** Another digest at each place, and VIEW-CHANGEs that ask for it: those of others altered, or fewer than it takes, or the own one many times. */
function forged(message: NewView, { id, stream, config: { n } }: Liar): NewView {
  const { checkpoint, view, viewChanges } = message;
  const own = viewChanges.find(({ replica }) => replica === id);
  const isReal = ({ digest }: Place): boolean => digest !== NULL_DIGEST;
  if (own === undefined || !message.choices.some(isReal)) return message;
  const choices = message.choices.map((choice) => (isReal(choice) ? { ...choice, digest: choice.digest + 1 } : choice));
  const entries = choices.filter(isReal).map((choice) => ({ ...choice, view: view - 1 }));
  const change = { low: checkpoint.seq, checkpoints: [checkpoint], prepared: entries, prePrepared: entries };
  const lie = resigned(own, change);
  const others = viewChanges.filter((each) => each !== own);
  const ways = [[lie, ...others.map((each) => ({ ...each, ...change }))], [lie, ...others.slice(0, faultsTolerated(n))], viewChanges.map(() => lie)];
  return altered(message, { choices, viewChanges: ways[stream.below(ways.length)]! }, id);
}

/** P and Q of a later view than the true one, of a view that has not been yet, or of another digest. */
function withEntries(message: ViewChange, way: number): ViewChange {
  const { view } = message;
  const lie = (entry: PlaceInView): PlaceInView => ({ seq: entry.seq, digest: way === 2 ? entry.digest + 1 : entry.digest, view: way === 1 ? view + 1 : view - 1 });
  return resigned(message, { prepared: message.prepared.map(lie), prePrepared: message.prePrepared.map(lie) });
}

/** A state that never was, for who asks and for who may be about to. */
function falseState(message: PbftMessage): readonly PbftMessage[] {
  switch (message.kind) {
    case 'checkpoint': return [message, { kind: 'return-state', seq: message.seq, snapshot: { state: 1, clients: [] }, replica: message.replica }];
    case 'return-state': return [{ ...message, snapshot: { ...message.snapshot, state: message.snapshot.state + 1 } }];
    default: return [message];
  }
}

/** A batch that lacks requests under the digest of the whole one: proposed to its victims, for who asks, and for who may be about to. */
function falseBatch(message: PbftMessage, to: number, liar: Liar): readonly PbftMessage[] {
  const lacking = ({ digest, requests }: Batch): Batch => ({ digest, requests: requests.slice(1) });
  switch (message.kind) {
    case 'pre-prepare': return [isVictim(to, liar) ? { ...message, batch: lacking(message.batch) } : message];
    case 'prepare': return [message, { kind: 'return-batch', batch: { digest: message.digest, requests: [] }, replica: liar.id }];
    case 'return-batch': return [{ ...message, batch: lacking(message.batch) }];
    default: return [message];
  }
}

/**
 * Proposes another batch to its victims, votes for both, then proposes nothing more in that view; when views change it says that it has prepared
 * theirs. It knows of no checkpoint, which would end the affair.
 */
function otherPrepared(message: PbftMessage, to: number, liar: Liar): readonly PbftMessage[] {
  const { told } = liar;
  if (message.kind === 'view-change') {
    const lie = (entry: PlaceInView): PlaceInView => ({ ...(told.get(entry.seq) ?? entry), view: message.view - 1 });
    return [resigned(message, { checkpoints: message.checkpoints.slice(0, 1), prepared: message.prepared.map(lie), prePrepared: message.prePrepared.map(lie) })];
  }
  if (message.kind !== 'pre-prepare') return message.kind === 'checkpoint' ? [] : [message];
  const { seq, view } = message;
  if ([...told.values()].some((each) => each.view === view && each.seq !== seq)) return [];
  const batch = reversed(message.batch);
  told.set(seq, { seq, digest: batch.digest, view });
  const proposed = isVictim(to, liar) ? { ...message, batch, digest: batch.digest } : message;
  return [proposed, { kind: 'prepare', view, seq, digest: proposed.digest, replica: liar.id }];
}

/** Says that it has no checkpoint but the first; where it leads it proposes again at places that have been. */
function oldPlace(message: PbftMessage, _to: number, { id, config }: Liar): readonly PbftMessage[] {
  switch (message.kind) {
    case 'checkpoint': return [];
    case 'view-change': {
      const isNear = ({ seq }: Place): boolean => seq <= logSize(config);
      return [resigned(message, { low: 0, checkpoints: [{ seq: 0, digest: digestOfSnapshot({ state: 0, clients: [] }) }], prepared: message.prepared.filter(isNear), prePrepared: message.prePrepared.filter(isNear) })];
    }
    case 'new-view': return message.replica !== id ? [message] : [message, ...places(message.checkpoint.seq, message.view, NULL_BATCH, id)];
    case 'pre-prepare': return [...places(message.seq - 1, message.view, reversed(message.batch), id), message];
    default: return [message];
  }
}

function places(last: number, view: number, batch: Batch, replica: number): PrePrepare[] {
  return Array.from({ length: Math.min(4, last) }, (_, back) => proposal(view, last - back, batch, replica));
}

function proposal(view: number, seq: number, batch: Batch, replica: number): PrePrepare {
  return { kind: 'pre-prepare', view, seq, digest: batch.digest, replica, batch };
}
