/** Figures: latency within f, and what broke beyond it. */
import { estimate, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { ARM_NAMES, BEYOND, WITHIN } from './arms.ts';
import { at, mean } from './claims.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
type Row = Record<string, string | number>;

function latencyRows(results: ResultSet): Row[] {
  return ARM_NAMES.flatMap((behaviour): Row[] => {
    const values = results.values('latencyMeanNs', at(behaviour, WITHIN));
    if (values.length === 0) return [];
    const { mean: middle, low, high } = estimate(values);
    return [{ behaviour, latency_ms: round6(middle / 1e6), low: round6(low / 1e6), high: round6(high / 1e6), view_changes: round6(mean(results, 'viewChanges', behaviour, WITHIN)) }];
  });
}

function outcomeRows(results: ResultSet): Row[] {
  return ARM_NAMES.flatMap((behaviour) => [WITHIN, BEYOND].flatMap((liars): Row[] => {
    const answered = mean(results, 'answeredShare', behaviour, liars);
    return Number.isFinite(answered) ? [{ behaviour, liars, answered: round6(answered), violations: round6(mean(results, 'violations', behaviour, liars)) }] : [];
  }));
}

export const FIGURES: readonly Figure[] = [
  {
    id: 'latency',
    title: 'What one liar of four costs',
    caption: (results) => `Mean latency of a request, logarithmic; the liar is the first primary. ${replicationsOf(results) === 1 ? 'One run each, no interval.' : `Mean and 95 % interval over ${replicationsOf(results)} replications.`}`,
    draw: (results) => ({
      $schema: SCHEMA, width: 'container', height: { step: 22 }, data: { values: latencyRows(results) },
      encoding: { y: { field: 'behaviour', type: 'nominal', title: null, sort: [...ARM_NAMES] } },
      layer: [
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative', scale: { type: 'log' }, title: 'ms' }, x2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 60 }, encoding: { x: { field: 'latency_ms', type: 'quantitative', scale: { type: 'log' } } } },
      ],
    }),
    table: latencyRows,
  },
  {
    id: 'violations',
    title: 'Within f and beyond',
    caption: () => 'Share of the runs in which a checker found a broken invariant, and share of the requests answered, with one liar (f) and with two. Nothing is promised with two.',
    draw: (results) => ({
      $schema: SCHEMA, width: 'container', height: { step: 22 }, data: { values: outcomeRows(results).flatMap(({ behaviour, liars, answered, violations }) => [{ behaviour, liars, what: 'answered', share: answered }, { behaviour, liars, what: 'violations', share: violations }]) },
      mark: { type: 'point', filled: true, size: 60 },
      encoding: { y: { field: 'behaviour', type: 'nominal', title: null, sort: [...ARM_NAMES] }, x: { field: 'share', type: 'quantitative', title: 'share', scale: { domain: [0, 1] } }, shape: { field: 'liars', type: 'nominal' }, color: { field: 'what', type: 'nominal', title: null } },
    }),
    table: outcomeRows,
  },
];
