/** Bugs to plant in BBR, none of which stops a flow: each is a mistake that ports of BBR have made or could make. */
import type { PlantedBug } from './load-mutant.ts';

const BBR = 'sim/network/tcp/controllers/bbr.ts';
const FILTER = 'sim/network/tcp/controllers/bbr-max-filter.ts';
const LONG_TERM = 'sim/network/tcp/controllers/bbr-long-term.ts';
const AGGREGATION = 'sim/network/tcp/controllers/bbr-aggregation.ts';
const MODEL3 = 'sim/network/tcp/controllers/bbr3-model.ts';
const BBR3 = 'sim/network/tcp/controllers/bbr3.ts';
const CONTROL3 = 'sim/network/tcp/controllers/bbr3-control.ts';

/** `check` names the check in network-bbr.test.ts that must fail. */
export interface BbrBug extends PlantedBug {
  readonly check: string;
}

export const BBR_BUGS: readonly BbrBug[] = [
  { id: 'B1-no-drain-phase', check: 'cycle', file: BBR, text: '[1.25, 0.75, 1, 1, 1, 1, 1, 1]', replacement: '[1.25, 1, 1, 1, 1, 1, 1, 1]', what: 'what a probe queued is never drained' },
  { id: 'B2-short-cycle', check: 'cycle', file: BBR, text: 'const CYCLE_LENGTH = 8;', replacement: 'const CYCLE_LENGTH = 6;', what: 'a cycle has six phases' },
  { id: 'B3-long-memory', check: 'down-step', file: BBR, text: 'const BANDWIDTH_ROUNDS = 10;', replacement: 'const BANDWIDTH_ROUNDS = 40;', what: 'bandwidth is remembered for 40 rounds' },
  { id: 'B4-full-at-once', check: 'startup', file: BBR, text: 'const FULL_ROUNDS = 3;', replacement: 'const FULL_ROUNDS = 1;', what: 'one round without growth ends STARTUP' },
  { id: 'B5-growth-overlooked', check: 'startup', file: BBR, text: 'const FULL_GROWTH = 1.25;', replacement: 'const FULL_GROWTH = 9;', what: 'three doublings are not growth enough' },
  { id: 'B6-short-probe-rtt', check: 'probe-rtt', file: BBR, text: 'const PROBE_RTT_NS = 200e6;', replacement: 'const PROBE_RTT_NS = 20e6;', what: 'PROBE_RTT lasts 20 ms' },
  { id: 'B7-cwnd-not-restored', check: 'probe-rtt', file: BBR, text: '    tcp.cwnd = Math.max(tcp.cwnd, this.priorCwnd);\n    if (this.isFull)', replacement: '    if (this.isFull)', what: 'PROBE_RTT leaves the window at four' },
  { id: 'B8-probe-samples-count', check: 'startup-probe', file: BBR, text: '    tcp.markAppLimited();', replacement: '', what: 'samples of PROBE_RTT count as what the path can do' },
  { id: 'B9-app-limited-counts', check: 'app-limited', file: BBR, text: '!sample.isAppLimited || rate >= this.filter.best', replacement: 'sample.delivered > 0', what: "the application's rate replaces the path's" },
  { id: 'B10-no-restore-after-recovery', check: 'recovery', file: BBR, text: 'return Math.max(cwnd, this.priorCwnd);', replacement: 'return cwnd;', what: 'after a recovery the window grows from where it was cut' },
  { id: 'B11-no-conservation', check: 'recovery', file: BBR, text: '      return tcp.inflight + sample.acked;\n', replacement: '      return cwnd;\n', what: 'recovery starts with the whole window' },
  { id: 'B12-margin-forgotten', check: 'cycle', file: BBR, text: 'return rate * gain * PACING_MARGIN * tcp.mss * 8e9;', replacement: 'return rate * gain * tcp.mss * 8e9;', what: 'paces at the whole bandwidth' },
  { id: 'B13-equal-keeps-young', check: 'probe-rtt', file: BBR, text: 'rttNs < this.minRttNs ||', replacement: 'rttNs <= this.minRttNs + 2e6 ||', what: 'a round-trip time as low as the least keeps it young for ever' },
  { id: 'B14-successor-forgotten', check: 'filter', file: FILTER, text: 'Math.floor(window / 4)', replacement: '10 * window', what: 'the filter has no second best when the best grows too old' },
  { id: 'B15-policer-at-any-loss', check: 'random-loss', file: LONG_TERM, text: 'const LOSSY = 50 / 256;', replacement: 'const LOSSY = 5 / 256;', what: 'a little loss is taken for a policer' },
  { id: 'B16-aggregation-for-ever', check: 'clumps', file: AGGREGATION, text: '        this.excess[this.half] = 0;'.trim(), replacement: '', what: 'what once came in clumps is never forgotten' },
  { id: 'B17-v3-filter-of-one-cycle', check: 'v3-cycle', file: MODEL3, text: '    this.cycleRates[0] = this.cycleRates[1]!;\n', replacement: '    this.cycleRates[0] = 0;\n', what: 'bandwidth is remembered for one cycle' },
  { id: 'B18-v3-deaf-to-loss', check: 'v3-probe-loss', file: BBR3, text: 'if (lost > txInflight * LOSS_THRESHOLD) this', replacement: 'if (lost > txInflight) this', what: 'a probe that overflows the buffer sets no bound' },
  { id: 'B19-v3-no-headroom', check: 'v3-headroom', file: MODEL3, text: 'const HEADROOM = 0.15;', replacement: 'const HEADROOM = 0;', what: 'nothing is left to others below the bound' },
  { id: 'B20-v3-too-harsh', check: 'v3-short-term', file: MODEL3, text: 'this.rateShort = Math.max(this.rateLatest, BETA * this.rateShort);', replacement: 'this.rateShort = this.rateLatest;', what: 'one bad round sets the rate' },
  { id: 'B21-v3-bounds-stay', check: 'v3-short-term', file: BBR3, text: '    this.model.resetShortTerm();\n    this.probeRounds', replacement: '    this.probeRounds', what: 'the next probe is held by bounds of the last losses' },
  { id: 'B22-v3-undo-forgets', check: 'v3-undo', file: BBR3, text: '    if (this.isSaved) return;\n', replacement: '', what: 'the state saved for undo is the one that loss has changed' },
  { id: 'B23-v3-probe-rtt-of-four', check: 'v3-probe-rtt', file: CONTROL3, text: "Math.max(model.bdp(tcp, gainsOf('PROBE_RTT').cwnd), MIN_PIPE_CWND)", replacement: 'MIN_PIPE_CWND', what: 'PROBE_RTT leaves four segments, as in version 1' },
  { id: 'B24-v3-slope-flat', check: 'v3-slope', file: BBR3, text: 'const growth = 1 << this.probeRounds;', replacement: 'const growth = 1;', what: 'the long-term bound grows by one a round' },
  { id: 'B25-probe-rtt-without-round', check: 'probe-rtt-round', file: BBR, text: '      this.probeRttRoundDone = false;\n', replacement: '      this.probeRttRoundDone = true;\n', what: 'PROBE_RTT lasts 200 ms, though its round is longer' },
  { id: 'B26-v3-probe-rtt-without-round', check: 'v3-probe-rtt-round', file: BBR3, text: '      this.probeRttRoundDone = false;\n', replacement: '      this.probeRttRoundDone = true;\n', what: 'PROBE_RTT of version 3 lasts 200 ms, though its round is longer' },
  { id: 'B27-v3-wait-not-drawn', check: 'v3-wait', file: BBR3, text: 'const PROBE_WAIT_RANDOM_NS = 1e9;', replacement: 'const PROBE_WAIT_RANDOM_NS = 0;', what: 'every flow probes after 2 s: flows that started together probe together for ever' },
];
