/** Bugs to plant in the network for which the claims of the scenario `network-theory` have to stand up: each breaks the law it is listed with. */
import type { ExperimentId } from '../../scenarios/network-theory/experiments.ts';
import type { PlantedBug } from './load-mutant.ts';

export const LAW_BUGS: readonly (PlantedBug & { readonly law: ExperimentId })[] = [
  { id: 'N1-slow-line', law: 'overload', file: 'sim/network/link/line.ts', text: 'const UNITS_PER_BYTE = 8e9;', replacement: 'const UNITS_PER_BYTE = 9e9;', what: 'a byte has nine bits' },
  { id: 'N2-gauge-loses-time', law: 'little', file: 'sim/network/link/queue-gauge.ts', text: 'this.nsAt[current]! += nowNs - this.sinceNs;', replacement: 'this.nsAt[current]! += Math.floor((nowNs - this.sinceNs) / 2) * 2;', what: 'the gauge counts even numbers of ns' },
  { id: 'N3-one-place-more', law: 'mm1k', file: 'sim/network/link/drop-tail.ts', text: 'this.ring.length >= this.limitPackets', replacement: 'this.ring.length > this.limitPackets', what: 'a buffer of four holds five' },
  { id: 'N4-reno-keeps-more', law: 'mathis-periodic', file: 'sim/network/tcp/controllers/reno.ts', text: 'tcp.cwnd >> 1', replacement: 'Math.floor(tcp.cwnd * 0.7)', what: 'Reno keeps seven tenths' },
  { id: 'N5-two-a-round', law: 'mathis-periodic', file: 'sim/network/tcp/controllers/window-growth.ts', text: '    this.credit += acked;\n', replacement: '    this.credit += 2 * acked;\n', what: 'avoidance grows by two segments a round' },
  { id: 'N6-reduction-not-done', law: 'reno-half', file: 'sim/network/tcp/controllers/reno.ts', text: 'Math.max(tcp.cwnd >> 1, MIN_SSTHRESH)', replacement: 'Math.max(tcp.cwnd >> 3, MIN_SSTHRESH)', what: 'a loss leaves an eighth' },
  { id: 'N7-slow-friend', law: 'cubic-friendly', file: 'sim/network/tcp/controllers/cubic.ts', text: 'Math.floor((cwnd * FRIENDLY_EIGHTHS) / 8)', replacement: 'Math.floor((cwnd * FRIENDLY_EIGHTHS) / 4)', what: "CUBIC's Reno grows at half the pace" },
  { id: 'N8-equal-shares', law: 'max-min', file: 'sim/network/flow/max-min.ts', text: 'const rateBps = weight * share;', replacement: 'const rateBps = share;', what: 'weights do not count' },
  { id: 'N9-patient-startup', law: 'bbr-startup', file: 'sim/network/tcp/controllers/bbr.ts', text: 'const FULL_ROUNDS = 3;', replacement: 'const FULL_ROUNDS = 6;', what: 'BBR waits six rounds before it believes that the pipe is full' },
  { id: 'N10-acknowledged-one-by-one', law: 'pftk-moderate', file: 'sim/network/tcp/ack-policy.ts', text: 'this.every = options.everySegments ?? 2;', replacement: 'this.every = options.everySegments ?? 1;', what: 'every segment is acknowledged' },
  { id: 'N11-only-timeouts', law: 'pftk-frequent', file: 'sim/network/tcp/recovery.ts', text: 'if (this.sender.board.lostOut === 0) {', replacement: 'if (this.sender.board.lostOut < 1e9) {', what: 'nothing is sent again before its timeout' },
  { id: 'N12-timeouts-free', law: 'pftk-classic', file: 'sim/network/theory/tcp-laws.ts', text: 'return 1 / (recovery + timeout);', replacement: 'return 1 / recovery;', what: 'timeouts cost no time' },
  { id: 'N13-segments-counted', law: 'pftk-rare', file: 'sim/network/tcp/controllers/reno.ts', text: 'this.perAck ? 1 : acked', replacement: 'acked', what: 'growth counts segments where it should count acknowledgements' },
];
