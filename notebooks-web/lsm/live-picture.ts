/**
 * The live picture: the tree above, its clock below, the bill of a read at the side, and the transport. Used on its own
 * page and inside lessons. It runs the real store on this thread, in slices that leave the page responsive.
 */
import { fill, h, s } from '../shell/dom.ts';
import { fixed, number, quantity, THIN } from '../shell/format.ts';
import { onKey } from '../shell/keys.ts';
import { announce, chip, copy, dataTable, pictureOrTable, segmented } from '../shell/parts.ts';
import { formatRoute } from '../shell/router.ts';
import { reducedMotion } from '../shell/theme.ts';
import { CLOCK_HEIGHT, drawClock } from './clock-drawing.ts';
import { ARM_TITLES, DEFAULT_LIVE, LIVE_ARMS, LiveStore, replay, type LiveArm, type LiveOptions } from './live-store.ts';
import { drawTree, shownLevels, treeLayout, type TreeLayout } from './tree-drawing.ts';
import { billSentence, type ReadBill, type TreeState } from './tree-state.ts';

export interface LivePicture {
  readonly heading: HTMLElement;
  readonly element: HTMLElement;
  readonly start: () => void;
  readonly end: () => void;
}

/** Simulated ns that pass in one second of the reader, as a power of ten. */
const SPEED = { min: 6, max: 10, start: 7.6 } as const;
const FRAME_BUDGET_MS = 10;
/** Widths below which bill and labels go below and above the picture. */
const NARROW = 760;

/** Options from a link or a lesson; what is not allowed falls back to the default. */
export function liveOptions(given: Readonly<Record<string, string>>): LiveOptions {
  const whole = (name: string, otherwise: number, low: number, high: number): number => {
    const value = Number(given[name] ?? NaN);
    return Number.isInteger(value) && value >= low && value <= high ? value : otherwise;
  };
  return {
    arm: LIVE_ARMS.find((arm) => arm === given['arm']) ?? DEFAULT_LIVE.arm,
    valueBytes: whole('valueBytes', DEFAULT_LIVE.valueBytes, 64, 65_536),
    bloomBitsPerKey: whole('bloomBitsPerKey', DEFAULT_LIVE.bloomBitsPerKey, 0, 20),
    records: whole('records', DEFAULT_LIVE.records, 1000, 200_000),
    seed: /^[\x20-\x7e]{1,60}$/.test(given['seed'] ?? '') ? given['seed']! : DEFAULT_LIVE.seed,
  };
}

export function livePicture(given: Readonly<Record<string, string>>, isInLesson: boolean): LivePicture {
  let options = liveOptions(given);
  let live = new LiveStore(options);
  let past: number[] = [];
  let isPlaying = false;
  let frame = 0;
  let wallMs = 0;
  let speed = 10 ** SPEED.start;
  let layout: TreeLayout | undefined;
  let bill: ReadBill | undefined;

  const question = 'How many files does one read ask, and what does that cost?';
  const heading = h('h1', { class: 'live-heading' }, question);
  const tree = s('svg', { class: 'lsm-tree', role: 'img' });
  const clock = s('svg', { class: 'lsm-clock', role: 'img', height: CLOCK_HEIGHT });
  const billPlace = h('div', { class: 'lsm-bill' });
  const treeTable = h('div', { hidden: true });
  const picture = h('div', { class: 'lsm-grid' }, h('div', { class: 'lsm-picture' }, tree), billPlace);
  const status = h('p', { class: 'lsm-status', role: 'status', 'aria-live': 'off' });
  const print = h('span', {});

  const button = (text: string, key: string, act: () => void, main = false): HTMLButtonElement => h('button', { class: main ? 'button main' : 'button', type: 'button', on: { click: act } }, text, ' ', h('kbd', { 'aria-hidden': 'true' }, key));
  const play = button('Play', 'Space', () => setPlaying(!isPlaying), true);
  const slider = h('input', { type: 'range', class: 'track', min: SPEED.min, max: SPEED.max, step: 0.1, value: SPEED.start, 'aria-label': 'Speed: simulated time in one second', on: { input: () => setSpeed(slider.valueAsNumber) } });
  const speedText = h('span', { class: 'small' });

  /** An act of the reader: stops playing, remembers where it was, redraws, tells. */
  const act = (what: () => void): void => {
    setPlaying(false);
    past.push(live.events);
    what();
    draw();
    tell();
  };
  const step = (): void => act(() => live.step());
  const nextMerge = (): void => act(() => live.nextCompaction());
  const nextStall = (): void => act(() => live.nextStall());
  const readKey = (): void => act(() => { live.readKey(); bill = live.bill; });
  const back = (): void => {
    setPlaying(false);
    const target = past.pop() ?? 0;
    const reads = live.reads.filter(({ atEvent }) => atEvent < target);
    live = replay(options, reads, target);
    bill = live.bill;
    draw();
    tell();
  };
  const restart = (next: LiveOptions): void => {
    setPlaying(false);
    options = next;
    live = new LiveStore(options);
    past = [];
    bill = undefined;
    tree.dataset['l0'] = next.arm === 'nvm' || next.arm === 'paper' ? 'nvm' : 'ssd';
    warmUp();
    draw();
  };

  /** The first files of level 0, so that the opening picture is a tree. */
  const warmUp = (): void => {
    for (let n = 0; n < 12 && live.state().levels[0]!.files.length < 3; n++) live.step();
  };

  function setSpeed(power: number): void {
    speed = 10 ** power;
    speedText.textContent = `1${THIN}s shows ${quantity(speed, 'ns', 2)}`;
  }

  function setPlaying(on: boolean): void {
    if (on === isPlaying) return;
    isPlaying = on;
    play.firstChild!.textContent = on ? 'Pause' : 'Play';
    play.setAttribute('aria-pressed', String(on));
    if (!on) return cancelAnimationFrame(frame);
    past.push(live.events);
    wallMs = performance.now();
    if (reducedMotion()) stepSlowly();
    else frame = requestAnimationFrame(tick);
  }

  function tick(now: number): void {
    if (!isPlaying) return;
    const passed = Math.min(0.1, (now - wallMs) / 1000);
    wallMs = now;
    live.playTo(Math.round(live.sim.now + passed * speed), FRAME_BUDGET_MS);
    draw();
    if (live.sim.pendingCount === 0) return finished();
    frame = requestAnimationFrame(tick);
  }

  /** Without motion: whole steps at fixed intervals. */
  function stepSlowly(): void {
    if (!isPlaying) return;
    live.step();
    draw();
    if (live.sim.pendingCount === 0) return finished();
    frame = window.setTimeout(stepSlowly, 900);
  }

  function finished(): void {
    setPlaying(false);
    tell();
  }

  function measure(): void {
    const width = picture.clientWidth;
    if (width === 0) return;
    const isNarrow = width < NARROW;
    const treeWidth = isNarrow ? width : width - 282;
    picture.classList.toggle('narrow', isNarrow);
    layout = treeLayout(treeWidth, isNarrow, shownLevels(live.state()));
    tree.setAttribute('width', String(treeWidth));
    tree.setAttribute('height', String(layout.height));
    clock.setAttribute('width', String(width));
  }

  function draw(): void {
    if (layout === undefined) measure();
    if (layout === undefined) return;
    const state = live.state();
    const wanted = treeLayout(layout.width, layout.isNarrow, shownLevels(state));
    if (wanted.height !== layout.height) {
      layout = wanted;
      tree.setAttribute('height', String(layout.height));
    }
    drawTree(tree, state, layout, bill);
    const right = layout.isNarrow ? picture.clientWidth - 4 : layout.right;
    drawClock(clock, live.clock(), state.timeNs, { width: picture.clientWidth, left: layout.left, right, isNarrow: layout.isNarrow });
    drawBill();
    const sentence = sentenceOf(state);
    status.textContent = sentence;
    if (!isPlaying) {
      fill(print, chip(live.fingerprint()));
      tree.setAttribute('aria-label', treeSentence(state, bill));
      clock.setAttribute('aria-label', clockSentence(state, live));
      heading.textContent = bill === undefined ? question : billSentence(bill);
      if (!treeTable.hidden) fillTable(state);
    }
  }

  function drawBill(): void {
    const isNarrow = layout?.isNarrow ?? false;
    if (bill === undefined) return fill(billPlace, h('p', { class: 'small' }, 'Read a key to see its way down, and its bill.'));
    const line = bill;
    fill(
      billPlace,
      h('table', { class: 'bill' },
        h('caption', { class: 'visually-hidden' }, `Bill of the read of ${line.key}`),
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'a read walks down'), h('th', { scope: 'col' }, 'µs'), h('th', { scope: 'col' }, 'so far'))),
        h('tbody', {},
          line.lines.map((row) => h('tr', {}, h('th', { scope: 'row' }, row.level < 0 ? 'memory, found' : `${row.files.length} ${row.files.length === 1 ? 'file' : 'files'} of level ${row.level} on ${row.tier === 'nvm' ? 'NVM' : 'SSD'}, ${row.found ? 'found' : 'absent'}`), h('td', {}, number(row.costNs / 1000)), h('td', {}, h('b', {}, number(row.soFarNs / 1000))))),
          h('tr', { class: 'total' }, h('th', { scope: 'row' }, 'from call to answer'), h('td', {}), h('td', {}, h('b', {}, number(line.totalNs / 1000)))),
        ),
      ),
      line.onSsd === undefined ? null : h('p', { class: 'small' }, `Without a filter on the SSD (${line.onSsd.device}, idle) ${line.onSsd.searches === 1 ? 'this search' : `these ${line.onSsd.searches} searches`} would be ${line.onSsd.searches === 1 ? 'one block read' : 'as many block reads'}: `, h('b', {}, `${number(Math.round(line.onSsd.costNs / 1000))}${THIN}µs`), '.'),
      isNarrow ? null : h('ul', { class: 'lsm-key' }, keyItem('file nvm', 'file on NVM; ticks: learned segments'), keyItem('file ssd', 'file on SSD; width: its key range'), keyItem('file ssd merging', 'being merged'), keyItem('read-stop', 'asked, absent'), keyItem('read-stop found', 'found')),
    );
  }

  function fillTable(state: TreeState): void {
    const merged = (level: number): string => String(state.levels[level]!.files.filter(({ id }) => state.job?.files.has(id) === true).length);
    fill(treeTable, dataTable(['level', 'files', 'MiB', 'limit, MiB', 'device', 'being merged'], state.levels.map((level, at) => [`level ${at}`, fixed(level.files.length), fixed(level.bytes / (1 << 20), 1), level.limitBytes === undefined ? '' : fixed(level.limitBytes / (1 << 20)), level.files[0]?.tier.toUpperCase() ?? '', merged(at)]), 'The tree, level by level'));
  }

  const tell = (): void => announce(`${sentenceOf(live.state())}${bill === undefined ? '' : ` ${billSentence(bill)}`}`);
  const link = (): void => void copy(`${location.href.split('#')[0]}${formatRoute('lsm', '', { arm: options.arm, valueBytes: String(options.valueBytes), bloomBitsPerKey: String(options.bloomBitsPerKey), seed: options.seed })}`, 'Link');
  const arms = segmented<LiveArm>('Arm', LIVE_ARMS.map((arm) => [arm, ARM_TITLES[arm]] as const), options.arm, (arm) => restart({ ...options, arm }));
  const blooms = segmented('Bloom filter', [['0', 'no filter'], ['10', 'Bloom 10']], options.bloomBitsPerKey > 0 ? '10' : '0', (bits) => restart({ ...options, bloomBitsPerKey: Number(bits) }));
  const view = pictureOrTable((shown) => {
    picture.hidden = shown === 'table';
    treeTable.hidden = shown === 'picture';
    if (shown === 'table') fillTable(live.state());
    else draw();
  });
  const controls = h(
    'div', { class: 'lsm-controls', role: 'group', 'aria-label': 'Transport' },
    button('Back', '←', back), play, button('Step', '→', step), button('Next merge', 'C', nextMerge), button('Next stall', 'L', nextStall), button('Read a key', 'R', readKey),
    h('label', { class: 'lsm-speed' }, slider, speedText),
  );
  const element = h('div', { class: 'lsm' }, h('div', { class: 'lsm-top' }, arms, blooms, view, isInLesson ? null : h('button', { class: 'button', type: 'button', on: { click: link } }, 'Copy link'), print), picture, treeTable, h('div', { class: 'lsm-clock-place' }, clock), controls, status);

  const keys: Readonly<Record<string, () => void>> = {
    ArrowRight: step, ArrowLeft: back, ' ': () => setPlaying(!isPlaying), c: nextMerge, C: nextMerge, l: nextStall, L: nextStall, r: readKey, R: readKey,
    '[': () => nudge(-0.3), ']': () => nudge(0.3), Home: () => restart(options),
  };
  function nudge(by: number): void {
    slider.value = String(Math.min(SPEED.max, Math.max(SPEED.min, slider.valueAsNumber + by)));
    setSpeed(slider.valueAsNumber);
  }
  const resized = new ResizeObserver(() => {
    measure();
    draw();
  });
  let unbind: () => void = () => undefined;
  return {
    heading, element,
    start: () => {
      setSpeed(SPEED.start);
      restart(options);
      resized.observe(picture);
      const help = [{ keys: 'Space', does: 'play, pause' }, { keys: '← →', does: 'back, step' }, { keys: 'C, L', does: 'next merge, next stall' }, { keys: 'R', does: 'read a key' }, { keys: '[ ]', does: 'slower, faster' }, { keys: 'Home', does: 'start again' }];
      const handle = (key: string): boolean => {
        const does = keys[key];
        does?.();
        return does !== undefined;
      };
      // In a lesson with several pictures the one with the focus listens; arrows elsewhere still scroll.
      if (!isInLesson) unbind = onKey(help, handle);
      else {
        element.tabIndex = -1;
        element.addEventListener('keydown', (event) => {
          const onControl = event.target instanceof Element && event.target.closest('input, [role=radiogroup]') !== null;
          const isButtonKey = event.key === ' ' && event.target instanceof Element && event.target.closest('button') !== null;
          if (!onControl && !isButtonKey && handle(event.key)) event.preventDefault();
        });
      }
    },
    end: () => {
      setPlaying(false);
      resized.disconnect();
      unbind();
    },
  };
}

function keyItem(kind: string, text: string): HTMLElement {
  const isStop = kind.startsWith('read');
  return h('li', {}, s('svg', { class: 'lsm-tree', width: 26, height: 14, 'aria-hidden': 'true' }, isStop ? s('circle', { class: kind, cx: 13, cy: 7, r: 4.5 }) : s('rect', { class: kind, x: 1.5, y: 2, width: 23, height: 10 }), kind === 'file nvm' ? s('path', { class: 'segments', d: 'M8 2V12M16 2V12' }) : null), text);
}

function sentenceOf(state: TreeState): string {
  const parts = [quantity(state.timeNs, 'ns', 4), `put ${fixed(state.puts)}`, `written ${fixed(state.writeAmplification, 1)} times what the user gave`];
  if (state.stall !== undefined) parts.push(`writer waits: ${state.stall}`);
  if (state.isFinished) parts.push('all puts are done');
  return `${parts.join(' · ')}.`;
}

function treeSentence(state: TreeState, bill: ReadBill | undefined): string {
  const files = state.levels.map((level, at) => `level ${at} ${level.files.length}`).slice(0, shownLevels(state) + 1);
  const job = state.job === undefined ? 'no merge under way' : `background thread: ${state.job.name}, ${Math.round(state.job.progress * 100)} percent`;
  return `Tree of files: ${files.join(', ')}; ${job}.${bill === undefined ? '' : ` ${billSentence(bill)}`}`;
}

function clockSentence(state: TreeState, live: LiveStore): string {
  const { spans, stalls, limits } = live.clock();
  return `Clock at ${quantity(state.timeNs, 'ns')}: ${spans.filter(({ isFlush }) => isFlush).length} flushes, ${spans.filter(({ isFlush }) => !isFlush).length} merges and moves, ${stalls.length} waits of the writer; level 0 holds ${state.levels[0]!.files.length} files, slow from ${limits.slowdown}, stop at ${limits.stop}.`;
}
