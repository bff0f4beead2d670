/** The stage in a link: options, script of the branch, event and fingerprint there. What is not allowed falls back, with a sentence that says so. */
import { ConfigError } from '../../scenarios/testbed/config-error.ts';
import { rowsOfText, scriptToText, type Row } from '../../scenarios/testbed/stage/script.ts';
import { stageOptionsFrom, stageScriptFrom } from '../../scenarios/testbed/stage/stage-file.ts';
import type { Branch } from '../../scenarios/testbed/stage/session.ts';
import { STAGE_DEFAULTS, type StageOptions } from '../../scenarios/testbed/stage/stage-protocol.ts';
import { stageProtocol } from '../../scenarios/testbed/stage/protocols.ts';

/** choice: what every browser and every chat takes. */
export const MOST_LINK_CHARACTERS = 2000;
const NUMBERS = ['replicas', 'clients', 'requests', 'delayMs', 'spreadPercent', 'timeoutMs'] as const;

export interface StageLink {
  readonly options: StageOptions;
  readonly script: readonly Row[];
  /** Undefined: the start of a run without script, its end otherwise. */
  readonly event: number | undefined;
  /** What the sender saw at that event. */
  readonly fingerprint: string | undefined;
  readonly problems: readonly string[];
}

export function readStageLink(given: Readonly<Record<string, string>>): StageLink {
  const problems: string[] = [];
  const attempt = <T>(read: () => T, fallback: () => T, used: string): T => {
    try {
      return read();
    } catch (error) {
      problems.push(`This link could not be followed in all: ${error instanceof ConfigError ? error.problems.map(({ path, message }) => `${path} ${message}`).join('; ') : String(error)}. Opened ${used}.`);
      return fallback();
    }
  };
  const values: Record<string, unknown> = {};
  for (const name of ['protocol', 'seed']) if (given[name] !== undefined) values[name] = given[name];
  for (const name of NUMBERS) if (given[name] !== undefined) values[name] = Number(given[name]);
  const options = attempt(() => stageOptionsFrom(values), () => stageOptionsFrom({}), 'with the defaults');
  const script = attempt(() => stageScriptFrom(rowsOfText(given['script'] ?? ''), options), () => [], 'without its script');
  const event = /^\d{1,9}$/.test(given['event'] ?? '') ? Number(given['event']) : undefined;
  return { options, script, event, fingerprint: /^[0-9a-f]{32}$/.test(given['fingerprint'] ?? '') ? given['fingerprint'] : undefined, problems };
}

export function stageQuery(options: StageOptions, { script }: Branch, event: number, fingerprint: string): Record<string, string | undefined> {
  const defaults = { ...STAGE_DEFAULTS, replicas: stageProtocol(options.protocol).replicas.usual };
  const changed = NUMBERS.map((name) => [name, options[name] === defaults[name] ? undefined : String(options[name])] as const);
  return { protocol: options.protocol, ...Object.fromEntries(changed), seed: options.seed === defaults.seed ? undefined : options.seed, script: scriptToText(script), event: String(event), fingerprint };
}
