/**
 * What must hold in every run of PBFT, whatever its replicas believe: told by observations and by the messages sent, never by looking inside.
 * A broken invariant stops the run, named, with time and node. Only correct replicas are held to them.
 *
 *   agreement       no two replicas commit or execute different batches at a sequence number, in whatever views
 *   prepared        no two replicas are prepared with different batches at a view and sequence number
 *   one-vote        a replica promises one batch at a view and sequence number, and nothing in views it has left
 *   certificate     prepared, committed and stable rest on votes of a quorum, as sent; a state taken over on one of them being correct
 *   in-order        sequence numbers are executed without a gap; only taking over a state skips some
 *   log             nothing is accepted outside (h, h + L]
 *   exactly-once    a replica executes a client's requests in rising order, each once, and only what the client asked for
 *   same-state      checkpoints at a sequence number, and results of a request, are the same everywhere
 *   new-view        what was committed at a number is what the later views accept there
 *   carried         a VIEW-CHANGE lists what its sender has prepared and accepted above its h, each in the last view, and nothing else
 *   linearizable    a client's result is one that was executed, and an answered request comes before one that was asked later
 */
import type { Simulation } from '../../simulation.ts';
import { logSize, type PbftConfig, primaryOf, quorum, weakQuorum } from '../pbft/config.ts';
import { isSigned, type PbftMessage, type ViewChange } from '../pbft/messages.ts';
import { ACCEPTED, ANSWERED, ASKED, CHECKPOINTED, COMMITTED, DELIVERED, EXECUTED, PREPARED, STABLE, STATE_TAKEN, VIEW_CHANGE, VIEW_ENTERED } from '../observations.ts';
import { Carried } from './carried.ts';
import { VoteLog } from './vote-log.ts';

export interface PbftCheckersOptions {
  readonly config: PbftConfig;
  /** Replicas that may do anything; the others are held to the invariants. */
  readonly isFaulty?: (replica: number) => boolean;
}

interface ReplicaRecord {
  executed: number;
  low: number;
  /** Checkpoint at which its view began. */
  floor: number;
  /** Has left all views below. */
  view: number;
  readonly carried: Carried;
  /** Last timestamp executed, by client. */
  readonly clients: Map<number, number>;
}

const nothingYet = (): ReplicaRecord => ({ executed: 0, low: 0, floor: 0, view: 0, carried: new Carried(), clients: new Map() });

interface AskedRequest {
  readonly askedNs: number;
  /** Place in the order of execution; -1 before. */
  place: number;
  result: number;
}

export class PbftCheckers {
  /** Observations looked at. */
  checks = 0;
  private readonly sim: Simulation;
  private readonly config: PbftConfig;
  private readonly isFaulty: (replica: number) => boolean;
  private readonly votes = new VoteLog();
  private readonly replicas: ReplicaRecord[];
  private readonly committed = new Map<number, { digest: number; view: number }>();
  private readonly prepared = new Map<string, number>();
  private readonly promised = new Map<string, number>();
  private readonly checkpoints = new Map<number, number>();
  private readonly requests = new Map<string, AskedRequest>();
  private placed = 0;
  /** Highest place among requests answered so far, as of each instant at which one was answered. */
  private readonly answers: { readonly timeNs: number; readonly place: number }[] = [];

  constructor(sim: Simulation, { config, isFaulty = () => false }: PbftCheckersOptions) {
    this.sim = sim;
    this.config = config;
    this.isFaulty = isFaulty;
    this.replicas = Array.from({ length: config.n }, nothingYet);
  }

  /** Restarted without its disk: it knows nothing, and what it says counts among the faulty. */
  forget(replica: number): void {
    this.replicas[replica] = nothingYet();
  }

  /** A message leaves `from`, to one or to all. */
  readonly onSend = (from: number, _to: number, message: PbftMessage): void => {
    switch (message.kind) {
      case 'pre-prepare':
      case 'prepare':
        this.votes.add(`prepare/${message.view}/${message.seq}`, message.digest, from);
        return this.checkPromise(from, message.view, message.seq, message.digest);
      case 'commit':
        this.votes.add(`commit/${message.view}/${message.seq}`, message.digest, from);
        return this.checkLeft(from, message.view);
      case 'checkpoint': return this.votes.add(`checkpoint/${message.seq}`, message.digest, from);
      case 'view-change': {
        this.logCheckpoints(message);
        return this.checkCarried(from, message);
      }
      case 'new-view': {
        // The primary's choices are its promises. Others only pass them on.
        if (from === primaryOf(message.view, this.config.n)) for (const { seq, digest } of message.choices) this.votes.add(`prepare/${message.view}/${seq}`, digest, from);
        // Somebody may have given it a VIEW-CHANGE that nobody else was sent.
        for (const each of message.viewChanges) if (isSigned(each)) this.logCheckpoints(each);
        return;
      }
      default:
    }
  };

  readonly onObserve = (node: number, what: number, view: number, seq: number, digest: number): void => {
    this.checks += 1;
    if (what === ASKED) return this.asked(node, seq);
    if (what === ANSWERED) return this.answered(node, seq, digest);
    if (this.isFaulty(node)) return;
    switch (what) {
      case ACCEPTED: return this.accepted(node, view, seq, digest);
      case PREPARED: return this.isPrepared(node, view, seq, digest);
      case COMMITTED: return this.isCommitted(node, view, seq, digest);
      case EXECUTED: return this.executed(node, seq, digest);
      case DELIVERED: return this.delivered(node, view, seq, digest);
      case CHECKPOINTED: return this.same('same-state', this.checkpoints, seq, digest, node, `state after ${seq}`);
      case STABLE: return this.stable(node, seq, digest);
      case STATE_TAKEN: return this.stateTaken(node, seq, digest);
      case VIEW_ENTERED: return this.entered(node, seq, digest);
      case VIEW_CHANGE: this.replicas[node]!.view = Math.max(this.replicas[node]!.view, view); return;
      default:
    }
  };

  private logCheckpoints({ checkpoints, replica }: ViewChange): void {
    for (const { seq, digest } of checkpoints) this.votes.add(`checkpoint/${seq}`, digest, replica);
  }

  private checkCarried(from: number, message: ViewChange): void {
    const { view, carried } = this.replicas[from]!;
    if (this.isFaulty(from) || message.replica !== from || message.view !== view) return;
    const fault = carried.fault(message);
    if (fault !== undefined) this.fail('carried', from, fault);
  }

  private checkPromise(from: number, view: number, seq: number, digest: number): void {
    if (this.isFaulty(from)) return;
    this.checkLeft(from, view);
    const key = `${from}/${view}/${seq}`;
    const before = this.promised.get(key);
    if (before !== undefined && before !== digest) this.fail('one-vote', from, `promises ${digest} at view ${view}, number ${seq}, after ${before}; required: one batch`);
    this.promised.set(key, digest);
  }

  private checkLeft(from: number, view: number): void {
    if (!this.isFaulty(from) && view < this.replicas[from]!.view) this.fail('one-vote', from, `votes in view ${view} after it asked for view ${this.replicas[from]!.view}; required: silence in views left`);
  }

  private accepted(node: number, view: number, seq: number, digest: number): void {
    const { low, floor, carried } = this.replicas[node]!;
    carried.accepted({ seq, digest, view });
    if (seq <= Math.max(low, floor) || seq > low + logSize(this.config)) this.fail('log', node, `accepts number ${seq}; required: within (${low}, ${low + logSize(this.config)}], above ${floor}, at which its view began`);
    const known = this.committed.get(seq);
    if (known !== undefined && view > known.view && known.digest !== digest) this.fail('new-view', node, `accepts ${digest} at number ${seq} in view ${view}; required: ${known.digest}, committed in view ${known.view}`);
  }

  private isPrepared(node: number, view: number, seq: number, digest: number): void {
    const key = `${view}/${seq}`;
    this.replicas[node]!.carried.prepared({ seq, digest, view });
    const before = this.prepared.get(key);
    if (before !== undefined && before !== digest) this.fail('prepared', node, `is prepared with ${digest} at view ${view}, number ${seq}, another replica with ${before}; required: the same`);
    this.prepared.set(key, digest);
    this.checkCertificate(node, `prepare/${view}/${seq}`, digest, 'prepared');
  }

  private isCommitted(node: number, view: number, seq: number, digest: number): void {
    const known = this.committed.get(seq);
    if (known !== undefined && known.digest !== digest) this.fail('agreement', node, `commits ${digest} at number ${seq} in view ${view}; required: ${known.digest}, committed in view ${known.view}`);
    if (known === undefined) this.committed.set(seq, { digest, view });
    this.checkCertificate(node, `prepare/${view}/${seq}`, digest, 'committed (prepares)');
    this.checkCertificate(node, `commit/${view}/${seq}`, digest, 'committed');
  }

  private executed(node: number, seq: number, digest: number): void {
    const replica = this.replicas[node]!;
    if (seq !== replica.executed + 1) this.fail('in-order', node, `executes number ${seq} after ${replica.executed}; required: the next one`);
    replica.executed = seq;
    const known = this.committed.get(seq);
    if (known?.digest !== digest) this.fail('agreement', node, `executes ${digest} at number ${seq}; required: ${known === undefined ? 'something committed' : known.digest}`);
  }

  private delivered(node: number, client: number, timestamp: number, result: number): void {
    const { clients } = this.replicas[node]!;
    const last = clients.get(client) ?? 0;
    if (timestamp <= last) this.fail('exactly-once', node, `executes request ${timestamp} of client ${client} after ${last}; required: a later one`);
    clients.set(client, timestamp);
    const request = this.requests.get(`${client}/${timestamp}`);
    if (request === undefined) this.fail('exactly-once', node, `executes request ${timestamp} of client ${client}; required: one that the client asked for`);
    if (request.place < 0) {
      request.place = this.placed++;
      request.result = result;
    } else if (request.result !== result) this.fail('same-state', node, `result ${result} for request ${timestamp} of client ${client}; required: ${request.result}, as elsewhere`);
  }

  private stable(node: number, seq: number, digest: number): void {
    this.raise(node, seq);
    this.same('same-state', this.checkpoints, seq, digest, node, `stable state after ${seq}`);
    this.checkCertificate(node, `checkpoint/${seq}`, digest, 'stable');
  }

  /** The view begins at a checkpoint: nothing is agreed on below it any more, by those who have not reached it either. */
  private entered(node: number, seq: number, digest: number): void {
    this.replicas[node]!.floor = seq;
    this.same('same-state', this.checkpoints, seq, digest, node, `checkpoint ${seq} at which a view begins`);
    this.checkCertificate(node, `checkpoint/${seq}`, digest, 'in a view that begins there', weakQuorum(this.config.n));
  }

  private stateTaken(node: number, seq: number, digest: number): void {
    this.same('same-state', this.checkpoints, seq, digest, node, `state taken over at ${seq}`);
    this.checkCertificate(node, `checkpoint/${seq}`, digest, 'in a state taken over', weakQuorum(this.config.n));
    this.replicas[node]!.executed = seq;
    // What the state holds has been executed elsewhere; later ones still have to rise.
  }

  /** The replica's log begins at `seq` now. */
  private raise(node: number, seq: number): void {
    const replica = this.replicas[node]!;
    if (seq <= replica.low) return;
    replica.low = seq;
    replica.carried.forgetUpTo(seq);
  }

  private asked(client: number, timestamp: number): void {
    this.requests.set(`${client}/${timestamp}`, { askedNs: this.sim.now, place: -1, result: 0 });
  }

  private answered(client: number, timestamp: number, result: number): void {
    const request = this.requests.get(`${client}/${timestamp}`);
    if (request === undefined || request.place < 0 || request.result !== result) this.fail('linearizable', client, `takes result ${result} for its request ${timestamp}; required: one that a correct replica has executed`);
    let low = 0;
    for (let high = this.answers.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.answers[middle]!.timeNs < request.askedNs) low = middle + 1;
      else high = middle;
    }
    const before = low === 0 ? -1 : this.answers[low - 1]!.place;
    if (request.place < before) this.fail('linearizable', client, `request ${timestamp} has place ${request.place}; required: after ${before}, which was answered before it was asked`);
    const top = this.answers.length === 0 ? -1 : this.answers[this.answers.length - 1]!.place;
    this.answers.push({ timeNs: this.sim.now, place: Math.max(top, request.place) });
  }

  private checkCertificate(node: number, about: string, digest: number, what: string, needed = quorum(this.config.n)): void {
    const count = this.votes.count(about, digest);
    if (count < needed) this.fail('certificate', node, `is ${what} with ${digest} at ${about}, for which ${count} replicas voted; required: ${needed}`);
  }

  private same(invariant: string, known: Map<number, number>, seq: number, digest: number, node: number, what: string): void {
    const before = known.get(seq);
    if (before === undefined) known.set(seq, digest);
    else if (before !== digest) this.fail(invariant, node, `${what}: ${digest}; required: ${before}, as elsewhere`);
  }

  private fail(invariant: string, node: number, text: string): never {
    return this.sim.fail(`checker ${invariant}: ${text}`, node);
  }
}
