/**
 * Broken invariants: the error that stops a run and says how to see it again.
 *
 * Message form: `where: what was found, what was required, at which time`, followed by everything a replay needs.
 * An invariant error is a bug of a model (exit code 70); bad input is refused earlier, at the edge, with other errors.
 */
import { formatNs } from './time.ts';

/** Where and in which run an invariant broke. */
export interface RunPoint {
  readonly scenario: string;
  readonly seed: string;
  readonly replication: number;
  readonly timeNs: number;
  /** How many events had started when it broke; the broken one is the last of them. */
  readonly eventNumber: number;
  readonly node: number | undefined;
  /** Command that runs into the same error again; empty where the caller gave none. */
  readonly replay: string;
}

export class SimulationError extends Error {
  /** The finding alone, without the run's particulars. */
  readonly finding: string;
  readonly point: RunPoint;

  constructor(finding: string, point: RunPoint) {
    super(`${finding} ${describe(point)}`);
    this.name = 'SimulationError';
    this.finding = finding;
    this.point = point;
  }
}

function describe(point: RunPoint): string {
  const node = point.node === undefined ? '' : `, node ${point.node}`;
  const replay = point.replay === '' ? '' : `; replay: ${point.replay}`;
  const run = `scenario ${point.scenario}, seed ${point.seed}, replication ${point.replication}`;
  return `[at t=${formatNs(point.timeNs)}, event ${point.eventNumber}${node}; ${run}${replay}]`;
}

/** What `invariant` needs of a simulation. */
export interface Failing {
  fail(message: string, node?: number): never;
}

/** Stops the run unless the condition holds. The text is built only when it does not. */
export function invariant(sim: Failing, condition: boolean, text: () => string, node?: number): asserts condition {
  if (!condition) sim.fail(text(), node);
}
