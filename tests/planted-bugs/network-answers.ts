/** Bugs to plant in the answers of the calculator `dumbbell`; network-answers.test.ts names the check that catches each. */
import type { PlantedBug } from './load-mutant.ts';

export type AnswerCheck = 'window' | 'full line' | 'refusal';

const file = 'scenarios/eval/dumbbell.ts';

export const ANSWER_BUGS: readonly (PlantedBug & { readonly caughtBy: AnswerCheck })[] = [
  { id: 'A1-queue-of-the-whole-run', file, text: 'const queue = between(queueBefore, network.bottleneck.queue.read(sim.now));', replacement: 'const queue = network.bottleneck.queue.read(sim.now);', what: 'the queue is that of the whole run and not of the window', caughtBy: 'window' },
  { id: 'A2-bytes-of-the-whole-run', file, text: '((receiver.deliveredBytes - bytesBefore[index]!) * 8)', replacement: '(receiver.deliveredBytes * 8)', what: 'goodput counts what came before the window', caughtBy: 'window' },
  { id: 'A3-full-by-another-packet', file, text: 'utilisation: sum / ((rateBps * MSS) / WIRE_BYTES)', replacement: 'utilisation: sum / ((rateBps * MSS) / 1500)', what: 'a full line is used to 99.87 %', caughtBy: 'full line' },
  { id: 'A4-headers-used', file, text: 'utilisation: sum / ((rateBps * MSS) / WIRE_BYTES)', replacement: 'utilisation: sum / rateBps', what: 'headers count as idle line', caughtBy: 'full line' },
  { id: 'A5-window-of-nothing', file, text: 'if (nsOf(measureFromS) >= endNs)', replacement: 'if (measureFromS >= durationS)', what: 'a window without a nanosecond is answered: nothing was delivered in it', caughtBy: 'refusal' },
];
