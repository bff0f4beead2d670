/** The queues with known means that the schedulers are held against. Rates and times in mean services. */
import { levelMeans, type LevelDiscipline } from '../../sim/os/theory/levels.ts';
import { npServerMeans, prServerResponses } from '../../sim/os/theory/servers.ts';
import { dpsResponses, psResponse } from '../../sim/os/theory/sharing.ts';
import { mixedMeans } from '../../sim/os/theory/single-queue.ts';
import type { Policy } from '../../sim/os/policy.ts';
import { innerPolicy, type InnerName, regulatedPolicy } from '../../sim/os/scheduler-spec.ts';
import { serviceMean, type ServiceLaw } from '../../sim/os/service-law.ts';
import type { TaskTable } from '../../sim/os/tasks.ts';

export const SYSTEM_IDS = ['np-fcfs', 'np-spn', 'pr-fcfs', 'pr-spn', 'pr-srt', 'pr-ps', 'np-fcfs-overload', 'pr-fcfs-overload', 'np-fcfs-2-cores', 'pr-fcfs-2-cores', 'spn', 'srpt', 'ps', 'dps'] as const;
export type SystemId = (typeof SYSTEM_IDS)[number];

export interface System {
  readonly title: string;
  /** Formula's source. */
  readonly source: string;
  readonly laws: readonly ServiceLaw[];
  /** Share of the load that each class asks for; the classes from `stableClasses` on ask for more than is left. */
  readonly shares: readonly number[];
  readonly stableClasses: number;
  readonly weights?: readonly number[];
  /** Cores that share the queue. */
  readonly cores: number;
  readonly policy: (tasks: TaskTable) => Policy;
  /** Mean response of each stable class in steady state. */
  readonly responses: (lambda: readonly number[]) => number[];
}

const EXP: ServiceLaw = { law: 'exp', mean: 1 };
/** Sizes that vary a lot: squared coefficient of variation 4. */
const WILD: ServiceLaw = { law: 'hyper-exp', mean: 1, scv: 4 };
const FOUR = [EXP, EXP, EXP, EXP];
const EQUAL = [0.25, 0.25, 0.25, 0.25];
const LEVELS = [1, 2, 3, 4];
/** Nice 0 and nice 5 in the kernel's weights. */
const WEIGHTS = [1024, 335];

const leveled = (tasks: TaskTable, between: 'np' | 'pr', inner: InnerName, cores = 1): Policy => regulatedPolicy(tasks, LEVELS.map(() => inner), { between, rpServes: LEVELS, opServes: [], cores });

function levels(title: string, source: string, discipline: LevelDiscipline): System {
  const [between, inner] = discipline.split('-') as ['np' | 'pr', InnerName];
  return { title, source, laws: FOUR, shares: EQUAL, stableClasses: 4, cores: 1, policy: (tasks) => leveled(tasks, between, inner), responses: (lambda) => levelMeans(discipline, lambda, FOUR).map(({ response }) => response) };
}

/** Classes 1 to 3 share the load; class 4 asks for twice what they leave. */
function overload(title: string, source: string, discipline: 'np-fcfs' | 'pr-fcfs'): System {
  return { ...levels(title, source, discipline), shares: [1 / 3, 1 / 3, 1 / 3, 0], stableClasses: 3 };
}

/** Two cores that share one queue; equal exponential services. */
function twoCores(title: string, source: string, between: 'np' | 'pr'): System {
  const responses = (lambda: readonly number[]): number[] => (between === 'np' ? npServerMeans(lambda, 1, 2).map(({ response }) => response) : prServerResponses(lambda, 1, 2));
  return { title, source, laws: FOUR, shares: EQUAL, stableClasses: 4, cores: 2, policy: (tasks) => leveled(tasks, between, 'fcfs', 2), responses };
}

function single(title: string, source: string, inner: InnerName, law: ServiceLaw, response: (load: number) => number): System {
  return { title, source, laws: [law], shares: [1], stableClasses: 1, cores: 1, policy: (tasks) => innerPolicy(tasks, inner), responses: ([rate]) => [response(rate! * serviceMean(law))] };
}

export const SYSTEMS: Readonly<Record<SystemId, System>> = {
  'np-fcfs': levels('np, FCFS', 'Cobham 1954', 'np-fcfs'),
  'np-spn': levels('np, SPN', 'Cobham 1954 and Phipps 1956', 'np-spn'),
  'pr-fcfs': levels('pr, FCFS', 'Kleinrock, Queueing Systems II', 'pr-fcfs'),
  'pr-spn': levels('pr, SPN', 'Kleinrock II and Phipps 1956', 'pr-spn'),
  'pr-srt': levels('pr, SRT', 'Kleinrock II and Schrage and Miller 1966', 'pr-srt'),
  'pr-ps': levels('pr, PS', 'Kleinrock, Queueing Systems II', 'pr-ps'),
  'np-fcfs-overload': overload('np, FCFS, overload', 'Cobham 1954, saturated tail', 'np-fcfs'),
  'pr-fcfs-overload': overload('pr, FCFS, overload', 'Kleinrock, Queueing Systems II', 'pr-fcfs'),
  'np-fcfs-2-cores': twoCores('np, FCFS, 2 cores', 'Cobham 1954', 'np'),
  'pr-fcfs-2-cores': twoCores('pr, FCFS, 2 cores', 'Erlang 1917, class by class', 'pr'),
  spn: single('SPN', 'Phipps 1956', 'spn', WILD, (load) => mixedMeans('spn', [load], [WILD])[0]!.response),
  srpt: single('SRT', 'Schrage and Miller 1966', 'srt', WILD, (load) => mixedMeans('srpt', [load], [WILD])[0]!.response),
  ps: single('PS', 'Kleinrock, Queueing Systems II', 'ps', WILD, (load) => psResponse(1, load)),
  dps: {
    title: 'DPS 1024 : 335', source: 'Fayolle, Mitrani and Iasnogorodski 1980', laws: [EXP, EXP], shares: [0.5, 0.5], stableClasses: 2, cores: 1, weights: WEIGHTS,
    policy: (tasks) => innerPolicy(tasks, 'dps'), responses: (lambda) => dpsResponses(lambda, [1, 1], WEIGHTS),
  },
};

/** Arrival rates at this load of the stable classes, a core. */
export function ratesAt({ shares, laws, stableClasses, cores }: System, load: number): number[] {
  return shares.map((share, index) => (cores * (index < stableClasses ? share * load : 2 * (1 - load))) / serviceMean(laws[index]!));
}

/** Kleinrock's invariant of size-blind non-preemptive orders: the sum of rho_k E[W_k] is rho V / (1 - rho). */
export const isConserved = (id: SystemId): boolean => id === 'np-fcfs';
