/** Each planted bug of the calculator `dumbbell` is caught by the check that its row names; the sound calculator passes every check. */
import { describe, expect, it } from 'vitest';
import sound from '../../scenarios/eval/dumbbell.ts';
import { parseInput } from '../../scenarios/testbed/problems.ts';
import { loadMutant } from './load-mutant.ts';
import { ANSWER_BUGS, type AnswerCheck } from './network-answers.ts';

type Calculator = typeof sound;

interface Answer {
  readonly utilisation: number;
  readonly queueMeanPackets: number;
}

const NO_FILES = { readFile: (): never => { throw new Error('reads no file'); } };
const LINE = { rateBps: 10_000_000, rttNs: 40_000_000, bufferPackets: 33, durationS: 8 };

function ask(calculator: Calculator, changes: object): Answer {
  return calculator.evaluate(parseInput(calculator.input, { ...LINE, ...changes }), NO_FILES) as Answer;
}

/** True: as it should be. */
const CHECKS: Readonly<Record<AnswerCheck, (calculator: Calculator) => boolean>> = {
  window: (calculator) => {
    const flows = [{ controller: 'cubic', startS: 3 }];
    const [first, second, whole] = [{ durationS: 5, measureFromS: 2 }, { measureFromS: 5 }, { measureFromS: 2 }].map((window) => ask(calculator, { flows, ...window }));
    const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;
    return near(first!.queueMeanPackets + second!.queueMeanPackets, 2 * whole!.queueMeanPackets) && near(first!.utilisation + second!.utilisation, 2 * whole!.utilisation);
  },
  'full line': (calculator) => Math.abs(ask(calculator, { flows: [{ controller: 'reno' }], bufferPackets: 1e6, measureFromS: 2 }).utilisation - 1) < 5e-4,
  refusal: (calculator) => {
    try {
      ask(calculator, { flows: [{ controller: 'reno' }], measureFromS: 8 - 1e-10 });
      return false;
    } catch (error) {
      return (error as Error).message.includes('by 1 ns at least');
    }
  },
};

describe('bugs planted in the answers of a calculator', () => {
  it.each(Object.keys(CHECKS) as AnswerCheck[])('the sound one passes the check of its %s', (check) => expect(CHECKS[check](sound)).toBe(true));

  it.each(ANSWER_BUGS)('$id: $what', async (bug) => {
    const { default: calculator } = await loadMutant<{ default: Calculator }>(bug, bug.file);
    expect(CHECKS[bug.caughtBy](calculator)).toBe(false);
  });
});
