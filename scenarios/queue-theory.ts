/**
 * Kernel validation: queues whose mean waits are known in closed form, simulated on the same kernel as everything else.
 * Two arms answer the same question, one by simulation, one by formula; the claims compare them. Formulas and model:
 * sim/os/README.md. Steady state; warm-up rule in sim/os/open-queue.ts.
 */
import { z } from 'zod';
import { tInterval } from '../sim/measure/index.ts';
import { mg1MeanWait, mmcMeanWait } from '../sim/os/closed-forms.ts';
import { OpenQueue, warmUpCustomers } from '../sim/os/open-queue.ts';
import { type ServiceLaw, serviceMean } from '../sim/os/service-law.ts';
import { MAX_TIME_NS, NS_PER_S, NS_PER_US } from '../sim/time.ts';
import type { ResultSet } from './testbed/result-set.ts';
import { type Claim, defineScenario } from './testbed/scenario.ts';

/** A system: its service law at mean 1, servers per station. */
interface System {
  readonly title: string;
  readonly law: (mean: number) => ServiceLaw;
  readonly servers: readonly number[];
}

const SYSTEM_IDS = ['mm1', 'md1', 'mg1-hyper', 'mg1-pareto', 'mm4', 'tandem'] as const;
type SystemId = (typeof SYSTEM_IDS)[number];

/** Bounded Pareto from 1 to 100 with alpha 1.5, stretched to the mean asked for: squared coefficient of variation 2.7. */
function paretoOfMean(mean: number): ServiceLaw {
  const unit = serviceMean({ law: 'bounded-pareto', min: 1, max: 100, alpha: 1.5 });
  return { law: 'bounded-pareto', min: mean / unit, max: (100 * mean) / unit, alpha: 1.5 };
}

const SYSTEMS: Readonly<Record<SystemId, System>> = {
  mm1: { title: 'M/M/1', law: (mean) => ({ law: 'exp', mean }), servers: [1] },
  md1: { title: 'M/D/1', law: (value) => ({ law: 'det', value }), servers: [1] },
  'mg1-hyper': { title: 'M/G/1 hyper-exp.', law: (mean) => ({ law: 'hyper-exp', mean, scv: 4 }), servers: [1] },
  'mg1-pareto': { title: 'M/G/1 Pareto', law: paretoOfMean, servers: [1] },
  mm4: { title: 'M/M/4', law: (mean) => ({ law: 'exp', mean }), servers: [4] },
  tandem: { title: 'two M/M/1 in tandem', law: (mean) => ({ law: 'exp', mean }), servers: [1, 1] },
};

/** Mean wait over all stations, in units of the mean service. */
function theoryWait(id: SystemId, load: number): number {
  const { law, servers } = SYSTEMS[id];
  const stations = servers.map((count) => (count === 1 ? mg1MeanWait([load], [law(1)]) : mmcMeanWait(load * count, 1, count)));
  // In tandem each station sees Poisson arrivals (Burke), so their waits add up as if each stood alone (Jackson).
  return stations.reduce((sum, wait) => sum + wait, 0);
}

const parameters = z.object({
  system: z.enum(SYSTEM_IDS).default('mm1').meta({ title: 'System', unit: '', group: 'Queue', description: 'Kendall notation; service laws have the same mean.' }),
  load: z.number().min(0.05).max(0.95).default(0.7).meta({ title: 'Load of each server', unit: '', group: 'Queue', description: 'Arrival rate times mean service over servers.' }),
  meanServiceUs: z.number().min(1).max(1e6).default(1000).meta({ title: 'Mean service', unit: 'µs', group: 'Queue', description: 'Scales all times; drawn times are rounded to whole nanoseconds.' }),
  customers: z.number().int().min(1000).max(10_000_000).default(100_000).meta({ title: 'Measured customers', unit: 'customers', group: 'Run', description: 'After the warm-up.' }),
});

const CLAIM_LOAD = 0.5;

function closedFormClaim(id: SystemId, source: string): Claim {
  return {
    id: `wait-${id}`,
    text: `The mean wait of ${SYSTEMS[id].title} at load ${CLAIM_LOAD} is the one of its closed form, to within 5 %.`,
    source: { document: source, place: 'mean wait in steady state' },
    measure: 'waitNs',
    treatment: { arm: 'simulation', where: { system: id, load: CLAIM_LOAD } },
    baseline: { arm: 'theory', where: { system: id, load: CLAIM_LOAD } },
    contrast: 'relative',
    paper: { value: 0 },
    margin: 0.05,
    why: (results) => {
      const point = pointOf(results, id, CLAIM_LOAD);
      return point === undefined ? '' : `Simulated ${inServices(point.wait)} ± ${inServices(point.halfWidth)} mean services (95 %, ${point.replications} replications), formula ${inServices(point.theory)}.`;
    },
    ablation: 'relative-error',
  };
}

interface Point {
  readonly system: SystemId;
  readonly title: string;
  readonly load: number;
  /** In mean services, so that systems compare. */
  readonly wait: number;
  readonly halfWidth: number;
  readonly theory: number;
  readonly inside: boolean;
  readonly replications: number;
}

function pointOf(results: ResultSet, system: SystemId, load: number): Point | undefined {
  const jobs = results.select({ arm: 'simulation', where: { system, load } });
  if (jobs.length === 0) return undefined;
  const interval = tInterval(jobs.map((job) => job.measures['waitNs']! / (Number(job.params['meanServiceUs']) * NS_PER_US)));
  const theory = theoryWait(system, load);
  return { system, title: SYSTEMS[system].title, load, wait: interval.mean, halfWidth: interval.halfWidth, theory, inside: interval.low <= theory && theory <= interval.high, replications: jobs.length };
}

function points(results: ResultSet): Point[] {
  const loads = results.distinct('load').map(Number);
  return SYSTEM_IDS.flatMap((system) => loads.map((load) => pointOf(results, system, load)).filter((point) => point !== undefined));
}

const SYSTEM_TITLES = SYSTEM_IDS.map((id) => SYSTEMS[id].title);
const inServices = (value: number): string => value.toFixed(3);
const rounded = (value: number): number => Number(value.toPrecision(6));

/** The closed forms over all loads, as the line behind the points. */
const LINE_LOADS = Array.from({ length: 41 }, (_, index) => Number((0.15 + index * 0.02).toFixed(2)));

function pointRows(results: ResultSet): Record<string, number | string | boolean>[] {
  return points(results).map(({ title, load, wait, halfWidth, theory, inside, replications }) => ({
    system: title, load, theory: rounded(theory), wait: rounded(wait), low: rounded(wait - halfWidth), high: rounded(wait + halfWidth),
    relative_error: rounded(wait / theory - 1), error_low: rounded((wait - halfWidth) / theory - 1), error_high: rounded((wait + halfWidth) / theory - 1), inside, replications,
  }));
}

const replicationsOf = (results: ResultSet): number => new Set(results.jobs.map((job) => job.replication)).size;

export default defineScenario({
  id: 'queue-theory',
  title: 'Queues with known answers',
  question: 'Does the kernel give the mean waits that queueing theory proves?',
  source: { document: 'L. Kleinrock, Queueing Systems, volume 1 (1975)', place: 'chapters 3 to 5' },
  kind: 'steady-state',
  parameters,
  arms: {
    theory: { title: 'Closed form', description: 'The formula, evaluated; nothing is simulated.', set: {} },
    simulation: { title: 'Simulation', description: 'The same queue, customer by customer, on the kernel.', set: {} },
  },
  baseline: 'theory',
  measures: {
    waitNs: { title: 'Mean wait', unit: 'ns', description: 'Mean time a customer waits, all stations together.', better: 'lower' },
    responseNs: { title: 'Mean response', unit: 'ns', description: 'Mean time from arrival to departure from the last station.', better: 'lower' },
    utilisation: { title: 'Utilisation', unit: '', description: 'Share of time a server of the first station works.', better: 'neither' },
    littleGap: { title: "Gap in Little's law", unit: '', description: 'Area under the number in system against the sum of all stays, relative; 0 in a correct run.', better: 'neither' },
  },
  quick: { replications: 20, set: { customers: 40_000 }, sweep: { system: [...SYSTEM_IDS], load: [CLAIM_LOAD, 0.7, 0.9] } },
  full: { replications: 20, set: { customers: 200_000 }, sweep: { system: [...SYSTEM_IDS], load: [0.3, CLAIM_LOAD, 0.7, 0.8, 0.9] } },
  build: ({ sim, params, arm, record }) => {
    const system = SYSTEMS[params.system];
    const law = system.law(1);
    const serviceNs = params.meanServiceUs * NS_PER_US;
    if (arm === 'theory') {
      const waitNs = theoryWait(params.system, params.load) * serviceNs;
      sim.after(0, () => sim.note(waitNs));
      return () => {
        record.measure('waitNs', Math.round(waitNs));
        record.measure('responseNs', Math.round(waitNs + system.servers.length * serviceNs));
        record.measure('utilisation', params.load);
        record.measure('littleGap', 0);
      };
    }
    const lambda = [params.load * system.servers[0]!];
    const { warmUp, enough } = warmUpCustomers(lambda, [law], system.servers[0]!, params.customers);
    if (!enough) record.warn('short-warm-up', 'Some runs have a warm-up shorter than four relaxation times at their load; their means are biased low. Raise the measured customers.');
    const step = Math.ceil(params.customers / 100);
    let left = 0;
    const queue = new OpenQueue(sim, {
      // systems and loads are questions of their own: one unlucky stream must not make all of them miss together
      streamPrefix: `${params.system}/${params.load}/`,
      servers: system.servers, lambda, service: [law], nsPerUnit: serviceNs, customers: params.customers, warmUp,
      onMeasured: () => {
        if (++left % step === 0) record.progress(left / params.customers);
      },
    });
    return () => {
      const { count, waitNs, responseNs } = queue.totals[0]!;
      const area = queue.stations.reduce((sum, station) => sum + station.inSystem.integral(sim.now), 0);
      const stays = queue.stations.reduce((sum, station) => sum + station.sojournNs(), 0);
      sim.note(waitNs);
      sim.note(responseNs);
      record.measure('waitNs', Math.round(waitNs / count));
      record.measure('responseNs', Math.round(responseNs / count));
      record.measure('utilisation', queue.utilisation);
      record.measure('littleGap', (area - stays) / stays);
    };
  },
  refine: ({ customers, meanServiceUs, load }) => {
    // five times the customers bounds the warm-up; the slowest arrivals are those of a single server
    const horizonNs = (5 * customers * meanServiceUs * NS_PER_US) / load;
    if (horizonNs <= MAX_TIME_NS) return [];
    return [{ path: 'customers', message: `${customers} customers with services of ${meanServiceUs} µs at load ${load} may take ${Math.round(horizonNs / NS_PER_S)} s; must be at most ${Math.floor(MAX_TIME_NS / NS_PER_S)} s, the end of time` }];
  },
  figures: [
    {
      id: 'wait-over-load',
      title: 'Mean wait over load',
      caption: (results) => `Lines: closed forms. Points: simulation, mean and 95 % t interval over ${replicationsOf(results)} replications. Wait in mean services, logarithmic.`,
      draw: (results) => ({
        $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
        width: 'container',
        height: 320,
        encoding: { x: { field: 'load', type: 'quantitative', title: 'load of each server' }, color: { field: 'system', type: 'nominal', title: 'system', sort: SYSTEM_TITLES } },
        layer: [
          {
            data: { values: SYSTEM_IDS.flatMap((id) => LINE_LOADS.map((load) => ({ system: SYSTEMS[id].title, load, wait: rounded(theoryWait(id, load)) }))) },
            mark: { type: 'line' },
            encoding: { y: { field: 'wait', type: 'quantitative', scale: { type: 'log' }, axis: { tickCount: 6 }, title: 'mean wait (mean services)' } },
          },
          { data: { values: pointRows(results) }, mark: { type: 'rule' }, encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } } },
          {
            data: { values: pointRows(results) },
            mark: { type: 'point', filled: true, size: 50 },
            encoding: { y: { field: 'wait', type: 'quantitative' }, shape: { field: 'system', type: 'nominal', title: 'system', sort: SYSTEM_TITLES }, tooltip: [{ field: 'system' }, { field: 'load' }, { field: 'wait' }, { field: 'theory' }].map((channel) => ({ ...channel, type: channel.field === 'system' ? 'nominal' : 'quantitative' })) },
          },
        ],
      }),
      table: pointRows,
    },
    {
      id: 'relative-error',
      title: 'Simulation against formula',
      caption: (results) => `Relative difference of the simulated mean wait from the closed form, 95 % t interval over ${replicationsOf(results)} replications. About one interval in twenty is expected to miss 0.`,
      draw: (results) => ({
        $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
        data: { values: pointRows(results) },
        width: 'container',
        height: { step: 14 },
        encoding: {
          y: { field: 'system', type: 'nominal', title: null, sort: SYSTEM_TITLES },
          yOffset: { field: 'load', type: 'ordinal' },
          color: { field: 'load', type: 'ordinal', title: 'load' },
        },
        layer: [
          { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'error_low', type: 'quantitative', axis: { format: '+%' }, title: 'simulation / formula - 1' }, x2: { field: 'error_high' } } },
          { mark: { type: 'point', filled: true, size: 45 }, encoding: { x: { field: 'relative_error', type: 'quantitative' } } },
        ],
      }),
      table: pointRows,
      warning: (results) => {
        const all = points(results);
        const missed = all.filter((point) => !point.inside).length;
        // more misses than chance allows: P(Bin(n, 0.05) > limit) is below 1 in 1000 for limit = n/20 + 3.1 deviations
        return missed > all.length / 20 + 3.1 * Math.sqrt((all.length * 0.95) / 20) + 1 ? `${missed} of ${all.length} intervals miss the closed form; about ${Math.round(all.length / 20)} would be chance` : undefined;
      },
    },
  ],
  claims: [
    closedFormClaim('mm1', 'Kleinrock 1975, M/M/1'),
    closedFormClaim('md1', 'Pollaczek and Khinchine, M/D/1'),
    closedFormClaim('mg1-hyper', 'Pollaczek and Khinchine, M/G/1'),
    closedFormClaim('mg1-pareto', 'Pollaczek and Khinchine, M/G/1'),
    closedFormClaim('mm4', 'Erlang 1917, M/M/c'),
    closedFormClaim('tandem', 'Jackson 1957, Burke 1956'),
    {
      id: 'little',
      text: "Little's law holds as an identity in every run: the area under the number in system is the sum of all stays.",
      source: { document: 'J. D. C. Little, Operations Research 9 (1961)', place: 'L = lambda W' },
      measure: 'littleGap',
      treatment: { arm: 'simulation' },
      baseline: { arm: 'theory' },
      contrast: 'difference',
      paper: { value: 0 },
      margin: 1e-12,
      why: (results) => {
        const gaps = results.values('littleGap', { arm: 'simulation' });
        return `Largest gap of ${gaps.length} runs: ${Math.max(0, ...gaps.map(Math.abs))}. Both sides are sums of integers, counted separately.`;
      },
    },
    {
      id: 'utilisation',
      text: 'A server works for the share of time that the load says.',
      source: { document: 'Kleinrock 1975', place: 'utilisation of G/G/c' },
      measure: 'utilisation',
      treatment: { arm: 'simulation' },
      baseline: { arm: 'theory' },
      contrast: 'relative',
      paper: { value: 0 },
      margin: 0.01,
      why: () => 'All systems and loads of the sweep together; the wait may depend on the law of service, the utilisation may not.',
    },
  ],
  headline: (results) => {
    const all = points(results);
    const inside = all.filter((point) => point.inside).length;
    return `${inside} of ${all.length} simulated mean waits enclose their closed form at 95 %`;
  },
  narrative: (results) => {
    const all = points(results);
    const worst = all.reduce<Point | undefined>((a, b) => (a === undefined || Math.abs(b.wait / b.theory - 1) > Math.abs(a.wait / a.theory - 1) ? b : a), undefined);
    return [
      'Before a simulator is believed about systems nobody can solve, it has to be right about those that somebody has. Six queues with Poisson arrivals are simulated customer by customer and compared with the mean wait that theory gives for them.',
      '![](figure:wait-over-load)',
      worst === undefined ? '' : `The largest deviation is ${(100 * (worst.wait / worst.theory - 1)).toFixed(1)} % (${worst.title} at load ${worst.load}; its interval is ± ${((100 * worst.halfWidth) / worst.theory).toFixed(1)} %). Waits at high load vary most: few long busy periods make up the mean.`,
      '![](figure:relative-error)',
      'Each run starts empty. The warm-up is four relaxation times, at least a fifth and at most four times the measured customers, and is not counted.',
    ]
      .filter((paragraph) => paragraph !== '')
      .join('\n\n');
  },
});
