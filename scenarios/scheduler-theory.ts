/**
 * The schedulers against queueing theory: mean responses of each class under policies whose answers are known in closed form, the
 * conservation law, the saturated tail, and the path of unfinished work. Two arms answer the same question, one by simulation through
 * the processor, one by formula (sim/os/theory/). Steady state; warm-up rule in sim/os/open-queue.ts.
 */
import { z } from 'zod';
import { tInterval } from '../sim/measure/index.ts';
import { warmUpCustomers } from '../sim/os/open-queue.ts';
import { conservedWait } from '../sim/os/theory/conservation.ts';
import { PolicyQueue } from '../sim/os/policy-queue.ts';
import { TaskTable } from '../sim/os/tasks.ts';
import { NS_PER_US } from '../sim/time.ts';
import { comparePaths } from './scheduler-theory/work-path.ts';
import { isConserved, ratesAt, SYSTEM_IDS, type SystemId, SYSTEMS } from './scheduler-theory/systems.ts';
import { replicationsOf, round6 } from './testbed/effects.ts';
import type { ResultSet } from './testbed/result-set.ts';
import { type Claim, defineScenario } from './testbed/scenario.ts';

const parameters = z.object({
  system: z.enum(SYSTEM_IDS).default('pr-fcfs').meta({ title: 'System', unit: '', group: 'Queue', description: 'np, pr: four classes in order, with the policy inside each; the others one queue. Overload: a fourth class asks for twice what the others leave.' }),
  load: z.number().min(0.05).max(0.95).default(0.7).meta({ title: 'Load', unit: '', group: 'Queue', description: 'Of all classes that have a steady state.' }),
  meanServiceUs: z.number().min(1).max(1e6).default(1000).meta({ title: 'Mean service', unit: 'µs', group: 'Queue', description: 'Scales all times; drawn times are rounded to whole nanoseconds.' }),
  customers: z.number().int().min(1000).max(10_000_000).default(100_000).meta({ title: 'Measured customers', unit: 'customers', group: 'Run', description: 'After the warm-up.' }),
});

const CLASSES = [1, 2, 3, 4] as const;
const CLAIM_LOAD = 0.7;
/** Room for chance in the claims: choice. */
const MARGIN = 0.05;
/** Jobs on which the paths of unfinished work are compared. */
const PATH_JOBS = 400;
/** Backlog with which the class in overload begins. */
const BACKLOG = 1000;

function closedFormClaim(id: SystemId): Claim {
  const { title, source, stableClasses } = SYSTEMS[id];
  const what = SYSTEMS[id].laws.length === 1 ? 'The mean response' : `The mean response of class ${stableClasses}, the last with a steady state,`;
  return {
    id: `response-${id}`,
    text: `${what} of ${title} at load ${CLAIM_LOAD} is the one of its closed form, to within ${100 * MARGIN} %.`,
    source: { document: source, place: 'mean response in steady state' },
    measure: `responseC${stableClasses}Ns`,
    treatment: { arm: 'simulation', where: { system: id, load: CLAIM_LOAD } },
    baseline: { arm: 'theory', where: { system: id, load: CLAIM_LOAD } },
    contrast: 'relative',
    paper: { value: 0 },
    margin: MARGIN,
    why: (results) => pointsOf(results, id, CLAIM_LOAD).map((point) => `Class ${point.class}: simulated ${point.response.toFixed(3)} ± ${point.halfWidth.toFixed(3)} mean services (95 %), formula ${point.theory.toFixed(3)}.`).join(' '),
    ablation: 'relative-error',
  };
}

interface Point {
  readonly system: SystemId;
  readonly load: number;
  readonly class: number;
  /** In mean services. */
  readonly response: number;
  readonly halfWidth: number;
  readonly theory: number;
  readonly inside: boolean;
}

function pointsOf(results: ResultSet, system: SystemId, load: number): Point[] {
  const jobs = results.select({ arm: 'simulation', where: { system, load } });
  if (jobs.length === 0) return [];
  const theory = SYSTEMS[system].responses(ratesAt(SYSTEMS[system], load));
  return CLASSES.slice(0, SYSTEMS[system].stableClasses).map((each, index) => {
    const { mean, halfWidth, low, high } = tInterval(jobs.map((job) => job.measures[`responseC${each}Ns`]! / (Number(job.params['meanServiceUs']) * NS_PER_US)));
    return { system, load, class: each, response: mean, halfWidth, theory: theory[index]!, inside: low <= theory[index]! && theory[index]! <= high };
  });
}

const allPoints = (results: ResultSet): Point[] => SYSTEM_IDS.flatMap((system) => results.distinct('load').flatMap((load) => pointsOf(results, system, Number(load))));

type Row = Readonly<Record<string, number | string | boolean>>;

function pointRows(results: ResultSet): Row[] {
  return allPoints(results).map(({ system, load, class: each, response, halfWidth, theory, inside }) => ({
    system: SYSTEMS[system].title, class: `class ${each}`, load, theory: round6(theory), response: round6(response), low: round6(response - halfWidth), high: round6(response + halfWidth),
    relative_error: round6(response / theory - 1), error_low: round6((response - halfWidth) / theory - 1), error_high: round6((response + halfWidth) / theory - 1), inside, replications: replicationsOf(results),
  }));
}

/** The formulas as lines behind the points. */
const LINE_LOADS = Array.from({ length: 37 }, (_, index) => Number((0.2 + index * 0.02).toFixed(2)));

function lineRows(results: ResultSet): Row[] {
  const shown = new Set(allPoints(results).map(({ system }) => system));
  return SYSTEM_IDS.filter((id) => shown.has(id)).flatMap((id) =>
    LINE_LOADS.flatMap((load) => SYSTEMS[id].responses(ratesAt(SYSTEMS[id], load)).slice(0, SYSTEMS[id].stableClasses).map((response, index) => ({ system: SYSTEMS[id].title, class: `class ${index + 1}`, load, response: round6(response) }))));
}

/** More misses than chance allows: P(Bin(n, 0.05) > limit) is below 1 in 1000. */
const mostMisses = (n: number): number => n / 20 + 3.1 * Math.sqrt((n * 0.95) / 20) + 1;

export default defineScenario({
  id: 'scheduler-theory',
  title: 'Schedulers with known answers',
  question: 'Do the schedulers give the mean responses that queueing theory proves?',
  source: { document: 'L. Kleinrock, Queueing Systems, volume 2 (1976), and the papers named at each system', place: 'priority queues, shortest-job orders, processor sharing' },
  kind: 'steady-state',
  parameters,
  arms: {
    theory: { title: 'Closed form', description: 'The formula, evaluated; nothing is simulated.', set: {} },
    simulation: { title: 'Simulation', description: 'Every customer through the processor and the policy.', set: {} },
  },
  baseline: 'theory',
  measures: {
    ...Object.fromEntries(CLASSES.map((each) => [`responseC${each}Ns`, { title: `Mean response, class ${each}`, unit: 'ns', description: 'Arrival to completion; absent where the class has no steady state.', better: 'lower' as const }])),
    conservedNs: { title: "Kleinrock's sum", unit: 'ns', description: 'Sum over classes of load times mean wait; for orders that are blind to size and never interrupt.', better: 'neither' },
    differingPaths: { title: 'Policies with another path of unfinished work', unit: 'policies', description: 'Than FCFS on the same arrivals, of eight that never idle beside work; 0 in a correct run.', better: 'neither' },
    growthC4PerS: { title: 'Growth of class 4', unit: 'customers/s', description: 'Of its backlog, where it asks for more than is left.', better: 'neither' },
  },
  quick: { replications: 10, set: { customers: 20_000 }, sweep: { system: [...SYSTEM_IDS], load: [CLAIM_LOAD, 0.9] } },
  full: { replications: 20, set: { customers: 200_000 }, sweep: { system: [...SYSTEM_IDS], load: [0.3, 0.5, CLAIM_LOAD, 0.8, 0.9] } },
  build: ({ sim, params, arm, record }) => {
    const system = SYSTEMS[params.system];
    const { laws, stableClasses, weights } = system;
    const serviceNs = params.meanServiceUs * NS_PER_US;
    const lambda = ratesAt(system, params.load);
    if (arm === 'theory') {
      const responses = system.responses(lambda);
      sim.after(0, () => responses.forEach((response) => sim.note(response)));
      return () => {
        responses.slice(0, stableClasses).forEach((response, index) => record.measure(`responseC${index + 1}Ns`, Math.round(response * serviceNs)));
        if (isConserved(params.system)) record.measure('conservedNs', conservedWait(lambda, laws) * serviceNs);
        record.measure('differingPaths', 0);
        if (stableClasses < laws.length) record.measure('growthC4PerS', ((lambda[3]! - (1 - params.load)) * 1e9) / serviceNs);
      };
    }
    const { warmUp, enough } = warmUpCustomers(lambda.slice(0, stableClasses), laws.slice(0, stableClasses), system.cores, params.customers);
    if (!enough) record.warn('short-warm-up', 'Some runs have a warm-up shorter than four relaxation times at their load; their means are biased low. Raise the measured customers.');
    const paths = comparePaths(sim, params.load, serviceNs, PATH_JOBS);
    const tasks = new TaskTable();
    const queue = new PolicyQueue(sim, tasks, {
      policy: system.policy(tasks), cores: system.cores, lambda, service: laws, nsPerUnit: serviceNs, customers: params.customers, warmUp, stableClasses, backlog: BACKLOG,
      // systems and loads are questions of their own: one unlucky stream must not make all of them miss together
      streamPrefix: `${params.system}/${params.load}/`,
      ...(weights === undefined ? {} : { weights }),
      onProgress: (fraction) => record.progress(fraction),
    });
    return () => {
      let conservedNs = 0;
      queue.totals.slice(0, stableClasses).forEach(({ count, waitNs, responseNs }, index) => {
        sim.note(responseNs);
        record.measure(`responseC${index + 1}Ns`, Math.round(responseNs / count));
        conservedNs += (lambda[index]! * waitNs) / count;
      });
      if (isConserved(params.system)) record.measure('conservedNs', conservedNs);
      record.measure('differingPaths', paths.differing());
      if (stableClasses < laws.length) record.measure('growthC4PerS', (queue.growthPerUnit[3]! * 1e9) / serviceNs);
    };
  },
  figures: [
    {
      id: 'response-over-load',
      title: 'Mean response over load: theory and simulation',
      caption: (results) => `Lines: closed forms. Points: simulation, mean and 95 % t interval over ${replicationsOf(results)} replications. Response in mean services, logarithmic. np and pr: four classes in order; overload: a fourth class asks for twice what the others leave.`,
      draw: (results) => ({
        $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
        data: { values: [...lineRows(results).map((row) => ({ ...row, kind: 'theory' })), ...pointRows(results).map((row) => ({ ...row, kind: 'simulation' }))] },
        facet: { field: 'system', type: 'nominal', title: null, sort: SYSTEM_IDS.map((id) => SYSTEMS[id].title) },
        columns: 3,
        spec: {
          width: 170,
          height: 130,
          encoding: { x: { field: 'load', type: 'quantitative', title: 'load' }, color: { field: 'class', type: 'nominal', title: null } },
          layer: [
            { transform: [{ filter: "datum.kind == 'theory'" }], mark: { type: 'line' }, encoding: { y: { field: 'response', type: 'quantitative', scale: { type: 'log' }, title: 'mean services' } } },
            { transform: [{ filter: "datum.kind == 'simulation'" }], mark: { type: 'rule' }, encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } } },
            { transform: [{ filter: "datum.kind == 'simulation'" }], mark: { type: 'point', filled: true, size: 35 }, encoding: { y: { field: 'response', type: 'quantitative' }, shape: { field: 'class', type: 'nominal', title: null } } },
          ],
        },
      }),
      table: pointRows,
    },
    {
      id: 'relative-error',
      title: 'Simulation against formula',
      caption: (results) => `Relative difference of the simulated mean response from the closed form, 95 % t interval over ${replicationsOf(results)} replications; one mark a class and load. About one interval in twenty is expected to miss 0.`,
      draw: (results) => ({
        $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
        data: { values: pointRows(results).map((row) => ({ ...row, mark: `${String(row.class)}, load ${String(row.load)}` })) },
        width: 'container',
        height: { step: 6 },
        encoding: { y: { field: 'system', type: 'nominal', title: null, sort: SYSTEM_IDS.map((id) => SYSTEMS[id].title) }, yOffset: { field: 'mark', type: 'ordinal' }, color: { field: 'load', type: 'ordinal', title: 'load' } },
        layer: [
          { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { x: { field: 'error_low', type: 'quantitative', axis: { format: '+%' }, title: 'simulation / formula - 1' }, x2: { field: 'error_high' } } },
          { mark: { type: 'point', filled: true, size: 25 }, encoding: { x: { field: 'relative_error', type: 'quantitative' } } },
        ],
      }),
      table: pointRows,
      warning: (results) => {
        const all = allPoints(results);
        const missed = all.filter(({ inside }) => !inside).length;
        return missed > mostMisses(all.length) ? `${missed} of ${all.length} intervals miss the closed form; about ${Math.round(all.length / 20)} would be chance` : undefined;
      },
    },
  ],
  claims: [
    ...SYSTEM_IDS.map(closedFormClaim),
    {
      id: 'conservation',
      text: 'The sum of load times mean wait over the classes of np with FCFS inside is the one of any order that is blind to size: Kleinrock\'s law.',
      source: { document: 'L. Kleinrock, Naval Research Logistics Quarterly 12 (1965)', place: 'conservation law' },
      measure: 'conservedNs',
      treatment: { arm: 'simulation', where: { system: 'np-fcfs', load: CLAIM_LOAD } },
      baseline: { arm: 'theory', where: { system: 'np-fcfs', load: CLAIM_LOAD } },
      contrast: 'relative',
      paper: { value: 0 },
      margin: MARGIN,
      why: (results) => `Largest and smallest ratio to the formula over the runs: ${[Math.max, Math.min].map((pick) => pick(...results.values('conservedNs', { arm: 'simulation', where: { system: 'np-fcfs', load: CLAIM_LOAD } })) / results.values('conservedNs', { arm: 'theory', where: { system: 'np-fcfs', load: CLAIM_LOAD } })[0]!).map((ratio) => ratio.toFixed(3)).join(', ')}.`,
    },
    {
      id: 'growth',
      text: 'In overload (pr) class 4 gets what the others leave, so its backlog grows by what it asks for beyond that.',
      source: { document: 'Kleinrock 1976', place: 'work conservation' },
      measure: 'growthC4PerS',
      treatment: { arm: 'simulation', where: { system: 'pr-fcfs-overload', load: CLAIM_LOAD } },
      baseline: { arm: 'theory', where: { system: 'pr-fcfs-overload', load: CLAIM_LOAD } },
      contrast: 'relative',
      paper: { value: 0 },
      margin: MARGIN,
      why: () => 'Both sides in customers a second.',
    },
    {
      id: 'work-path',
      text: 'The path of unfinished work is the same integers under eight policies that never idle beside work: FCFS, SPN, SRT, RR, CFS, EEVDF, and the queues np and pr.',
      source: { document: 'Kleinrock 1976', place: 'unfinished work does not depend on the order of service' },
      measure: 'differingPaths',
      treatment: { arm: 'simulation' },
      baseline: { arm: 'theory' },
      contrast: 'difference',
      paper: { value: 0 },
      margin: 0,
      why: (results) => `Largest number of policies with another path in ${results.values('differingPaths', { arm: 'simulation' }).length} runs: ${Math.max(0, ...results.values('differingPaths', { arm: 'simulation' }))}, compared at ${PATH_JOBS} arrivals a run.`,
    },
  ],
  headline: (results) => {
    const all = allPoints(results);
    if (all.length === 0) return 'Nothing was simulated in this result';
    const inside = all.filter((point) => point.inside).length;
    const differing = Math.max(0, ...results.values('differingPaths', { arm: 'simulation' }));
    return `${inside} of ${all.length} simulated mean responses enclose their closed form with a 95 % interval, and ${differing === 0 ? 'unfinished work takes the same path under all policies' : `${differing} policies take another path of unfinished work`}`;
  },
  narrative: (results) => {
    const all = allPoints(results);
    const inside = all.filter((point) => point.inside).length;
    return [
      `For some queues the mean response is proved. The same customers go through the processor and the policies that all other scenarios use; ${inside} of ${all.length} intervals of 95 % enclose the formula. That is ${all.length === 0 ? 'no' : `${((100 * inside) / all.length).toFixed(0)} %`}; exact agreement would be as suspicious as none.`,
      '![](figure:response-over-load)',
      'np never interrupts a customer in service, pr does and lets it go on later. In overload a class that asks for more than is left has no mean, and the classes above it keep theirs: under pr they do not notice, under np they wait for one of its customers at a time.',
      '![](figure:relative-error)',
      'Stronger than any mean, and exact: policies that never idle beside waiting work leave the same work unfinished at every instant. Eight of them are run on the same arrivals and compared as integers.',
    ].join('\n\n');
  },
});
