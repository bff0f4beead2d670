/**
 * Open queue as a calculator: Poisson arrivals of one or more classes at one station, mean wait and response of each class with
 * 95 % intervals over independent replications. Any unit of time, the same throughout (seconds, say).
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
 * Intervals: t over the replications, widened where the services that were drawn differ from their laws (`controlledInterval`; the
 * control is the sum of squared services). `warnings` says where long services are too rare for that to help.
 *
 * The random streams belong to seed and workload (rates and laws), not to servers or discipline: these meet the same customers,
 * while different workloads under one seed are independent questions.
 */
import { controlledInterval, tInterval } from '../../sim/measure/index.ts';
import { warmUpCustomers } from '../../sim/os/open-queue.ts';
import { stableClasses } from '../../sim/os/theory/overload.ts';
import { Simulation } from '../../sim/simulation.ts';
import { ConfigError } from '../testbed/config-error.ts';
import { defineEval } from './model.ts';
import { classesBefore, expectedSquares, longOnesMet } from './queue/long-services.ts';
import { checkQuestion, input, isLevelled, type Question, scaleOf } from './queue/question.ts';
import { replicate, type Run } from './queue/replication.ts';

/** Customers of all replications, warm-up included, that one question may ask for: some minutes of work. */
const MOST_WORK = 1e9;

/** Fewer long customers than this among all measured ones, and intervals were found to miss more often than they say: measured. */
const FEW_LONG_ONES = 10;

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** What each replication measured, by class. */
class Table {
  readonly waits: readonly Float64Array[];
  readonly responses: readonly Float64Array[];
  readonly squares: readonly Float64Array[];
  readonly growths: readonly Float64Array[];

  constructor({ lambda, replications }: Question) {
    const column = (): Float64Array[] => lambda.map(() => new Float64Array(replications));
    this.waits = column();
    this.responses = column();
    this.squares = column();
    this.growths = column();
  }
}

function fill(table: Table, question: Question, run: Run): void {
  const { lambda, service, customers, replications } = question;
  const seed = `${question.seed}/${JSON.stringify([lambda, service])}`;
  for (let replication = 0; replication < replications; replication++) {
    const { totals, growthPerUnit } = replicate(new Simulation({ seed, replication, scenario: 'queue' }), question, run);
    totals.forEach(({ count, waitNs, responseNs, squaresPerUnit }, index) => {
      if (count === 0 && index < run.stable) throw new ConfigError([{ path: `lambda[${index}]`, message: `no customer of this class among ${customers} of replication ${replication}; raise customers or this rate` }]);
      table.waits[index]![replication] = waitNs / count / run.nsPerUnit;
      table.responses[index]![replication] = responseNs / count / run.nsPerUnit;
      table.squares[index]![replication] = squaresPerUnit;
      table.growths[index]![replication] = growthPerUnit[index]!;
    });
  }
}

export default defineEval({
  id: 'queue',
  title: 'Open queue',
  description: 'Mean wait and response of each class at one station with Poisson arrivals under eleven disciplines, with 95 % intervals over replications.',
  input,
  example: { discipline: 'fcfs', servers: 1, lambda: [0.5], service: [{ law: 'exp', mean: 1 }], customers: 20_000, replications: 10, seed: 1 },
  evaluate: (question) => {
    checkQuestion(question);
    const { discipline, lambda, service, servers, customers, replications } = question;
    const stable = isLevelled(discipline) ? stableClasses(lambda, service, servers) : lambda.length;
    // What the stable classes need to settle; with a class that takes all the rest, the relaxation of those above it.
    const { warmUp, enough } = warmUpCustomers(lambda.slice(0, stable), service.slice(0, stable), servers, customers);
    const work = ((warmUp + customers) * replications * sumOf(lambda)) / sumOf(lambda.slice(0, stable));
    if (work > MOST_WORK) throw new ConfigError([{ path: 'customers', message: `${customers} customers after ${warmUp} of warm-up in ${replications} replications are ${Math.round(work)} in all; must be at most ${MOST_WORK}` }]);
    const table = new Table(question);
    fill(table, question, { nsPerUnit: scaleOf(question, warmUp + customers, stable), warmUp, stable });

    const squares = expectedSquares(question, stable);
    const summary = (values: Float64Array, before: number): { mean: number; halfWidth95: number } => {
      const control = values.map((_, replication) => sumOf(table.squares.slice(0, before).map((column) => column[replication]!)));
      const { mean, halfWidth } = controlledInterval(values, control, sumOf(squares.slice(0, before)));
      return { mean, halfWidth95: halfWidth };
    };
    const classes = lambda.map((_, index) => {
      if (index >= stable) {
        const none = { mean: null, halfWidth95: null };
        const { mean, halfWidth } = tInterval(table.growths[index]!);
        return { saturated: true, wait: none, response: none, growthPerS: { mean, halfWidth95: halfWidth } };
      }
      const before = classesBefore(question, index, stable);
      return { wait: summary(table.waits[index]!, before), response: summary(table.responses[index]!, before) };
    });
    const warnings: string[] = [];
    if (!enough) warnings.push(`warm-up of ${warmUp} customers is shorter than four relaxation times at this load; means are biased low, raise customers`);
    const met = longOnesMet(lambda.slice(0, stable), service.slice(0, stable), customers * replications);
    if (met < FEW_LONG_ONES) warnings.push(`half of the squared services rest on services so long that about ${Number(met.toPrecision(2))} of them are met in all replications together; means are probably low and intervals too narrow, raise customers`);
    return warnings.length === 0 ? { classes } : { classes, warnings };
  },
});
