/**
 * One replication: a pure function of (scenario, arm, parameters, seed, replication, generator, tie shuffle).
 * Runs unchanged in a worker thread, in a browser's worker and in a test: no import of a host.
 */
import { SimulationError } from '../../sim/invariant.ts';
import type { Observer } from '../../sim/ports.ts';
import { Simulation } from '../../sim/simulation.ts';
import type { Job } from './plan.ts';
import { RunRecorder } from './recorder.ts';
import { replayCommand } from './replay-command.ts';
import type { JobResult } from './result-set.ts';
import type { Scenario } from './scenario.ts';

export interface RunHooks {
  /** Listens to spans, instants and counters; never changes the outcome. */
  readonly observer?: Observer;
  readonly onProgress?: (fraction: number) => void;
}

/** A run that could not be finished, with the command that repeats it. */
export class RunFailure extends Error {
  readonly replay: string;
  /** Did an invariant of the model break (a finding), or did the program itself fail (a defect)? */
  readonly isInvariant: boolean;

  constructor(message: string, replay: string, isInvariant: boolean, cause: unknown) {
    super(message, { cause });
    this.name = 'RunFailure';
    this.replay = replay;
    this.isInvariant = isInvariant;
  }
}

export function runOne(scenario: Scenario, job: Job, hooks: RunHooks = {}): JobResult {
  const { arm, params, replication, seed, generator, tieShuffle } = job;
  const replay = replayCommand(scenario, job);
  const recorder = new RunRecorder(scenario, hooks.onProgress);
  try {
    const sim = new Simulation({
      seed,
      replication,
      scenario: scenario.id,
      generator,
      replay,
      ...(tieShuffle === null ? {} : { tieShuffle }),
      ...(hooks.observer === undefined ? {} : { observer: hooks.observer }),
    });
    const finish = scenario.build({ sim, params, arm, replication, record: recorder });
    sim.run();
    sim.finish();
    finish?.();
    return {
      arm,
      params,
      replication,
      seed,
      fingerprint: sim.fingerprint(),
      blockDigests: sim.blockDigests(),
      eventCount: sim.eventCount,
      endTimeNs: sim.now,
      ...recorder.result(),
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new RunFailure(message, replay, error instanceof SimulationError, error);
  }
}
