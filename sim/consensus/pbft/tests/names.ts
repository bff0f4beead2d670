/** Messages and observations as words. Batches are A, B, C in the order in which they are met, states S1, S2; `0/3` is view 0, sequence number 3. */
import { NO_DIGEST, NULL_DIGEST } from '../../digest.ts';
import type { Batch, PbftMessage, Place, PlaceInView, ViewChange } from '../messages.ts';
import type { Observation } from './by-hand.ts';

export class Names {
  private readonly batches = new Map<number, string>();
  private readonly states = new Map<number, string>();

  batch(digest: number): string {
    if (digest === NULL_DIGEST) return 'null';
    if (digest === NO_DIGEST) return 'nothing';
    return this.known(this.batches, digest, (count) => String.fromCharCode(65 + count));
  }

  state(digest: number): string {
    return this.known(this.states, digest, (count) => `S${count + 1}`);
  }

  /** A letter that the text uses. */
  digestOf(name: string): number {
    if (name === 'null') return NULL_DIGEST;
    for (const [digest, each] of this.batches) if (each === name) return digest;
    throw new Error(`no batch is called ${name}`);
  }

  message(message: PbftMessage): string {
    switch (message.kind) {
      case 'request':
      case 'reply': return `${message.kind} ${message.client}:${message.timestamp}`;
      case 'pre-prepare': return `pre-prepare ${message.view}/${message.seq} ${this.batch(message.digest)}${requestsOf(message.batch)}`;
      case 'prepare':
      case 'commit': return `${message.kind} ${message.view}/${message.seq} ${this.batch(message.digest)}`;
      case 'checkpoint': return `checkpoint ${message.seq} ${this.state(message.digest)}`;
      case 'view-change': return `view-change ${message.view} (${this.viewChange(message)})`;
      case 'new-view': return `new-view ${message.view} (from ${message.viewChanges.map(({ replica }) => replica).join(' ')}; after ${message.checkpoint.seq}: ${this.choices(message.choices)})`;
      case 'fetch-batch': return `fetch-batch ${this.batch(message.digest)}`;
      case 'return-batch': return `return-batch ${this.batch(message.batch.digest)}`;
      case 'fetch-state':
      case 'return-state': return `${message.kind} ${message.seq}`;
    }
  }

  /** Empty: goes without saying. */
  observation({ what, view, seq, digest }: Observation): string {
    const place = `${view}/${seq}`;
    switch (what) {
      case 'proposed': return '';
      case 'accepted': return `accepts ${this.batch(digest)} at ${place}`;
      case 'prepared': return `prepared ${this.batch(digest)} at ${place}`;
      case 'committed': return `committed ${this.batch(digest)} at ${place}`;
      case 'executed': return `executed ${this.batch(digest)} at ${seq}`;
      case 'checkpointed': return `checkpoint ${seq} is ${this.state(digest)}`;
      case 'stable': return `checkpoint ${seq} is stable`;
      case 'view-change': return `leaves for view ${view}`;
      case 'view-entered': return `enters view ${view}`;
      case 'state-taken': return `takes over state ${this.state(digest)} at ${seq}`;
      case 'delivered': return `runs ${view}:${seq}`;
      case 'answered': return `takes the result of ${view}:${seq}`;
      default: return '';
    }
  }

  private viewChange({ low, prepared, prePrepared }: ViewChange): string {
    const entries = (list: readonly PlaceInView[]): string => (list.length === 0 ? 'none' : list.map(({ seq, digest, view }) => `${seq}=${this.batch(digest)} in ${view}`).join(', '));
    return `h=${low}; P: ${entries(prepared)}; Q: ${entries(prePrepared)}`;
  }

  private choices(choices: readonly Place[]): string {
    return choices.length === 0 ? 'nothing' : choices.map(({ seq, digest }) => `${seq}=${this.batch(digest)}`).join(', ');
  }

  private known(names: Map<number, string>, digest: number, make: (count: number) => string): string {
    let name = names.get(digest);
    if (name === undefined) names.set(digest, (name = make(names.size)));
    return name;
  }
}

function requestsOf(batch: Batch): string {
  return batch.requests.length === 0 ? '' : ` (${batch.requests.map(({ client, timestamp }) => `${client}:${timestamp}`).join(' ')})`;
}
