/**
 * Who wins at which buffer: two congestion controls share one drop-tail bottleneck, and the buffer decides who is pushed aside. Steady state;
 * starts and slow start are not counted.
 */
import { ARMS, BUFFERS } from './congestion-pairs/arms.ts';
import { CLAIMS } from './congestion-pairs/claims.ts';
import { FIGURES, points } from './congestion-pairs/figures.ts';
import { parameters, refine } from './congestion-pairs/parameters.ts';
import { buildRun } from './congestion-pairs/run.ts';
import type { ResultSet } from './testbed/result-set.ts';
import { defineScenario } from './testbed/scenario.ts';

/** Buffers at which the share of a pair crosses one half, between the last buffer above it and the first below. */
function crossing(results: ResultSet, arm: keyof typeof ARMS): string | undefined {
  const shares = points(results, 'share').filter((point) => point.arm === arm).sort((a, b) => a.buffer - b.buffer);
  const below = shares.findIndex(({ mean }) => mean < 0.5);
  if (shares.length === 0) return undefined;
  if (below < 0) return `ahead up to ${shares.at(-1)!.buffer} BDP`;
  return below === 0 ? `behind from ${shares[0]!.buffer} BDP on` : `ahead up to ${shares[below - 1]!.buffer} BDP and behind from ${shares[below]!.buffer} BDP on`;
}

const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;

export default defineScenario({
  id: 'congestion-pairs',
  title: 'Who wins at which buffer',
  question: 'Which congestion control gets the larger share of a bottleneck, and how does the buffer decide it?',
  source: { document: 'Hock et al., ICNP 2017; Ware et al., IMC 2019', place: 'BBR beside loss-based flows' },
  kind: 'steady-state',
  parameters,
  refine,
  arms: ARMS,
  baseline: 'cubic-cubic',
  measures: {
    share: { title: 'Share of the first flow', unit: '', description: 'Its goodput over that of all flows.', better: 'neither' },
    jain: { title: "Jain's index", unit: '', description: 'Of the goodputs of all flows; 1 is equal.', better: 'higher' },
    utilisation: { title: 'Utilisation', unit: '', description: 'Goodput of all flows over what full segments can bring through the line.', better: 'higher' },
    queueBdp: { title: 'Mean queue', unit: 'BDP', description: 'Packets waiting over time, without the one on the line, in bandwidth-delay products.', better: 'lower' },
    resent: { title: 'Sent again', unit: '', description: 'Share of the data segments of all flows.', better: 'lower' },
  },
  quick: { replications: 5, sweep: { bufferBdp: [...BUFFERS] } },
  full: { replications: 10, set: { rateMbps: 50, warmUpS: 20, measuredS: 100 }, sweep: { bufferBdp: [...BUFFERS] } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline: (results) => {
    const cubic = crossing(results, 'bbr-cubic');
    return cubic === undefined ? 'No pair with BBR and CUBIC in this result' : `Beside one CUBIC flow BBR is ${cubic}`;
  },
  narrative: (results) => {
    const shares = points(results, 'share').filter(({ arm }) => arm === 'bbr-cubic');
    const told = (['bbr-cubic', 'bbr-reno', 'bbr3-cubic', 'bbr3-reno', 'cubic-reno'] as const).flatMap((arm) => {
      const where = crossing(results, arm);
      return where === undefined ? [] : [`${ARMS[arm].title}: ${where}.`];
    });
    return [
      'Two flows with the same round-trip time share one bottleneck with a drop-tail queue. Loss-based controls fill any buffer; BBR keeps at most two bandwidth-delay products in flight and takes no notice of single losses. So the buffer decides: a shallow one overflows at BBR\'s own window, and only the other backs off; a deep one is filled by the other, and BBR is left with what its window is of all that.',
      '![](figure:share-over-buffer)',
      shares.length === 0 ? '' : `BBR's share beside one CUBIC flow: ${shares.map(({ buffer, mean }) => `${percent(mean)} at ${buffer} BDP`).join(', ')}.`,
      told.join(' '),
      '![](figure:jain-over-buffer)',
      '![](figure:queue-over-buffer)',
      '![](figure:resent-over-buffer)',
      'Without random loss the only chance is when each flow starts. That is enough to spread the results of some pairs widely: which of two flows sees the empty path first decides what it believes the path to be, for ten seconds at least.',
    ].filter((paragraph) => paragraph !== '').join('\n\n');
  },
});
