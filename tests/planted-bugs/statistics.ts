/** Bugs to plant in streams and statistics (E numbers as in the list of bugs every simulator should survive); statistics.test.ts catches each. */
import type { PlantedBug } from './load-mutant.ts';

export const STATISTICS_BUGS: readonly PlantedBug[] = [
  {
    id: 'E4-one-shared-generator',
    file: 'sim/random.ts',
    text: 'rep/${this.replication}/${name}',
    replacement: 'rep/${this.replication}/',
    what: 'every name gives the same stream, so that independent components move in step',
  },
  {
    id: 'E5-stream-by-order-of-creation',
    file: 'sim/random.ts',
    text: 'rep/${this.replication}/${name}',
    replacement: 'rep/${this.replication}/${this.taken.size}',
    what: 'a new consumer shifts the draws of everybody created after it',
  },
  {
    id: 'E10-percentile-rank-off-by-one',
    file: 'sim/measure/quantile.ts',
    text: 'return sorted[quantileRank(sorted.length, q) - 1]!;',
    replacement: 'return sorted[Math.min(sorted.length, quantileRank(sorted.length, q) + 1) - 1]!;',
    what: 'each percentile is the next larger value of the sample',
  },
  {
    id: 'E12-unfinished-customers-dropped',
    file: 'sim/os/open-queue.ts',
    text: 'if (this.measured === this.options.customers) return; // all answers are in: run dry',
    replacement: 'if (this.arrived === this.options.warmUp + this.options.customers) return this.sim.stop();',
    what: 'the run ends with the last arrival, and who is slow is never counted (survivor bias)',
  },
  {
    id: 'E14-normal-instead-of-t',
    file: 'sim/measure/interval.ts',
    text: 'tQuantile((1 + level) / 2, df) * standardError',
    replacement: '1.959963984540054 * standardError',
    what: 'intervals of few replications are too short',
  },
  {
    id: 'E14-lag-test-ignored',
    file: 'sim/measure/batch-means.ts',
    text: 'const valid = lag1 <= CRITICAL / Math.sqrt(batchCount);',
    replacement: 'const valid = true;',
    what: 'batch means are believed though neighbours are correlated',
  },
  {
    id: 'E18-same-seed-for-all-replications',
    file: 'sim/random.ts',
    text: 'rep/${this.replication}/${name}',
    replacement: 'rep/0/${name}',
    what: 'replications repeat one run, and intervals shrink to nothing',
  },
  {
    id: 'W1-minimum-at-the-edge-accepted',
    file: 'sim/measure/mser5.ts',
    text: 'const valid = bestAt < edge;',
    replacement: 'const valid = true;',
    what: 'a run that never settles is trimmed instead of refused',
  },
  {
    id: 'W2-modulo-bias',
    file: 'sim/random.ts',
    text: 'if (draw < limit) return draw % n;\n      }\n    }\n    const limit = TWO_53',
    replacement: 'return draw % n;\n      }\n    }\n    const limit = TWO_53',
    what: 'small results of below(n) come more often where n does not divide 2^32',
  },
];
