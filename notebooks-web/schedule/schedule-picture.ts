/**
 * Two schedulers on the same jobs: the finding, the choices, both schedules on one clock with the place where they part, and what
 * each level got. Used on its own page and inside lessons. Both runs are made here, by the simulator's own modules.
 */
import { LEVELS } from '../../sim/os/regulated/options.ts';
import { fill, h, s } from '../shell/dom.ts';
import { fixed, quantity } from '../shell/format.ts';
import { onKey } from '../shell/keys.ts';
import { announce, chip, copy, download, mark, noticeOf, pictureOrTable } from '../shell/parts.ts';
import { formatRoute } from '../shell/router.ts';
import { clampWindow, centreWindow, clockLayout, type ClockLayout, type ClockWindow, panWindow, zoomWindow } from './clock-window.ts';
import { type ClockScene, drawClock, drawCursor, drawOverview } from './clock-drawing.ts';
import { bindPointers } from './clock-pointers.ts';
import { type Divergence, divergences, servesAlike, shareApart } from './divergence.ts';
import { compareLevels } from './level-statistics.ts';
import { policyChoice } from './policy-choices.ts';
import { coresOf, type GivenJob, runSchedule, type ScheduleRun, switchUsOf } from './run-schedule.ts';
import { linkQuery, readOptions, type ScheduleOptions } from './schedule-options.ts';
import { scheduleControls } from './schedule-controls.ts';
import { clockTable, LEVEL_NAMES, levelBadge, levelTable } from './schedule-tables.ts';
import { apartSentence, divergenceSentence, headline, namesOf, stateSentence } from './sentences.ts';

export interface SchedulePicture {
  readonly heading: HTMLElement;
  readonly element: HTMLElement;
  readonly start: () => void;
  readonly end: () => void;
}

const OVERVIEW_HEIGHT = 26;
/** choice: jobs in the first view, about as many as blocks have room for their number; and on a phone. */
const JOBS_AT_FIRST = 28;
const JOBS_AT_FIRST_NARROW = 11;
/** The address follows the view this long after it came to rest: browsers limit how often it may change. */
const SETTLED_MS = 300;
let pictures = 0;

interface Pair {
  readonly a: ScheduleRun;
  readonly b: ScheduleRun;
  readonly names: readonly [string, string];
  readonly apart: readonly Divergence[];
  readonly endNs: number;
}

function runPair(options: ScheduleOptions, brought?: readonly GivenJob[]): Pair {
  const [a, b] = [runSchedule(options.a, options, brought), runSchedule(options.b, options, brought)];
  return { a, b, names: namesOf(a, b), apart: divergences(a.timeline, b.timeline), endNs: Math.max(a.timeline.endNs, b.timeline.endNs, 1) };
}

export function schedulePicture(given: Readonly<Record<string, string>>, isInLesson: boolean): SchedulePicture {
  const read = readOptions(given);
  const id = `schedule-${++pictures}`;
  let { options } = read;
  let brought: readonly GivenJob[] | undefined;
  let pair = runPair(options);
  let marked = 0;
  let shown: ClockWindow = { fromNs: 0, toNs: pair.endNs };
  let cursorNs: number | undefined;
  let layout: ClockLayout | undefined;
  let isTable = false;
  let settling = 0;
  let broughtName: string | undefined;

  const heading = h('h1', { class: 'live-heading' });
  const clock = s('svg', { class: 'schedule-clock', role: 'img', tabindex: 0 });
  const overview = s('svg', { class: 'schedule-overview', height: OVERVIEW_HEIGHT, 'aria-hidden': 'true' });
  const picture = h('div', { class: 'schedule-picture' }, clock, overview);
  const table = h('div', { hidden: true });
  const parting = h('p', { class: 'schedule-parting' });
  const readout = h('p', { class: 'schedule-readout small' });
  const statistics = h('div', {});
  const chips = h('span', { class: 'compare-chips' });
  const problems = h('div', {}, read.problems.map((text) => noticeOf(text)));
  const controls = scheduleControls(options, { change: restart, bring });

  const button = (text: string, key: string, act: () => void): HTMLButtonElement => h('button', { class: 'button', type: 'button', on: { click: act } }, text, ' ', h('kbd', { 'aria-hidden': 'true' }, key));
  const next = button('Next difference', 'G', () => jump(1));

  /** From a little before they part, so wide that blocks have room for their numbers. */
  function firstView(): ClockWindow {
    const jobs = picture.clientWidth > 0 && clockLayout(picture.clientWidth, 1, LEVELS).isNarrow ? JOBS_AT_FIRST_NARROW : JOBS_AT_FIRST;
    const lengthNs = pair.endNs * Math.min(1, jobs / Math.max(1, pair.a.timeline.jobs.length));
    return centreWindow({ fromNs: 0, toNs: lengthNs }, pair.apart[0]?.startNs ?? 0, pair.endNs);
  }

  function restart(wanted: ScheduleOptions): void {
    options = wanted;
    pair = runPair(options, brought);
    marked = 0;
    cursorNs = undefined;
    shown = firstView();
    fill(problems);
    settle();
    tell();
    draw();
    announce(divergenceSentence(pair.apart, marked, pair.a, pair.b));
  }

  /** What the link names besides the options: the part of the clock, if it was chosen, and the difference in hand. */
  function viewQuery(): Record<string, string | undefined> {
    const first = firstView();
    const isMoved = first.fromNs !== shown.fromNs || first.toNs !== shown.toNs;
    const ms = (ns: number): string | undefined => (isMoved ? String(Math.round(ns) / 1e6) : undefined);
    return { from: ms(shown.fromNs), to: ms(shown.toNs), difference: marked === 0 ? undefined : String(marked + 1) };
  }

  /** Jobs from a file, or drawn ones again; a file that is refused changes nothing. */
  async function bring(file: File | undefined): Promise<string | undefined> {
    try {
      const opened = file === undefined ? undefined : await (await import('./open-trace.ts')).openTrace(file);
      brought = opened?.jobs;
      restart(options);
      broughtName = opened === undefined ? undefined : `${opened.name}, ${fixed(opened.jobs.length)} jobs`;
      if (opened !== undefined) fill(problems, h('p', { class: 'small' }, 'A link names the schedulers and the machine; it cannot carry the file.'));
    } catch (error) {
      fill(problems, noticeOf(error instanceof Error ? error.message : String(error), true));
    }
    return broughtName;
  }

  const address = (): string => formatRoute('schedule', '', { ...linkQuery(options), ...viewQuery() });

  function settle(): void {
    clearTimeout(settling);
    if (!isInLesson) settling = window.setTimeout(() => history.replaceState(null, '', `${location.href.split('#')[0]}${address()}`), SETTLED_MS);
  }

  /** The view that a link names, where it makes sense for this run. */
  function restoreView(): void {
    const [from, to] = [Number(given['from'] ?? NaN) * 1e6, Number(given['to'] ?? NaN) * 1e6];
    shown = from >= 0 && to > from && from < pair.endNs ? clampWindow({ fromNs: from, toNs: to }, pair.endNs) : firstView();
    const difference = Number(given['difference'] ?? NaN);
    if (Number.isInteger(difference) && pair.apart[difference - 1] !== undefined) marked = difference - 1;
  }

  /** What does not change with the view. */
  function tell(): void {
    const { a, b, names } = pair;
    heading.textContent = headline(compareLevels(a.timeline, b.timeline, LEVELS), names);
    fill(chips, chip(a.fingerprint), chip(b.fingerprint));
    fill(statistics, levelTable(compareLevels(a.timeline, b.timeline, LEVELS), names), conservation());
  }

  function conservation(): HTMLElement | null {
    const { a, b } = pair;
    const idealised = (coresOf(options) !== options.cores || switchUsOf(options) !== options.switchUs) ? 'PS is an ideal on one core that switches for free: both run so.' : '';
    const lamp = coresOf(options) === 1 && switchUsOf(options) === 0
      ? (servesAlike(a.timeline, b.timeline) ? [mark('reproduced'), ' The unfinished work is the same in both at every instant: the order of service only decides who waits.'] : [mark('not reproduced'), ' The unfinished work differs: one of the two leaves the core idle while jobs wait.'])
      : [];
    return h('div', {}, lamp.length === 0 ? null : h('p', { class: 'small schedule-lamp' }, lamp), idealised === '' ? null : h('p', { class: 'small' }, idealised));
  }

  function measure(): void {
    const width = picture.clientWidth;
    if (width === 0) return;
    layout = clockLayout(width, coresOf(options), LEVELS);
    for (const svg of [clock, overview]) svg.setAttribute('width', String(width));
    clock.setAttribute('height', String(layout.height));
  }

  function scene(): ClockScene {
    const panel = ({ policy, timeline }: ScheduleRun): ClockScene['panels'][0] => {
      const { short, under } = policyChoice(policy);
      const [title = short, ...more] = short.split(/ (?=with )/);
      return { timeline, title, under: [...more, under].join('; ') };
    };
    return { id, panels: [panel(pair.a), panel(pair.b)], divergences: pair.apart, marked, window: shown, levels: LEVELS };
  }

  function draw(): void {
    const sentence = divergenceSentence(pair.apart, marked, pair.a, pair.b);
    const share = apartSentence(pair.apart, shareApart(pair.apart, pair.a.timeline, pair.b.timeline));
    fill(parting, h('span', { id: `${id}-parting` }, sentence), ' ', h('span', { class: 'tiny' }, share));
    next.disabled = pair.apart.length === 0;
    if (isTable) return fill(table, clockTable(pair.a.timeline, pair.b.timeline, shown, pair.names));
    measure();
    if (layout === undefined) return;
    clock.setAttribute('aria-label', `Two schedules on one clock from ${quantity(shown.fromNs, 'ns')} to ${quantity(shown.toNs, 'ns')}. ${sentence} ${share}`);
    drawClock(clock, scene(), layout);
    drawOverview(overview, scene(), layout, pair.endNs, OVERVIEW_HEIGHT);
    showCursor();
  }

  function showCursor(): void {
    if (layout !== undefined) drawCursor(clock, cursorNs, shown, layout);
    fill(readout, cursorNs === undefined ? 'Point at the clock, or focus it and use the arrow keys, to read both schedules at one instant.' : [h('b', {}, quantity(cursorNs, 'ns', 4)), ` A: ${stateSentence(pair.a.timeline, cursorNs)}. `, h('wbr'), `B: ${stateSentence(pair.b.timeline, cursorNs)}.`]);
  }

  const view = (wanted: ClockWindow): void => {
    shown = clampWindow(wanted, pair.endNs);
    settle();
    draw();
  };
  /** What stays in place when zooming: the cursor, else the difference in hand, else the middle. */
  const centreNs = (): number => [cursorNs, pair.apart[marked]?.startNs].find((at) => at !== undefined && at >= shown.fromNs && at <= shown.toNs) ?? (shown.fromNs + shown.toNs) / 2;
  const zoom = (factor: number, aroundNs = centreNs()): void => view(zoomWindow(shown, factor, aroundNs, pair.endNs));
  const pan = (share: number): void => view(panWindow(shown, share, pair.endNs));

  /** To another difference; round at the ends. */
  function jump(by: number): void {
    const { length } = pair.apart;
    if (length === 0) return;
    const at = pair.apart[marked]!;
    const isInView = at.startNs >= shown.fromNs && at.startNs <= shown.toNs;
    if (isInView || by < 0) marked = (marked + by + length) % length;
    view(centreWindow(shown, pair.apart[marked]!.startNs, pair.endNs));
    announce(divergenceSentence(pair.apart, marked, pair.a, pair.b));
  }

  /** The cursor to the next instant at which anything changes. */
  function step(by: 1 | -1): void {
    const instants = [pair.a, pair.b].flatMap(({ timeline }) => timeline.segments.flatMap(({ startNs, endNs }) => [startNs, endNs]));
    const from = cursorNs ?? (by > 0 ? shown.fromNs - 1 : shown.toNs + 1);
    const to = by > 0 ? Math.min(...instants.filter((at) => at > from)) : Math.max(...instants.filter((at) => at < from));
    if (!Number.isFinite(to)) return;
    cursorNs = to;
    if (to < shown.fromNs || to > shown.toNs) view(centreWindow(shown, to, pair.endNs));
    showCursor();
    announce(readout.textContent ?? '');
  }

  function setTable(on: boolean): void {
    isTable = on;
    picture.hidden = on;
    table.hidden = !on;
    draw();
  }

  bindPointers(clock, overview, {
    layout: () => layout, window: () => shown, endNs: () => pair.endNs,
    point: (timeNs) => {
      cursorNs = timeNs;
      showCursor();
    },
    pan, zoom, view,
  });

  const onClock: Readonly<Record<string, () => void>> = {
    w: () => zoom(0.5), s: () => zoom(2), a: () => pan(-0.25), d: () => pan(0.25),
    ArrowLeft: () => step(-1), ArrowRight: () => step(1), Home: () => view({ fromNs: 0, toNs: shown.toNs - shown.fromNs }), End: () => view({ fromNs: pair.endNs - (shown.toNs - shown.fromNs), toNs: pair.endNs }),
    Escape: () => { cursorNs = undefined; showCursor(); },
  };
  const anywhere: Readonly<Record<string, () => void>> = { g: () => jump(1), G: () => jump(-1), d: () => views.querySelector<HTMLElement>(`[data-value=${isTable ? 'picture' : 'table'}]`)?.click() };
  /** On the clock the letters move it; elsewhere D is the table. */
  function handle(key: string, target: EventTarget | null): boolean {
    const lower = key.length === 1 && key !== 'G' ? key.toLowerCase() : key;
    const act = (target === clock ? onClock[lower] : undefined) ?? anywhere[lower];
    act?.();
    return act !== undefined;
  }

  const views = pictureOrTable((choice) => setTable(choice === 'table'));
  const link = (): void => void copy(`${location.href.split('#')[0]}${address()}`, 'Link');
  const trace = async (): Promise<void> => {
    const { chromeTrace } = await import('./chrome-trace.ts');
    download('schedules.json', 'application/json', chromeTrace([{ name: `A: ${pair.names[0]}`, timeline: pair.a.timeline }, { name: `B: ${pair.names[1]}`, timeline: pair.b.timeline }]));
  };
  const transport = h('div', { class: 'schedule-transport', role: 'group', 'aria-label': 'Clock' }, next, button('Zoom in', 'W', () => zoom(0.5)), button('Zoom out', 'S', () => zoom(2)), button('Earlier', 'A', () => pan(-0.25)), button('Later', 'D', () => pan(0.25)), h('button', { class: 'button', type: 'button', on: { click: () => view({ fromNs: 0, toNs: pair.endNs }) } }, 'Whole run'), views);
  const key = h('ul', { class: 'key schedule-key', 'aria-label': 'Levels' }, LEVEL_NAMES.map((name, at) => h('li', {}, levelBadge(at + 1), name)));
  const element = h('div', { class: isInLesson ? 'schedule in-lesson' : 'schedule' },
    problems, controls.front, isInLesson ? null : controls.fold,
    h('div', { class: 'schedule-head' }, isInLesson ? null : h('h2', {}, 'Where they part'), parting, chips),
    key, picture, table, transport, readout,
    h('div', { class: 'schedule-statistics' }, isInLesson ? null : h('h2', {}, 'What each level gets'), statistics,
      h('p', { class: 'tiny' }, 'Response: from arrival to end. One run, no interval: the jobs of a run follow each other. With fewer than 100 jobs p99 is the slowest one.'),
      isInLesson
        ? h('p', { class: 'small' }, h('a', { href: address() }, 'Open on its own page'))
        : h('p', { class: 'small exports' }, h('button', { class: 'link', type: 'button', on: { click: link } }, 'Copy link'), ' · ', h('button', { class: 'link', type: 'button', on: { click: () => void trace() } }, 'Chrome trace of both'))));

  const resized = new ResizeObserver(draw);
  let unbind: () => void = () => undefined;
  return {
    heading, element,
    start: () => {
      restoreView();
      tell();
      resized.observe(picture);
      draw();
      const help = [{ keys: 'G, Shift G', does: 'next, previous difference' }, { keys: 'W S A D', does: 'on the clock: zoom and pan' }, { keys: '← →', does: 'on the clock: previous, next change' }, { keys: 'Home, End', does: 'on the clock: its ends' }, { keys: 'D', does: 'table instead of picture' }];
      if (!isInLesson) unbind = onKey(help, (pressed, event) => handle(pressed, event.target));
      else element.addEventListener('keydown', (event) => {
        const onControl = event.target instanceof Element && event.target.closest('input, select, [role=radiogroup]') !== null;
        if (!onControl && !event.ctrlKey && !event.metaKey && !event.altKey && handle(event.key, event.target)) event.preventDefault();
      });
    },
    end: () => {
      clearTimeout(settling);
      resized.disconnect();
      unbind();
    },
  };
}
