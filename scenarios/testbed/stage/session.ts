/**
 * Time travel: a tree of branches, each a script and the record of its run, and a cursor on one of them. Backwards is the run made again from
 * its start to the event wanted, so that it is as true as forwards: every branch is made again once when it is recorded, and has to end as its
 * record does. An act at the cursor goes on where nothing has happened after it, and otherwise begins a branch that shares the past; the branch
 * that it leaves is not touched.
 */
import { NS_PER_MS } from '../../../sim/time.ts';
import type { FaultCount } from './fault-count.ts';
import { Recording } from './recording.ts';
import type { Act, Row } from './script.ts';
import { StageRun } from './stage-run.ts';
import type { StageOptions, StageProtocol } from './stage-protocol.ts';

export interface Branch {
  readonly id: number;
  /** Index of the branch it left, and after which event; -1: the trunk. */
  readonly parent: number;
  readonly forkEvent: number;
  readonly script: readonly Row[];
  readonly record: Recording;
  /** Last event, its time, and the fingerprint there. */
  readonly end: number;
  readonly endNs: number;
  readonly fingerprint: string;
  /** The run goes on beyond what was recorded. */
  readonly isCut: boolean;
  readonly unanswered: number;
  /** Replicas that lie or have forgotten at the end. */
  readonly faulty: number;
  /** Most that were faulty at once, crashed ones included. */
  readonly worst: FaultCount;
}

/** choice: a class looks at hundreds of events; timers that double go on for ever. */
export const MOST_EVENTS = 2000;
/** choice: and when every request is answered, so many timeouts later: whoever was left behind has shown it. */
const REST_TIMEOUTS = 3;
/** Events between two looks at whether that is so. */
const CHUNK = 16;
/** One digit each. */
export const MOST_BRANCHES = 9;

export function recordRun(protocol: StageProtocol, options: StageOptions, script: readonly Row[], mostEvents = MOST_EVENTS): { run: StageRun; record: Recording } {
  const record = new Recording();
  const run = new StageRun(protocol, options, script, { recorder: record });
  const restNs = REST_TIMEOUTS * options.timeoutMs * NS_PER_MS;
  let answeredNs = Infinity;
  while (run.events < mostEvents && run.advance(Math.min(mostEvents, run.events + CHUNK))) {
    if (run.unanswered > 0) answeredNs = Infinity;
    else if (answeredNs === Infinity) answeredNs = run.sim.now;
    if (run.sim.now > answeredNs + restNs) break;
  }
  return { run, record };
}

export class StageSession {
  readonly protocol: StageProtocol;
  readonly options: StageOptions;
  readonly branches: Branch[] = [];
  private readonly mostEvents: number;
  private count = 0;

  constructor(protocol: StageProtocol, options: StageOptions, script: readonly Row[] = [], mostEvents = MOST_EVENTS) {
    this.protocol = protocol;
    this.options = options;
    this.mostEvents = mostEvents;
    this.add(script, -1, 0);
  }

  branch(id: number): Branch {
    const found = this.branches.find((branch) => branch.id === id);
    if (found === undefined) throw new Error(`branch ${id} is not there; allowed is ${this.branches.map((branch) => branch.id).join(', ')}`);
    return found;
  }

  /** A run of a branch at an event of it, made from the start. */
  at(id: number, event: number): StageRun {
    const { script, record } = this.branch(id);
    const run = new StageRun(this.protocol, this.options, script, { isChecked: event >= (record.broken?.event ?? Infinity) });
    run.advance(event);
    return run;
  }

  /** Another future from here on: what was done up to this event, and these acts. */
  fork(id: number, event: number, acts: readonly Act[]): Branch {
    return this.add([...this.at(id, event).applied, ...acts.map((act): Row => ({ ...act, atEvent: event }))], id, event);
  }

  /** Makes room: the branch goes, what grew out of it stays. */
  remove(id: number): void {
    const at = this.branches.findIndex((branch) => branch.id === id);
    if (at > 0) this.branches.splice(at, 1);
  }

  add(script: readonly Row[], parent: number, forkEvent: number): Branch {
    const { run, record } = recordRun(this.protocol, this.options, script, this.mostEvents);
    const branch: Branch = {
      id: this.count++, parent, forkEvent, script, record, end: run.events, endNs: run.sim.now, fingerprint: run.fingerprint(),
      isCut: run.broken === undefined && run.sim.pendingCount > 0, unanswered: run.unanswered, faulty: run.faultyCount, worst: run.worst,
    };
    this.branches.push(branch);
    this.assertRepeatable(branch);
    return branch;
  }

  /** It also pays what the engine takes the first time that a run is made again (twice as long as later ones), before anybody waits for it. */
  private assertRepeatable({ id, end, fingerprint }: Branch): void {
    const again = this.at(id, end);
    if (again.events !== end || again.fingerprint() !== fingerprint) throw new Error(`stage: branch ${id} made again ends at event ${again.events} with ${again.fingerprint()}; required: ${end} with ${fingerprint}; a protocol may keep nothing outside its state`);
  }
}
