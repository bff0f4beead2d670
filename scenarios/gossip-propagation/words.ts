/** Figures, headline and narrative, every number from the data. */
import { estimate, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { at, mean, seconds } from './claims.ts';
import { BLOCKS, type Experiment, EXPERIMENTS, LAWS, MEMBERS, TITLES } from './parameters.ts';
import { SHARES } from './run.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
type Row = Readonly<Record<string, number | string | boolean>>;

const TIMED = [...BLOCKS, ...MEMBERS] as const;

const hasRun = (results: ResultSet, experiment: Experiment): boolean => results.select(at(experiment)).length > 0;

function spreadRows(results: ResultSet): Row[] {
  return TIMED.filter((experiment) => hasRun(results, experiment)).flatMap((experiment) => SHARES.map((share): Row => {
    const { mean: value, low, high } = estimate(results.values(`p${share}Ns`, at(experiment)).map((ns) => ns / 1e9));
    return { experiment: TITLES[experiment], share: share / 100, time_s: round6(value), low: round6(low), high: round6(high) };
  }));
}

function publishedRows(results: ResultSet): Row[] {
  return TIMED.flatMap((experiment) => SHARES.flatMap((share): Row[] => {
    const value = mean(results, `p${share}Ns`, experiment, 'source');
    return Number.isFinite(value) ? [{ experiment: TITLES[experiment], share: share / 100, time_s: value / 1e9 }] : [];
  }));
}

const LAW_MEASURES = [['reachedShare', 'share reached'], ['copiesPerNode', 'copies a node'], ['announcementsPerNode', 'announcements a node'], ['rounds', 'rounds'], ['pushedShare', 'share reached by push']] as const;

function lawRows(results: ResultSet): Row[] {
  return [...LAWS, ...MEMBERS].flatMap((experiment) => LAW_MEASURES.flatMap(([measure, title]): Row[] => {
    const source = mean(results, measure, experiment, 'source');
    const values = results.values(measure, at(experiment));
    if (!Number.isFinite(source) || values.length === 0) return [];
    const { mean: value, low, high } = estimate(values);
    return [{ experiment: `${TITLES[experiment]}: ${title}`, simulated: round6(value), source: round6(source), ratio: round6(value / source), low: round6(low / source), high: round6(high / source) }];
  }));
}

const spread: Figure = {
  id: 'spread',
  title: 'Time until a share of the nodes has the block',
  caption: (results) => `Lines: simulation, mean over blocks and ${replicationsOf(results)} replications. Crosses: published measurements. Seconds, logarithmic.`,
  draw: (results) => ({
    $schema: SCHEMA,
    width: 'container',
    height: 340,
    encoding: { color: { field: 'experiment', type: 'nominal', title: null, sort: TIMED.map((experiment) => TITLES[experiment]) } },
    layer: [
      { data: { values: spreadRows(results) }, mark: { type: 'line', point: true }, encoding: { x: { field: 'time_s', type: 'quantitative', scale: { type: 'log' }, title: 'time (s)' }, y: { field: 'share', type: 'quantitative', axis: { format: '~%' }, title: 'share of the nodes' }, order: { field: 'share' } } },
      { data: { values: publishedRows(results) }, mark: { type: 'point', shape: 'cross', size: 120, filled: true }, encoding: { x: { field: 'time_s', type: 'quantitative' }, y: { field: 'share', type: 'quantitative' } } },
    ],
  }),
  table: spreadRows,
};

const laws: Figure = {
  id: 'laws',
  title: 'Simulation against closed form',
  caption: (results) => `Simulated figure over that of the law; mean and 95 % t interval over ${replicationsOf(results)} replications. The law of push-pull is a lower bound: it says log_3 n and some rounds more.`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: lawRows(results) },
    width: 'container',
    height: { step: 22 },
    encoding: { y: { field: 'experiment', type: 'nominal', title: null, axis: { labelLimit: 280 }, sort: lawRows(results).map((row) => String(row.experiment)) } },
    layer: [
      { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative', scale: { zero: false }, title: 'simulation / law' }, x2: { field: 'high' } } },
      { mark: { type: 'point', filled: true, size: 50 }, encoding: { x: { field: 'ratio', type: 'quantitative', scale: { zero: false } } } },
    ],
  }),
  table: lawRows,
};

export const FIGURES: readonly Figure[] = [spread, laws];

export function headline(results: ResultSet): string {
  if (!(['simblock-2015', 'simblock-2019', 'simblock-2019-compact'] as const).every((experiment) => hasRun(results, experiment))) return 'Whole and compact blocks of 2015 and 2019 did not all run in this result';
  const median = (experiment: Experiment): string => seconds(mean(results, 'p50Ns', experiment));
  return `Half of the Bitcoin nodes have a block after ${median('simblock-2015')} on the Internet of 2015, ${median('simblock-2019')} on that of 2019, and ${median('simblock-2019-compact')} there with compact blocks`;
}

export function narrative(results: ResultSet): string {
  const count = replicationsOf(results);
  const lines = TIMED.filter((experiment) => hasRun(results, experiment)).map((experiment) => {
    const cell = (measure: string): string => seconds(mean(results, measure, experiment));
    const published = mean(results, 'p50Ns', experiment, 'source');
    return `| ${TITLES[experiment]} | ${cell('p50Ns')} | ${cell('p90Ns')} | ${cell('p95Ns')} | ${Number.isFinite(published) ? seconds(published) : 'none'} |`;
  });
  const lawLines = lawRows(results).map((row) => `| ${row.experiment} | ${row.simulated} | ${row.source} |`);
  return [
    'How a message reaches everybody is a matter of laws before it is one of networks: how many are reached, in how many rounds, with how many copies. The first part holds the simulation against those laws, on equal delays and lines without limit. The second spreads blocks over regions and faces what was measured or published.',
    lawLines.length > 0 ? ['| law | simulated | closed form |', '|---|---|---|', ...lawLines].join('\n') : '',
    lawLines.length > 0 ? '![](figure:laws)' : '',
    lines.length > 0 ? ['| blocks | median | 90 % | 95 % | published median |', '|---|---|---|---|---|', ...lines].join('\n') : '',
    lines.length > 0 ? '![](figure:spread)' : '',
    hasRun(results, 'decker-2013')
      ? `**What does not fit.** Bitcoin of 2013 was slower than lines and delays explain: ${seconds(mean(results, 'p50Ns', 'decker-2013'))} here. Nodes verified a block before they announced it, lost connections, and many sat on lines far below the mean of their region; none of that is in the model, and nothing was set to make up for it.`
      : '',
    `**How sure.** ${count === 1 ? 'One run: no interval.' : `Intervals are 95 % over ${count} replications.`} SimBlock's delays have the size of round trips and are used as one-way delays only where SimBlock is reproduced. Published improvements do not say whether the other change was already in place; both readings are judged, and where they disagree the claim is not decidable.`,
    `Experiments in this result: ${EXPERIMENTS.filter((experiment) => hasRun(results, experiment)).map((experiment) => TITLES[experiment]).join(', ') || 'none'}.`,
  ].filter((paragraph) => paragraph !== '').join('\n\n');
}
