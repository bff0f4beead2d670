/**
 * Open queue as a calculator: Poisson arrivals of one or more classes at one station, mean wait and response of each class with
 * 95 % t intervals over independent replications. Any unit of time, the same throughout (seconds, say).
 *
 * Disciplines: fcfs, spn, srpt, ps and dps take all classes as one queue (dps by the weights of the classes); np-... and pr-... serve
 * the classes in order, class 1 first, with the policy named inside each; np never interrupts a service, pr does and resumes it
 * later. Wait is arrival to first service; under ps, dps and pr-ps, where service is shared, response less service.
 *
 * Overload: under np-... and pr-... the first classes may be stable though all together ask for more than there is. A class that
 * gets less than it asks for is `saturated`: its wait and response are null, and `growthPerS` says by how many customers a unit of
 * time its backlog grows. The first such class begins with a backlog, as it would have one for ever.
 *
 * Warm-up: each replication starts empty and first serves, without counting them, W customers; then exactly `customers` are
 * measured, every one until it leaves. W is four relaxation times of 2 (1 + scv) rho / (1 - rho)^2 + 5 servers customers each,
 * rounded up, but at least a fifth (rounded up) and at most four times `customers`; rho is the load of a server, scv the squared
 * coefficient of variation of the services of all classes mixed by their rates. Where the upper bound cuts W short, `warnings`
 * says so.
 *
 * The random streams belong to seed and workload (rates and laws), not to servers or discipline: these meet the same customers,
 * while different workloads under one seed are independent questions.
 */
import { z } from 'zod';
import { tInterval } from '../../sim/measure/interval.ts';
import { load } from '../../sim/os/closed-forms.ts';
import { fillingSize, stableClasses } from '../../sim/os/theory/overload.ts';
import { type ClassTotals, OpenQueue, warmUpCustomers } from '../../sim/os/open-queue.ts';
import { PolicyQueue } from '../../sim/os/policy-queue.ts';
import { innerPolicy, type InnerName, regulatedPolicy } from '../../sim/os/scheduler-spec.ts';
import { TaskTable } from '../../sim/os/tasks.ts';
import { type ServiceLaw, serviceMean } from '../../sim/os/service-law.ts';
import { Simulation } from '../../sim/simulation.ts';
import { ConfigError, type Problem } from '../testbed/config-error.ts';
import { defineEval } from './model.ts';

const time = (title: string): z.ZodNumber => z.number().min(1e-12).max(1e12).meta({ title, unit: 's' });

const law = z.discriminatedUnion('law', [
  z.strictObject({ law: z.literal('exp'), mean: time('Mean') }),
  z.strictObject({ law: z.literal('det'), value: time('Value') }),
  z.strictObject({ law: z.literal('bounded-pareto'), min: time('Least value'), max: time('Largest value'), alpha: z.number().min(0.01).max(100).meta({ title: 'Shape', unit: '' }) }),
  z.strictObject({ law: z.literal('bimodal'), small: time('Smaller value'), large: time('Larger value'), pLarge: z.number().min(1e-9).max(1).meta({ title: 'Probability of the larger value', unit: '' }) }),
  z.strictObject({ law: z.literal('hyper-exp'), mean: time('Mean'), scv: z.number().min(1).max(1e4).meta({ title: 'Squared coefficient of variation', unit: '' }) }),
]);

const DISCIPLINES = ['fcfs', 'spn', 'srpt', 'ps', 'dps', 'np-fcfs', 'np-spn', 'pr-fcfs', 'pr-spn', 'pr-srt', 'pr-ps'] as const;
type Discipline = (typeof DISCIPLINES)[number];

const isLevelled = (discipline: Discipline): boolean => discipline.startsWith('np-') || discipline.startsWith('pr-');
const isShared = (discipline: Discipline): boolean => discipline === 'ps' || discipline === 'dps' || discipline === 'pr-ps';

const input = z.strictObject({
  discipline: z.enum(DISCIPLINES).meta({ title: 'Discipline', unit: '' }),
  servers: z.number().int().min(1).max(10_000).default(1).meta({ title: 'Servers', unit: 'servers' }),
  lambda: z.array(z.number().min(1e-12).max(1e12).meta({ unit: '1/s' })).min(1).max(64).meta({ title: 'Arrival rate of each class', unit: '1/s' }),
  service: z.array(law).min(1).max(64).meta({ title: 'Service law of each class', unit: 's' }),
  weights: z.array(z.number().min(1e-6).max(1e6)).min(1).max(64).optional().meta({ title: 'Weight of each class, for dps', unit: '' }),
  customers: z.number().int().min(100).max(100_000_000).default(100_000).meta({ title: 'Measured customers a replication', unit: 'customers' }),
  replications: z.number().int().min(2).max(10_000).default(20).meta({ title: 'Replications', unit: 'replications' }),
  seed: z.union([z.string(), z.number()]).default('1').meta({ title: 'Seed', unit: '' }),
});

type Input = z.output<typeof input>;

/** Customers of all replications, warm-up included, that one question may ask for: some minutes of work. */
const MOST_WORK = 1e9;

/** What single fields cannot show. */
function problems({ discipline, lambda, service, servers, weights }: Input): Problem[] {
  if (lambda.length !== service.length) return [{ path: 'service', message: `${service.length} laws for ${lambda.length} arrival rates; one law a rate is required` }];
  const found: Problem[] = [];
  service.forEach((entry, index) => {
    if (entry.law === 'bounded-pareto' && entry.max < 1.0001 * entry.min) found.push({ path: `service[${index}].max`, message: `${entry.max} s given; must be at least 1.0001 times min = ${entry.min} s (for one value take the law det)` });
  });
  service.forEach((entry, index) => {
    if (entry.law === 'bimodal' && !(entry.large >= entry.small)) found.push({ path: `service[${index}].large`, message: `${entry.large} s given; must be at least small = ${entry.small} s` });
  });
  if (weights !== undefined && discipline !== 'dps') found.push({ path: 'weights', message: `given with '${discipline}'; only 'dps' shares by weight, leave them out` });
  if (weights !== undefined && weights.length !== lambda.length) found.push({ path: 'weights', message: `${weights.length} weights for ${lambda.length} arrival rates; one weight a rate is required` });
  if (isShared(discipline) && servers > 1) found.push({ path: 'servers', message: `${servers} servers with '${discipline}'; must be 1, one fluid is shared by all` });
  if (found.length > 0) return found;
  const rho = load(lambda, service, servers);
  const words = `${Number(rho.toPrecision(6))} a server (sum of lambda times mean service, over servers)`;
  if (!isLevelled(discipline) && !(rho < 1)) found.push({ path: 'lambda', message: `load ${words}; must be below 1, else waits grow without bound and have no mean` });
  if (isLevelled(discipline) && stableClasses(lambda, service, servers) === 0) found.push({ path: 'lambda[0]', message: `load ${Number(load(lambda.slice(0, 1), service.slice(0, 1), servers).toPrecision(6))} of the first class alone, a server; must be below 1, else no class has a mean` });
  return found;
}

/** A service demand hardly ever exceeded. */
function longest(entry: ServiceLaw): number {
  if (entry.law === 'bounded-pareto') return entry.max;
  if (entry.law === 'bimodal') return entry.large;
  return 40 * serviceMean(entry) * (entry.law === 'hyper-exp' ? 1 + entry.scv : 1);
}

/**
 * Nanoseconds to a unit of time, a power of two: the longest run, which serves so many customers of the stable classes, stays below 2^52 ns, so that rounding to integers is as fine as
 * the clock allows whatever the unit. Refuses times so far apart that the short ones would round to nothing.
 */
function scaleOf({ lambda, service }: Input, served: number, stable: number): number {
  const total = sumOf(lambda.slice(0, stable));
  const horizon = (2 * served) / total + 4 * Math.max(...service.map(longest));
  let scale = 1;
  while (scale * horizon < 2 ** 51) scale *= 2;
  while (scale * horizon > 2 ** 52) scale /= 2;
  const shortest = service.map((entry) => (entry.law === 'bounded-pareto' ? entry.min : entry.law === 'bimodal' ? entry.small : serviceMean(entry)));
  const lost = shortest.findIndex((value) => value * scale < 1000);
  if (lost >= 0) {
    const least = Number((1000 / scale).toPrecision(2));
    throw new ConfigError([{ path: `service[${lost}]`, message: `times of ${shortest[lost]} s beside a run of ${Number(horizon.toPrecision(2))} s; must be at least ${least} s to be told from 0 on a clock of 2^53 steps` }]);
  }
  return scale;
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/**
 * What waits of the first saturated class at the start, as if it had been there for ever: so many that they never run out by chance,
 * which takes a number that grows with the root of the run. First come, first served, they are of any size. Where the shortest is
 * next, what has any prospect of being served is of the size up to which there is room. Shared, a backlog of newcomers would be far
 * from what time makes of it; nobody above notices it, so that the class begins empty.
 */
function backlogOf({ discipline, lambda, service, servers }: Input, stable: number, served: number): { backlog: number; backlogSize?: number } {
  if (discipline === 'pr-ps') return { backlog: 0 };
  const backlog = 100 + Math.ceil(10 * Math.sqrt(served));
  if (discipline.endsWith('fcfs')) return { backlog };
  const room = servers * (1 - load(lambda.slice(0, stable), service.slice(0, stable), servers));
  return { backlog, backlogSize: fillingSize(service[stable]!, lambda[stable]!, room) };
}

/** One replication: totals of each class, and how fast its backlog grew. */
function simulate(sim: Simulation, options: Input, service: readonly ServiceLaw[], { nsPerUnit, warmUp, stable }: { nsPerUnit: number; warmUp: number; stable: number }): { totals: readonly ClassTotals[]; growthPerUnit: readonly number[] } {
  const { discipline, lambda, servers, customers, weights } = options;
  if (discipline === 'fcfs') {
    const { totals } = new OpenQueue(sim, { servers: [servers], lambda, service, nsPerUnit, customers, warmUp });
    sim.run();
    return { totals, growthPerUnit: lambda.map(() => 0) };
  }
  const tasks = new TaskTable();
  const [between, inner] = isLevelled(discipline) ? (discipline.split('-') as ['np' | 'pr', InnerName]) : (['none', discipline === 'srpt' ? 'srt' : discipline] as const);
  const levels = lambda.map((_, index) => index + 1);
  const policy = between === 'none' ? innerPolicy(tasks, inner as InnerName) : regulatedPolicy(tasks, levels.map(() => inner), { between, rpServes: levels, opServes: [] });
  const queue = new PolicyQueue(sim, tasks, {
    policy, cores: servers, lambda, service, nsPerUnit, customers, warmUp, stableClasses: stable,
    ...(stable < lambda.length ? backlogOf(options, stable, warmUp + customers) : {}), ...(weights === undefined ? {} : { weights }),
  });
  sim.run();
  if (isShared(discipline)) queue.totals.forEach((totals) => (totals.waitNs = totals.responseNs - totals.serviceNs));
  return queue;
}

export default defineEval({
  id: 'queue',
  title: 'Open queue',
  description: 'Mean wait and response of each class at one station with Poisson arrivals under eleven disciplines, with 95 % intervals over replications.',
  input,
  example: { discipline: 'fcfs', servers: 1, lambda: [0.5], service: [{ law: 'exp', mean: 1 }], customers: 20_000, replications: 10, seed: 1 },
  evaluate: (options) => {
    const refused = problems(options);
    if (refused.length > 0) throw new ConfigError(refused);
    const { discipline, lambda, servers, customers, replications } = options;
    const service: readonly ServiceLaw[] = options.service;
    const stable = isLevelled(discipline) ? stableClasses(lambda, service, servers) : lambda.length;
    // What the stable classes need to settle; with classes that take all the rest, the relaxation of those above them.
    const { warmUp, enough } = warmUpCustomers(lambda.slice(0, stable), service.slice(0, stable), servers, customers);
    const work = (warmUp + customers) * replications * (stable < lambda.length ? sumOf(lambda) / sumOf(lambda.slice(0, stable)) : 1);
    if (work > MOST_WORK) throw new ConfigError([{ path: 'customers', message: `${customers} customers after ${warmUp} of warm-up in ${replications} replications are ${Math.round(work)} in all; must be at most ${MOST_WORK}` }]);
    const nsPerUnit = scaleOf(options, warmUp + customers, stable);
    const seed = `${options.seed}/${JSON.stringify([lambda, service])}`;
    const waits = lambda.map(() => new Float64Array(replications));
    const responses = lambda.map(() => new Float64Array(replications));
    const growths = lambda.map(() => new Float64Array(replications));
    for (let replication = 0; replication < replications; replication++) {
      const sim = new Simulation({ seed, replication, scenario: 'queue' });
      const queue = simulate(sim, options, service, { nsPerUnit, warmUp, stable });
      queue.totals.slice(0, stable).forEach(({ count, waitNs, responseNs }, index) => {
        if (count === 0) throw new ConfigError([{ path: `lambda[${index}]`, message: `no customer of this class among ${customers} of replication ${replication}; raise customers or this rate` }]);
        waits[index]![replication] = waitNs / count / nsPerUnit;
        responses[index]![replication] = responseNs / count / nsPerUnit;
      });
      queue.growthPerUnit.forEach((growth, index) => {
        growths[index]![replication] = growth;
      });
    }
    const summary = (values: Float64Array): { mean: number; halfWidth95: number } => {
      const { mean, halfWidth } = tInterval(values);
      return { mean, halfWidth95: halfWidth };
    };
    const none = { mean: null, halfWidth95: null };
    const classes = lambda.map((_, index) =>
      index < stable ? { wait: summary(waits[index]!), response: summary(responses[index]!) } : { saturated: true, wait: none, response: none, growthPerS: summary(growths[index]!) });
    const text = `warm-up of ${warmUp} customers is shorter than four relaxation times at this load; means are biased low, raise customers`;
    return enough ? { classes } : { classes, warnings: [text] };
  },
});
