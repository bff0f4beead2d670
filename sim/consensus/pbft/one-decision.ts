/**
 * One decision of PBFT without faults but silence, for many runs at large n: who has heard how many votes, and nothing else. All vote for the
 * same digest, so counts are enough; the whole protocol is replica.ts.
 *
 * The primary, node 0, sends PRE-PREPARE and a PREPARE of its own at time 0. Votes that come before the PRE-PREPARE are kept. A node looks
 * whether it is prepared when a PREPARE comes in, and whether it has committed when a COMMIT comes in; own votes count. The last `silent`
 * nodes receive and say nothing. The run ends when n - f nodes have committed. It may also end without: a node to which the PRE-PREPARE comes
 * after the last PREPARE does not look again, and where every node is needed the whole protocol would have to change its view.
 */
import type { Simulation } from '../../simulation.ts';
import { faultsTolerated } from './config.ts';

export interface OneDecision {
  /** From the first message to the commit of the last node needed; undefined: there was no decision. */
  readonly latencyNs: number | undefined;
  /** Sent until then, to whomever, to oneself none. */
  readonly messages: number;
}

const PRE_PREPARE = 0;
const PREPARE = 1;
const COMMIT = 2;

export class OneDecisionModel {
  private readonly sim: Simulation;
  private readonly n: number;
  private readonly voters: number;
  private readonly quorum: number;
  private readonly delayNs: () => number;
  private readonly code: number;
  private readonly knows: Uint8Array;
  private readonly prepares: Int32Array;
  private readonly commits: Int32Array;
  private readonly isPrepared: Uint8Array;
  private readonly isCommitted: Uint8Array;
  private committed = 0;
  private messages = 0;

  /** `delayNs` is asked once a message. The quorum is 2 f + 1. */
  constructor(sim: Simulation, n: number, silent: number, delayNs: () => number) {
    this.sim = sim;
    this.n = n;
    this.voters = n - silent;
    this.quorum = 2 * faultsTolerated(n) + 1;
    this.delayNs = delayNs;
    this.knows = new Uint8Array(n);
    this.prepares = new Int32Array(n);
    this.commits = new Int32Array(n);
    this.isPrepared = new Uint8Array(n);
    this.isCommitted = new Uint8Array(n);
    this.code = sim.register('pbft/vote', (node, kind) => this.receive(node, kind));
  }

  /** Runs one decision to its end; leaves nothing pending. */
  run(): OneDecision {
    const startNs = this.sim.now;
    for (const each of [this.knows, this.prepares, this.commits, this.isPrepared, this.isCommitted]) each.fill(0);
    this.committed = this.messages = 0;
    this.knows[0] = 1;
    this.prepares[0] = 1;
    this.broadcast(0, PRE_PREPARE);
    this.broadcast(0, PREPARE);
    this.sim.run();
    const latencyNs = this.isDecided ? this.sim.now - startNs : undefined;
    const { messages } = this;
    // What is still under way concerns nobody any more.
    this.committed = Infinity;
    this.sim.run();
    return { latencyNs, messages };
  }

  private broadcast(from: number, kind: number): void {
    this.messages += this.n - 1;
    for (let to = 0; to < this.voters; to++) if (to !== from) this.sim.schedule(this.delayNs(), this.code, to, kind);
  }

  private receive(node: number, kind: number): void {
    if (this.committed === Infinity) return;
    if (kind === PRE_PREPARE) {
      this.knows[node] = 1;
      this.prepares[node]! += 1;
      this.broadcast(node, PREPARE);
    } else if (kind === PREPARE) {
      this.prepares[node]! += 1;
      if (this.isPrepared[node] === 1 || !this.hasPrepared(node)) return;
      this.isPrepared[node] = 1;
      this.commits[node]! += 1;
      this.broadcast(node, COMMIT);
    } else {
      this.commits[node]! += 1;
      if (this.isCommitted[node] === 1 || !this.hasPrepared(node) || this.commits[node]! < this.quorum) return;
      this.isCommitted[node] = 1;
      this.committed += 1;
      if (this.isDecided) this.sim.stop();
    }
  }

  private get isDecided(): boolean {
    return this.committed === this.n - faultsTolerated(this.n);
  }

  private hasPrepared(node: number): boolean {
    return this.knows[node] === 1 && this.prepares[node]! >= this.quorum;
  }
}
