/**
 * Rumours in rounds: in each round every node calls others drawn at random, until all know.
 *
 *   push       who knows tells f others             rounds near log_(f+1) n + ln n / f (Pittel 1987 for f = 1)
 *   pull       who does not know asks f others      the share without it is squared each round at the end
 *   push-pull  everybody calls, both ways           log_3 n + O(log log n) (Karp et al. 2000)
 *
 * As in those papers a call exchanges what both knew when the round began. The period has to be longer than a call and its answer.
 * Copies are counted; a call that tells nothing is not a copy. Whom a node calls comes from one stream of the run.
 */
import type { RandomStream } from '../../random.ts';
import type { Simulation } from '../../simulation.ts';
import type { MessageNetwork } from '../message/message-network.ts';

const TELL = 0;
const ASK = 1;
const UNKNOWING = 0x7fff_ffff;

export interface RoundOptions {
  readonly mode: 'push' | 'pull' | 'push-pull';
  readonly fanout: number;
  readonly periodNs: number;
  readonly bytes: number;
  readonly choose: RandomStream;
  /** Stops after so many rounds at the latest. */
  readonly maxRounds?: number;
}

export class RoundGossip {
  /** Rounds until everybody knew; nodes that knew when each round began. */
  rounds = 0;
  readonly known: number[] = [];
  copies = 0;
  reached = 0;

  private readonly sim: Simulation;
  private readonly network: MessageNetwork;
  private readonly options: RoundOptions;
  /** Round in which a node came to know. */
  private readonly since: Int32Array;
  private readonly roundCode: number;

  constructor(sim: Simulation, network: MessageNetwork, options: RoundOptions) {
    this.sim = sim;
    this.network = network;
    this.options = options;
    this.since = new Int32Array(network.nodes).fill(UNKNOWING);
    this.roundCode = sim.register('rounds/begin', () => this.begin());
    network.onMessage((to, from, kind) => this.receive(to, from, kind));
  }

  publish(node: number): void {
    this.since.fill(UNKNOWING);
    this.known.length = 0;
    this.rounds = 0;
    this.copies = 0;
    this.reached = 1;
    this.since[node] = 0;
    this.begin();
  }

  private begin(): void {
    this.known.push(this.reached);
    if (this.reached === this.network.nodes || this.rounds >= (this.options.maxRounds ?? 10_000)) return;
    this.rounds++;
    const { mode, fanout, choose, periodNs } = this.options;
    const { nodes } = this.network;
    for (let node = 0; node < nodes; node++) {
      const knows = this.knew(node);
      if ((mode === 'push' && !knows) || (mode === 'pull' && knows)) continue;
      for (let call = 0; call < fanout; call++) {
        const other = choose.below(nodes - 1);
        const to = other < node ? other : other + 1;
        if (knows) this.tell(node, to);
        // in push-pull one call carries both; what it tells travels with what it asks
        if (mode === 'pull' || (mode === 'push-pull' && !knows)) this.network.send(node, to, ASK, this.options.bytes);
      }
    }
    this.sim.schedule(periodNs, this.roundCode);
  }

  private receive(to: number, from: number, kind: number): void {
    if (kind === ASK) {
      if (this.knew(to)) this.tell(to, from);
    } else if (this.since[to] === UNKNOWING) {
      this.since[to] = this.rounds;
      this.reached++;
    }
  }

  /** Knew it when this round began. */
  private knew(node: number): boolean {
    return this.since[node]! < this.rounds;
  }

  private tell(from: number, to: number): void {
    this.copies++;
    this.network.send(from, to, TELL, this.options.bytes);
  }
}
