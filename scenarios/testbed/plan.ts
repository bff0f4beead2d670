/** The work list: arms x sweep points x replications, in one fixed order, each run with a content address. */
import type { GeneratorName } from '../../sim/random.ts';
import { canonicalJson, sha256Hex } from './canonical.ts';
import { MAX_RUNS, runParameters, sweptNames, type Configuration } from './config.ts';
import { ConfigError, type Problem } from './config-error.ts';
import type { Parameters, ParameterValue, Scenario } from './scenario.ts';

/** One replication of one arm at one point. Plain data: travels to workers. */
export interface Job {
  readonly index: number;
  /** First 128 bits of SHA-256 over everything that determines the outcome, sources included. */
  readonly id: string;
  readonly scenario: string;
  readonly arm: string;
  readonly params: Parameters;
  /** The swept parameters alone. */
  readonly point: Parameters;
  readonly replication: number;
  readonly seed: string;
  readonly generator: GeneratorName;
  readonly tieShuffle: string | null;
}

export function planJobs(scenario: Scenario, configuration: Configuration, modelDigest: string): Job[] {
  const swept = sweptNames(configuration);
  const points = gridPoints(configuration);
  const jobs: Job[] = [];
  const planned = new Set<string>();
  const problems = new Map<string, Problem>();
  for (const arm of configuration.arms) {
    for (const gridPoint of points) {
      const params = tryParameters(scenario, arm, gridPoint, problems);
      // An arm that fixes a swept parameter has fewer points than the grid: each is run once.
      if (params === undefined || planned.has(`${arm} ${canonicalJson(params)}`)) continue;
      planned.add(`${arm} ${canonicalJson(params)}`);
      const point = Object.fromEntries(swept.map((name) => [name, params[name]!]));
      for (let replication = 0; replication < configuration.replications; replication++) {
        const { scenario: id, seed, generator, tieShuffle } = configuration;
        const identity = { scenario: id, arm, params, replication, seed, generator, tieShuffle };
        jobs.push({ index: jobs.length, id: runId(identity, modelDigest), point, ...identity });
      }
    }
  }
  if (problems.size > 0) throw new ConfigError([...problems.values()]);
  return jobs;
}

function runId(identity: object, modelDigest: string): string {
  return sha256Hex(canonicalJson({ ...identity, modelDigest })).slice(0, 32);
}

/** Cartesian product; the first parameter of the schema varies slowest. */
function gridPoints(configuration: Configuration): Parameters[] {
  const axes = Object.entries(configuration.parameters);
  const runs = axes.reduce((count, [, values]) => count * values.length, configuration.arms.length * configuration.replications);
  if (runs > MAX_RUNS) {
    throw new ConfigError([{ path: 'sweep', message: `the grid has ${runs} runs; allowed are 1 to ${MAX_RUNS} runs` }]);
  }
  let points: Record<string, ParameterValue>[] = [{}];
  for (const [name, values] of axes) points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
  return points;
}

/** The same refusal at many points of a grid is told once. */
function tryParameters(scenario: Scenario, arm: string, point: Parameters, problems: Map<string, Problem>): Parameters | undefined {
  try {
    return runParameters(scenario, arm, point);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) problems.set(`${problem.path} ${problem.message}`, problem);
    return undefined;
  }
}
