/** A registry over modules by path: ids are file names without extension, modules load on demand. */
import type { Scenario } from './scenario.ts';
import type { EvalModel } from '../eval/model.ts';

type Loaders = Readonly<Record<string, () => Promise<unknown>>>;

export interface Registry {
  readonly scenarioIds: readonly string[];
  readonly evalIds: readonly string[];
  scenario(id: string): Promise<Scenario>;
  evalModel(id: string): Promise<EvalModel>;
}

/** Registry over modules by path; ids are file names without extension, in code unit order. */
export function registryOf(scenarios: Loaders, evals: Loaders): Registry {
  const scenarioPaths = byId(scenarios);
  const evalPaths = byId(evals);
  return {
    scenarioIds: [...scenarioPaths.keys()],
    evalIds: [...evalPaths.keys()],
    scenario: (id) => load<Scenario>(scenarioPaths, id, 'scenario'),
    evalModel: (id) => load<EvalModel>(evalPaths, id, 'model'),
  };
}

function byId(loaders: Loaders): Map<string, () => Promise<unknown>> {
  const named = Object.entries(loaders).map(([path, loader]) => [path.replace(/^.*\/|\.ts$/g, ''), loader] as const);
  return new Map(named.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

async function load<T extends { readonly id: string }>(modules: Map<string, () => Promise<unknown>>, id: string, kind: string): Promise<T> {
  const loader = modules.get(id);
  if (loader === undefined) throw new Error(`no ${kind} '${id}'`);
  const module = (await loader()) as T;
  if (module.id !== id) throw new Error(`${kind} file '${id}.ts' calls itself '${module.id}'; the two must be equal`);
  return module;
}
