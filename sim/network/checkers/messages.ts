/**
 * The message level watched in every run, at a few sums a message:
 *
 *     conservation   what is launched is what arrives: messages are added to a sum when they leave and taken from it when they come, by sender,
 *                    receiver, content and instant. Whenever none is under way, and at the end with those that are, the sum is zero; and the counts
 *                    of senders, faults and receivers agree
 *     line           a message leaves behind the one before it, when the rate says, to a ns
 *     order          a pair whose order is promised gets what it was sent in that order: a digest of what left and one of what came, compared
 *                    whenever none is under way
 *     earliest       no arrival before the delay that was drawn has passed
 *     synchrony      no arrival beyond max(sent, GST) + delta
 *
 * Sums are of 32 bits: a wrong one goes unnoticed once in four thousand million times.
 */
import type { Failing } from '../../invariant.ts';
import { formatNs } from '../../time.ts';
import { deadlineNs, type SynchronyBound } from '../faults/partial-synchrony.ts';

const CARRIED_NS = 1.001;

/** Messages between two points of their way. */
export class MessageLeg {
  /** Under way now, and ever. */
  count = 0;
  entered = 0;
  private sum = 0;
  private readonly sim: Failing;
  private readonly what: string;

  constructor(sim: Failing, what: string) {
    this.sim = sim;
    this.what = what;
  }

  enter(from: number, to: number, content: number, arrivalNs: number): void {
    this.count++;
    this.entered++;
    this.sum = (this.sum + digest(from, to, content, arrivalNs)) | 0;
  }

  leave(from: number, to: number, content: number, nowNs: number): void {
    this.sum = (this.sum - digest(from, to, content, nowNs)) | 0;
    if (--this.count <= 0 && (this.count < 0 || this.sum !== 0)) this.fail(to, `after a message from node ${from} to node ${to}: ${this.count} ${this.what}, and what came is not what left`);
  }

  /** At the end: those under way are those with an event to come, which `eachPending` shows. */
  finish(eachPending: (see: (from: number, to: number, content: number, arrivalNs: number) => void) => void): void {
    let count = 0;
    let sum = 0;
    eachPending((from, to, content, arrivalNs) => {
      count++;
      sum = (sum + digest(from, to, content, arrivalNs)) | 0;
    });
    if (this.count !== count || this.sum !== sum) this.fail(undefined, `at the end ${this.count} messages are ${this.what}, and ${count} have an event to come${this.count === count ? ', of which some are others' : ''}`);
  }

  private fail(node: number | undefined, found: string): never {
    this.sim.fail(`checker conservation: message network: ${found}; required: every message arrives once, where and when it was sent to`, node);
  }
}

/** Sending lines: a message is through when the rate says, after the one before it, to a ns (fractions are carried from message to message). */
export class SendingLines {
  private readonly sim: Failing;
  /** When the last message of a node left. */
  private readonly lastNs: Float64Array;

  constructor(sim: Failing, nodes: number) {
    this.sim = sim;
    this.lastNs = new Float64Array(nodes);
  }

  depart(node: number, bytes: number, rateBps: number, nowNs: number, departNs: number): void {
    const freeNs = this.lastNs[node]!;
    const endNs = rateBps === Infinity ? nowNs : (freeNs > nowNs ? freeNs : nowNs) + (8e9 * bytes) / rateBps;
    if (departNs < endNs - CARRIED_NS || departNs > endNs + CARRIED_NS) this.sim.fail(`checker line: message network: a message of ${bytes} bytes handed over at ${formatNs(nowNs)} to a line that is free at ${formatNs(freeNs)} leaves at ${formatNs(departNs)}; required: ${formatNs(Math.ceil(endNs))}`, node);
    // a message may pass one that the receiver's rate held up
    if (departNs > freeNs) this.lastNs[node] = departNs;
  }
}

/** What senders hand over, what faults make of it, what is launched and what is handed to receivers: counts that have to agree. */
export class MessageBooks {
  sent = 0;
  /** Copies that faults let through, and messages of which they let none. */
  copies = 0;
  lost = 0;
  private readonly sim: Failing;

  constructor(sim: Failing) {
    this.sim = sim;
  }

  judged(copies: number): void {
    this.copies += copies;
    if (copies === 0) this.lost++;
  }

  /** The counters of the network, and of its legs. */
  finish(counted: { readonly sent: number; readonly lost: number; readonly doubled: number; readonly delivered: number }, launched: number, handedOver: number): void {
    const doubled = this.copies + this.lost - this.sent;
    this.compare('messages sent', counted.sent, this.sent);
    this.compare('messages lost', counted.lost, this.lost);
    this.compare('copies made', counted.doubled, doubled);
    this.compare('copies launched', launched, this.copies);
    this.compare('copies delivered', counted.delivered, handedOver);
  }

  private compare(what: string, found: number, required: number): void {
    if (found !== required) this.sim.fail(`checker conservation: message network: ${found} ${what}; required: ${required}`);
  }
}

/** Order of pairs: what left and what came, as digests that depend on the order. */
export class PairOrder {
  private readonly sim: Failing;
  private readonly left: Int32Array;
  private readonly came: Int32Array;
  private readonly underWay: Int32Array;

  constructor(sim: Failing, pairs: number) {
    this.sim = sim;
    this.left = new Int32Array(pairs);
    this.came = new Int32Array(pairs);
    this.underWay = new Int32Array(pairs);
  }

  enter(pair: number, content: number): void {
    this.underWay[pair]!++;
    this.left[pair] = Math.imul(this.left[pair]!, 0x01000193) + content;
  }

  leave(pair: number, content: number, from: number, to: number): void {
    this.came[pair] = Math.imul(this.came[pair]!, 0x01000193) + content;
    if (--this.underWay[pair]! === 0 && this.left[pair] !== this.came[pair]) this.sim.fail(`checker order: message network: messages from node ${from} to node ${to} came in another order than they left; required: the same, as promised`, to);
  }
}

/** No arrival before its time. */
export function checkEarliest(sim: Failing, from: number, to: number, leftNs: number, delayNs: number, arrivalNs: number): void {
  if (arrivalNs < leftNs + delayNs) sim.fail(`checker earliest: message network: a message from node ${from} to node ${to} left at ${formatNs(leftNs)} arrives at ${formatNs(arrivalNs)}; required: not within ${formatNs(delayNs)}`, to);
}

/** A bound on every arrival. */
export function checkSynchrony(sim: Failing, bound: SynchronyBound, from: number, to: number, sentNs: number, arrivalNs: number): void {
  const latestNs = deadlineNs(bound, sentNs);
  if (arrivalNs > latestNs) sim.fail(`checker synchrony: message network: a message from node ${from} to node ${to} sent at ${formatNs(sentNs)} arrives at ${formatNs(arrivalNs)}; required: by ${formatNs(latestNs)} (GST ${formatNs(bound.gstNs)}, delta ${formatNs(bound.deltaNs)})`, to);
}

function digest(from: number, to: number, content: number, timeNs: number): number {
  let mixed = Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ content, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 13) ^ timeNs, 0x27d4eb2f);
  return mixed ^ (mixed >>> 16);
}
