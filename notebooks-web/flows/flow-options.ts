/**
 * What the network page shows, as plain data: one or two flows, the path between them, the packets that the reader drops. Read from a
 * link or a lesson and written back into one. What is not allowed falls back to the default, with a sentence that says so.
 */
import { CONTROLLERS, isControllerId, type ControllerId } from './controller-choices.ts';
import type { Drop } from './flow-record.ts';

export interface FlowOptions {
  readonly a: ControllerId;
  readonly b: ControllerId | 'none';
  readonly aStartS: number;
  readonly bStartS: number;
  readonly rateMbps: number;
  readonly rttMs: number;
  /** Room for waiting packets, in products of rate and round trip. */
  readonly bufferBdp: number;
  /** Of data packets, behind the queue. */
  readonly lossPercent: number;
  readonly seconds: number;
  readonly seed: string;
  readonly drops: readonly Drop[];
}

export interface NumberField {
  readonly title: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
}

export const NUMBERS = {
  rateMbps: { title: 'Rate', unit: 'Mbit/s', low: 0.5, high: 200 },
  rttMs: { title: 'Round trip', unit: 'ms', low: 1, high: 500 },
  bufferBdp: { title: 'Buffer', unit: 'BDP', low: 0.05, high: 16 },
  lossPercent: { title: 'Loss', unit: '%', low: 0, high: 50 },
  seconds: { title: 'Length', unit: 's', low: 1, high: 60 },
  aStartS: { title: 'Flow 1 starts at', unit: 's', low: 0, high: 59 },
  bStartS: { title: 'Flow 2 starts at', unit: 's', low: 0, high: 59 },
} as const satisfies Readonly<Record<string, NumberField>>;
export type NumberName = keyof typeof NUMBERS;
export const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[];

/** choice: a path on which single packets can be seen, long enough for BBR to probe the round trip once (every 10 s). */
export const DEFAULT_FLOWS: FlowOptions = {
  a: 'bbr', b: 'none', aStartS: 0, bStartS: 2, rateMbps: 10, rttMs: 40, bufferBdp: 1, lossPercent: 0, seconds: 15, seed: 'ledgerlab', drops: [],
};

/** choice: data packets a run may have at most; columns of some 40 bytes each are kept for all of them. */
export const MOST_PACKETS = 600_000;
/** choice: drops that a link can carry. */
export const MOST_DROPS = 40;
/** On the wire: 1448 bytes of application, 32 of TCP with timestamps, 20 of IP, 2 of PPP. */
export const WIRE_BYTES = 1502;

/** Waiting packets that the buffer holds; at least one. */
export function bufferPackets({ rateMbps, rttMs, bufferBdp }: FlowOptions): number {
  return Math.max(1, Math.round((bufferBdp * rateMbps * 1000 * rttMs) / (8 * WIRE_BYTES)));
}

export interface ReadOptions {
  readonly options: FlowOptions;
  /** One sentence for each value of the link that was not taken. */
  readonly problems: readonly string[];
}

export const isSeed = (text: string): boolean => /^[\x20-\x7e]{1,60}$/.test(text);

const controllerList = (): string => CONTROLLERS.map(({ id }) => id).join(', ');

export function readOptions(given: Readonly<Record<string, string>>): ReadOptions {
  const problems: string[] = [];
  const refuse = (name: string, allowed: string, used: string): void => {
    problems.push(`This link asks for ${name} = ${given[name]!.slice(0, 40)}; allowed is ${allowed}. Opened with the default, ${used}.`);
  };
  const controller = <T extends string>(name: 'a' | 'b', other: T): ControllerId | T => {
    const text = given[name] ?? DEFAULT_FLOWS[name];
    if (isControllerId(text) || text === other) return text as ControllerId | T;
    refuse(name, `one of ${controllerList()}${name === 'b' ? ', none' : ''}`, DEFAULT_FLOWS[name]);
    return DEFAULT_FLOWS[name] as ControllerId | T;
  };
  const numberOf = (name: NumberName): number => {
    const text = given[name];
    if (text === undefined) return DEFAULT_FLOWS[name];
    const value = text.trim() === '' ? NaN : Number(text);
    if (numberProblem(name, value) === undefined) return value;
    refuse(name, rangeText(name), `${DEFAULT_FLOWS[name]}`);
    return DEFAULT_FLOWS[name];
  };
  const seed = (): string => {
    const text = given['seed'] ?? DEFAULT_FLOWS.seed;
    if (isSeed(text)) return text;
    refuse('seed', 'up to 60 printable ASCII characters', DEFAULT_FLOWS.seed);
    return DEFAULT_FLOWS.seed;
  };
  const drops = (): readonly Drop[] => {
    const text = given['drop'] ?? '';
    if (text === '') return [];
    const list = text.split(',').map(parseDrop);
    if (list.length <= MOST_DROPS && list.every((drop) => drop !== undefined)) return list;
    refuse('drop', `up to ${MOST_DROPS} packets as flow:segment or flow:segment:sending, separated by commas`, 'none');
    return [];
  };
  const a = controller('a', 'bbr');
  const b = controller('b', 'none');
  let options: FlowOptions = {
    a, b, aStartS: numberOf('aStartS'), bStartS: numberOf('bStartS'), rateMbps: numberOf('rateMbps'), rttMs: numberOf('rttMs'),
    bufferBdp: numberOf('bufferBdp'), lossPercent: numberOf('lossPercent'), seconds: numberOf('seconds'), seed: seed(), drops: drops(),
  };
  const together = togetherProblem(options);
  if (together !== undefined) {
    problems.push(`The link's values do not go together: ${together} Opened with the default path.`);
    const { rateMbps, seconds, aStartS, bStartS } = DEFAULT_FLOWS;
    options = { ...options, rateMbps, seconds, aStartS, bStartS };
  }
  return { options, problems };
}

/** What single values do not show: too many packets, a flow that never starts. */
export function togetherProblem({ rateMbps, seconds, aStartS, bStartS, b }: FlowOptions): string | undefined {
  const packets = (rateMbps * 1e6 * seconds) / (8 * WIRE_BYTES);
  if (packets > MOST_PACKETS) return `${rateMbps} Mbit/s for ${seconds} s are about ${Math.round(packets / 1000)} thousand packets; at most ${MOST_PACKETS / 1000} thousand are kept here. Ask for a shorter run.`;
  if (aStartS >= seconds) return `flow 1 starts at ${aStartS} s and the run ends at ${seconds} s.`;
  if (b !== 'none' && bStartS >= seconds) return `flow 2 starts at ${bStartS} s and the run ends at ${seconds} s.`;
  return undefined;
}

export function numberProblem(name: NumberName, value: number): string | undefined {
  const { low, high } = NUMBERS[name];
  return value >= low && value <= high ? undefined : `allowed is ${rangeText(name)}`;
}

function rangeText(name: NumberName): string {
  const { low, high, unit } = NUMBERS[name];
  return `a number from ${low} to ${high} ${unit}`;
}

function parseDrop(text: string): Drop | undefined {
  const match = /^([12]):(\d{1,7})(?::(\d{1,3}))?$/.exec(text);
  if (match === null || match[3] === '0') return undefined;
  return { flow: Number(match[1]), segment: Number(match[2]), sending: Number(match[3] ?? 1) };
}

export const dropText = ({ flow, segment, sending }: Drop): string => `${flow}:${segment}${sending === 1 ? '' : `:${sending}`}`;

/** The link's parameters: the controllers always, the rest where it is not the default. */
export function linkQuery(options: FlowOptions): Record<string, string> {
  const query: Record<string, string> = { a: options.a, b: options.b };
  for (const name of NUMBER_NAMES) if (options[name] !== DEFAULT_FLOWS[name]) query[name] = String(options[name]);
  if (options.seed !== DEFAULT_FLOWS.seed) query['seed'] = options.seed;
  if (options.drops.length > 0) query['drop'] = options.drops.map(dropText).join(',');
  return query;
}
