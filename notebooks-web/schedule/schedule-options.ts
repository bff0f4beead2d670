/**
 * What the scheduler page shows, as plain data: two policies, the machine, the jobs, the seed. Read from a link or a lesson and
 * written back into one. What is not allowed falls back to the default, with a sentence that says so.
 */
import { isPolicyId, type PolicyId, POLICY_IDS } from './policy-choices.ts';

export const LAWS = { exp: 'exponential', det: 'all equal', 'hyper-exp': 'hyper-exponential, C² = 4', 'bounded-pareto': 'bounded Pareto, α = 1.5' } as const;
export type LawName = keyof typeof LAWS;

export interface ScheduleOptions {
  readonly a: PolicyId;
  readonly b: PolicyId;
  /** Work that arrives, as a share of what the cores can do. */
  readonly load: number;
  /** Share of the work that each level brings, level 1 first; only their proportion counts. */
  readonly mix: readonly number[];
  /** Mean CPU time of a job, by level. */
  readonly sizesMs: readonly number[];
  readonly law: LawName;
  readonly cores: number;
  readonly switchUs: number;
  readonly pollMs: number;
  readonly jobs: number;
  readonly seed: string;
}

export interface NumberField {
  readonly title: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly isWhole: boolean;
}

export const NUMBERS = {
  load: { title: 'Load', unit: '', low: 0.05, high: 1.5, isWhole: false },
  cores: { title: 'Cores', unit: '', low: 1, high: 4, isWhole: true },
  switchUs: { title: 'Context switch', unit: 'µs', low: 0, high: 500, isWhole: false },
  pollMs: { title: 'Poll every', unit: 'ms', low: 0.1, high: 100, isWhole: false },
  jobs: { title: 'Jobs', unit: '', low: 20, high: 600, isWhole: true },
} as const satisfies Readonly<Record<string, NumberField>>;
export type NumberName = keyof typeof NUMBERS;
export const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[];

/** The jobs of the scenario cfs-vs-regulated with exponential sizes: a real-time job takes 1 ms, a batch job 8; 40 % of the work is regulated, 40 % real-time. */
export const DEFAULT_SCHEDULE: ScheduleOptions = {
  a: 'cfs', b: 'pr-fcfs', load: 0.9, mix: [16, 24, 24, 36], sizesMs: [1, 1, 8, 8], law: 'exp', cores: 1, switchUs: 0, pollMs: 4, jobs: 300, seed: 'ledgerlab',
};

/** choice: readings of "who brings the work", for the form; any other goes through the link. */
export const MIXES: Readonly<Record<string, string>> = {
  '16,24,24,36': '40 % regulated, 40 % real-time',
  '25,25,25,25': 'a quarter each',
  '50,10,30,10': 'mostly regulated',
  '4,36,6,54': 'hardly regulated',
  '30,30,30,10': 'little for level 4',
};
export const SIZES: Readonly<Record<string, string>> = {
  '1,1,8,8': 'batch 8 times as long',
  '2,2,2,2': 'the same in all levels',
  '1,1,30,30': 'batch 30 times as long',
};

export interface ReadOptions {
  readonly options: ScheduleOptions;
  /** One sentence for each value of the link that was not taken. */
  readonly problems: readonly string[];
}

export function readOptions(given: Readonly<Record<string, string>>): ReadOptions {
  const problems: string[] = [];
  const refuse = (name: string, allowed: string, used: string): void => {
    problems.push(`This link asks for ${name} = ${given[name]!.slice(0, 40)}; allowed is ${allowed}. Opened with the default, ${used}.`);
  };
  const policy = (name: 'a' | 'b'): PolicyId => {
    const text = given[name];
    if (text === undefined) return DEFAULT_SCHEDULE[name];
    if (isPolicyId(text)) return text;
    refuse(name, `one of ${POLICY_IDS.join(', ')}`, DEFAULT_SCHEDULE[name]);
    return DEFAULT_SCHEDULE[name];
  };
  const numberOf = (name: NumberName): number => {
    const text = given[name];
    if (text === undefined) return DEFAULT_SCHEDULE[name];
    const value = text.trim() === '' ? NaN : Number(text);
    if (numberProblem(name, value) === undefined) return value;
    refuse(name, rangeText(name), `${DEFAULT_SCHEDULE[name]}`);
    return DEFAULT_SCHEDULE[name];
  };
  const four = (name: 'mix' | 'sizesMs', low: number, high: number): readonly number[] => {
    const text = given[name];
    if (text === undefined) return DEFAULT_SCHEDULE[name];
    const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
    if (values.length === 4 && values.every((value) => value >= low && value <= high) && values.some((value) => value > 0)) return values;
    refuse(name, `four numbers from ${low} to ${high}, separated by commas`, DEFAULT_SCHEDULE[name].join(','));
    return DEFAULT_SCHEDULE[name];
  };
  const law = (): LawName => {
    const text = given['law'];
    if (text === undefined) return DEFAULT_SCHEDULE.law;
    if (Object.hasOwn(LAWS, text)) return text as LawName;
    refuse('law', `one of ${Object.keys(LAWS).join(', ')}`, DEFAULT_SCHEDULE.law);
    return DEFAULT_SCHEDULE.law;
  };
  const seed = (): string => {
    const text = given['seed'];
    if (text === undefined) return DEFAULT_SCHEDULE.seed;
    if (isSeed(text)) return text;
    refuse('seed', 'up to 60 printable ASCII characters', DEFAULT_SCHEDULE.seed);
    return DEFAULT_SCHEDULE.seed;
  };
  const options: ScheduleOptions = {
    a: policy('a'), b: policy('b'), load: numberOf('load'), mix: four('mix', 0, 1000), sizesMs: four('sizesMs', 0.01, 1000), law: law(),
    cores: numberOf('cores'), switchUs: numberOf('switchUs'), pollMs: numberOf('pollMs'), jobs: numberOf('jobs'), seed: seed(),
  };
  return { options, problems };
}

export const isSeed = (text: string): boolean => /^[\x20-\x7e]{1,60}$/.test(text);

export function numberProblem(name: NumberName, value: number): string | undefined {
  const { low, high, isWhole } = NUMBERS[name];
  return value >= low && value <= high && (!isWhole || Number.isInteger(value)) ? undefined : `allowed is ${rangeText(name)}`;
}

function rangeText(name: NumberName): string {
  const { low, high, unit, isWhole } = NUMBERS[name];
  return `${isWhole ? 'a whole number' : 'a number'} from ${low} to ${high}${unit === '' ? '' : ` ${unit}`}`;
}

/** The link's parameters: both policies always, the rest where it is not the default. */
export function linkQuery(options: ScheduleOptions): Record<string, string> {
  const query: Record<string, string> = { a: options.a, b: options.b };
  for (const name of NUMBER_NAMES) if (options[name] !== DEFAULT_SCHEDULE[name]) query[name] = String(options[name]);
  for (const name of ['mix', 'sizesMs'] as const) {
    const text = options[name].join(',');
    if (text !== DEFAULT_SCHEDULE[name].join(',')) query[name] = text;
  }
  for (const name of ['law', 'seed'] as const) if (options[name] !== DEFAULT_SCHEDULE[name]) query[name] = options[name];
  return query;
}
