/** `eval pbft-latency`: how long one decision of PBFT takes, and how many messages, over links of random delay. */
import { z } from 'zod';
import { faultsTolerated } from '../../sim/consensus/pbft/config.ts';
import { OneDecisionModel } from '../../sim/consensus/pbft/one-decision.ts';
import { normal, roundNs } from '../../sim/distributions.ts';
import { moments } from '../../sim/measure/sums.ts';
import { Simulation } from '../../sim/simulation.ts';
import { NS_PER_MS } from '../../sim/time.ts';
import { ConfigError } from '../testbed/config-error.ts';
import { defineEval } from './model.ts';

const input = z.strictObject({
  n: z.number().int().min(4).max(1000).meta({ title: 'Nodes', unit: '' }),
  faulty: z.number().int().min(0).default(0).meta({ title: 'Silent backups, at most f = floor((n - 1) / 3)', unit: '' }),
  delayMs: z.strictObject({
    mean: z.number().min(0).max(1e6).meta({ title: 'Mean of the normal law', unit: 'ms' }),
    sd: z.number().min(0).max(1e6).meta({ title: 'Its standard deviation', unit: 'ms' }),
  }).meta({ title: 'Delay of a message, below 0 cut to 0', unit: 'ms' }),
  runs: z.number().int().min(1).max(1_000_000).default(1000).meta({ title: 'Independent decisions', unit: '' }),
  seed: z.union([z.string().min(1), z.number().int()]).default('1').meta({ title: 'Seed', unit: '' }),
});

/** Messages of all runs together; about a minute. */
const MOST_MESSAGES = 2e8;

export default defineEval({
  id: 'pbft-latency',
  title: 'Latency of one PBFT decision',
  description: 'Time until n - f nodes have committed, and messages sent until then; delays independent and normal, backups silent or correct. Runs in which a node that is needed hears the proposal after the last vote have no decision, and are counted apart.',
  input,
  example: { n: 16, faulty: 0, delayMs: { mean: 100, sd: 20 }, runs: 1000, seed: '1' },
  evaluate: ({ n, faulty, delayMs, runs, seed }) => {
    const f = faultsTolerated(n);
    if (faulty > f) throw new ConfigError([{ path: 'faulty', message: `${faulty} of ${n} nodes silent; must be at most f = ${f}, or n - f nodes never commit (fewer silent ones, or more nodes)` }]);
    if (runs * 2 * n * n > MOST_MESSAGES) throw new ConfigError([{ path: 'runs', message: `${runs} runs of ${n} nodes are about ${(runs * 2 * n * n).toPrecision(2)} messages; must be at most ${MOST_MESSAGES} (at most ${Math.floor(MOST_MESSAGES / (2 * n * n))} runs)` }]);
    const sim = new Simulation({ seed: String(seed), scenario: 'pbft-latency' });
    const delays = sim.stream('link/delay');
    const model = new OneDecisionModel(sim, n, faulty, () => roundNs(Math.max(0, normal(delays, delayMs.mean, delayMs.sd)) * NS_PER_MS));
    const all = new Float64Array(runs);
    let decided = 0;
    let messages = 0;
    for (let run = 0; run < runs; run++) {
      const { latencyNs, messages: sent } = model.run();
      if (latencyNs === undefined) continue;
      all[decided++] = latencyNs / NS_PER_MS;
      messages += sent;
    }
    if (decided === 0) throw new ConfigError([{ path: 'delayMs.sd', message: `none of ${runs} runs came to a decision: proposals came after the last vote; must be smaller against the mean, or fewer nodes silent` }]);
    const latencyMs = all.subarray(0, decided).sort();
    const { mean, variance } = moments(latencyMs);
    const rank = (share: number): number => latencyMs[Math.max(0, Math.ceil(share * decided) - 1)]!;
    const answer = { latencyMs: { mean, sd: decided > 1 ? Math.sqrt(variance) : 0, p50: rank(0.5), p95: rank(0.95) }, messagesPerRun: messages / decided };
    return decided === runs ? answer : { ...answer, undecidedRuns: runs - decided };
  },
});
