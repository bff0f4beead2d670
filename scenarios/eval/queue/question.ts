/** The question to the open-queue calculator: its fields, and what single fields cannot show. */
import { z } from 'zod';
import { load } from '../../../sim/os/closed-forms.ts';
import { type ServiceLaw, serviceMean } from '../../../sim/os/service-law.ts';
import { stableClasses } from '../../../sim/os/theory/overload.ts';
import { ConfigError, type Problem } from '../../testbed/config-error.ts';

const time = (title: string): z.ZodNumber => z.number().min(1e-12).max(1e12).meta({ title, unit: 's' });

const law = z.discriminatedUnion('law', [
  z.strictObject({ law: z.literal('exp'), mean: time('Mean') }),
  z.strictObject({ law: z.literal('det'), value: time('Value') }),
  z.strictObject({ law: z.literal('bounded-pareto'), min: time('Least value'), max: time('Largest value'), alpha: z.number().min(0.01).max(100).meta({ title: 'Shape', unit: '' }) }),
  z.strictObject({ law: z.literal('bimodal'), small: time('Smaller value'), large: time('Larger value'), pLarge: z.number().min(1e-9).max(1).meta({ title: 'Probability of the larger value', unit: '' }) }),
  z.strictObject({ law: z.literal('hyper-exp'), mean: time('Mean'), scv: z.number().min(1).max(1e4).meta({ title: 'Squared coefficient of variation', unit: '' }) }),
]);

export const DISCIPLINES = ['fcfs', 'spn', 'srpt', 'ps', 'dps', 'np-fcfs', 'np-spn', 'pr-fcfs', 'pr-spn', 'pr-srt', 'pr-ps'] as const;
export type Discipline = (typeof DISCIPLINES)[number];

/** Classes are queue levels, class 1 served first. */
export const isLevelled = (discipline: Discipline): boolean => discipline.startsWith('np-') || discipline.startsWith('pr-');
/** Several customers are in service at once. */
export const isShared = (discipline: Discipline): boolean => discipline === 'ps' || discipline === 'dps' || discipline === 'pr-ps';

export const input = z.strictObject({
  discipline: z.enum(DISCIPLINES).meta({ title: 'Discipline', unit: '' }),
  servers: z.number().int().min(1).max(10_000).default(1).meta({ title: 'Servers', unit: 'servers' }),
  lambda: z.array(z.number().min(1e-12).max(1e12).meta({ unit: '1/s' })).min(1).max(64).meta({ title: 'Arrival rate of each class', unit: '1/s' }),
  service: z.array(law).min(1).max(64).meta({ title: 'Service law of each class', unit: 's' }),
  weights: z.array(z.number().min(1e-6).max(1e6)).min(1).max(64).optional().meta({ title: 'Weight of each class, for dps', unit: '' }),
  customers: z.number().int().min(100).max(100_000_000).default(100_000).meta({ title: 'Measured customers a replication', unit: 'customers' }),
  replications: z.number().int().min(2).max(10_000).default(20).meta({ title: 'Replications', unit: 'replications' }),
  seed: z.union([z.string(), z.number()]).default('1').meta({ title: 'Seed', unit: '' }),
});

export type Question = z.output<typeof input>;

/** Refuses what has no answer. */
export function checkQuestion(question: Question): void {
  const found = problems(question);
  if (found.length > 0) throw new ConfigError(found);
}

function problems({ discipline, lambda, service, servers, weights }: Question): Problem[] {
  if (lambda.length !== service.length) return [{ path: 'service', message: `${service.length} laws for ${lambda.length} arrival rates; one law a rate is required` }];
  const found: Problem[] = [];
  service.forEach((entry, index) => {
    if (entry.law === 'bounded-pareto' && entry.max < 1.0001 * entry.min) found.push({ path: `service[${index}].max`, message: `${entry.max} s given; must be at least 1.0001 times min = ${entry.min} s (for one value take the law det)` });
    if (entry.law === 'bimodal' && entry.large < entry.small) found.push({ path: `service[${index}].large`, message: `${entry.large} s given; must be at least small = ${entry.small} s` });
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
 * Nanoseconds to a unit of time, a power of two: the longest run, which serves `served` customers of the stable classes, stays below
 * 2^52 ns, so that rounding to integers is as fine as the clock allows whatever the unit. Refuses times so far apart that the short
 * ones would round to nothing.
 */
export function scaleOf({ lambda, service }: Question, served: number, stable: number): number {
  const total = lambda.slice(0, stable).reduce((sum, rate) => sum + rate, 0);
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
