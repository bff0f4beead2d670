/**
 * The stage in a link: options, branches with their scripts, and where one or two views stand: branch, event, fingerprint there. What is not
 * allowed falls back, with a sentence that says so.
 */
import { ConfigError } from '../../scenarios/testbed/config-error.ts';
import { rowsOfText, scriptToText, type Row } from '../../scenarios/testbed/stage/script.ts';
import { stageOptionsFrom, stageScriptFrom } from '../../scenarios/testbed/stage/stage-file.ts';
import { type Branch, MOST_BRANCHES, type StageSession } from '../../scenarios/testbed/stage/session.ts';
import { STAGE_DEFAULTS, type StageOptions } from '../../scenarios/testbed/stage/stage-protocol.ts';
import { stageProtocol } from '../../scenarios/testbed/stage/protocols.ts';

/** choice: what every browser and every chat takes. */
export const MOST_LINK_CHARACTERS = 2000;
const NUMBERS = ['replicas', 'clients', 'requests', 'delayMs', 'spreadPercent', 'timeoutMs'] as const;

/** choice: branches that no view stands on are left out of a link rather than make it too long. */
const MOST_BRANCH_CHARACTERS = 1200;

export interface LinkedBranch {
  /** Index of the branch it left; -1: none. */
  readonly parent: number;
  readonly forkEvent: number;
  readonly script: readonly Row[];
}

/** Where a view stands. */
export interface LinkedPlace {
  /** Index of its branch. */
  readonly branch: number;
  /** Undefined: the start. */
  readonly event: number | undefined;
  /** What the sender saw at that event. */
  readonly fingerprint: string | undefined;
}

export interface StageLink extends LinkedPlace {
  readonly options: StageOptions;
  /** The trunk first; one with the script of the link where it names no more. */
  readonly branches: readonly LinkedBranch[];
  /** The second view; undefined: there is one only. */
  readonly second: LinkedPlace | undefined;
  readonly problems: readonly string[];
}

/** Where a view of a session stands. */
export interface StagePlace {
  readonly branch: Branch;
  readonly event: number;
  readonly fingerprint: string;
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
  const second = attempt(() => secondOf(given, branches.length), () => undefined, 'with one view');
  return { options, branches, branch: wanted < branches.length ? wanted : 0, event: eventOf(given['event']), fingerprint: fingerprintOf(given['fingerprint']), second, problems };
}

const eventOf = (text = ''): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
const fingerprintOf = (text = ''): string | undefined => (/^[0-9a-f]{32}$/.test(text) ? text : undefined);

function secondOf(given: Readonly<Record<string, string>>, branches: number): LinkedPlace | undefined {
  const text = given['secondBranch'];
  if (text === undefined) return undefined;
  if (!/^\d$/.test(text) || Number(text) >= branches) throw new Error(`secondBranch: ${text.slice(0, 40)} is not allowed; allowed is a branch of the link, 0 to ${branches - 1}`);
  return { branch: Number(text), event: eventOf(given['secondEvent']), fingerprint: fingerprintOf(given['secondFingerprint']) };
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

function branchesText(branches: readonly Branch[]): string {
  return branches.map(({ parent, forkEvent, script }) => `${branches.findIndex(({ id }) => id === parent)}~${forkEvent}~${scriptToText(script)}`).join('|');
}

/** Views in their order on the page. */
export function stageQuery({ options, branches }: StageSession, view: StagePlace, second?: StagePlace): Record<string, string | undefined> {
  const isShort = branchesText(branches).length <= MOST_BRANCH_CHARACTERS;
  const carried = isShort ? branches : branches.filter((branch) => branch === view.branch || branch === second?.branch);
  const indexOf = ({ branch }: StagePlace): string => String(carried.indexOf(branch));
  const defaults = { ...STAGE_DEFAULTS, replicas: stageProtocol(options.protocol).replicas.usual };
  const changed = NUMBERS.map((name) => [name, options[name] === defaults[name] ? undefined : String(options[name])] as const);
  return {
    protocol: options.protocol, ...Object.fromEntries(changed), seed: options.seed === defaults.seed ? undefined : options.seed,
    ...(carried.length > 1 ? { branches: branchesText(carried), branch: indexOf(view) } : { script: scriptToText(view.branch.script) }),
    event: String(view.event), fingerprint: view.fingerprint,
    ...(second === undefined ? {} : { secondBranch: indexOf(second), secondEvent: String(second.event), secondFingerprint: second.fingerprint }),
  };
}
