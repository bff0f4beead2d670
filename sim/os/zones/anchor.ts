/**
 * Anchoring: from time to time the Merkle root of the newest records goes to the consortium chain as one transaction. What is anchored
 * can no longer be changed unnoticed; the tail behind the last anchor can, and this file decides how long it gets.
 *
 * Rule (choice; the source asks for evidence on chain and gives no period): an anchor is cut when `everyRecords` records are behind the
 * last one, and when `everyNs` have passed since the last cut, whichever is first. The second also cuts an empty batch: an anchor that
 * says "nothing happened" is what makes the removal of everything visible. The sink stands for one transaction of level 1; an anchor
 * counts from its commitment on. Times in ns. Left out: who may submit anchors, and forks of the consortium chain.
 */
import type { Simulation } from '../../simulation.ts';
import type { EvidenceChain } from './evidence.ts';
import { merkleRoot } from './merkle.ts';

export interface Anchor {
  /** Counts up from 0 without gaps. */
  readonly number: number;
  /** Records fromSeq .. toSeq - 1. */
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly root: Uint8Array;
  /** Every record made before this instant is covered by this anchor or an earlier one. */
  readonly coversUntilNs: number;
}

export interface AnchorRule {
  /** Infinity: never by count. */
  readonly everyRecords: number;
  /** Infinity: never by time. */
  readonly everyNs: number;
}

/** Takes an anchor to the consortium chain and calls back when it is committed there. */
export type AnchorSink = (anchor: Anchor, committed: () => void) => void;

export class Anchorer {
  /** As the consortium chain has them. */
  readonly committed: Anchor[] = [];

  private readonly sim: Simulation;
  private readonly chain: EvidenceChain;
  private readonly rule: AnchorRule;
  private readonly sink: AnchorSink;
  private readonly timerCode: number;
  private timer: number | undefined;
  private isStopped = false;
  private cuts = 0;
  private cutSeq = 0;

  constructor(sim: Simulation, chain: EvidenceChain, rule: AnchorRule, sink: AnchorSink) {
    this.sim = sim;
    this.chain = chain;
    this.rule = rule;
    this.sink = sink;
    this.timerCode = sim.register('evidence/anchor timer', () => {
      this.timer = undefined;
      this.cut();
    });
    this.arm();
  }

  /** To be called after each record. */
  onAppend(): void {
    if (!this.isStopped && this.chain.entries.length - this.cutSeq >= this.rule.everyRecords) this.cut();
  }

  /** No more anchors: what is behind the last cut, and what still comes, stays exposed. */
  stop(): void {
    this.isStopped = true;
    this.disarm();
  }

  private disarm(): void {
    if (this.timer !== undefined) this.sim.cancel(this.timer);
    this.timer = undefined;
  }

  private arm(): void {
    if (this.rule.everyNs !== Infinity) this.timer = this.sim.schedule(this.rule.everyNs, this.timerCode);
  }

  private cut(): void {
    this.disarm();
    const { entries } = this.chain;
    const anchor: Anchor = { number: this.cuts++, fromSeq: this.cutSeq, toSeq: entries.length, root: merkleRoot(entries.slice(this.cutSeq)), coversUntilNs: this.sim.now };
    this.cutSeq = entries.length;
    this.arm();
    this.sink(anchor, () => this.committed.push(anchor));
  }
}
