/** The report of one scenario: finding, verdicts, narrative with figures, parameters, and a run on this page. */
import { registry } from '../../scenarios/testbed/registry.ts';
import type { Report, ResultTree } from '../../scenarios/testbed/report-types.ts';
import type { Scenario } from '../../scenarios/testbed/scenario.ts';
import { MODEL_DIGEST } from '../../scenarios/testbed/build-facts.ts';
import { isStale, loadManifest, loadReport, loadTrees, ranked, type Located } from '../data/load.ts';
import { fill, h } from '../shell/dom.ts';
import { nobreak, number } from '../shell/format.ts';
import { onKey } from '../shell/keys.ts';
import { chip, commandText, notice } from '../shell/parts.ts';
import { formatRoute, type Route } from '../shell/router.ts';
import { jump, reportBody, verdictList } from './report-body.ts';

export async function renderReport(root: HTMLElement, route: Route): Promise<(() => void) | void> {
  const trees = await loadTrees().catch((): readonly ResultTree[] => []);
  if (route.id === '') return fill(root, scenarioList(trees));
  const candidates = ranked(trees).filter(({ entry }) => entry.scenario === route.id);
  const located = candidates.find(({ entry }) => entry.path === route.query.get('result')) ?? candidates[0];
  if (located === undefined && !registry.scenarioIds.includes(route.id)) {
    return fill(root, h('h1', {}, 'There is no such scenario.'), h('p', {}, 'The address names ', h('code', {}, route.id.slice(0, 60)), '. These exist:'), scenarioList(trees, false));
  }
  const ends: (() => void)[] = [];
  let problem: string | undefined;
  const [report, manifest] = located === undefined ? [undefined, undefined] : await Promise.all([loadReport(located.entry.path), loadManifest(located.entry.path)]).catch((error: unknown) => {
    problem = error instanceof Error ? error.message : String(error);
    return [undefined, undefined] as const;
  });
  const scenario = registry.scenarioIds.includes(route.id) ? await registry.scenario(route.id) : undefined;
  const body = report === undefined ? undefined : reportBody(report, 'figure');
  if (body !== undefined) ends.push(body.end);

  const aside = h('aside', { class: 'report-aside', 'aria-label': 'Parameters and run' });
  const outcome = h('div', {});
  const dock = h('div', {});
  fill(
    root,
    header(route.id, report, scenario, body?.lead ?? null),
    h(
      'div', { class: 'report-grid' },
      h('div', { class: 'report-main' }, problem === undefined ? null : notice('The result could not be read.', problem, true), manifest !== undefined && isStale(manifest.modelDigest) ? notice('This result was made by earlier sources.', `It carries model ${manifest.modelDigest.slice(0, 8)}; this page runs ${MODEL_DIGEST.slice(0, 8)}. A run here may differ; npx ledgerlab reproduce renews the result.`) : null, outcomeFirst(located, problem), body?.element ?? null, outcome, manifest === undefined || located === undefined ? null : provenance(located, manifest, candidates)),
      aside,
    ),
    dock,
  );

  if (scenario !== undefined) {
    const { runPanel } = await import('../run/run-panel.ts');
    const panel = runPanel(scenario, route.query, manifest === undefined || located === undefined ? undefined : { path: located.entry.path, name: `the ${located.tree.name} result`, manifest });
    fill(aside, h('details', { class: 'drawer', open: !matchMedia('(max-width: 1100px)').matches }, h('summary', {}, 'Parameters'), panel.form));
    fill(outcome, panel.outcome);
    fill(dock, panel.bar);
    ends.push(panel.end, onKey([{ keys: 'Esc', does: 'cancel the run' }, { keys: 'r', does: 'run it here' }], (key) => {
      if (key === 'Escape') return panel.stop();
      if (key !== 'r' && key !== 'R') return false;
      panel.bar.querySelector<HTMLButtonElement>('#run-here')?.click();
      return true;
    }));
  }
  const target = route.query.get('figure') ?? undefined;
  const claim = route.query.get('claim') ?? undefined;
  if (target !== undefined || claim !== undefined) setTimeout(() => jump(target === undefined ? `claim-${claim}` : `figure-${target}`), 60);
  return () => ends.forEach((end) => end());
}

function header(id: string, report: Report | undefined, scenario: Scenario | undefined, lead: HTMLElement | null): HTMLElement {
  const source = report?.source ?? scenario?.source;
  return h(
    'header', { class: 'report-head' },
    h('div', {}, h('p', { class: 'eyebrow' }, [id, source === undefined ? '' : ` · ${source.document}, ${source.place}`].join('')), h('h1', { class: (report?.headline ?? '').length > 110 ? 'long' : '' }, nobreak(report?.headline ?? scenario?.question ?? id)), report === undefined ? null : h('p', { class: 'question' }, report.question), lead === null ? null : h('div', { class: 'prose lead' }, lead)),
    report === undefined ? null : verdictList(report.claims),
  );
}

function outcomeFirst(located: Located | undefined, problem: string | undefined): HTMLElement | null {
  if (located !== undefined || problem !== undefined) return null;
  return h('p', { class: 'lede' }, 'No result of this question is stored here yet. Run it on this page with the button below, or on the command line: ', commandText('npx ledgerlab reproduce --quick'));
}

function provenance({ entry, tree }: Located, manifest: Awaited<ReturnType<typeof loadManifest>>, candidates: readonly Located[]): HTMLElement {
  const swept = Object.entries(manifest.parameters).filter(([, values]) => values.length > 1);
  const others = candidates.filter((candidate) => candidate.entry.path !== entry.path);
  const files = manifest.files.filter(({ path }) => path.endsWith('.csv') && /^[\w.-]+$/.test(path));
  return h(
    'section', { class: 'provenance', 'aria-label': 'Where this comes from' },
    h('h2', {}, 'Where this comes from'),
    h('dl', {},
      h('dt', {}, 'fingerprint'), h('dd', {}, chip(manifest.fingerprint)),
      h('dt', {}, 'result'), h('dd', {}, `${tree.name}: ${manifest.runs.length} runs, ${manifest.replications} replications, seed `, h('code', {}, manifest.seed), `, ${number(manifest.eventCount)} events`),
      swept.length === 0 ? null : [h('dt', {}, 'swept'), h('dd', {}, swept.map(([name, values]) => `${name} ${values.join(', ')}`).join('; '))],
      h('dt', {}, 'version'), h('dd', {}, `${manifest.version}, commit ${manifest.commit.slice(0, 20)}, model ${manifest.modelDigest.slice(0, 8)}`),
      h('dt', {}, 'files'), h('dd', {}, files.map(({ path }, at) => [at === 0 ? '' : ' · ', h('a', { href: `./results/${entry.path}/${path}`, download: true }, path)])),
      others.length === 0 ? null : [h('dt', {}, 'other results'), h('dd', {}, others.map((other, at) => [at === 0 ? '' : ' · ', h('a', { href: formatRoute('report', other.entry.scenario, { result: other.entry.path }) }, other.tree.name)]))],
    ),
    manifest.failures.length === 0 ? null : manifest.failures.map((failure) => notice(`Replication ${failure.replication} of ${failure.arm} broke an invariant.`, `${failure.message} Replay: ${failure.replay}`, true)),
  );
}

function scenarioList(trees: readonly ResultTree[], isPage = true): HTMLElement {
  const known = new Map(ranked(trees).toReversed().map(({ entry }) => [entry.scenario, entry]));
  const ids = [...new Set([...registry.scenarioIds, ...known.keys()])];
  return h(
    'div', {},
    isPage ? [h('p', { class: 'eyebrow' }, 'Reproduce'), h('h1', {}, 'One question a scenario')] : null,
    h('p', { class: 'lede' }, 'Open one to read its finding, change its parameters, and run it on this page. The same run on the command line has the same fingerprint.'),
    h('ul', { class: 'result-list' }, ids.map((id) => {
      const entry = known.get(id);
      return h('li', {}, h('div', {}, h('a', { href: formatRoute('report', id) }, entry?.title ?? id), h('div', { class: 'small' }, entry?.headline ?? 'not run yet')), h('span', { class: 'small' }), h('span', {}), entry === undefined ? h('span', { class: 'tiny' }, 'no run yet') : chip(entry.fingerprint));
    })),
  );
}
