/** Form, run bar and the outcome of a run on this page, for one scenario. */
import { judgeClaims } from '../../scenarios/testbed/claims.ts';
import { MODEL_DIGEST } from '../../scenarios/testbed/build-facts.ts';
import type { Configuration } from '../../scenarios/testbed/config.ts';
import { ConfigError } from '../../scenarios/testbed/config-error.ts';
import { planJobs, type Job } from '../../scenarios/testbed/plan.ts';
import { buildReport } from '../../scenarios/testbed/report.ts';
import { ResultSet, type JobResult } from '../../scenarios/testbed/result-set.ts';
import type { Scenario } from '../../scenarios/testbed/scenario.ts';
import { unitOf } from '../board/effect-axis.ts';
import { blockSentence, pairSection } from '../compare/pair-table.ts';
import { cellsOfRows, firstDifferingBlock, rowsOfJobs, type Cell } from '../compare/cells.ts';
import { loadMeasures, loadRun } from '../data/load.ts';
import { keepRun } from '../data/own-runs.ts';
import type { ManifestView } from '../data/shapes.ts';
import { jump, reportBody, verdictList, type ReportBody } from '../report/report-body.ts';
import { fill, h } from '../shell/dom.ts';
import { effect, fixed, interval } from '../shell/format.ts';
import { announce, commandText, copy, notice, type ChipState } from '../shell/parts.ts';
import { formatRoute } from '../shell/router.ts';
import { snakeCase } from '../../scenarios/testbed/parameters.ts';
import { parameterForm } from './parameter-form.ts';
import { runBar } from './run-bar.ts';
import { changed, linkQuery, openLink, runCommand } from './run-link.ts';
import { completeReplications, runFingerprint, startRun, type RunHandle, type RunView } from './runner.ts';

export interface Reference {
  readonly path: string;
  readonly name: string;
  readonly manifest: ManifestView;
}

export interface RunPanel {
  readonly form: HTMLElement;
  readonly bar: HTMLElement;
  readonly outcome: HTMLElement;
  readonly stop: () => boolean;
  readonly end: () => void;
}

export function runPanel(scenario: Scenario, query: URLSearchParams, reference: Reference | undefined): RunPanel {
  const opened = openLink(scenario, query);
  const outcome = h('section', { class: 'outcome', id: 'your-run', 'aria-label': 'Your run' });
  let configuration: Configuration | undefined = opened.configuration;
  let reason = '';
  let jobs: readonly Job[] = [];
  let handle: RunHandle | undefined;
  let view: RunView | undefined;
  let ran: Configuration | undefined;
  let startedAt = 0;
  let startedFraction = 0;
  let shown: ReportBody | undefined;
  let soFar = '';
  let soFarRuns = 0;

  const bar = runBar({ run: () => start([]), stop: () => handle?.stop(), goOn: () => start(view?.results ?? []), link: () => void copy(shareLink(), 'Link'), show: () => jump('your-run') });
  const form = parameterForm(scenario, opened.configuration, opened.refused, (state) => {
    configuration = state.configuration;
    reason = state.reason;
    jobs = [];
    if (configuration !== undefined) {
      try {
        jobs = planJobs(scenario, configuration, MODEL_DIGEST);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        reason = error.problems[0]!.message;
        configuration = undefined;
      }
    }
    if (view !== undefined && view.outcome !== 'running' && !sameRun()) view = undefined;
    update();
  });

  const sameRun = (): boolean => ran !== undefined && configuration !== undefined && JSON.stringify(ran) === JSON.stringify(configuration);
  const shareLink = (): string => `${location.href.split('#')[0]}${formatRoute('report', scenario.id, linkQuery(scenario, configuration ?? opened.configuration))}`;

  function update(): void {
    const seconds = (performance.now() - startedAt) / 1000;
    const gained = (view?.fraction ?? 0) - startedFraction;
    const left = view === undefined || gained < 0.01 || seconds < 1 ? undefined : (seconds / gained) * (1 - view.fraction);
    const fingerprint = view === undefined ? undefined : runFingerprint(view);
    bar.update({ view, refusal: configuration === undefined ? reason : '', plannedRuns: jobs.length, secondsLeft: left, soFar, fingerprint, state: view === undefined ? undefined : referenceState(view) });
  }

  function start(earlier: readonly (JobResult | undefined)[]): void {
    if (configuration === undefined || handle?.view().outcome === 'running') return;
    ran = configuration;
    startedAt = performance.now();
    soFar = '';
    soFarRuns = 0;
    history.replaceState(null, '', shareLink());
    let lastDrawn = 0;
    const onChange = (now: RunView): void => {
      view = now;
      if (now.outcome === 'running' && performance.now() - lastDrawn < 120) return;
      lastDrawn = performance.now();
      measureSoFar(now);
      update();
    };
    startedFraction = earlier.filter((result) => result !== undefined).length / jobs.length;
    handle = startRun(scenario.id, jobs, onChange, earlier);
    announce(`Running ${jobs.length} runs.`);
    void handle.finished.then((last) => { view = last; measureSoFar(last); update(); finish(last); });
  }

  /** The first claim that a partial result can already judge. */
  function measureSoFar(now: RunView): void {
    const complete = completeReplications(now);
    if (complete.length === soFarRuns) return;
    soFarRuns = complete.length;
    soFar = '';
    try {
      const claim = judgeClaims(scenario, new ResultSet(complete)).find((candidate) => candidate.effect !== null);
      if (claim?.effect == null) return;
      const bounds = { mean: claim.effect.mean, low: claim.effect.low ?? NaN, high: claim.effect.high ?? NaN };
      soFar = `${scenario.measures[claim.measure]?.title ?? claim.measure}${now.outcome === 'running' ? ' so far' : ''} ${effect(bounds, unitOf(claim))} ${interval(bounds, unitOf(claim))}`;
    } catch {
      // A claim that needs arms or points which this selection leaves out has nothing to say yet.
    }
  }

  /** Compares run by run with the reference, where it holds the same runs. */
  function referenceState(now: RunView): ChipState | undefined {
    if (reference === undefined) return undefined;
    const pairs = now.results.flatMap((result, at) => {
      const run = result === undefined ? undefined : runOf(reference.manifest, scenario, now.jobs[at]!);
      return run === undefined ? [] : [{ at, equal: run.fingerprint === result!.fingerprint }];
    });
    if (pairs.length === 0) return { word: 'yours' };
    const differs = pairs.find(({ equal }) => !equal);
    if (differs !== undefined) return { word: `run ${differs.at} differs from ${reference.name}`, verdict: 'not reproduced' };
    if (pairs.length === reference.manifest.runs.length && pairs.length === now.jobs.length) return { word: `equal to ${reference.name}`, verdict: 'reproduced' };
    return { word: `${fixed(pairs.length)} runs as in ${reference.name}`, verdict: 'reproduced' };
  }

  function finish(last: RunView): void {
    shown?.end();
    shown = undefined;
    const results = last.outcome === 'finished' ? last.results.filter((result): result is JobResult => result !== undefined) : completeReplications(last);
    const parts: (HTMLElement | null)[] = [h('h2', {}, 'Your run')];
    if (last.fault !== undefined) parts.push(faultNotice(last.fault.message, last.fault.replay));
    if (results.length === 0) {
      if (last.fault === undefined) parts.push(h('p', {}, 'Stopped before the first replication was complete in every arm.'));
      return fill(outcome, parts);
    }
    const report = buildReport(scenario, new ResultSet(results));
    const unit = (measure: string): string => scenario.measures[measure]?.unit ?? '';
    const fingerprint = runFingerprint(last);
    const own = keepRun({ scenario: scenario.id, fingerprint, seed: ran!.seed, results, unitOf: unit, link: shareLink() });
    shown = reportBody(report, 'own');
    const done = last.states.filter((state) => state === 'done').length;
    parts.push(
      h('p', { class: 'lede' }, report.headline),
      h('p', { class: 'small' }, `${last.outcome === 'finished' ? '' : `Stopped after ${done} of ${last.states.length}. `}${changed(scenario, ran!).length} of ${Object.keys(ran!.parameters).length} parameters changed. The same run: `, commandText(runCommand(scenario, ran!))),
      verdictList(report.claims, 'own'),
    );
    const against = h('div', {});
    parts.push(against, shown.element);
    fill(outcome, parts);
    announce(`${last.outcome === 'finished' ? 'Run finished' : 'Run stopped'}. ${report.headline}`);
    if (reference !== undefined) void compareWith(reference, own.results).then((element) => fill(against, element), (error: unknown) => fill(against, notice('No comparison with the reference.', String(error))));
  }

  async function compareWith(other: Reference, results: readonly JobResult[]): Promise<HTMLElement[]> {
    const unit = (measure: string): string => scenario.measures[measure]?.unit ?? '';
    const theirs = cellsOfRows(await loadMeasures(other.path));
    const ours = cellsOfRows(rowsOfJobs(scenario.id, results, unit));
    const names = { a: other.name, b: 'yours' };
    const first = async (a: Cell, b: Cell): Promise<string> => {
      const mine = results.find((result) => result.arm === b.arm && [...b.params].every(([name, value]) => valueOf(result, name) === value));
      const run = other.manifest.runs.find((candidate) => candidate.arm === a.arm && candidate.replication === (mine?.replication ?? 0) && Object.entries(candidate.point).every(([name, value]) => a.params.get(snakeCase(name)) === String(value)));
      if (mine === undefined || run === undefined) return 'the two share no replication';
      const file = await loadRun(other.path, run.id);
      return `replication ${run.replication}: ${blockSentence(firstDifferingBlock(file.blockDigests, mine.blockDigests), names)}`;
    };
    return [h('h3', { class: 'pair-title' }, `Your run against ${other.name}`), pairSection(theirs, ours, names, { measure: (id) => scenario.measures[id]?.title ?? id, arm: (id) => scenario.arms[id]?.title ?? id }, first)];
  }

  if (opened.problems.length > 0) fill(outcome, opened.problems.map((text) => notice(text, '')));
  update();
  return {
    form: form.element, bar: bar.element, outcome,
    stop: () => {
      if (handle?.view().outcome !== 'running') return false;
      handle.stop();
      return true;
    },
    end: () => {
      handle?.stop();
      shown?.end();
    },
  };
}

const valueOf = (result: JobResult, column: string): string | undefined => {
  const entry = Object.entries(result.params).find(([name]) => snakeCase(name) === column);
  return entry === undefined ? undefined : String(entry[1]);
};

/** The run of a manifest that was made from exactly these parameters. */
export function runOf(manifest: Pick<ManifestView, 'runs' | 'seed' | 'parameters'>, scenario: Pick<Scenario, 'arms'>, job: Pick<Job, 'arm' | 'params' | 'replication' | 'seed'>): ManifestView['runs'][number] | undefined {
  if (manifest.seed !== job.seed) return undefined;
  const own = scenario.arms[job.arm]?.set ?? {};
  const agrees = Object.entries(job.params).every(([name, value]) => {
    const values = manifest.parameters[name];
    return values !== undefined && (values.length > 1 || values[0] === value || Object.hasOwn(own, name));
  });
  if (!agrees) return undefined;
  return manifest.runs.find((run) => run.arm === job.arm && run.replication === job.replication && Object.entries(run.point).every(([name, value]) => job.params[name] === value));
}

function faultNotice(message: string, replay: string): HTMLElement {
  return h('div', {}, notice('The run stopped.', message, true), replay === '' ? null : h('p', {}, 'Replay: ', commandText(replay)));
}
