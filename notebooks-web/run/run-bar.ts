/** The docked bar: run or cancel, replications as cells, time left, the interval so far, chip, link. */
import { fill, h } from '../shell/dom.ts';
import { duration } from '../shell/format.ts';
import { chip, type ChipState } from '../shell/parts.ts';
import type { CellState, RunView } from './runner.ts';

export interface BarContent {
  readonly view: RunView | undefined;
  /** Why a run cannot start; empty when it can. */
  readonly refusal: string;
  readonly plannedRuns: number;
  readonly secondsLeft: number | undefined;
  readonly soFar: string;
  readonly fingerprint: string | undefined;
  readonly state: ChipState | undefined;
}

export interface RunBar {
  readonly element: HTMLElement;
  readonly update: (content: BarContent) => void;
}

/** Cells beyond which several runs share one. */
const CELLS_MAX = 60;

/** One state a cell: done when all its runs are, running when one of them is. */
export function cellStates(states: readonly CellState[], most = CELLS_MAX): CellState[] {
  if (states.length <= most) return [...states];
  return Array.from({ length: most }, (_, i) => {
    const part = states.slice(Math.floor((i * states.length) / most), Math.floor(((i + 1) * states.length) / most));
    if (part.includes('failed')) return 'failed';
    if (part.every((state) => state === 'done')) return 'done';
    return part.some((state) => state !== 'waiting') ? 'running' : 'waiting';
  });
}

export function runBar(actions: { readonly run: () => void; readonly stop: () => void; readonly goOn: () => void; readonly link: () => void; readonly show: () => void }): RunBar {
  const main = h('button', { class: 'button main', type: 'button', id: 'run-here' });
  const text = h('p', { class: 'run-text' });
  const cells = h('div', { class: 'run-cells', 'aria-hidden': 'true' });
  const progress = h('div', { class: 'run-progress', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-label': 'Runs done' }, cells);
  const soFar = h('p', { class: 'run-so-far' });
  const print = h('span', { class: 'run-print' });
  const show = h('button', { class: 'link small', type: 'button', hidden: true, on: { click: actions.show } }, 'See your run');
  const element = h('section', { class: 'run-bar', 'aria-label': 'Run' }, h('div', { class: 'run-bar-inner' }, main, h('div', { class: 'run-state' }, text, progress), show, soFar, print, h('button', { class: 'button', type: 'button', on: { click: actions.link } }, 'Copy link')));
  let act: () => void = actions.run;
  let shown = '';
  main.addEventListener('click', () => act());

  const update = (content: BarContent): void => {
    const { view, refusal } = content;
    const isRunning = view?.outcome === 'running';
    const canGoOn = view?.outcome === 'stopped';
    act = isRunning ? actions.stop : refusal !== '' ? () => undefined : canGoOn ? actions.goOn : actions.run;
    const label = isRunning ? 'cancel' : canGoOn ? 'go on' : 'run';
    if (shown !== label) fill(main, ...(isRunning ? ['Cancel ', h('kbd', {}, 'Esc')] : [canGoOn ? 'Run on' : 'Run it here']));
    shown = label;
    main.setAttribute('aria-disabled', String(refusal !== '' && !isRunning));
    main.title = refusal;
    progress.hidden = view === undefined;
    text.replaceChildren(...sentence(content));
    if (view !== undefined) {
      progress.setAttribute('aria-valuenow', String(Math.round(view.fraction * 100)));
      const states = cellStates(view.states);
      if (cells.childElementCount !== states.length) fill(cells, states.map(() => h('i', {})));
      states.forEach((state, at) => (cells.children[at]!.className = state));
    }
    show.hidden = view === undefined || isRunning;
    soFar.textContent = content.soFar;
    fill(print, content.fingerprint === undefined && view === undefined ? null : content.fingerprint === undefined ? h('span', { class: 'tiny' }, 'fingerprint when all runs are done') : chip(content.fingerprint, content.state));
  };
  return { element, update };
}

function sentence({ view, refusal, plannedRuns, secondsLeft }: BarContent): (Node | string)[] {
  if (view === undefined) return [refusal === '' ? `${plannedRuns} ${plannedRuns === 1 ? 'run' : 'runs'}, in a worker of this page` : refusal];
  const done = view.states.filter((state) => state === 'done').length;
  const total = view.states.length;
  switch (view.outcome) {
    case 'running':
      return [h('b', {}, `${done} of ${total} runs`), secondsLeft === undefined ? '' : `, ${duration(secondsLeft)} left`];
    case 'finished':
      return [h('b', {}, `${total} of ${total} runs`), refusal === '' ? ' done' : `; ${refusal}`];
    case 'stopped':
      return [`Stopped after ${done} of ${total}. The interval is wider than planned; run on to finish.`];
    default:
      return [`Stopped after ${done} of ${total}.`];
  }
}
