/** Where one view of the stage stands: a branch, an event of it, what is in hand; and the ways to move. No drawing here. */
import type { Act } from '../../scenarios/testbed/stage/script.ts';
import { type Branch, MOST_BRANCHES, type StageSession } from '../../scenarios/testbed/stage/session.ts';
import type { StageRun } from '../../scenarios/testbed/stage/stage-run.ts';

export type Hand = { readonly kind: 'node'; readonly node: number } | { readonly kind: 'message'; readonly number: number } | undefined;
export type Stride = 'event' | 'message' | 'decision';

export class StageDesk {
  readonly session: StageSession;
  branch: Branch;
  event = 0;
  run: StageRun;
  hand: Hand;

  constructor(session: StageSession, branch: Branch, event: number) {
    this.session = session;
    this.branch = branch;
    this.run = session.at(branch.id, 0);
    this.seek(event);
  }

  get nowNs(): number {
    return this.run.sim.now;
  }

  /** Forwards the run goes on, backwards it is made again. */
  seek(event: number): void {
    const to = Math.max(0, Math.min(event, this.branch.end));
    const breaks = this.branch.record.broken?.event ?? Infinity;
    if (to < this.event || to >= breaks || this.run.events !== this.event) this.run = this.session.at(this.branch.id, to);
    else this.run.advance(to);
    this.event = to;
    if (this.hand?.kind === 'message' && !this.isSent(this.hand.number)) this.hand = undefined;
  }

  choose(branch: Branch): void {
    const { nowNs } = this;
    this.branch = branch;
    this.run = this.session.at(branch.id, 0);
    this.event = 0;
    this.seek(this.eventAt(nowNs));
  }

  /** The next or previous event, arrival or decision; the end where there is none. */
  next(stride: Stride, by: 1 | -1): number {
    const { record, end } = this.branch;
    if (stride === 'event') return this.event + by;
    const { decision } = this.session.protocol;
    const decisive = new Set(record.observations.filter(({ what }) => what === decision).map(({ event }) => event));
    for (let event = this.event + by; event > 0 && event <= end; event += by) {
      if (stride === 'message' ? record.events[event - 1]?.kind === 'arrive' : decisive.has(event)) return event;
    }
    return by > 0 ? end : 0;
  }

  /** The last event up to an instant. */
  eventAt(timeNs: number): number {
    const { events } = this.branch.record;
    let low = 0;
    for (let high = events.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (events[middle]!.timeNs <= timeNs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  isSent(number: number): boolean {
    const message = this.branch.record.messages[number - 1];
    return message !== undefined && message.sentEvent <= this.event;
  }

  /** Numbers of the messages under way, soonest first. */
  inFlight(): number[] {
    return this.branch.record.messages.filter(({ sentEvent, endEvent }) => sentEvent <= this.event && endEvent > this.event).sort((a, b) => a.dueNs - b.dueNs || a.number - b.number).map(({ number }) => number);
  }

  /** The message after the one in hand among those under way. */
  takeMessage(by: 1 | -1): void {
    const flying = this.inFlight();
    if (flying.length === 0) return;
    const at = this.hand?.kind === 'message' ? flying.indexOf(this.hand.number) : -1;
    const next = at < 0 ? (by > 0 ? 0 : flying.length - 1) : (at + by + flying.length) % flying.length;
    this.hand = { kind: 'message', number: flying[next]! };
  }

  takeNode(by: 1 | -1): void {
    const { replicas } = this.run.model;
    const at = this.hand?.kind === 'node' ? this.hand.node : by > 0 ? -1 : replicas;
    this.hand = { kind: 'node', node: (at + by + replicas) % replicas };
  }

  /** Another future from here; a second act at the place of the first belongs to the same one. */
  act(acts: readonly Act[]): Branch {
    const { session, branch, event } = this;
    const isSame = acts.length > 0 && branch.parent >= 0 && branch.forkEvent === event && !session.branches.some(({ parent }) => parent === branch.id);
    const made = session.fork(branch.id, event, acts);
    if (isSame) {
      const grown: Branch = { ...made, id: branch.id, parent: branch.parent, forkEvent: event };
      session.branches.pop();
      session.branches[session.branches.indexOf(branch)] = grown;
      this.branch = grown;
    } else {
      this.branch = made;
      this.makeRoom(made);
    }
    this.event = -1;
    this.seek(event);
    return this.branch;
  }

  /** No more branches than there are keys: the oldest goes that neither made this one nor is the trunk. */
  makeRoom(made: Branch): void {
    const { session } = this;
    if (session.branches.length > MOST_BRANCHES) session.remove(session.branches.find(({ id, parent }) => parent >= 0 && id !== made.id && id !== made.parent)!.id);
  }
}
