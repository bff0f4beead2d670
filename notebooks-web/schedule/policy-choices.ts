/** The schedulers one can choose on the page, each made of the simulator's own policies. */
import { NICE_0_WEIGHT, weightOfNice } from '../../sim/os/linux/load-weight.ts';
import { Cfs } from '../../sim/os/policies/cfs.ts';
import { Eevdf } from '../../sim/os/policies/eevdf.ts';
import type { Policy } from '../../sim/os/policy.ts';
import { type Between, LEVELS, type RegulatedOptions } from '../../sim/os/regulated/options.ts';
import { innerPolicy, type InnerName, regulatedPolicy } from '../../sim/os/scheduler-spec.ts';
import type { TaskTable } from '../../sim/os/tasks.ts';
import type { Simulation } from '../../sim/simulation.ts';

export interface PolicyChoice {
  /** In menus. */
  readonly title: string;
  /** Beside lanes, in tables and, with a small letter where it is a word, in sentences. */
  readonly short: string;
  /** Beside lanes: two short lines, parted by a semicolon. */
  readonly under: string;
  readonly group: 'Linux' | 'One queue' | 'Regulated queues' | 'Regulated, with a bound on starvation';
  readonly inner: InnerName;
  /** How a higher level gets at the core; undefined where there are no levels. */
  readonly between?: Between;
  readonly bound?: 'aging' | 'reservation';
  /** Nice values by level, 1 first. */
  readonly nice?: readonly number[];
  /** An ideal fluid: serves many at once, and only on one core without costs. */
  readonly isFluid: boolean;
}

/** 250 Hz, the tick of the kernels that the models were measured against. */
const TICK_NS = 4_000_000;
/** choice: bounds that a run of some hundred ms shows at work. */
const AGING_NS = 50_000_000;
const RESERVATION = { budgetNs: 10_000_000, periodNs: 40_000_000 } as const;

const INNER_WORDS: Readonly<Partial<Record<InnerName, readonly [title: string, under: string]>>> = {
  fcfs: ['FCFS', 'first come, first served'],
  spn: ['SPN', 'shortest first'],
  srt: ['SRT', 'least work left first'],
  rr: ['Round robin', 'turns of 1 ms'],
  ps: ['PS', 'all at once, an ideal'],
  cfs: ['CFS', 'fair shares, tick 4 ms'],
};
const BETWEEN_WORDS: Readonly<Record<Between, string>> = { np: 'waits for a job’s end', pr: 'interrupts at once', poll: 'looks now and then' };

const alone = (inner: InnerName): PolicyChoice => {
  const [title, under] = INNER_WORDS[inner]!;
  return { title: `${title}: ${under}`, short: title, under, group: 'One queue', inner, isFluid: inner === 'ps' };
};
const regulated = (between: Between, inner: InnerName): PolicyChoice => {
  const [title] = INNER_WORDS[inner]!;
  return { title: `Regulated, ${between}, ${title}`, short: `Regulated ${between}`, under: `${title} inside; ${BETWEEN_WORDS[between]}`, group: 'Regulated queues', inner, between, isFluid: inner === 'ps' };
};
const linux = (inner: InnerName, title: string, short: string, under: string, nice?: readonly number[]): PolicyChoice => ({ title, short, under, group: 'Linux', inner, isFluid: false, ...(nice === undefined ? {} : { nice }) });
const bounded = (bound: 'aging' | 'reservation', title: string, under: string): PolicyChoice => ({ title, short: `Regulated pr with ${bound === 'aging' ? 'aging' : 'a reservation'}`, under, group: 'Regulated, with a bound on starvation', inner: 'fcfs', between: 'pr', bound, isFluid: false });

/** Mode np never interrupts, so inside its levels are only policies that do not either. */
export const POLICIES = {
  cfs: linux('cfs', 'CFS, Linux 6.1', 'CFS', 'Linux 6.1, equal nice; tick 4 ms'),
  'cfs-nice': linux('cfs', 'CFS, nice −10 −5 0 10 by level', 'CFS by nice', 'nice −10 −5 0 10; tick 4 ms', [-10, -5, 0, 10]),
  eevdf: linux('eevdf', 'EEVDF, Linux 6.12', 'EEVDF', 'Linux 6.12, equal nice; tick 4 ms'),
  fcfs: alone('fcfs'), spn: alone('spn'), srt: alone('srt'), rr: alone('rr'), ps: alone('ps'),
  'np-fcfs': regulated('np', 'fcfs'), 'np-spn': regulated('np', 'spn'),
  'pr-fcfs': regulated('pr', 'fcfs'), 'pr-spn': regulated('pr', 'spn'), 'pr-srt': regulated('pr', 'srt'), 'pr-rr': regulated('pr', 'rr'), 'pr-cfs': regulated('pr', 'cfs'), 'pr-ps': regulated('pr', 'ps'),
  'poll-fcfs': regulated('poll', 'fcfs'), 'poll-spn': regulated('poll', 'spn'), 'poll-srt': regulated('poll', 'srt'), 'poll-rr': regulated('poll', 'rr'),
  'pr-aging': bounded('aging', 'Regulated, pr, aging after 50 ms', 'a level up after 50 ms; FCFS inside'),
  'pr-reservation': bounded('reservation', 'Regulated, pr, 10 of 40 ms for L4', '10 of 40 ms for level 4; FCFS inside'),
} as const satisfies Readonly<Record<string, PolicyChoice>>;
export type PolicyId = keyof typeof POLICIES;
export const POLICY_IDS = Object.keys(POLICIES) as PolicyId[];

export const isPolicyId = (text: string): text is PolicyId => Object.hasOwn(POLICIES, text);
export const policyChoice = (id: PolicyId): PolicyChoice => POLICIES[id];

export interface BuiltPolicy {
  readonly policies: Policy | readonly Policy[];
  readonly tickNs: number;
  /** Sets what the policy wants to know of a new task of this level. */
  readonly prepare: (task: number, level: number) => void;
}

/** Linux has a queue a core and moves tasks between them; the others share one queue. */
export function buildPolicy(id: PolicyId, sim: Simulation, tasks: TaskTable, options: { readonly cores: number; readonly pollNs: number }): BuiltPolicy {
  const { inner, between, bound, nice } = policyChoice(id);
  const { cores, pollNs } = options;
  const isFair = inner === 'cfs' || inner === 'eevdf';
  const rest = {
    tickNs: isFair ? TICK_NS : 0,
    prepare: (task: number, level: number): void => {
      if (isFair) tasks.weight[task] = nice === undefined ? NICE_0_WEIGHT : weightOfNice(nice[level - 1]!);
    },
  };
  if (between !== undefined) {
    const regulatedOptions: RegulatedOptions = {
      between, pollNs, cores,
      ...(bound === 'aging' ? { agingNs: [Infinity, AGING_NS, AGING_NS, AGING_NS] } : {}),
      ...(bound === 'reservation' ? { reservation: RESERVATION } : {}),
    };
    return { ...rest, policies: regulatedPolicy(tasks, Array.from({ length: LEVELS }, () => inner), regulatedOptions, {}, sim) };
  }
  if (inner === 'cfs') {
    const first = new Cfs(tasks, { cpus: cores });
    return { ...rest, policies: cores === 1 ? first : [first, ...Array.from({ length: cores - 1 }, () => new Cfs(tasks, { cpus: cores }, first))] };
  }
  if (inner === 'eevdf') {
    const first = new Eevdf(tasks, { cpus: cores, tickNs: TICK_NS });
    return { ...rest, policies: cores === 1 ? first : [first, ...Array.from({ length: cores - 1 }, () => new Eevdf(tasks, { cpus: cores, tickNs: TICK_NS }, first))] };
  }
  return { ...rest, policies: innerPolicy(tasks, inner) };
}
