/**
 * Who does what: users who join and change, files that appear, operations on them. All draws belong to the run and not to the arm, so
 * that every way of control meets the same operations.
 */
import { exponential } from '../../sim/distributions.ts';
import type { Subject } from '../../sim/os/zones/evidence.ts';
import type { Operation } from '../../sim/os/zones/operations.ts';
import type { RandomStream } from '../../sim/random.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { NS_PER_MS, NS_PER_S } from '../../sim/time.ts';
import type { ZonesParameters } from './parameters.ts';

/** In the quiet part of the run this share of the operations comes. choice */
const QUIET_RATE = 0.05;
/** Share of operations on regulated data, of traders and of customers. choice */
const REGULATED_OPS = { trader: 0.8, customer: 0.1 } as const;
/** Share of traders among the users. choice */
const TRADERS = 0.4;
/** Share of new files whose content is regulated. choice */
export const REGULATED_FILES = 0.4;

export interface Step {
  readonly user: number;
  readonly onRegulated: boolean;
  /** Picks the file among those there are, in [0, 1). */
  readonly filePick: number;
  readonly operation: Operation;
  readonly subject: Subject;
}

/** What programs ask for, with cumulated shares: mostly what is permitted, sometimes what is not. choice */
const REGULATED_OPERATIONS: readonly (readonly [operation: Operation, upTo: number])[] = [['read', 0.5], ['append', 0.93], ['overwrite', 0.96], ['delete', 0.98], ['truncate', 1]];
const OPEN_OPERATIONS: readonly (readonly [operation: Operation, upTo: number])[] = [['read', 0.6], ['append', 0.75], ['overwrite', 1]];
/** Where the program lives that does it; regulated data is mostly handled by programs of zone 3. choice */
const REGULATED_ZONES: readonly (readonly [zone: Subject['zone'], upTo: number])[] = [[3, 0.94], [1, 0.98], [4, 1]];

const pick = <T>(table: readonly (readonly [value: T, upTo: number])[], draw: number): T => table.find(([, upTo]) => draw < upTo)![0];

export class Workload {
  private readonly params: ZonesParameters;
  private readonly horizonNs: number;
  private readonly joinsNs: readonly number[];
  private readonly isTrader: readonly boolean[];
  private readonly turns: readonly boolean[];
  private readonly arrivals: RandomStream;
  private readonly choices: RandomStream;
  private joined = 0;

  constructor(sim: Simulation, params: ZonesParameters) {
    this.params = params;
    this.horizonNs = Math.round(params.horizonMs * NS_PER_MS);
    this.arrivals = sim.stream('zones/arrivals');
    this.choices = sim.stream('zones/choices');
    const users = sim.stream('zones/users');
    const early = Math.max(1, Math.round(params.users * (1 - params.lateShare)));
    const late = params.users - early;
    this.joinsNs = Array.from({ length: params.users }, (_, user) => (user < early ? 0 : Math.round(((user - early + 1) / (late + 1)) * this.horizonNs)));
    this.isTrader = this.joinsNs.map(() => users.float() < TRADERS);
    this.turns = this.joinsNs.map(() => users.float() < params.turningShare);
  }

  /** Users who are there, with what they do by now. */
  present(nowNs: number): { readonly user: number; readonly isTrader: boolean }[] {
    return this.joinsNs.flatMap((joinNs, user) => (joinNs <= nowNs ? [{ user, isTrader: this.tradesAt(user, nowNs) }] : []));
  }

  /** Time to the next operation. */
  gapNs(nowNs: number): number {
    const { quietShare, opsPerS } = this.params;
    const isQuiet = Math.abs(nowNs / this.horizonNs - 0.5) < quietShare / 2;
    return Math.ceil(exponential(this.arrivals, NS_PER_S / (opsPerS * (isQuiet ? QUIET_RATE : 1))));
  }

  step(nowNs: number): Step {
    const { choices } = this;
    // Users are listed in the order in which they join, and time goes forward.
    while (this.joined < this.joinsNs.length && this.joinsNs[this.joined]! <= nowNs) this.joined += 1;
    const user = choices.below(this.joined);
    const onRegulated = choices.float() < REGULATED_OPS[this.tradesAt(user, nowNs) ? 'trader' : 'customer'];
    const filePick = choices.float();
    const operation = pick(onRegulated ? REGULATED_OPERATIONS : OPEN_OPERATIONS, choices.float());
    const zoneDraw = choices.float();
    const zone = onRegulated ? pick(REGULATED_ZONES, zoneDraw) : 1;
    // A program that is stopped stays stopped, so each run of a kernel tool is a program of its own.
    return { user, onRegulated, filePick, operation, subject: { program: zone === 4 ? `tool-${nowNs}` : `app-${zone}-${user}`, zone, role: zone === 4 ? 'system' : 'user' } };
  }

  private tradesAt(user: number, nowNs: number): boolean {
    return this.isTrader[user]! !== (this.turns[user]! && nowNs >= this.horizonNs / 2);
  }
}
