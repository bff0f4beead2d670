/** The report of a result, built from its data by the scenario's own functions: headline, narrative, figures, claims. */
import { judgeClaims } from './claims.ts';
import type { Failure, FigureReport, Report } from './report-types.ts';
import type { ResultSet } from './result-set.ts';
import type { Figure, Scenario } from './scenario.ts';

export function buildReport(scenario: Scenario, results: ResultSet, failures: readonly Failure[] = []): Report {
  const notes: string[] = [];
  const { id, title, question, source } = scenario;
  // A selection of arms or points may lack what a sentence or figure is about; the rest of the report stands.
  const attempt = <T>(what: string, make: () => T, otherwise: T): T => {
    try {
      return make();
    } catch {
      notes.push(`${what} needs arms or parameter values that are not in this result.`);
      return otherwise;
    }
  };
  const warnings = runWarnings(results);
  return {
    format: 1,
    scenario: id,
    title,
    question,
    source,
    headline: attempt('The headline', () => scenario.headline(results), question),
    narrative: attempt('The narrative', () => scenario.narrative(results), ''),
    figures: scenario.figures.flatMap((figure) => attempt(`Figure ${figure.id}`, () => [buildFigure(figure, results, warnings)], [])),
    claims: judgeClaims(scenario, results, failures),
    notes,
  };
}

function buildFigure(figure: Figure, results: ResultSet, warnings: readonly string[]): FigureReport {
  const own = figure.warning?.(results);
  return {
    id: figure.id,
    title: figure.title,
    caption: figure.caption(results),
    warnings: own === undefined ? warnings : [...warnings, own],
    spec: figure.draw(results),
    rows: figure.table(results),
  };
}

/** Each warning once, with the number of runs that gave it. */
export function runWarnings(results: ResultSet): string[] {
  return collectWarnings(results).map(({ text }) => text);
}

export function collectWarnings(results: ResultSet): { code: string; text: string }[] {
  const runs = new Map<string, { code: string; text: string; count: number }>();
  for (const { warnings } of results.jobs) {
    for (const { code, text } of warnings) {
      const key = `${code} ${text}`;
      runs.set(key, { code, text, count: (runs.get(key)?.count ?? 0) + 1 });
    }
  }
  return [...runs.values()].map(({ code, text, count }) => ({ code, text: count === results.jobs.length ? text : `${text} (${count} of ${results.jobs.length} runs)` }));
}
