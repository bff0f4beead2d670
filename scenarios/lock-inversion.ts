/**
 * Queue levels say nothing about locks. A transaction that needs a lock which an ordinary job holds waits for everybody who keeps that
 * job off the core: priority inversion (Lampson and Redell 1980). How much of a transaction's tail is that, and do the two known
 * protocols cure it? One core, levels 1 and 4 share the ledger's lock, levels 2 and 3 do not need it.
 */
import { CLAIMS } from './lock-inversion/claims.ts';
import { ARMS, LOCKED_SHARES, parameters } from './lock-inversion/parameters.ts';
import { FIGURES, headline, narrative } from './lock-inversion/report.ts';
import { buildRun } from './lock-inversion/run.ts';
import { defineScenario, type Measure } from './testbed/scenario.ts';

function levelMeasures(level: number): Readonly<Record<string, Measure>> {
  const latency = (title: string, description: string): Measure => ({ title: `${title}, L${level}`, unit: 'ns', description: `${description}; absent where the level is saturated`, better: 'lower' });
  return {
    [`p99L${level}Ns`]: latency('Response, p99', 'Exact quantile of a run'),
    [`maxL${level}Ns`]: latency('Longest response', 'Of a run'),
  };
}

export default defineScenario({
  id: 'lock-inversion',
  title: 'Locks across queue levels',
  question: 'Does a lock that transactions share with ordinary jobs undo what the queue levels give them, and what cures it?',
  source: { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'section 4: queue levels; the paper does not mention locks' },
  kind: 'steady-state',
  parameters,
  refine: (params) => (params.warmUpMs >= params.horizonMs ? [{ path: 'warmUpMs', message: `${params.warmUpMs} ms given; must be below horizonMs = ${params.horizonMs} ms` }] : []),
  arms: ARMS,
  baseline: 'pr-none',
  measures: {
    ...Object.assign({}, ...[1, 2, 3, 4].map(levelMeasures)),
    inversionShare: { title: 'Priority inversion', unit: '', description: 'Share of the time in which a transaction (L1) waited for the lock while the core served a job of a lower level that did not hold it', better: 'lower' },
    longestBlockedNs: { title: 'Longest wait for the lock, L1', unit: 'ns', description: 'Of waits that ended', better: 'lower' },
    contentions: { title: 'Contentions', unit: 'times', description: 'How often a job asked for the lock while another held it', better: 'lower' },
  },
  quick: { replications: 10, set: { horizonMs: 6000, warmUpMs: 1000 }, sweep: { lockedShare: [...LOCKED_SHARES] } },
  full: { replications: 20, set: { horizonMs: 60_000, warmUpMs: 6000 }, sweep: { lockedShare: [...LOCKED_SHARES] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
