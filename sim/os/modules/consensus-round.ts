/**
 * Rounds of three-phase agreement on blocks as work for processors: which calls each replica makes when, and why a block took as long as
 * it did. Normal case of Castro and Liskov, OSDI 1999, section 4.2: pre-prepare, prepare from 2f others, commit from 2f + 1.
 *
 * Every piece of work knows what set it off, so that the latency of a block at a replica is the sum along one chain: work by module,
 * crossings, waiting for a core, links. Times in integer ns. Left out: view changes, checkpoints, lost messages; a message that comes
 * when its quorum is complete is received and dropped unverified (choice).
 */
import type { Cpu } from '../../ports.ts';
import type { Simulation } from '../../simulation.ts';
import { CALLED_MODULES, type Calls, type Price, priceOf, type Residence } from './calls.ts';

export interface CallCosts {
  readonly signNs: number;
  readonly verifyNs: number;
  /** Hash of one transaction. */
  readonly hashNs: number;
  readonly sendNs: number;
  readonly receiveNs: number;
  /** Labels and role of one transaction. */
  readonly accessNs: number;
  /** One record of evidence. */
  readonly evidenceNs: number;
  /** Bookkeeping for one message. */
  readonly bookNs: number;
}

export interface RoundOptions {
  /** n = 3f + 1. */
  readonly replicas: number;
  readonly transactions: number;
  readonly costs: CallCosts;
  readonly residence: Residence;
  /** One a replica. */
  readonly cpus: readonly Cpu[];
  /** Queue level of consensus on its processor. */
  readonly cpuLevel: number;
  readonly linkNs: (from: number, to: number) => number;
  readonly onCommitted: (block: number, replica: number, latency: Attribution) => void;
}

/** Where the time of one block went. All but the total add up to the total. */
export interface Attribution {
  readonly totalNs: number;
  /** In the order of CALLED_MODULES. */
  readonly moduleNs: readonly number[];
  readonly crossingNs: number;
  readonly crossings: number;
  readonly waitingNs: number;
  readonly linksNs: number;
}

/** A piece of work that is done, and what set it off. */
interface Work {
  readonly cause: Work | undefined;
  readonly linkNs: number;
  readonly readyNs: number;
  readonly doneNs: number;
  readonly price: Price;
}

interface BlockState {
  hasProposal: boolean;
  prepares: number;
  isPrepared: boolean;
  commits: number;
  isCommitted: boolean;
}

type Phase = 'pre-prepare' | 'prepare' | 'commit';

export class ConsensusRounds {
  /** Work of all replicas and blocks so far. */
  cpuNs = 0;
  crossings = 0;
  private readonly sim: Simulation;
  private readonly options: RoundOptions;
  private readonly faults: number;
  /** By block, then replica. */
  private readonly states: BlockState[][] = [];

  constructor(sim: Simulation, options: RoundOptions) {
    this.sim = sim;
    this.options = options;
    this.faults = Math.floor((options.replicas - 1) / 3);
  }

  /** The primary, replica 0, proposes the next block now. */
  propose(): void {
    const { costs, replicas } = this.options;
    const block = this.states.length;
    this.states.push(Array.from({ length: replicas }, () => ({ hasProposal: false, prepares: 0, isPrepared: false, commits: 0, isCommitted: false })));
    const calls = [...this.validation(), call('crypto', 1, costs.signNs), this.sends(), this.book()];
    this.work(0, calls, undefined, 0, (work) => {
      this.states[block]![0]!.hasProposal = true;
      this.broadcast(block, 'pre-prepare', 0, work);
    });
  }

  private receive(block: number, phase: Phase, replica: number, cause: Work, linkNs: number): void {
    const { costs } = this.options;
    const state = this.states[block]![replica]!;
    const isLate = (phase === 'prepare' && state.isPrepared) || (phase === 'commit' && state.isCommitted);
    const checks = phase === 'pre-prepare' ? [call('crypto', 1, costs.verifyNs), ...this.validation()] : isLate ? [] : [call('crypto', 1, costs.verifyNs)];
    this.work(replica, [call('network', 1, costs.receiveNs), ...checks, this.book()], cause, linkNs, (work) => {
      if (isLate) return;
      if (phase === 'pre-prepare') {
        state.hasProposal = true;
        this.vote(block, 'prepare', replica, work);
        // A backup's own prepare counts among the 2f.
        state.prepares += 1;
      } else if (phase === 'prepare') state.prepares += 1;
      else state.commits += 1;
      this.advance(block, replica, work);
    });
  }

  private advance(block: number, replica: number, work: Work): void {
    const state = this.states[block]![replica]!;
    if (!state.isPrepared && state.hasProposal && state.prepares >= 2 * this.faults) {
      state.isPrepared = true;
      state.commits += 1;
      this.vote(block, 'commit', replica, work);
    }
    if (state.isPrepared && !state.isCommitted && state.commits >= 2 * this.faults + 1) {
      state.isCommitted = true;
      this.execute(block, replica, work);
    }
  }

  private vote(block: number, phase: Phase, replica: number, cause: Work): void {
    this.work(replica, [call('crypto', 1, this.options.costs.signNs), this.sends(), this.book()], cause, 0, (work) => this.broadcast(block, phase, replica, work));
  }

  /** Evidence first, then the application gets its transactions. */
  private execute(block: number, replica: number, cause: Work): void {
    const { costs, transactions, onCommitted } = this.options;
    this.work(replica, [call('evidence', transactions, costs.evidenceNs), this.book()], cause, 0, (work) => onCommitted(block, replica, attribute(work)), transactions);
  }

  /** What every replica checks of a block: each transaction's signature, hash and rights. */
  private validation(): Calls[] {
    const { costs, transactions } = this.options;
    return [call('crypto', transactions, costs.verifyNs), call('crypto', transactions, costs.hashNs), call('accessControl', transactions, costs.accessNs)];
  }

  private sends(): Calls {
    return call('network', this.options.replicas - 1, this.options.costs.sendNs);
  }

  private book(): Calls {
    return call('consensus', 1, this.options.costs.bookNs);
  }

  private broadcast(block: number, phase: Phase, from: number, work: Work): void {
    for (let to = 0; to < this.options.replicas; to++) {
      if (to === from) continue;
      const linkNs = this.options.linkNs(from, to);
      this.sim.after(linkNs, () => this.receive(block, phase, to, work, linkNs));
    }
  }

  private work(replica: number, calls: readonly Calls[], cause: Work | undefined, linkNs: number, then: (work: Work) => void, delivered = 0): void {
    const { cpus, cpuLevel, residence } = this.options;
    const price = priceOf(calls, residence, delivered);
    const readyNs = this.sim.now;
    this.cpuNs += price.costNs;
    this.crossings += price.crossings;
    cpus[replica]!.run(price.costNs, cpuLevel, () => then({ cause, linkNs, readyNs, doneNs: this.sim.now, price }));
  }
}

const call = (module: Calls['module'], count: number, eachNs: number): Calls => ({ module, count, eachNs });

/** Sums along the chain of causes, back to the proposal. */
function attribute(last: Work): Attribution {
  const moduleNs = CALLED_MODULES.map(() => 0);
  let [crossingNs, crossings, waitingNs, linksNs] = [0, 0, 0, 0];
  let firstNs = last.readyNs;
  for (let work: Work | undefined = last; work !== undefined; work = work.cause) {
    const { price } = work;
    price.moduleNs.forEach((ns, index) => (moduleNs[index]! += ns));
    crossingNs += price.crossingNs;
    crossings += price.crossings;
    waitingNs += work.doneNs - work.readyNs - price.costNs;
    linksNs += work.linkNs;
    firstNs = work.readyNs;
  }
  return { totalNs: last.doneNs - firstNs, moduleNs, crossingNs, crossings, waitingNs, linksNs };
}
