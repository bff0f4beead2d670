/** Progress on stderr: a bar with time left on a terminal, nothing elsewhere. */
import cliProgress from 'cli-progress';
import type { Host } from './host.ts';

/** A forecast from less than this would be a guess. */
const SETTLING_MS = 1000;
const SETTLING_RUNS = 0.05;

export interface Progress {
  start(title: string, total: number, done: number): void;
  /** Share of one running job, by its index. */
  partial(index: number, fraction: number): void;
  finished(index: number): void;
  stop(): void;
}

const SILENT: Progress = { start: () => {}, partial: () => {}, finished: () => {}, stop: () => {} };

export function progressBar(host: Host): Progress {
  if (host.stderr.isTTY !== true) return SILENT;
  const bar = new cliProgress.SingleBar({
    stream: host.stderr as NodeJS.WritableStream,
    format: '{title} {bar} {runs} of {all} runs, {left}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
  });
  const partials = new Map<number, number>();
  let done = 0;
  let atStart = 0;
  let all = 0;
  let startedMs = 0;
  let isShown = false;
  const update = (): void => {
    const part = [...partials.values()].reduce((sum, fraction) => sum + fraction, 0);
    const computed = done - atStart + part;
    const elapsedMs = performance.now() - startedMs;
    const isTelling = elapsedMs > SETTLING_MS && computed >= SETTLING_RUNS;
    const leftS = isTelling ? ((elapsedMs / computed) * (all - atStart - computed)) / 1000 : undefined;
    bar.update(done + part, { runs: done, left: leftS === undefined ? 'starting' : `about ${Math.max(1, Math.round(leftS))} s left` });
  };
  return {
    start: (title, total, ready) => {
      partials.clear();
      [all, done, atStart, startedMs, isShown] = [total, ready, ready, performance.now(), ready < total];
      if (isShown) bar.start(total, ready, { title, runs: ready, all: total, left: 'starting' });
    },
    partial: (index, fraction) => {
      partials.set(index, fraction);
      update();
    },
    finished: (index) => {
      partials.delete(index);
      done++;
      update();
    },
    stop: () => {
      if (isShown) bar.stop();
      isShown = false;
    },
  };
}
