/** Figures: specifications over reduced data; the viewer's theme supplies fonts and colours. */
import { estimate, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { ARM_NAMES, ARMS } from './arms.ts';
import { at, ranTimeouts } from './effects.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
const LEGEND = { orient: 'bottom', columns: 2, labelLimit: 300 };
type Row = Readonly<Record<string, number | string>>;

const titles = ARM_NAMES.map((arm) => ARMS[arm]!.title);

/** A row for each arm and timer that ran. */
function rows(results: ResultSet, measure: string, name: string): Row[] {
  return ARM_NAMES.flatMap((arm) => ranTimeouts(results).flatMap((timeoutMs): Row[] => {
    const values = results.values(measure, at(arm, timeoutMs));
    if (values.length === 0) return [];
    const { mean, low, high } = estimate(values);
    return [{ variant: ARMS[arm]!.title, timeout_ms: timeoutMs, [name]: round6(mean), low: round6(low), high: round6(high) }];
  }));
}

function spread(results: ResultSet): string {
  const replications = replicationsOf(results);
  return replications === 1 ? 'One run each, no interval.' : `Mean and 95 % interval over ${replications} replications.`;
}

function lines(id: string, title: string, what: string, measure: string, field: string, axis: string): Figure {
  return {
    id,
    title,
    caption: (results) => `${what} Horizontal axis logarithmic. ${spread(results)}`,
    draw: (results) => ({
      $schema: SCHEMA,
      width: 'container',
      height: 260,
      data: { values: rows(results, measure, field) },
      encoding: {
        x: { field: 'timeout_ms', type: 'quantitative', scale: { type: 'log' }, axis: { values: ranTimeouts(results) }, title: 'first value of the timers, ms' },
        color: { field: 'variant', type: 'nominal', title: null, sort: titles, legend: LEGEND },
      },
      layer: [
        { mark: { type: 'line' }, encoding: { y: { field, type: 'quantitative', title: axis } } },
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 50 }, encoding: { y: { field, type: 'quantitative' }, shape: { field: 'variant', type: 'nominal', title: null, sort: titles, legend: LEGEND } } },
      ],
    }),
    table: (results) => rows(results, measure, field),
  };
}

export const FIGURES: readonly Figure[] = [
  lines('answers', 'Answers against the first timer', 'Requests a second that clients got answers to.', 'answersPerS', 'answers_per_s', 'answers/s'),
  lines('standstill', 'Time without progress against the first timer', 'Share of the run in gaps between decisions that count.', 'standstillShare', 'share_without_progress', 'share of the run'),
  lines('views', 'View changes a decision', 'Views asked for over batches decided; where nothing was decided, of one decision.', 'viewChangesPerDecision', 'view_changes_a_decision', 'view changes a decision'),
];
