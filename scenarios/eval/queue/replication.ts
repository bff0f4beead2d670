/** One replication of the open-queue calculator: the station for fcfs, else the processor with the policy asked for. */
import { load } from '../../../sim/os/closed-forms.ts';
import { type ClassTotals, OpenQueue } from '../../../sim/os/open-queue.ts';
import { PolicyQueue } from '../../../sim/os/policy-queue.ts';
import { innerPolicy, type InnerName, regulatedPolicy } from '../../../sim/os/scheduler-spec.ts';
import { TaskTable } from '../../../sim/os/tasks.ts';
import { fillingSize } from '../../../sim/os/theory/overload.ts';
import type { Simulation } from '../../../sim/simulation.ts';
import { isLevelled, isShared, type Question } from './question.ts';

export interface Run {
  readonly nsPerUnit: number;
  readonly warmUp: number;
  /** The first so many classes have a steady state. */
  readonly stable: number;
}

/** Totals of each class, and by how many customers a unit of time its backlog grew. */
export interface Answer {
  readonly totals: readonly ClassTotals[];
  readonly growthPerUnit: readonly number[];
}

export function replicate(sim: Simulation, question: Question, { nsPerUnit, warmUp, stable }: Run): Answer {
  const { discipline, lambda, service, servers, customers, weights } = question;
  if (discipline === 'fcfs') {
    const { totals } = new OpenQueue(sim, { servers: [servers], lambda, service, nsPerUnit, customers, warmUp });
    sim.run();
    return { totals, growthPerUnit: lambda.map(() => 0) };
  }
  const tasks = new TaskTable();
  const levels = lambda.map((_, index) => index + 1);
  const [between, inner] = (isLevelled(discipline) ? discipline.split('-') : ['none', discipline === 'srpt' ? 'srt' : discipline]) as ['none' | 'np' | 'pr', InnerName];
  const policy = between === 'none' ? innerPolicy(tasks, inner) : regulatedPolicy(tasks, levels.map(() => inner), { between, rpServes: levels, opServes: [], cores: servers });
  const queue = new PolicyQueue(sim, tasks, {
    policy, cores: servers, lambda, service, nsPerUnit, customers, warmUp, stableClasses: stable,
    ...(stable < lambda.length ? backlogOf(question, stable, warmUp + customers) : {}), ...(weights === undefined ? {} : { weights }),
  });
  sim.run();
  if (isShared(discipline)) for (const totals of queue.totals) totals.waitNs = totals.responseNs - totals.serviceNs;
  return queue;
}

/**
 * What waits of the first saturated class at the start, as if it had been there for ever: so many that they never run out by chance,
 * which takes a number that grows with the root of the run. First come, first served, they are of any size. Where the shortest is
 * next, what has any prospect of being served is of the size up to which there is room. Shared, a backlog of newcomers would be far
 * from what time makes of it; nobody above notices it, so the class begins empty.
 */
function backlogOf({ discipline, lambda, service, servers }: Question, stable: number, served: number): { backlog: number; backlogSize?: number } {
  if (discipline === 'pr-ps') return { backlog: 0 };
  const backlog = 100 + Math.ceil(10 * Math.sqrt(served));
  if (discipline.endsWith('fcfs')) return { backlog };
  const room = servers * (1 - load(lambda.slice(0, stable), service.slice(0, stable), servers));
  return { backlog, backlogSize: fillingSize(service[stable]!, lambda[stable]!, room) };
}
