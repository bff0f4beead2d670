/** Bugs to plant in window controllers and in the flow level. None stops a run by itself. */
import type { PlantedBug } from './load-mutant.ts';

const CUBIC = 'sim/network/tcp/controllers/cubic.ts';
const HYSTART = 'sim/network/tcp/controllers/hystart.ts';
const PLUS = 'sim/network/tcp/controllers/hystart-plus.ts';
const GROWTH = 'sim/network/tcp/controllers/window-growth.ts';
const RENO = 'sim/network/tcp/controllers/reno.ts';
const MAX_MIN = 'sim/network/flow/max-min.ts';
const FLUID = 'sim/network/flow/fluid.ts';

/** Told by CUBIC's second implementation, window by window. */
export const CUBIC_BUGS: readonly PlantedBug[] = [
  { id: 'W1-no-fast-convergence', file: CUBIC, text: 'tcp.cwnd < this.wMax && this.fastConvergence', replacement: 'tcp.cwnd < 0 && this.fastConvergence', what: 'a shrinking flow remembers its whole window' },
  { id: 'W2-curve-now', file: CUBIC, text: 'now - this.epochTick + Math.ceil((this.leastDelayUs * 1000) / this.tickNs)', replacement: 'now - this.epochTick', what: 'the curve is read now instead of a round ahead' },
  { id: 'W3-epoch-goes-on', file: CUBIC, text: "    this.hyStartPlus?.stop();\n    this.epochTick = NO_EPOCH;", replacement: '    this.hyStartPlus?.stop();', what: 'a loss does not begin a new epoch' },
  { id: 'W4-reno-by-the-rfc', file: CUBIC, text: 'Math.floor((cwnd * FRIENDLY_EIGHTHS) / 8)', replacement: 'Math.floor((cwnd * 17) / 9)', what: "Reno's window grows at 9/17 a round as the RFC has it, and not at Linux's 8/15" },
  { id: 'W5-idle-counts', file: CUBIC, text: 'Math.max(0, now - this.lastSendTick)', replacement: '0', what: 'the curve goes on while nothing is sent' },
  { id: 'W6-late-delays', file: CUBIC, text: 'this.tick(tcp) - this.epochTick < this.hz', replacement: 'this.tick(tcp) - this.epochTick < 0', what: 'delays right after a recovery count' },
  { id: 'W7-slow-first-epoch', file: CUBIC, text: 'this.wMax === 0 && this.perSegments > FIRST_EPOCH_PER_SEGMENTS', replacement: 'this.wMax < 0', what: 'before any loss the window hardly grows' },
  { id: 'W8-credit-kept', file: GROWTH, text: '    if (this.credit >= perSegments) {\n      this.credit = 0;', replacement: '    if (false) {\n      this.credit = 0;', what: 'credit of a slower rate is paid out at the faster one' },
  { id: 'W9-train-whole-delay', file: HYSTART, text: 'tcp.pacingBps === Infinity ? Math.floor(wholeUs / 2) : wholeUs', replacement: 'wholeUs', what: 'a train has to last the whole least delay' },
  { id: 'W10-one-sample-less', file: HYSTART, text: 'if (this.samples < MIN_SAMPLES)', replacement: 'if (this.samples < MIN_SAMPLES - 1)', what: 'delay is judged a sample early' },
  { id: 'W11-round-at-its-end', file: HYSTART, text: 'tcp.firstUnacked > this.endSegment', replacement: 'tcp.firstUnacked >= this.endSegment', what: 'a round ends an acknowledgement early' },
  { id: 'W12-found-after-timeout', file: HYSTART, text: '    this.exit = undefined;\n', replacement: '', what: 'after a timeout slow start is never left by delay again' },
];

/** Told by windows worked out by hand. */
export const GROWTH_BUGS: readonly PlantedBug[] = [
  { id: 'G1-avoidance-from-ssthresh', file: GROWTH, text: 'const left = acked - (cwnd - tcp.cwnd);', replacement: 'const left = 0 * acked;', what: 'what the threshold leaves over is lost' },
  { id: 'G2-reno-third', file: RENO, text: 'tcp.cwnd >> 1', replacement: '(tcp.cwnd * 2) / 3 | 0', what: 'Reno keeps two thirds' },
  { id: 'G3-reno-to-one', file: RENO, text: 'Math.max(tcp.cwnd >> 1, MIN_SSTHRESH)', replacement: 'Math.max(tcp.cwnd >> 1, 1)', what: 'the threshold falls to one segment' },
  { id: 'G4-css-half', file: PLUS, text: 'export const CSS_GROWTH_DIVISOR = 4;', replacement: 'export const CSS_GROWTH_DIVISOR = 2;', what: 'conservative slow start grows at half the pace' },
  { id: 'G5-css-for-ever', file: PLUS, text: '++this.cssRounds >= CSS_ROUNDS', replacement: '++this.cssRounds > 1000', what: 'conservative slow start never ends' },
];

/** Told by raising all rates together, and by closed forms of processor sharing. */
export const FLOW_BUGS: readonly PlantedBug[] = [
  { id: 'L1-weights-ignored', file: MAX_MIN, text: 'const rateBps = weight * share;', replacement: 'const rateBps = share;', what: 'every flow gets the share of weight one' },
  { id: 'L2-capacity-not-given', file: MAX_MIN, text: 'leftBps[at] = Math.max(0, leftBps[at]! - rateBps);', replacement: 'if (at === bottleneck) leftBps[at] = Math.max(0, leftBps[at]! - rateBps);', what: 'a flow settled elsewhere takes nothing of a link' },
  { id: 'L3-stale-share', file: MAX_MIN, text: 'if (share > heapShare[0]!) {', replacement: 'if (share > 2 * heapShare[0]!) {', what: 'a link is settled though another has less' },
  { id: 'L4-flow-stays', file: MAX_MIN, text: '    if (after !== NONE) this.previous[after] = before;\n', replacement: '', what: 'a removed flow may come back into the list of a link' },
  { id: 'L5-late-rates', file: FLUID, text: '    for (const flow of flows) leftUnits[flow] = Math.max(0, leftUnits[flow]! - stepNs * rateBps[flow]!);\n', replacement: '    for (const flow of flows) leftUnits[flow] = Math.max(0, leftUnits[flow]! - Math.floor(stepNs) * rateBps[flow]!);\n', what: 'parts of a ns are lost' },
  { id: 'L6-no-news', file: FLUID, text: '    this.stale = true;\n    if (this.settling) return;', replacement: '    if (this.settling) return;', what: 'rates stay when a transfer begins' },
];
