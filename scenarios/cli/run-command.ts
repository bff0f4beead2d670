/** `run`: one scenario into one folder. */
import { isAbsolute, join, relative } from 'node:path';
import { configure, type Request } from '../testbed/config.ts';
import { planJobs } from '../testbed/plan.ts';
import { registry } from '../testbed/registry.ts';
import { ConfigError } from '../testbed/config-error.ts';
import { MODEL_DIGEST } from '../testbed/build-facts.ts';
import { EXIT } from './exit-code.ts';
import { say, type Host } from './host.ts';
import { assignments, knownName, shellWord } from './options.ts';
import { tellOutcome, tellStopped, withSession } from './session.ts';
import { writeTrace } from './trace-file.ts';

export interface SimulationOptions {
  readonly quick?: boolean;
  readonly full?: boolean;
  readonly seed?: string;
  readonly generator?: string;
  readonly tieShuffle?: string;
  readonly jobs?: number;
  readonly out?: string;
}

export interface RunOptions extends SimulationOptions {
  readonly arms?: readonly string[];
  readonly set?: readonly string[];
  readonly sweep?: readonly string[];
  readonly replications?: string;
  readonly replication?: number;
  readonly trace?: string;
}

export async function runCommand(host: Host, name: string, options: RunOptions): Promise<number> {
  const scenario = await registry.scenario(knownName('scenario', name, registry.scenarioIds));
  const configuration = configure(scenario, requestOf(options));
  const dir = options.out ?? join(host.root, 'results', options.replication === undefined ? scenario.id : `${scenario.id}-replay`);
  const jobs = planJobs(scenario, configuration, MODEL_DIGEST);
  const { replication } = options;
  if (replication !== undefined && replication >= configuration.replications) {
    throw new ConfigError([{ path: '--replication', message: `${replication} is not allowed; allowed is a whole number from 0 to ${configuration.replications - 1}` }]);
  }
  const only = replication === undefined ? undefined : (job: { replication: number }): boolean => job.replication === replication;
  if (options.trace !== undefined) {
    // Inside the result folder it would count as a foreign file, and every later run there would be refused.
    const inside = relative(dir, options.trace);
    if (!inside.startsWith('..') && !isAbsolute(inside)) throw new ConfigError([{ path: '--trace', message: `${options.trace} is inside the result folder ${relative(process.cwd(), dir) || '.'}; write it beside the folder` }]);
    const wanted = jobs.filter(only ?? (() => true));
    // An arm that is a closed form or a table has nothing to trace: the first that has is meant.
    writeTrace(host, scenario, wanted.filter((job, index) => wanted.findIndex(({ arm }) => arm === job.arm) === index), options.trace);
  }
  return withSession(host, options.jobs, async (session) => {
    const outcome = await session.runScenario(scenario, configuration, dir, only);
    if (outcome.derived === undefined) return tellStopped(host, outcome, dir);
    tellOutcome(host, scenario, outcome);
    const shownDir = shellWord(relative(process.cwd(), dir) || '.');
    say(host, `\nResult in ${shownDir}. Look at it: npx ledgerlab view ${shownDir}`);
    return outcome.failures.length > 0 ? EXIT.invariant : EXIT.done;
  });
}

function requestOf(options: RunOptions): Request {
  const sweeps = Object.entries(assignments('--sweep', options.sweep ?? [])).map(([name, values]) => [name, values.split(',')] as const);
  return {
    ...presetOf(options),
    set: assignments('--set', options.set ?? []),
    sweep: Object.fromEntries(sweeps),
    ...(options.arms === undefined ? {} : { arms: options.arms }),
    ...replicationsOf(options),
  };
}

/** A replay of one replication needs no more of them than that. */
function replicationsOf({ replications, replication }: RunOptions): Pick<Request, 'replications'> {
  if (replications !== undefined) return { replications };
  return replication === undefined ? {} : { replications: replication + 1 };
}

/** The part of a request that `run` and `reproduce` share. */
export function presetOf({ full, seed, generator, tieShuffle }: SimulationOptions): Request {
  return {
    preset: full === true ? 'full' : 'quick',
    ...(seed === undefined ? {} : { seed }),
    ...(generator === undefined ? {} : { generator }),
    ...(tieShuffle === undefined ? {} : { tieShuffle }),
  };
}
