/** `check`: a result tree against a baseline. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkResults, type CheckPair } from '../testbed/check.ts';
import { formatCheck, type CheckFormat } from '../testbed/check-formats.ts';
import { ConfigError } from '../testbed/config-error.ts';
import { loadResult, resultDirs, type LoadedResult } from '../testbed/load-result.ts';
import { registry } from '../testbed/registry.ts';
import { EXIT } from './exit-code.ts';
import { say, type Host } from './host.ts';

export async function checkCommand(host: Host, dir: string | undefined, options: { baseline?: string; format: CheckFormat }): Promise<number> {
  const checkedDir = dir ?? join(host.root, 'results', 'quick');
  const baselineDir = options.baseline ?? join(host.root, 'results', 'reference');
  if (!existsSync(baselineDir)) throw new ConfigError([{ path: '--baseline', message: `there is no folder ${baselineDir}; allowed is a result folder or a tree of them` }]);
  const checked = byScenario(checkedDir);
  const baseline = byScenario(baselineDir);
  const pairs: CheckPair[] = [];
  for (const [id, after] of checked) {
    const before = baseline.get(id);
    if (before !== undefined && registry.scenarioIds.includes(id)) pairs.push({ scenario: await registry.scenario(id), before, after });
  }
  if (pairs.length === 0) throw new ConfigError([{ path: checkedDir, message: `has no scenario in common with the baseline ${baselineDir}` }]);
  // A single result is compared with its counterpart alone; a tree must be complete.
  const isTree = !existsSync(join(checkedDir, 'manifest.json'));
  const missing = isTree ? [...baseline].filter(([id]) => !checked.has(id)).map(([, result]) => result) : [];
  const added = [...checked].filter(([id]) => !baseline.has(id)).map(([, result]) => result);
  const report = checkResults(pairs, missing, added);
  say(host, formatCheck(report, options.format));
  return report.failed > 0 ? EXIT.claimFailed : EXIT.done;
}

function byScenario(dir: string): Map<string, LoadedResult> {
  return new Map(resultDirs(dir).map((folder) => loadResult(folder)).map((result) => [result.manifest.scenario, result]));
}
