/**
 * From a request (command line, form, link) to a configuration: every default materialised, every value checked against
 * the schema, every unknown name answered with the nearest one. A configuration says everything that reaches a result.
 */
import type { z } from 'zod';
import type { GeneratorName } from '../../sim/random.ts';
import { canonicalJson, sha256Hex } from './canonical.ts';
import { ConfigError, type Problem } from './config-error.ts';
import { describeParameters, readValue, refusal, type ParameterInfo } from './parameters.ts';
import { parseInput, shown, unknownWords } from './problems.ts';
import type { Parameters, ParameterValue, Preset, Scenario } from './scenario.ts';

/** What a user asks for; everything left out comes from the preset. Values may be text as typed. */
export interface Request {
  readonly preset?: 'quick' | 'full';
  readonly set?: Readonly<Record<string, ParameterValue>>;
  readonly sweep?: Readonly<Record<string, readonly ParameterValue[]>>;
  readonly arms?: readonly string[];
  readonly replications?: number | string;
  readonly seed?: string;
  readonly generator?: string;
  readonly tieShuffle?: string;
}

export interface Configuration {
  readonly scenario: string;
  readonly seed: string;
  readonly replications: number;
  readonly generator: GeneratorName;
  readonly tieShuffle: string | null;
  readonly arms: readonly string[];
  /** Every parameter in schema order with its values, before an arm overrides it. */
  readonly parameters: Readonly<Record<string, readonly ParameterValue[]>>;
}

export const DEFAULT_SEED = 'ledgerlab';
export const GENERATORS: readonly GeneratorName[] = ['sfc32', 'xoshiro128ss', 'alea', 'arc4'];
export const MAX_REPLICATIONS = 100_000;
/** choice: a grid beyond this is a slip of the pen; it would take days and fill the disk. */
export const MAX_RUNS = 1_000_000;
const MAX_SEED_CHARACTERS = 200;

export function configure(scenario: Scenario, request: Request = {}): Configuration {
  const problems: Problem[] = [];
  const infos = describeParameters(scenario.parameters);
  const preset = scenario[request.preset ?? 'quick'];
  const asked = { ...request.set, ...request.sweep };
  checkNames(infos, asked, problems);
  for (const name of Object.keys(request.sweep ?? {})) {
    if (request.set !== undefined && Object.hasOwn(request.set, name)) problems.push({ path: name, message: 'is both set and swept; give one of the two' });
  }
  const parameters: Record<string, readonly ParameterValue[]> = {};
  for (const info of infos) parameters[info.name] = valuesOf(info, scenario.parameters, request, preset, problems);
  const configuration: Configuration = {
    scenario: scenario.id,
    seed: seedText('seed', request.seed ?? DEFAULT_SEED, problems),
    replications: replicationCount(request.replications ?? preset.replications, problems),
    generator: generatorName(request.generator ?? 'sfc32', problems),
    tieShuffle: request.tieShuffle === undefined ? null : seedText('tieShuffle', request.tieShuffle, problems),
    arms: armNames(scenario, request.arms ?? preset.arms, problems),
    parameters,
  };
  checkOverrides(scenario, configuration, asked, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return configuration;
}

/** The sweep's parameters: those with several values. */
export function sweptNames(configuration: Configuration): string[] {
  return Object.keys(configuration.parameters).filter((name) => configuration.parameters[name]!.length > 1);
}

export function configHash(configuration: Configuration): string {
  return sha256Hex(canonicalJson(configuration));
}

/** Parameters of one run: checked by the schema and by the scenario's own rules. Throws ConfigError. */
export function runParameters(scenario: Scenario, arm: string, point: Parameters): Parameters {
  const params = parseInput(scenario.parameters, { ...point, ...scenario.arms[arm]!.set }) as Parameters;
  const problems = (scenario.refine?.(params) ?? []).map(({ path, message }) => ({
    path,
    message: Object.hasOwn(params, path) ? `${shown(params[path])} is not allowed; ${message}` : message,
  }));
  if (problems.length > 0) throw new ConfigError(problems);
  return params;
}

function checkNames(infos: readonly ParameterInfo[], asked: object, problems: Problem[]): void {
  const known = infos.map(({ name }) => name);
  for (const name of Object.keys(asked)) {
    if (!known.includes(name)) problems.push({ path: name, message: unknownWords('parameter', name, known) });
  }
}

function valuesOf(info: ParameterInfo, schema: z.ZodObject, request: Request, preset: Preset, problems: Problem[]): readonly ParameterValue[] {
  const { name } = info;
  const own = <T>(values: Readonly<Record<string, T>> | undefined): T | undefined => (values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined);
  const single = own(request.set);
  const values = own(request.sweep) ?? (single === undefined ? undefined : [single]);
  if (values === undefined) return own(preset.sweep) ?? [own(preset.set) ?? info.default];
  const read = values.map((value) => (typeof value === 'string' ? readValue(info, value) : value));
  for (const value of read) if (!schema.shape[name]!.safeParse(value).success) problems.push({ path: name, message: refusal(info, value) });
  if (read.length === 0) problems.push({ path: name, message: `no value given; allowed is ${info.allowed}` });
  return [...new Set(read)];
}

function seedText(path: string, seed: string, problems: Problem[]): string {
  // printable ASCII: the same bytes on every system, safe on a command line and in a link
  if (!/^[\x20-\x7e]+$/.test(seed) || seed.length > MAX_SEED_CHARACTERS) {
    problems.push({ path, message: `${shown(seed)} is not allowed; allowed is text of 1 to ${MAX_SEED_CHARACTERS} printable ASCII characters` });
  }
  return seed;
}

function replicationCount(given: number | string, problems: Problem[]): number {
  const count = typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : given;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= MAX_REPLICATIONS) return count;
  problems.push({ path: 'replications', message: `${shown(given)} is not allowed; allowed is a whole number from 1 to ${MAX_REPLICATIONS} replications` });
  return 1;
}

function generatorName(given: string, problems: Problem[]): GeneratorName {
  const name = GENERATORS.find((known) => known === given);
  if (name === undefined) problems.push({ path: 'generator', message: unknownWords('generator', given, GENERATORS) });
  return name ?? 'sfc32';
}

/** Chosen arms in the scenario's order, so that the order of typing never reaches a result. */
function armNames(scenario: Scenario, chosen: readonly string[] | undefined, problems: Problem[]): string[] {
  const known = Object.keys(scenario.arms);
  for (const name of chosen ?? []) if (!known.includes(name)) problems.push({ path: 'arms', message: unknownWords('arm', name, known) });
  if (chosen?.length === 0) problems.push({ path: 'arms', message: `none given; known: ${known.join(', ')}` });
  return known.filter((name) => chosen === undefined || chosen.includes(name));
}

/** Refuses a value that no chosen arm would ever use. */
function checkOverrides(scenario: Scenario, { arms }: Configuration, asked: object, problems: Problem[]): void {
  if (arms.length === 0) return;
  for (const name of Object.keys(asked)) {
    if (arms.every((arm) => Object.hasOwn(scenario.arms[arm]!.set, name))) {
      problems.push({ path: name, message: `every chosen arm (${arms.join(', ')}) fixes this parameter itself; choose another arm with --arms` });
    }
  }
}
