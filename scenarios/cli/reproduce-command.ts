/** `reproduce`: all scenarios into one tree, every claim judged. */
import { join, relative } from 'node:path';
import { configure } from '../testbed/config.ts';
import { jsonText } from '../testbed/manifest.ts';
import { registry } from '../testbed/registry.ts';
import type { ClaimReport } from '../testbed/report-types.ts';
import { treeIndex } from '../testbed/result-index.ts';
import { Store } from '../testbed/store.ts';
import { EXIT } from './exit-code.ts';
import { say, tell, UsageError, type Host } from './host.ts';
import { knownName, shellWord } from './options.ts';
import { presetOf, type SimulationOptions } from './run-command.ts';
import { tellOutcome, tellStopped, withSession } from './session.ts';

export interface ReproduceOptions extends SimulationOptions {
  readonly only?: readonly string[];
}

export async function reproduceCommand(host: Host, options: ReproduceOptions): Promise<number> {
  const ids = (options.only ?? registry.scenarioIds).map((id) => knownName('scenario', id, registry.scenarioIds));
  if (ids.length === 0) throw new UsageError(`--only: no scenario given; known: ${registry.scenarioIds.join(', ')}`);
  const scenarios = await Promise.all(ids.map((id) => registry.scenario(id)));
  const request = presetOf(options);
  const planned = scenarios.map((scenario) => ({ scenario, configuration: configure(scenario, request) }));
  const dir = options.out ?? join(host.root, 'results', options.full === true ? 'full' : 'quick');
  const store = new Store(dir);
  return withSession(host, options.jobs, async (session) => {
    const claims: ClaimReport[] = [];
    let hasFailed = false;
    for (const [index, { scenario, configuration }] of planned.entries()) {
      tell(host, `${index + 1} of ${planned.length}: ${scenario.id}`);
      const outcome = await session.runScenario(scenario, configuration, join(dir, scenario.id));
      if (outcome.derived === undefined) return tellStopped(host, outcome, dir);
      tellOutcome(host, scenario, outcome);
      claims.push(...outcome.derived.report.claims);
      hasFailed ||= outcome.failures.length > 0;
    }
    store.write('index.json', jsonText(treeIndex(dir)));
    const shownDir = shellWord(relative(process.cwd(), dir) || '.');
    say(host, `\n${verdictCount(claims)}`);
    say(host, `Results in ${shownDir}. Look at them: npx ledgerlab view${options.out === undefined ? '' : ` ${shownDir}`}. Compare with the reference: npx ledgerlab check ${shownDir}`);
    return hasFailed ? EXIT.invariant : EXIT.done;
  });
}

function verdictCount(claims: readonly ClaimReport[]): string {
  const counts = new Map<string, number>();
  for (const { verdict } of claims) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const parts = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([verdict, count]) => `${count} ${verdict}`);
  return `${claims.length} claims: ${parts.join(', ')}.`;
}
