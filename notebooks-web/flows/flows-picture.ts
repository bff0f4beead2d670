/**
 * One or two flows over one bottleneck: the finding, the choices, the path with its packets, and everything over time on one clock. Used
 * on its own page and inside lessons. The run is made in a worker, by the simulator's own modules; dropping a packet repeats it.
 */
import { clampWindow, type ClockWindow, panWindow, zoomWindow } from '../schedule/clock-window.ts';
import { fill, h } from '../shell/dom.ts';
import { fixed, THIN } from '../shell/format.ts';
import { type KeyHelp, onKey } from '../shell/keys.ts';
import { announce, chip, copy, noticeOf, pictureOrTable } from '../shell/parts.ts';
import { formatRoute } from '../shell/router.ts';
import { Charts } from './charts.ts';
import { flowNames, type Panel, panelsOf } from './chart-panels.ts';
import { flowControls } from './flow-controls.ts';
import { dropText, type FlowOptions, linkQuery, MOST_DROPS, readOptions } from './flow-options.ts';
import type { Drop, FlowRecord } from './flow-record.ts';
import { FlowRunner } from './flow-runner.ts';
import { clockTable, figureTable } from './flow-tables.ts';
import { packetKey } from './packet-key.ts';
import { palette } from './palette.ts';
import { phaseAt, PhaseStrip } from './phase-strip.ts';
import { Player } from './player.ts';
import { dropSentence, headline, partingSentence } from './sentences.ts';

export interface FlowsPicture {
  readonly heading: HTMLElement;
  readonly element: HTMLElement;
  readonly start: () => void;
  readonly end: () => void;
}

/** The address follows the view this long after it came to rest: browsers limit how often it may change. */
const SETTLED_MS = 300;
/** choice: the packet picture starts so many round trips after the first flow, when there is something to see. */
const FIRST_ROUND_TRIPS = 3.3;

const HELP: readonly KeyHelp[] = [
  { keys: 'Space', does: 'play, pause' }, { keys: '← →', does: 'previous, next event of a packet' }, { keys: '[ ]', does: 'slower, faster' }, { keys: 'M, Shift M', does: 'next, previous packet on its way' },
  { keys: 'X', does: 'drop the packet in hand and run again' }, { keys: 'Esc', does: 'let the packet go' }, { keys: 'W S A D', does: 'on the clock: zoom and pan' }, { keys: 'Home, End', does: 'the ends of the run' }, { keys: 'D', does: 'table instead of picture' },
];

export function flowsPicture(given: Readonly<Record<string, string>>, isInLesson: boolean): FlowsPicture {
  const read = readOptions(given);
  let { options } = read;
  let record: FlowRecord | undefined;
  let before: FlowRecord | undefined;
  let panels: readonly Panel[] = [];
  let shown: ClockWindow = { fromNs: 0, toNs: 1 };
  let isTable = false;
  let settling = 0;
  let isFirst = true;
  /** The latest run without drops, and what it was a run of. */
  let base: { readonly key: string; readonly record: FlowRecord } | undefined;

  const heading = h('h1', { class: 'live-heading' }, 'Who fills the line, and who fills the queue?');
  const finding = h('p', { class: 'flow-finding' });
  const problems = h('div', {}, read.problems.map((text) => noticeOf(text)));
  const progress = h('progress', { max: 1, value: 0, 'aria-label': 'Run' });
  const running = h('p', { class: 'flow-running small', hidden: true }, progress, ' ', h('span', {}, 'running'), ' ', h('button', { class: 'button', type: 'button', on: { click: () => stop() } }, 'Stop'));
  const chips = h('span', { class: 'compare-chips' });
  const drops = h('div', { class: 'flow-drops' });
  const figures = h('div', {});
  const table = h('div', { hidden: true });
  const phasesNow = h('p', { class: 'small flow-now' });
  const strip = new PhaseStrip();
  const charts = new Charts({ view, seek: (timeNs) => player.seek(timeNs), point: tellPhases });
  const clock = h('div', { class: 'flow-clock', tabindex: 0, role: 'group', 'aria-label': 'Clock: W and S zoom, A and D move, arrow keys step from event to event' }, strip.canvas, charts.element);
  const player = new Player({ moved, drop: addDrop });
  const controls = flowControls(options, restart);
  const runner = new FlowRunner({
    progress: (fraction) => { progress.value = fraction; },
    done: (made, without) => {
      running.hidden = true;
      record = made;
      if (options.drops.length === 0) base = { key: keyOf(options), record: made };
      else if (without !== undefined) base = { key: keyOf(options), record: without };
      before = options.drops.length === 0 ? undefined : base?.record;
      arrived();
    },
    failed: (message) => {
      running.hidden = true;
      fill(problems, noticeOf(message, true));
    },
  });

  function run(): void {
    progress.value = 0;
    running.hidden = false;
    element.removeAttribute('data-drawn');
    player.pause();
    runner.run(options, options.drops.length > 0 && base?.key !== keyOf(options));
  }

  function stop(): void {
    runner.end();
    running.hidden = true;
    fill(problems, noticeOf(record === undefined ? 'Stopped. Nothing has been run yet.' : 'Stopped. What is shown is the run before.'), h('p', {}, h('button', { class: 'button', type: 'button', on: { click: () => restart(options) } }, 'Run it')));
  }

  function restart(wanted: FlowOptions): void {
    options = wanted;
    fill(problems);
    settle();
    run();
  }

  function addDrop(drop: Drop): void {
    const text = dropText(drop);
    if (options.drops.some((other) => dropText(other) === text)) return announce('This packet is dropped already.');
    if (options.drops.length >= MOST_DROPS) return announce(`At most ${MOST_DROPS} packets can be dropped.`);
    restart({ ...options, drops: [...options.drops, drop] });
  }

  function arrived(): void {
    const made = record!;
    panels = panelsOf(made, before);
    if (isFirst) {
      const [from, to, at] = ['from', 'to', 'at'].map((name) => Math.round(Number(given[name] ?? NaN) * 1e6)) as [number, number, number];
      shown = from >= 0 && to > from && from < made.endNs ? clampWindow({ fromNs: from, toNs: to }, made.endNs) : { fromNs: 0, toNs: made.endNs };
      player.show(made, at >= 0 && at <= made.endNs ? at : made.flows[0]!.startNs + FIRST_ROUND_TRIPS * made.rttNs);
    } else {
      shown = clampWindow(shown, made.endNs);
      player.show(made, Math.min(player.now, made.endNs));
    }
    isFirst = false;
    const sentence = headline(made);
    heading.textContent = sentence;
    finding.textContent = sentence;
    fill(chips, before === undefined ? null : chip(before.fingerprint, { word: 'without the drops' }), chip(made.fingerprint, before === undefined ? undefined : { word: 'with them' }));
    fill(figures, figureTable(made, before), measured());
    tellDrops();
    draw();
    element.setAttribute('data-drawn', '');
    announce(sentence);
  }

  function tellDrops(): void {
    if (options.drops.length === 0) return fill(drops);
    const made = record!;
    const did = (drop: Drop): string => (happened(made, drop) ? '' : ' (this run never sends it)');
    fill(drops, h('p', { class: 'small' }, h('b', {}, 'Dropped by you:')), h('ul', {}, options.drops.map((drop) => h('li', {}, dropSentence(drop, made), did(drop), ' ', h('button', { class: 'link small', type: 'button', 'aria-label': `undo the drop of ${dropSentence(drop, made)}`, on: { click: () => restart({ ...options, drops: options.drops.filter((other) => other !== drop) }) } }, 'undo')))),
      before === undefined ? null : h('p', { class: 'small' }, partingSentence(before, made)),
      h('p', {}, h('button', { class: 'button', type: 'button', on: { click: () => restart({ ...options, drops: [] }) } }, 'Undo all')));
  }

  function moved(timeNs: number): void {
    settle();
    charts.playhead(timeNs);
    if (record !== undefined && (timeNs < shown.fromNs || timeNs > shown.toNs)) {
      const lengthNs = shown.toNs - shown.fromNs;
      view({ fromNs: timeNs - lengthNs * 0.2, toNs: timeNs + lengthNs * 0.8 });
    } else drawStrip();
    tellPhases(undefined);
  }

  function tellPhases(pointedNs: number | undefined): void {
    if (record === undefined) return;
    const timeNs = pointedNs ?? player.now;
    const names = flowNames(record);
    fill(phasesNow, h('b', {}, `${fixed(timeNs / 1e6, 1)}${THIN}ms`), ' ', record.flows.map(({ phases }, at) => {
      const phase = phaseAt(phases, timeNs);
      return `${names[at]!}: ${phase === undefined ? 'not sending' : phase.name}${phase !== undefined && Number.isFinite(phase.gain) ? `, paced at ${fixed(phase.gain, 2)} of its estimate` : ''}. `;
    }));
  }

  function view(wanted: ClockWindow): void {
    if (record === undefined) return;
    shown = clampWindow(wanted, record.endNs);
    settle();
    if (isTable) fill(table, clockTable(record, panels, shown));
    charts.view(shown);
    drawStrip();
  }

  function drawStrip(): void {
    if (record !== undefined && clock.clientWidth > 0) strip.draw(record, shown, player.now, clock.clientWidth, palette());
  }

  function draw(): void {
    if (record === undefined) return;
    if (isTable) fill(table, clockTable(record, panels, shown));
    const colours = palette();
    if (player.element.clientWidth > 0) player.measure(player.element.clientWidth, colours);
    if (clock.clientWidth === 0) return;
    charts.show(panels, record.timesNs, shown, clock.clientWidth, colours);
    charts.playhead(player.now);
    drawStrip();
  }

  const centreNs = (): number => (player.now >= shown.fromNs && player.now <= shown.toNs ? player.now : (shown.fromNs + shown.toNs) / 2);
  const zoom = (factor: number): void => view(zoomWindow(shown, factor, centreNs(), record?.endNs ?? 1));
  const pan = (share: number): void => view(panWindow(shown, share, record?.endNs ?? 1));
  const whole = (): void => view({ fromNs: 0, toNs: record?.endNs ?? 1 });

  function setTable(on: boolean): void {
    isTable = on;
    clock.hidden = on;
    table.hidden = !on;
    draw();
  }

  function viewQuery(): Record<string, string | undefined> {
    if (record === undefined) return { from: given['from'], to: given['to'], at: given['at'] };
    const isMoved = shown.fromNs > 0 || shown.toNs < record.endNs;
    const milliseconds = (ns: number): string => String(Math.round(ns) / 1e6);
    return { from: isMoved ? milliseconds(shown.fromNs) : undefined, to: isMoved ? milliseconds(shown.toNs) : undefined, at: milliseconds(player.now) };
  }

  const address = (): string => formatRoute('flows', '', { ...linkQuery(options), ...viewQuery() });

  function settle(): void {
    clearTimeout(settling);
    if (!isInLesson) settling = window.setTimeout(() => history.replaceState(null, '', `${location.href.split('#')[0]}${address()}`), SETTLED_MS);
  }

  const onClock: Readonly<Record<string, () => void>> = { w: () => zoom(0.5), s: () => zoom(2), a: () => pan(-0.25), d: () => pan(0.25) };
  const anywhere: Readonly<Record<string, () => void>> = {
    ' ': () => player.toggle(), ArrowLeft: () => step(-1), ArrowRight: () => step(1), '[': () => player.faster(-1), ']': () => player.faster(1),
    m: () => player.pick(1), M: () => player.pick(-1), x: () => player.dropSelected(), Escape: () => player.letGo(), Home: () => player.seek(0), End: () => player.seek(record?.endNs ?? 0),
    d: () => views.querySelector<HTMLElement>(`[data-value=${isTable ? 'picture' : 'table'}]`)?.click(),
  };
  function step(by: 1 | -1): void {
    player.pause();
    player.step(by);
  }
  /** On the clock the letters move it; elsewhere D is the table. */
  function handle(key: string, target: EventTarget | null): boolean {
    const lower = key.length === 1 && key !== 'M' ? key.toLowerCase() : key;
    const act = (target === clock ? onClock[lower] : undefined) ?? anywhere[lower];
    act?.();
    return act !== undefined;
  }

  const button = (text: string, key: string, act: () => void): HTMLElement => h('button', { class: 'button', type: 'button', on: { click: act } }, text, ...(key === '' ? [] : [' ', h('kbd', { 'aria-hidden': 'true' }, key)]));
  const views = pictureOrTable((choice) => setTable(choice === 'table'));
  const transport = h('div', { class: 'schedule-transport', role: 'group', 'aria-label': 'Clock' }, button('Zoom in', 'W', () => zoom(0.5)), button('Zoom out', 'S', () => zoom(2)), button('Earlier', 'A', () => pan(-0.25)), button('Later', 'D', () => pan(0.25)), button('Whole run', '', whole), views);
  const element = h('div', { class: isInLesson ? 'flows in-lesson' : 'flows' },
    problems, controls.front, isInLesson ? null : controls.fold, running,
    isInLesson ? finding : null,
    h('div', { class: 'schedule-head' }, isInLesson ? null : h('h2', {}, 'Packets on the path'), packetKey(), chips),
    player.element, drops,
    isInLesson ? null : h('h2', { class: 'flow-clock-title' }, 'On one clock'), phasesNow, clock, table, transport,
    h('p', { class: 'tiny flow-hint' }, 'Drag over a panel to zoom, press on it to set the instant of the picture above, twice for the whole run.'),
    h('div', { class: 'schedule-statistics' }, isInLesson ? null : h('h2', {}, 'Figures'), figures,
      isInLesson
        ? h('p', { class: 'small' }, h('a', { class: 'flow-own-page', href: '#/flows', on: { click: (event) => { (event.currentTarget as HTMLAnchorElement).setAttribute('href', address()); } } }, 'Open on its own page'))
        : h('p', { class: 'small exports' }, h('button', { class: 'link', type: 'button', on: { click: () => void copy(`${location.href.split('#')[0]}${address()}`, 'Link') } }, 'Copy link')),
      isInLesson ? null : h('p', { class: 'small' }, 'Lessons with this picture: ', h('a', { href: '#/lesson/what-bbr-sees-and-reno-does-not' }, 'what BBR sees and Reno does not'), ', ', h('a', { href: '#/lesson/explicit-feedback' }, 'explicit feedback'), '.')));

  function measured(): HTMLElement {
    return h('p', { class: 'tiny' }, `Measured from a third of the way after the last start to the end. One run, no interval. Goodput counts what has come, each segment once. A full segment carries 1448 bytes and takes 1502 on the wire; the buffer counts waiting packets without the one on the line; losses happen behind the queue; the way back has no queue. ${options.a === 'mef' || options.b === 'mef' ? 'MEF is a reconstruction of a protocol that was never specified in public.' : ''}`);
  }

  const resized = new ResizeObserver(draw);
  const recolour = (): void => draw();
  let unbind: () => void = () => undefined;
  return {
    heading, element,
    start: () => {
      resized.observe(player.element);
      document.addEventListener('schemechange', recolour);
      run();
      if (!isInLesson) unbind = onKey(HELP, (pressed, event) => handle(pressed, event.target));
      else element.addEventListener('keydown', (event) => {
        const onControl = event.target instanceof Element && event.target.closest('input, select, [role=radiogroup]') !== null;
        const isPress = (event.key === ' ' || event.key === 'Enter') && event.target instanceof Element && event.target.closest('button, a, summary') !== null;
        if (!onControl && !isPress && !event.ctrlKey && !event.metaKey && !event.altKey && handle(event.key, event.target)) event.preventDefault();
      });
    },
    end: () => {
      clearTimeout(settling);
      resized.disconnect();
      document.removeEventListener('schemechange', recolour);
      unbind();
      player.end();
      charts.end();
      runner.end();
    },
  };
}

/** What a run without drops is a run of. */
const keyOf = (options: FlowOptions): string => JSON.stringify(linkQuery({ ...options, drops: [] }));

/** Whether the run has the sending that was to be dropped. */
function happened({ packets }: FlowRecord, { flow, segment, sending }: Drop): boolean {
  for (let row = 0; row < packets.count; row++) if (packets.flow[row] === flow - 1 && packets.segment[row] === segment && packets.sending[row] === sending) return true;
  return false;
}

