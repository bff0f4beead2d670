/**
 * What atomic commitment promises (Bernstein, Hadzilacos and Goodman 1987, section 7.3), from what nodes tell and send:
 *
 *   same-outcome   no two nodes decide differently (AC1)
 *   final          nobody takes a decision back (AC2)
 *   all-yes        committed only where every participant has voted yes (AC3)
 *   told           a client is told what was decided
 *
 * That something is decided at all (AC4, AC5) is for tests: while messages are under way it need not be.
 */
import type { Simulation } from '../../simulation.ts';
import { ABORTED, COMMITTED, type TwoPhaseMessage } from './two-phase.ts';

export class TwoPhaseCheckers {
  private readonly sim: Simulation;
  private readonly n: number;
  private readonly isFaulty: (node: number) => boolean;
  private readonly outcomes = new Map<number, { readonly isCommit: boolean; readonly node: number }>();
  private readonly own = new Map<string, boolean>();
  private readonly yes = new Map<number, Set<number>>();

  constructor(sim: Simulation, n: number, isFaulty: (node: number) => boolean = () => false) {
    this.sim = sim;
    this.n = n;
    this.isFaulty = isFaulty;
  }

  onSend(from: number, _to: number, message: TwoPhaseMessage): void {
    if (message.kind === 'vote' && message.isYes) this.yes.set(message.seq, (this.yes.get(message.seq) ?? new Set()).add(from));
    if (message.kind !== 'outcome' || this.isFaulty(from)) return;
    const decided = this.own.get(`${from}/${message.seq}`);
    if (decided !== message.isCommit) this.sim.fail(`checker told: ${word(message.isCommit)} for ${message.seq}; required: ${decided === undefined ? 'a decision first' : word(decided)}`, from);
  }

  onObserve(node: number, what: number, _view: number, seq: number, _digest: number): void {
    if ((what !== COMMITTED && what !== ABORTED) || this.isFaulty(node)) return;
    const isCommit = what === COMMITTED;
    const key = `${node}/${seq}`;
    const before = this.own.get(key);
    if (before !== undefined && before !== isCommit) this.sim.fail(`checker final: ${word(isCommit)} at ${seq} after ${word(before)}; required: one decision`, node);
    this.own.set(key, isCommit);
    const other = this.outcomes.get(seq);
    if (other === undefined) this.outcomes.set(seq, { isCommit, node });
    else if (other.isCommit !== isCommit) this.sim.fail(`checker same-outcome: ${word(isCommit)} at ${seq}; required: ${word(other.isCommit)}, as at node ${other.node}`, node);
    const votes = this.yes.get(seq)?.size ?? 0;
    if (isCommit && votes < this.n - 1) this.sim.fail(`checker all-yes: commit at ${seq} with ${votes} votes; required: ${this.n - 1}`, node);
  }

  /** Its memory is gone, so it may decide anew. */
  forget(node: number): void {
    for (const key of this.own.keys()) if (key.startsWith(`${node}/`)) this.own.delete(key);
  }
}

const word = (isCommit: boolean): string => (isCommit ? 'commit' : 'abort');
