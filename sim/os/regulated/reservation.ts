/**
 * Reservation (Q, P): while the lower levels have work, they get Q of CPU time in every period P, and give it up as late as
 * possible. They use up the budget where the levels above leave the core idle; only if so much of it is left that it just fits before
 * the period's end (zero laxity) do they go before everybody, until it is used up. Linux guards its fair class in this way: 50 ms in
 * 1 s, deferred (the fair server of 6.12, kernel/sched/deadline.c). Charged only where used.
 *
 * In mode pr, on one core and without costs, in any window t during which the lower levels have work they are served at least
 * max(0, (Q/P)(t - 2(P-Q))), so they wait at most 2(P-Q) (the periodic resource model of Shin and Lee, RTSS 2003); the levels above
 * lose at most Q in any P. In np the start of the server's turn waits for the end of one task, in poll for the next look: what a period
 * owed is then given late, not lost, so the bound holds after one such delay; in np the lower task, too, runs to its end.
 *
 * Work that comes anew opens a period, unless the old one's leftover suits its rest (the rule of the constant bandwidth server, Abeni
 * and Buttazzo, RTSS 1998). Of several cores, the guarantee is for one.
 */
import type { ReservationOptions } from './options.ts';

export class Reservation {
  readonly fromLevel: number;
  private readonly fullNs: number;
  private readonly periodNs: number;
  /** Left of this period's budget, this period's end, and what earlier periods owe. */
  private budgetNs = 0;
  private endNs = 0;
  private owedNs = 0;
  /** Ready tasks of the reserved levels, and those of them in service. */
  private present = 0;
  private serving = 0;

  constructor({ budgetNs, periodNs, fromLevel }: ReservationOptions, lowestLevel: number) {
    this.fullNs = budgetNs;
    this.periodNs = periodNs;
    this.fromLevel = fromLevel ?? lowestLevel;
  }

  /** A reserved task is in service. */
  get isServing(): boolean {
    return this.serving > 0;
  }

  /** Left to serve before the levels above have their order again. */
  get leftNs(): number {
    return this.owedNs + this.budgetNs;
  }

  enters(level: number, nowNs: number): void {
    if (level < this.fromLevel) return;
    this.present += 1;
    if (this.present === 1) this.open(nowNs);
  }

  leaves(level: number): void {
    if (level >= this.fromLevel) this.present -= 1;
  }

  starts(level: number): void {
    if (level >= this.fromLevel) this.serving += 1;
  }

  stops(level: number): void {
    if (level >= this.fromLevel) this.serving -= 1;
  }

  /** A task of the level was served in the last `ranNs`; a period may have ended on the way. */
  charge(level: number, ranNs: number, nowNs: number): void {
    if (level < this.fromLevel) return;
    let fromNs = nowNs - ranNs;
    while (this.endNs <= nowNs) {
      if (fromNs < this.endNs) this.use(this.endNs - fromNs);
      fromNs = Math.max(fromNs, this.endNs);
      this.next();
    }
    this.use(nowNs - fromNs);
  }

  /** Must the reserved levels be served now? */
  isDue(nowNs: number): boolean {
    return this.present > 0 && this.dueNs(nowNs) <= nowNs;
  }

  /** When the reserved levels will have to be served, if they are not until then; Infinity while they have no work. */
  dueNs(nowNs: number): number {
    if (this.present === 0) return Infinity;
    while (this.endNs <= nowNs) this.next();
    if (this.owedNs > 0) return nowNs;
    return this.budgetNs > 0 ? this.endNs - this.budgetNs : this.endNs + this.periodNs - this.fullNs;
  }

  private open(nowNs: number): void {
    this.owedNs = 0;
    const restNs = this.endNs - nowNs;
    if (restNs > 0 && this.budgetNs * this.periodNs <= restNs * this.fullNs) return;
    this.budgetNs = this.fullNs;
    this.endNs = nowNs + this.periodNs;
  }

  private next(): void {
    this.owedNs += this.budgetNs;
    this.budgetNs = this.fullNs;
    this.endNs += this.periodNs;
  }

  /** What is owed is paid first. In np a task may take more than there is: the levels above have lost it, nobody gives it back. */
  private use(ns: number): void {
    const paidNs = Math.min(ns, this.owedNs);
    this.owedNs -= paidNs;
    this.budgetNs = Math.max(0, this.budgetNs - (ns - paidNs));
  }
}
