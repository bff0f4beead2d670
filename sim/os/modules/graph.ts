/**
 * Which module of the operating system supports which, as data, and what follows: order of start-up, spread of a failure, the longest
 * chain.
 *
 * Source: Internet of blockchain for energy, Electric Power ICT 18(6), 2020, section 4 (A => B: A supports B). Readings, as choices:
 * a slash between modules means that either suffices, separate arrows that all are needed; the GPU either supports crypto like
 * everything else (`needed`) or only speeds it up (`accelerator`, the default: its loss slows crypto and stops nothing).
 */

/** What a module needs: of each group at least one. */
export type Requirements = readonly (readonly string[])[];
/** Modules in any order; each name once. */
export type ModuleGraph = ReadonlyMap<string, Requirements>;

export type GpuReading = 'accelerator' | 'needed';

const CONSENSUS: Requirements = [['highSpeedNet'], ['crypto'], ['evidence'], ['accessControl']];
const STORES = ['diskMgmt', 'distributedStorage'];

export function moduleGraph(gpu: GpuReading = 'accelerator'): ModuleGraph {
  return new Map<string, Requirements>([
    ['hwAccelCard', []],
    ['netProtocol', [['hwAccelCard']]],
    ['highSpeedNet', [['netProtocol']]],
    ['securityChip', []],
    ['memoryMgmt', [['securityChip']]],
    ['segPageCache', [['memoryMgmt']]],
    ['gpu', []],
    ['crypto', [['segPageCache'], ...(gpu === 'needed' ? [['gpu']] : [])]],
    ['diskMgmt', []],
    ['distributedStorage', []],
    ['fileSystem', [STORES]],
    ['dataMigration', [STORES]],
    ['evidence', [['fileSystem', 'dataMigration']]],
    ['processMgmt', []],
    ['scheduling', [['processMgmt']]],
    ['accessControl', [['scheduling'], ['memoryMgmt']]],
    ['consensus', CONSENSUS],
    ...['transaction', 'payment', 'clearing', 'credit'].map((name) => [name, [['consensus']]] as const),
  ]);
}

/** Names by code units, the same in every locale. */
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Order in which the modules can be started one after the other: each after at least one of every group it needs; among those that
 * could be next, by name. Modules in a cycle, or behind one, never get their turn: `blocked`.
 */
export function startUpOrder(graph: ModuleGraph): { readonly order: readonly string[]; readonly blocked: readonly string[] } {
  const started = new Set<string>();
  const waiting = [...graph.keys()].sort(byName);
  for (;;) {
    const index = waiting.findIndex((name) => graph.get(name)!.every((group) => group.some((each) => started.has(each))));
    if (index < 0) return { order: [...started], blocked: waiting };
    started.add(waiting[index]!);
    waiting.splice(index, 1);
  }
}

/** Modules that no longer work once the given ones fail, these included, by name. */
export function lostModules(graph: ModuleGraph, failed: readonly string[]): readonly string[] {
  const lost = new Set(failed);
  for (let before = -1; before !== lost.size; ) {
    before = lost.size;
    for (const [name, needs] of graph) if (needs.some((group) => group.every((each) => lost.has(each)))) lost.add(name);
  }
  return [...lost].sort(byName);
}

/** The longest chain of support, first supporter first; among equally long ones the first by name. For graphs without cycles. */
export function longestChain(graph: ModuleGraph): readonly string[] {
  const chains = new Map<string, readonly string[]>();
  const chainTo = (name: string): readonly string[] => {
    const known = chains.get(name);
    if (known !== undefined) return known;
    const supports = graph.get(name)!.flat().map(chainTo);
    const chain = [...longest(supports), name];
    chains.set(name, chain);
    return chain;
  };
  return longest([...graph.keys()].map(chainTo));
}

function longest(chains: readonly (readonly string[])[]): readonly string[] {
  return chains.reduce((best, chain) => (chain.length > best.length || (chain.length === best.length && byName(chain.join(), best.join()) < 0) ? chain : best), []);
}
