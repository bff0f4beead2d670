/**
 * Messages of PBFT (Castro and Liskov 1999, sections 4.2 to 4.4; TOCS 2002, section 3.2.4 for the P and Q sets), and their sizes on the wire.
 *
 * `replica` is who the message says it is from; the host's `from` is who it is from. Sizes are counted from the fields: 8 bytes a number,
 * 32 a digest, a MAC of 16 bytes a receiver or a signature of 64 (Ed25519), and a tag of 4.
 */
import type { Weight } from '../costs.ts';
import { DigestBuilder, NULL_DIGEST } from '../digest.ts';

export interface Request {
  readonly kind: 'request';
  readonly client: number;
  /** Rises with each request of a client. */
  readonly timestamp: number;
  readonly bytes: number;
  /** The client's: others pass the request on, and the primary puts it into a batch. */
  readonly signature: number;
}

export interface Reply {
  readonly kind: 'reply';
  readonly view: number;
  readonly client: number;
  readonly timestamp: number;
  readonly replica: number;
  readonly result: number;
}

export interface Batch {
  readonly digest: number;
  readonly requests: readonly Request[];
}

export interface PrePrepare {
  readonly kind: 'pre-prepare';
  readonly view: number;
  readonly seq: number;
  readonly digest: number;
  readonly replica: number;
  readonly batch: Batch;
}

export interface Prepare {
  readonly kind: 'prepare';
  readonly view: number;
  readonly seq: number;
  readonly digest: number;
  readonly replica: number;
}

export interface Commit {
  readonly kind: 'commit';
  readonly view: number;
  readonly seq: number;
  readonly digest: number;
  readonly replica: number;
}

export interface Checkpoint {
  readonly kind: 'checkpoint';
  readonly seq: number;
  readonly digest: number;
  readonly replica: number;
}

/** A digest at a sequence number; of a checkpoint the state's. */
export interface Place {
  readonly seq: number;
  readonly digest: number;
}

/** ... and the view in which it got there. */
export interface PlaceInView extends Place {
  readonly view: number;
}

export interface ViewChange {
  readonly kind: 'view-change';
  /** The view asked for. */
  readonly view: number;
  /** h: the stable checkpoint. */
  readonly low: number;
  /** C: own checkpoints, the stable one among them. */
  readonly checkpoints: readonly Place[];
  /** P: prepared here, in the highest view for each sequence number. */
  readonly prepared: readonly PlaceInView[];
  /** Q: pre-prepared here, in the highest view for each sequence number and digest. */
  readonly prePrepared: readonly PlaceInView[];
  readonly replica: number;
  /** Over all fields above; NEW-VIEW carries it on. */
  readonly signature: number;
}

export interface NewView {
  readonly kind: 'new-view';
  readonly view: number;
  /** V: why this view may begin. */
  readonly viewChanges: readonly ViewChange[];
  /** X: what has to be agreed on again, in order, from the checkpoint on; a null request fills a gap. */
  readonly checkpoint: Place;
  readonly choices: readonly Place[];
  readonly replica: number;
  /** Over all fields above: any replica may pass the message on to one that missed it. */
  readonly signature: number;
}

/** Asks for the batch of a digest, and answers. */
export interface FetchBatch {
  readonly kind: 'fetch-batch';
  readonly digest: number;
  readonly replica: number;
}

export interface ReturnBatch {
  readonly kind: 'return-batch';
  readonly batch: Batch;
  readonly replica: number;
}

export interface FetchState {
  readonly kind: 'fetch-state';
  readonly seq: number;
  readonly replica: number;
}

export interface ReturnState {
  readonly kind: 'return-state';
  readonly seq: number;
  readonly snapshot: Snapshot;
  readonly replica: number;
}

/** The service after a sequence number: its state, and who has had which answer. */
export interface Snapshot {
  readonly state: number;
  /** By client, rising: timestamp and result of the last request executed. */
  readonly clients: readonly { readonly client: number; readonly timestamp: number; readonly result: number }[];
}

export type PbftMessage = Request | Reply | PrePrepare | Prepare | Commit | Checkpoint | ViewChange | NewView | FetchBatch | ReturnBatch | FetchState | ReturnState;

/** Of one client. */
export const MOST_TIMESTAMPS = 4_294_967_296;

export const NULL_BATCH: Batch = { digest: NULL_DIGEST, requests: [] };

/** Digest of requests in their order. */
export function digestOfRequests(requests: readonly Request[]): number {
  const builder = new DigestBuilder().add(requests.length);
  for (const { client, timestamp, bytes } of requests) builder.add(client).add(timestamp).add(bytes);
  return builder.end();
}

export function makeBatch(requests: readonly Request[]): Batch {
  return { digest: digestOfRequests(requests), requests };
}

/** Is the batch what its digest says? */
export function isTrueBatch({ digest, requests }: Batch): boolean {
  return requests.length === 0 ? digest === NULL_DIGEST : digest === digestOfRequests(requests);
}

export function digestOfSnapshot({ state, clients }: Snapshot): number {
  const builder = new DigestBuilder().add(state).add(clients.length);
  for (const { client, timestamp, result } of clients) builder.add(client).add(timestamp).add(result);
  return builder.end();
}

/** Signs for `client`. */
export function signRequest(request: Omit<Request, 'signature'>): Request {
  return { ...request, signature: requestSignatureOf(request) };
}

/** By its client, with a number that `requestKey` can tell from others. */
export function isSignedRequest(request: Request): boolean {
  return request.timestamp > 0 && request.timestamp < MOST_TIMESTAMPS && request.signature === requestSignatureOf(request);
}

/** Signs for `replica`. Only its owner may call this: a signature stands for the private key. */
export function signViewChange(message: Omit<ViewChange, 'signature'>): ViewChange {
  return { ...message, signature: signatureOf(message) };
}

export function isSigned(message: ViewChange): boolean {
  return message.signature === signatureOf(message);
}

/** As `signViewChange`. */
export function signNewView(message: Omit<NewView, 'signature'>): NewView {
  return { ...message, signature: newViewSignatureOf(message) };
}

export function isSignedNewView(message: NewView): boolean {
  return message.signature === newViewSignatureOf(message);
}

function requestSignatureOf({ client, timestamp, bytes }: Omit<Request, 'signature'>): number {
  return new DigestBuilder().add(client + 1).add(timestamp).add(bytes).end();
}

function newViewSignatureOf({ view, viewChanges, checkpoint, choices, replica }: Omit<NewView, 'signature'>): number {
  const builder = new DigestBuilder().add(replica + 1).add(view).add(checkpoint.seq).add(checkpoint.digest);
  for (const { signature } of viewChanges) builder.add(signature);
  for (const { seq, digest } of choices) builder.add(seq).add(digest);
  return builder.end();
}

function signatureOf({ view, low, checkpoints, prepared, prePrepared, replica }: Omit<ViewChange, 'signature'>): number {
  const builder = new DigestBuilder().add(replica + 1).add(view).add(low);
  for (const { seq, digest } of checkpoints) builder.add(seq).add(digest);
  for (const entries of [prepared, prePrepared]) {
    builder.add(entries.length);
    for (const { seq, digest, view: entryView } of entries) builder.add(seq).add(digest).add(entryView);
  }
  return builder.end();
}

const TAG_BYTES = 4;
const NUMBER_BYTES = 8;
const DIGEST_BYTES = 32;
const MAC_BYTES = 16;
const SIGNATURE_BYTES = 64;

function batchBytes({ requests }: Batch): number {
  return DIGEST_BYTES + requests.reduce((sum, request) => sum + requestBytes(request), 0);
}

function requestBytes({ bytes }: Request): number {
  return TAG_BYTES + 2 * NUMBER_BYTES + SIGNATURE_BYTES + bytes;
}

function viewChangeBytes({ checkpoints, prepared, prePrepared }: ViewChange): number {
  const place = NUMBER_BYTES + DIGEST_BYTES;
  return TAG_BYTES + 3 * NUMBER_BYTES + SIGNATURE_BYTES + checkpoints.length * place + (prepared.length + prePrepared.length) * (place + NUMBER_BYTES);
}

/** Bytes on the wire, authenticators included: a MAC for each of `n` replicas where a message goes to all (TOCS 2002, section 3.2.1). */
export function bytesOf(message: PbftMessage, n: number): number {
  const vote = TAG_BYTES + 3 * NUMBER_BYTES + DIGEST_BYTES + n * MAC_BYTES;
  switch (message.kind) {
    case 'request': return requestBytes(message);
    case 'reply': return TAG_BYTES + 5 * NUMBER_BYTES + MAC_BYTES;
    case 'pre-prepare': return vote + batchBytes(message.batch);
    case 'prepare':
    case 'commit': return vote;
    case 'checkpoint': return vote - NUMBER_BYTES;
    case 'view-change': return viewChangeBytes(message);
    case 'new-view': return TAG_BYTES + 2 * NUMBER_BYTES + SIGNATURE_BYTES + message.viewChanges.reduce((sum, each) => sum + viewChangeBytes(each), 0) + (1 + message.choices.length) * (NUMBER_BYTES + DIGEST_BYTES);
    case 'fetch-batch': return TAG_BYTES + NUMBER_BYTES + DIGEST_BYTES + MAC_BYTES;
    case 'return-batch': return TAG_BYTES + NUMBER_BYTES + MAC_BYTES + batchBytes(message.batch);
    case 'fetch-state': return TAG_BYTES + 2 * NUMBER_BYTES + MAC_BYTES;
    case 'return-state': return TAG_BYTES + 3 * NUMBER_BYTES + MAC_BYTES + message.snapshot.clients.length * 3 * NUMBER_BYTES;
  }
}

/**
 * What a receiver has to check: a replica's own authenticator, those of the clients in a batch, and signatures where others pass a message on.
 * A batch or state that was asked for by its digest needs none but the sender's.
 */
export function weightOf(message: PbftMessage, n: number): Weight {
  const bytes = bytesOf(message, n);
  switch (message.kind) {
    case 'pre-prepare': return { bytes, authenticators: 1 + message.batch.requests.length, signatures: 0 };
    case 'view-change': return { bytes, authenticators: 0, signatures: 1 };
    case 'new-view': return { bytes, authenticators: 0, signatures: 1 + message.viewChanges.length };
    default: return { bytes, authenticators: 1, signatures: 0 };
  }
}
