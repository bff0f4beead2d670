/** The stage in a link: options, branches with their scripts, event and fingerprint there. What is not allowed falls back, with a sentence that says so. */
import { ConfigError } from '../../scenarios/testbed/config-error.ts';
import { rowsOfText, scriptToText, type Row } from '../../scenarios/testbed/stage/script.ts';
import { stageOptionsFrom, stageScriptFrom } from '../../scenarios/testbed/stage/stage-file.ts';
import { type Branch, MOST_BRANCHES, type StageSession } from '../../scenarios/testbed/stage/session.ts';
import { STAGE_DEFAULTS, type StageOptions } from '../../scenarios/testbed/stage/stage-protocol.ts';
import { stageProtocol } from '../../scenarios/testbed/stage/protocols.ts';

/** choice: what every browser and every chat takes. */
export const MOST_LINK_CHARACTERS = 2000;
const NUMBERS = ['replicas', 'clients', 'requests', 'delayMs', 'spreadPercent', 'timeoutMs'] as const;

/** choice: other branches are left out of a link rather than make it too long. */
const MOST_BRANCH_CHARACTERS = 1200;

export interface LinkedBranch {
  /** Index of the branch it left; -1: none. */
  readonly parent: number;
  readonly forkEvent: number;
  readonly script: readonly Row[];
}

export interface StageLink {
  readonly options: StageOptions;
  /** The trunk first; one with the script of the link where it names no more. */
  readonly branches: readonly LinkedBranch[];
  /** Index of the one it stands on. */
  readonly branch: number;
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
  const alone: readonly LinkedBranch[] = [{ parent: -1, forkEvent: 0, script }];
  const branches = given['branches'] === undefined ? alone : attempt(() => branchesOf(given['branches']!, options), () => alone, 'without its other branches');
  const wanted = /^\d$/.test(given['branch'] ?? '') ? Number(given['branch']) : 0;
  const event = /^\d{1,9}$/.test(given['event'] ?? '') ? Number(given['event']) : undefined;
  return { options, branches, branch: wanted < branches.length ? wanted : 0, event, fingerprint: /^[0-9a-f]{32}$/.test(given['fingerprint'] ?? '') ? given['fingerprint'] : undefined, problems };
}

/** `parent~fork~script` each. */
function branchesOf(text: string, options: StageOptions): LinkedBranch[] {
  const parts = text.split('|').slice(0, MOST_BRANCHES);
  return parts.map((part) => {
    const [parent = '', fork = '', script = ''] = part.split('~');
    if (!/^-?\d$/.test(parent) || !/^\d{1,9}$/.test(fork)) throw new Error(`branches: ${part.slice(0, 40)} is not allowed; allowed is parent~event~script`);
    return { parent: Number(parent), forkEvent: Number(fork), script: stageScriptFrom(rowsOfText(script), options) };
  });
}

function branchesText({ branches }: StageSession): string | undefined {
  const text = branches.map(({ parent, forkEvent, script }) => `${branches.findIndex(({ id }) => id === parent)}~${forkEvent}~${scriptToText(script)}`).join('|');
  return branches.length > 1 && text.length <= MOST_BRANCH_CHARACTERS ? text : undefined;
}

export function stageQuery(session: StageSession, branch: Branch, event: number, fingerprint: string): Record<string, string | undefined> {
  const { options } = session;
  const { script } = branch;
  const others = branchesText(session);
  const defaults = { ...STAGE_DEFAULTS, replicas: stageProtocol(options.protocol).replicas.usual };
  const changed = NUMBERS.map((name) => [name, options[name] === defaults[name] ? undefined : String(options[name])] as const);
  return { protocol: options.protocol, ...Object.fromEntries(changed), seed: options.seed === defaults.seed ? undefined : options.seed, ...(others === undefined ? { script: scriptToText(script) } : { branches: others, branch: String(session.branches.indexOf(branch)) }), event: String(event), fingerprint };
}
