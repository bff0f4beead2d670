import { describe, expect, it } from 'vitest';
import { longestChain, lostModules, moduleGraph, startUpOrder } from './graph.ts';

/** Does a module work? Asked from the top down, apart from the code under test. */
function works(name: string, failed: ReadonlySet<string>, gpu: 'accelerator' | 'needed'): boolean {
  if (failed.has(name)) return false;
  const up = (each: string): boolean => works(each, failed, gpu);
  switch (name) {
    case 'netProtocol': return up('hwAccelCard');
    case 'highSpeedNet': return up('netProtocol');
    case 'memoryMgmt': return up('securityChip');
    case 'segPageCache': return up('memoryMgmt');
    case 'crypto': return up('segPageCache') && (gpu === 'accelerator' || up('gpu'));
    case 'fileSystem': case 'dataMigration': return up('diskMgmt') || up('distributedStorage');
    case 'evidence': return up('fileSystem') || up('dataMigration');
    case 'scheduling': return up('processMgmt');
    case 'accessControl': return up('scheduling') && up('memoryMgmt');
    case 'consensus': return up('highSpeedNet') && up('crypto') && up('evidence') && up('accessControl');
    case 'transaction': case 'payment': case 'clearing': case 'credit': return up('consensus');
    default: return true;
  }
}

describe('module graph', () => {
  it('starts every module after what it needs, ties by name', () => {
    const graph = moduleGraph();
    const { order, blocked } = startUpOrder(graph);
    expect(blocked).toEqual([]);
    expect(order.length).toBe(graph.size);
    order.forEach((name, place) => {
      for (const group of graph.get(name)!) expect(group.some((each) => order.indexOf(each) < place), name).toBe(true);
    });
    expect(order.slice(0, 7)).toEqual(['diskMgmt', 'dataMigration', 'distributedStorage', 'evidence', 'fileSystem', 'gpu', 'hwAccelCard']);
    expect(order.slice(-5)).toEqual(['consensus', 'clearing', 'credit', 'payment', 'transaction']);
    expect(startUpOrder(new Map([...graph].toReversed())).order).toEqual(order);
  });

  it('names what a cycle blocks', () => {
    const graph = new Map([...moduleGraph(), ['securityChip', [['crypto']]] as const]);
    expect(startUpOrder(graph).blocked).toEqual(['accessControl', 'clearing', 'consensus', 'credit', 'crypto', 'memoryMgmt', 'payment', 'securityChip', 'segPageCache', 'transaction']);
  });

  it('loses what a failure takes away, for every set of up to three failures', () => {
    for (const gpu of ['accelerator', 'needed'] as const) {
      const graph = moduleGraph(gpu);
      const names = [...graph.keys()];
      const check = (failed: readonly string[]): void => expect(lostModules(graph, failed), failed.join()).toEqual(names.filter((name) => !works(name, new Set(failed), gpu)).sort((a, b) => (a < b ? -1 : 1)));
      names.forEach((first, i) => {
        check([first]);
        names.slice(i + 1).forEach((second, j) => {
          check([first, second]);
          for (const third of names.slice(i + j + 2)) check([first, second, third]);
        });
      });
    }
  });

  it('loses consensus with any of its four supports, keeps it with one of two stores, and with the GPU as accelerator', () => {
    for (const support of ['highSpeedNet', 'crypto', 'evidence', 'accessControl']) expect(lostModules(moduleGraph(), [support])).toContain('consensus');
    for (const one of ['diskMgmt', 'distributedStorage', 'fileSystem', 'dataMigration', 'gpu']) expect(lostModules(moduleGraph(), [one])).toEqual([one]);
    expect(lostModules(moduleGraph(), ['diskMgmt', 'distributedStorage'])).toContain('consensus');
    expect(lostModules(moduleGraph('needed'), ['gpu'])).toContain('consensus');
  });

  it('has a longest chain of five edges, from the security chip to the applications', () => {
    expect(longestChain(moduleGraph())).toEqual(['securityChip', 'memoryMgmt', 'segPageCache', 'crypto', 'consensus', 'clearing']);
    // Second opinion: no path has more edges.
    const graph = moduleGraph();
    const depth = (name: string): number => Math.max(0, ...graph.get(name)!.flat().map((each) => 1 + depth(each)));
    expect(Math.max(...[...graph.keys()].map(depth))).toBe(5);
  });
});
