/** What the checks of planted bugs in two-phase commit need, in one module graph. */
import { stageProtocol } from '../../scenarios/testbed/stage/protocols.ts';
import type { Row } from '../../scenarios/testbed/stage/script.ts';
import { StageRun } from '../../scenarios/testbed/stage/stage-run.ts';

/** A run with a crash, a loss and a cut, drawn by its number: which checker fails? */
export function brokenIn(run: number): string | undefined {
  const node = run % 4;
  const script: Row[] = [
    { atEvent: 0, act: 'drop', message: run + 5 },
    { atEvent: 3 + (run % 17), act: 'crash', node },
    { atEvent: 10 + (run % 23), act: 'one-way', from: 0, to: 1 + (run % 3) },
    // At once, so that it asks while votes are still under way, or late.
    { atEvent: run % 3 === 0 ? 4 + (run % 17) : 25 + run, act: 'restart', node, disk: 'kept' },
    { atEvent: 30 + run, act: 'heal' },
  ];
  // Delays of up to twice the mean and a timeout of three times: it runs out now and then while a vote is under way.
  const stage = new StageRun(stageProtocol('two-phase'), { protocol: 'two-phase', replicas: 4, clients: 2, requests: 4, delayMs: 5, spreadPercent: 100, timeoutMs: 15, seed: String(run) }, script);
  stage.advance(400);
  return stage.broken?.checker;
}
