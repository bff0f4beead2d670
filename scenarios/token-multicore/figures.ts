/** Figures: specifications over reduced data; the viewer's theme supplies fonts and colours. Each names its modes, np and pr. */
import { estimate, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { VARIANTS } from './arms.ts';
import { at, coresOf, loadsOf, overloadOf, paramsOf, theoryApplies, variantsOf } from './effects.ts';
import { upperShare } from './parameters.ts';
import { tokenCarries } from './theory.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
type Row = Readonly<Record<string, number | string | boolean>>;

const TITLES = VARIANTS.map(({ title }) => title);
const byVariant = { field: 'scheduler', type: 'nominal', title: null, sort: TITLES } as const;

function spread(results: ResultSet): string {
  const count = replicationsOf(results);
  return count === 1 ? 'One run each, no interval.' : `Mean and 95 % interval over ${count} replications on common random numbers.`;
}

function capacityRows(results: ResultSet): Row[] {
  const load = overloadOf(results);
  if (load === undefined) return [];
  return variantsOf(results).flatMap(({ arm, title }) => coresOf(results).flatMap((cores): Row[] => {
    const values = results.values('utilisation', at(arm, { cores, load }));
    if (values.length === 0) return [];
    const { mean, low, high } = estimate(values);
    return [{ scheduler: title, cores, load, served: round6(mean), low: round6(low), high: round6(high), replications: values.length }];
  }));
}

function theoryRows(results: ResultSet): Row[] {
  const load = overloadOf(results);
  if (load === undefined || !theoryApplies(results)) return [];
  const upper = load * upperShare(paramsOf(results));
  return upper >= 1 ? [] : coresOf(results).map((cores) => ({ cores, theory: round6(tokenCarries(cores, upper)) }));
}

const capacity: Figure = {
  id: 'capacity',
  title: 'What the machine gets done with more work than it can do',
  caption: (results) => `Share of the core time in which jobs are served, at load ${overloadOf(results) ?? 'above 1 (not run)'}, modes np and pr. ${theoryRows(results).length > 0 ? 'The line is the closed form of the token in mode pr: the load of levels 1 to 3, plus the share of time in which M/M/m is empty under it. ' : ''}${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    width: 420,
    height: 260,
    layer: [
      { data: { values: theoryRows(results) }, mark: { type: 'line', strokeWidth: 1.5 }, encoding: { x: { field: 'cores', type: 'ordinal', title: 'cores', axis: { labelAngle: 0 } }, y: { field: 'theory', type: 'quantitative' } } },
      {
        data: { values: capacityRows(results) },
        encoding: { x: { field: 'cores', type: 'ordinal' }, xOffset: { field: 'scheduler', type: 'nominal', sort: TITLES }, color: byVariant },
        layer: [
          { mark: { type: 'rule', strokeWidth: 2 }, encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } } },
          { mark: { type: 'point', filled: true, size: 50 }, encoding: { y: { field: 'served', type: 'quantitative', title: 'core time spent on jobs', axis: { format: '~%' }, scale: { zero: false } }, shape: byVariant } },
        ],
      },
    ],
  }),
  table: (results) => {
    const theory = theoryRows(results);
    return capacityRows(results).map((row) => ({ ...row, theory: row.scheduler === 'token, pr' ? (theory.find(({ cores }) => cores === row.cores)?.theory ?? 'none') : 'none' }));
  },
};

const HOLDERS = ['L1', 'L2', 'L3', 'L4', 'idle beside waiting jobs', 'idle'] as const;

function coreRows(results: ResultSet): Row[] {
  return loadsOf(results).flatMap((load) => coresOf(results).flatMap((cores) => variantsOf(results).flatMap(({ arm, title }): Row[] => {
    const where = at(arm, { cores, load });
    if (results.select(where).length === 0) return [];
    const mean = (measure: string): number => estimate(results.values(measure, where)).mean;
    const held = [1, 2, 3, 4].map((level) => mean(`coresL${level}`));
    const beside = mean('idleBesideWork');
    const rest = Math.max(0, 1 - beside - held.reduce((sum, value) => sum + value, 0));
    return [...held, beside, rest].map((value, index) => ({ load, cores, scheduler: title, holder: HOLDERS[index]!, place: index, share: round6(value) }));
  })));
}

const cores: Figure = {
  id: 'cores',
  title: 'Who has the cores',
  caption: (results) => `Share of the core time that each level holds, and that cores are idle, as many as jobs wait for one or beyond that; modes np and pr, a row a load, a column a number of cores. Means over ${replicationsOf(results)} replication${replicationsOf(results) === 1 ? '' : 's'}.`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: coreRows(results).map((row) => ({ ...row, row: `load ${String(row.load)}`, column: `${String(row.cores)} core${row.cores === 1 ? '' : 's'}` })) },
    facet: { row: { field: 'row', type: 'nominal', title: null }, column: { field: 'column', type: 'nominal', title: null } },
    spec: {
      width: 130,
      height: { step: 18 },
      mark: { type: 'bar' },
      encoding: {
        y: { field: 'scheduler', type: 'nominal', title: null, sort: TITLES },
        x: { field: 'share', type: 'quantitative', title: 'core time', stack: 'zero', scale: { domain: [0, 1] }, axis: { format: '~%', values: [0, 0.5, 1] } },
        color: { field: 'holder', type: 'nominal', title: null, sort: [...HOLDERS] },
        order: { field: 'place', type: 'quantitative' },
      },
    },
  }),
  table: coreRows,
};

function tailRows(results: ResultSet): Row[] {
  return ([1, 2, 3, 4] as const).flatMap((level) => loadsOf(results).flatMap((load) => coresOf(results).flatMap((count) => variantsOf(results).flatMap(({ arm, title }): Row[] => {
    const where = at(arm, { cores: count, load });
    const values = results.values(`p99L${level}Ns`, where);
    const runs = results.select(where).length;
    if (runs === 0) return [];
    // Where some runs did not get all their jobs done, the others are the lucky ones.
    if (values.length < runs) return [{ level: `L${level}`, load, cores: count, scheduler: title, p99_ms: 'saturated', low: 'none', high: 'none', replications: runs }];
    const { mean, low, high } = estimate(values.map((value) => value / 1e6));
    return [{ level: `L${level}`, load, cores: count, scheduler: title, p99_ms: round6(mean), low: round6(Math.max(mean / 10, low)), high: round6(high), replications: runs }];
  }))));
}

const tails: Figure = {
  id: 'tails',
  title: 'p99 of the response by level, over the number of cores',
  caption: (results) => `Milliseconds, logarithmic, modes np and pr, one row a load. Levels whose jobs did not all get done are left out (the table says which). ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: tailRows(results).filter((row) => row.p99_ms !== 'saturated').map((row) => ({ ...row, row: `load ${String(row.load)}` })) },
    facet: { row: { field: 'row', type: 'nominal', title: null }, column: { field: 'level', type: 'nominal', title: null } },
    spec: {
      width: 150,
      height: 150,
      encoding: { x: { field: 'cores', type: 'ordinal', title: 'cores', axis: { labelAngle: 0 } }, color: byVariant },
      layer: [
        { mark: { type: 'line' }, encoding: { y: { field: 'p99_ms', type: 'quantitative', scale: { type: 'log' }, title: 'p99 (ms)' } } },
        { mark: { type: 'rule' }, encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 35 }, encoding: { y: { field: 'p99_ms', type: 'quantitative' }, shape: byVariant } },
      ],
    },
  }),
  table: tailRows,
};

export const FIGURES: readonly Figure[] = [capacity, cores, tails];
