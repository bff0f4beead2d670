/** One run: an experiment of laws or of blocks, or the figures of its source. */
import type { Run } from '../testbed/scenario.ts';
import { type Arrivals, buildBlocks, NEVER_NS } from './blocks.ts';
import { buildLaw } from './laws.ts';
import { buildMembers } from './members.ts';
import { type GossipParameters, type Law, LAWS, MEMBERS, type MemberExperiment } from './parameters.ts';
import { sourceFigures } from './sources.ts';

/** Shares of the nodes whose times are kept; measure `p50Ns` is the time by which half had the block. */
export const SHARES = [10, 25, 50, 75, 90, 95, 99] as const;

export function buildRun({ sim, params, arm, record }: Run<GossipParameters & Record<string, number | string | boolean>>): () => void {
  const { experiment } = params;
  if (arm === 'source') {
    const figures = Object.entries(sourceFigures(experiment, params));
    sim.after(0, () => figures.forEach(([, value]) => sim.note(value)));
    return () => figures.forEach(([measure, value]) => record.measure(measure, value));
  }
  if (isLaw(experiment)) return runLaw(experiment);
  if (!isMember(experiment)) return runBlocks(buildBlocks(sim, experiment, params));
  const members = buildMembers(sim, experiment, params);
  const recordTimes = runBlocks(members);
  return () => {
    recordTimes();
    const { pushedShare, copiesPerNode } = members.finish();
    record.measure('copiesPerNode', copiesPerNode);
    if (experiment === 'fabric') record.measure('pushedShare', pushedShare);
  };

  function runLaw(law: Law): () => void {
    const sums = buildLaw(sim, law, params);
    return () => {
      const { items, reached, copies, announcements, rounds } = sums();
      const spread = items * params.lawNodes;
      for (const value of [reached, copies, announcements, rounds]) sim.note(value);
      record.measure('reachedShare', reached / spread);
      record.measure('copiesPerNode', copies / spread);
      if (law === 'announce') record.measure('announcementsPerNode', announcements / spread);
      if (law.startsWith('rounds')) record.measure('rounds', rounds / items);
    };
  }

  function runBlocks({ gotNs }: Arrivals): () => void {
    return () => {
      const sums = new Map<string, number>();
      const add = (measure: string, value: number): void => void sums.set(measure, (sums.get(measure) ?? 0) + value / gotNs.length);
      for (const times of gotNs) {
        const sorted = times.slice().sort((a, b) => a - b);
        for (const share of SHARES) add(`p${share}Ns`, sorted[Math.ceil((share / 100) * sorted.length) - 1]!);
        add('meanNs', sorted.reduce((sum, ns) => sum + ns, 0) / sorted.length);
        add('reachedShare', sorted.filter((ns) => ns < NEVER_NS).length / sorted.length);
      }
      for (const [measure, value] of sums) {
        sim.note(value);
        record.measure(measure, measure.endsWith('Ns') ? Math.round(value) : value);
      }
    };
  }
}

function isMember(experiment: string): experiment is MemberExperiment {
  return (MEMBERS as readonly string[]).includes(experiment);
}

function isLaw(experiment: string): experiment is Law {
  return (LAWS as readonly string[]).includes(experiment);
}
