/**
 * A run as a link and as a command. A link names scenario, seed, replications, arms, and every parameter that differs
 * from the quick preset; opening it with values that are not allowed falls back to the defaults and says so.
 */
import { configure, DEFAULT_SEED, type Configuration, type Request } from '../../scenarios/testbed/config.ts';
import { ConfigError } from '../../scenarios/testbed/config-error.ts';
import { describeParameters } from '../../scenarios/testbed/parameters.ts';
import type { ParameterValue, Scenario } from '../../scenarios/testbed/scenario.ts';

const PREFIX = 'p.';

/** Parameters whose values differ from the preset's, as lists. */
export function changed(scenario: Scenario, configuration: Configuration): [name: string, values: readonly ParameterValue[]][] {
  const usual = configure(scenario).parameters;
  return Object.entries(configuration.parameters).filter(([name, values]) => String(values) !== String(usual[name]));
}

export function linkQuery(scenario: Scenario, configuration: Configuration): Record<string, string> {
  const query: Record<string, string> = { seed: configuration.seed, replications: String(configuration.replications), arms: configuration.arms.join(',') };
  for (const [name, values] of changed(scenario, configuration)) query[PREFIX + name] = values.join(',');
  return query;
}

export interface OpenedLink {
  readonly configuration: Configuration;
  /** What was refused, each a sentence. */
  readonly problems: readonly string[];
  /** Names of the parameters that fell back. */
  readonly refused: readonly string[];
}

/** Request of one parameter: a list is a sweep. */
export function requestOf(values: Readonly<Record<string, string>>): Pick<Request, 'set' | 'sweep'> {
  const set: Record<string, ParameterValue> = {};
  const sweep: Record<string, readonly ParameterValue[]> = {};
  for (const [name, text] of Object.entries(values)) {
    const list = text.split(',').map((part) => part.trim());
    if (list.length === 1) set[name] = list[0]!;
    else sweep[name] = list;
  }
  return { set, sweep };
}

export function openLink(scenario: Scenario, query: URLSearchParams): OpenedLink {
  const problems: string[] = [];
  const refused: string[] = [];
  const accepted: Record<string, string> = {};
  const infos = new Map(describeParameters(scenario.parameters).map((info) => [info.name, info]));
  const usual = configure(scenario).parameters;
  for (const [key, text] of query) {
    if (!key.startsWith(PREFIX)) continue;
    const name = key.slice(PREFIX.length);
    const info = infos.get(name);
    if (info === undefined) {
      problems.push(`This link names a parameter ${JSON.stringify(name.slice(0, 40))} that this scenario does not have. It was left out.`);
      continue;
    }
    const refusal = attempt(scenario, { ...requestOf({ [name]: text }), replications: 1 });
    if (refusal === undefined) accepted[name] = text;
    else {
      const unit = info.unit === '' ? '' : ` ${info.unit}`;
      problems.push(`This link asks for ${name} = ${text.slice(0, 40)}${unit}; allowed is ${info.allowed}. Opened with the default, ${usual[name]!.join(', ')}.`);
      refused.push(name);
    }
  }
  const common: Record<string, unknown> = {};
  for (const [name, read] of [['seed', (text: string) => text], ['replications', (text: string) => text], ['arms', (text: string) => text.split(',')]] as const) {
    const text = query.get(name);
    if (text === null) continue;
    const refusal = attempt(scenario, { [name]: read(text) });
    if (refusal === undefined) common[name] = read(text);
    else problems.push(`This link asks for ${name} = ${text.slice(0, 40)}: ${refusal}. Opened with the default.`);
  }
  const request = { ...requestOf(accepted), ...common } as Request;
  const last = attempt(scenario, request);
  if (last !== undefined) problems.push(`The link's values do not go together: ${last}. Opened with the defaults.`);
  return { configuration: configure(scenario, last === undefined ? request : {}), problems, refused };
}

/** The refusal as text, or undefined when the request is accepted. */
export function attempt(scenario: Scenario, request: Request): string | undefined {
  try {
    configure(scenario, request);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ message }) => message).join('; ');
    throw error;
  }
}

const quoted = (word: string): string => (/^[\w.,:=/+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** The same run on the command line. */
export function runCommand(scenario: Scenario, configuration: Configuration): string {
  const words = ['npx', 'ledgerlab', 'run', scenario.id];
  for (const [name, values] of changed(scenario, configuration)) words.push(values.length === 1 ? '--set' : '--sweep', quoted(`${name}=${values.join(',')}`));
  if (configuration.arms.length !== configure(scenario).arms.length) words.push('--arms', configuration.arms.join(','));
  words.push('--replications', String(configuration.replications));
  if (configuration.seed !== DEFAULT_SEED) words.push('--seed', quoted(configuration.seed));
  return words.join(' ');
}
