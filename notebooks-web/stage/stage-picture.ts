/**
 * The stage: a run of a protocol that can be stepped, rewound, forked and attacked. One session, one or two views of it; used on its own page
 * and inside lessons. The runs are made here, by the simulator's own modules.
 */
import { allFaulty, countWords, promiseBeyond } from '../../scenarios/testbed/stage/fault-count.ts';
import { type Act, rowsOfText, scriptToText } from '../../scenarios/testbed/stage/script.ts';
import { stageProtocol } from '../../scenarios/testbed/stage/protocols.ts';
import { type Branch, StageSession } from '../../scenarios/testbed/stage/session.ts';
import { stageFileToText, stageScriptFrom } from '../../scenarios/testbed/stage/stage-file.ts';
import type { StageOptions } from '../../scenarios/testbed/stage/stage-protocol.ts';
import { fill, h, s } from '../shell/dom.ts';
import { onKey } from '../shell/keys.ts';
import { announce, chip, commandText, copy, download, noticeOf, pictureOrTable } from '../shell/parts.ts';
import { formatRoute } from '../shell/router.ts';
import { drawTree } from './branch-tree.ts';
import { type Fault, faultsAt, handCard } from './hand-card.ts';
import { lampsPanel, logsOf, logsPanel, phaseKey, votesPanel } from './panels.ts';
import { stageControls } from './stage-controls.ts';
import { StageDesk, type Stride } from './stage-desk.ts';
import { MOST_LINK_CHARACTERS, readStageLink, stageQuery } from './stage-link.ts';
import { eventTable, flightTable, scriptTable } from './stage-tables.ts';
import { StageView } from './stage-view.ts';
import { branchName, ms, story } from './words.ts';

export interface StagePicture {
  readonly heading: HTMLElement;
  readonly element: HTMLElement;
  readonly start: () => void;
  readonly end: () => void;
}

/** choice: how long an event stands while the run plays, ms. */
const SPEEDS_MS = [2000, 1000, 600, 300, 150, 60];
const USUAL_SPEED = 2;
/** The address follows this long after everything came to rest: browsers limit how often it may change. */
const SETTLED_MS = 300;
/** choice: ways of a message that the diagram shows at once. */
const WINDOW_DELAYS = 9;

export function stagePicture(given: Readonly<Record<string, string>>, isInLesson: boolean): StagePicture {
  const link = readStageLink(given);
  let { options } = link;
  let protocol = stageProtocol(options.protocol);
  let session = new StageSession(protocol, options, link.branches[0]!.script);
  for (const { parent, forkEvent, script: rows } of link.branches.slice(1)) session.add(rows, session.branches[parent]?.id ?? 0, forkEvent);
  const linked = [link, ...(link.second === undefined ? [] : [link.second])].map(({ branch, event, fingerprint }) => ({ branch: session.branches[branch]!, event: event ?? 0, sent: fingerprint }));
  let views: StageView[] = [];
  let active = 0;
  let windowNs = WINDOW_DELAYS * options.delayMs * 1e6;
  let speed = USUAL_SPEED;
  let playing = 0;
  let settling = 0;
  let isTable = false;

  const heading = h('h1', { class: 'live-heading' });
  const problems = h('div', {}, link.problems.map((text) => noticeOf(text)));
  const panes = h('div', { class: 'stage-panes' });
  const tree = s('svg', { class: 'stage-tree', role: 'img' });
  const treeHolder = h('div', { class: 'stage-tree-holder' }, tree);
  const lamps = h('div', {});
  const votes = h('div', {});
  const logs = h('div', {});
  const told = h('div', { class: 'stage-story', 'aria-live': 'polite' });
  const chips = h('span', { class: 'compare-chips' });
  const runs = h('span', {});
  const place = h('span', { class: 'stage-place' });
  const tables = h('div', { class: 'stage-tables', hidden: true });
  const script = h('div', {});
  const command = h('p', { class: 'small' }, 'The file on the command line, to the same fingerprint: ', commandText('npx ledgerlab run pbft-under-attack --faults stage.json'));
  const slider = h('input', { type: 'range', class: 'track', min: 0, step: 1, 'aria-label': 'Event', on: { input: () => go(slider.valueAsNumber) } });
  const branchChoice = h('div', { class: 'stage-branches', role: 'group', 'aria-label': 'Branches' });
  const phases = h('div', {});
  const cardHolder = h('div', {});
  let card = handCard(protocol, act, draw);

  const view = (): StageView => views[active]!;
  const desk = (): StageDesk => view().desk;

  function newView(at: StageDesk): StageView {
    const made = new StageView(at, {
      windowNs: () => windowNs, isSecond: () => views.length > 1,
      focus: (which) => { active = views.indexOf(which); draw(); },
      go: (which, timeNs) => { active = views.indexOf(which); go(desk().eventAt(timeNs)); },
      take: (which, hand) => { active = views.indexOf(which); desk().hand = hand; draw(); },
    });
    return made;
  }

  function begin(wanted: StageOptions, event: number): void {
    stop();
    options = wanted;
    protocol = stageProtocol(options.protocol);
    session = new StageSession(protocol, options);
    open([{ branch: session.branches[0]!, event }]);
  }

  function open(places: readonly { readonly branch: Branch; readonly event: number }[]): void {
    windowNs = WINDOW_DELAYS * options.delayMs * 1e6;
    active = 0;
    views = places.map(({ branch, event }) => newView(new StageDesk(session, branch, event)));
    card = handCard(protocol, act, draw);
    fill(cardHolder, card.element);
    fill(panes, views.map((each) => each.element));
    fill(phases, phaseKey(protocol.phases));
    draw();
  }

  function go(event: number): void {
    desk().seek(event);
    // Two views keep one clock.
    for (const other of views) if (other !== view()) other.desk.seek(other.desk.eventAt(desk().nowNs));
    draw();
  }

  const step = (stride: Stride, by: 1 | -1): void => {
    stop();
    go(desk().next(stride, by));
  };

  function act({ act: what }: Fault): void {
    stop();
    const branch = fork([what]);
    // The message may be gone now.
    if (desk().hand?.kind === 'message' && !desk().inFlight().includes((desk().hand as { number: number }).number)) desk().hand = undefined;
    draw();
    announce(`Branch ${branchName(branch.id)}: ${story(desk(), view().names()).filter((line) => line.startsWith('Then')).join(' ')}`);
  }

  /** The branch of the other view may have grown or made room. */
  function fork(acts: readonly Act[]): Branch {
    const branch = desk().act(acts);
    for (const { desk: other } of views) if (!session.branches.includes(other.branch)) other.choose(session.branches.find(({ id }) => id === other.branch.id) ?? session.branches[0]!);
    return branch;
  }

  function forkHere(): void {
    fork([]);
    draw();
    announce(`Branch ${branchName(desk().branch.id)} begins here.`);
  }

  function chooseBranch(branch: Branch, timeNs = desk().nowNs): void {
    stop();
    desk().choose(branch);
    go(desk().eventAt(timeNs));
  }

  function toggleSecond(): void {
    if (views.length > 1) views = [view()];
    else {
      const other = session.branches.findLast(({ id }) => id !== desk().branch.id) ?? desk().branch;
      const second = new StageDesk(session, other, 0);
      views = [...views, newView(second)];
      second.seek(second.eventAt(desk().nowNs));
    }
    active = 0;
    fill(panes, views.map((each) => each.element));
    draw();
  }

  function stop(): void {
    clearTimeout(playing);
    playing = 0;
    play.firstChild!.textContent = 'Play ';
  }

  function togglePlay(): void {
    if (playing !== 0) return stop();
    play.firstChild!.textContent = 'Pause ';
    const tick = (): void => {
      if (desk().event >= desk().branch.end) return stop();
      go(desk().event + 1);
      // A broken invariant stops the play; the last event stands.
      playing = desk().branch.record.broken?.event === desk().event ? (stop(), 0) : window.setTimeout(tick, SPEEDS_MS[speed]);
    };
    playing = window.setTimeout(tick, 0);
  }

  function address(): string {
    const [first, other] = views.map(({ desk: { branch, event, run } }) => ({ branch, event, fingerprint: run.fingerprint() }));
    return formatRoute('stage', '', stageQuery(session, first!, other));
  }

  /** The fingerprint of a view; where a link has led, whether it is the one that was sent. */
  function chipOf({ desk: { branch, event, run } }: StageView): HTMLElement {
    const fingerprint = run.fingerprint();
    const sent = linked.find((each) => each.sent !== undefined && each.branch === branch && each.event === event)?.sent;
    return chip(fingerprint, sent === undefined ? undefined : sent === fingerprint ? { word: 'as sent', verdict: 'reproduced' } : { word: 'not as sent', verdict: 'not reproduced' });
  }

  function copyLink(): void {
    const text = `${location.href.split('#')[0]}${address()}`;
    if (text.length > MOST_LINK_CHARACTERS) fill(problems, noticeOf(`This script is too long for a link. Save it as a file instead.`));
    else void copy(text, 'Link');
  }

  const fileText = (): string => stageFileToText({ options, script: desk().branch.script, atEvent: desk().event, events: desk().branch.end, fingerprint: desk().branch.fingerprint });

  function draw(): void {
    const at = desk();
    const names = view().names();
    const { branch } = at;
    const { faultCount } = at.run;
    heading.textContent = `${protocol.title}: ${options.replicas} replicas, bears ${protocol.tolerates(options.replicas)} faulty${allFaulty(faultCount) === 0 ? '' : `, has ${countWords(faultCount)}`}${promiseBeyond(faultCount, protocol, options.replicas) === undefined ? '' : ', beyond f'}`;
    runs.textContent = `${options.replicas} replicas, ${options.clients === 1 ? '1 client' : `${options.clients} clients`} with ${options.requests} requests each, ${options.delayMs} ms a message, timeout ${options.timeoutMs} ms, seed ${options.seed}`;
    for (const each of views) each.draw(each === view());
    drawTree(tree, session, views.map((each) => each.desk), Math.max(300, treeHolder.clientWidth), rem(), (chosen, timeNs) => chooseBranch(chosen, timeNs));
    tree.setAttribute('aria-label', `Branches: ${session.branches.map((each) => branchName(each.id)).join(', ')}; at event ${at.event} of ${branch.end} of branch ${branchName(branch.id)}`);
    fill(branchChoice, session.branches.map((each, index) => h('button', { class: `button${each.id === branch.id ? ' main' : ''}`, type: 'button', 'aria-pressed': String(each.id === branch.id), on: { click: () => chooseBranch(each) } }, branchName(each.id), ' ', h('kbd', { 'aria-hidden': 'true' }, String(index + 1)))));
    fill(lamps, lampsPanel(at));
    const cells = logsOf(at);
    fill(votes, votesPanel(at, names, cells));
    fill(logs, logsPanel(at, names, cells));
    fill(told, story(at, names).map((line, index) => h('p', { class: index === 0 ? 'first' : '' }, line)));
    fill(chips, views.map(chipOf));
    fill(place, h('b', {}, `${at.event}`), `/${branch.end} · ${ms(at.nowNs)}`);
    slider.max = String(branch.end);
    slider.value = String(at.event);
    slider.setAttribute('aria-valuetext', `event ${at.event}, ${ms(at.nowNs)}`);
    card.show(at, names);
    fill(script, scriptTable(at));
    scriptText.value = scriptToText(branch.script).replaceAll(';', '\n');
    if (isTable) fill(tables, h('h3', {}, 'Under way'), flightTable(at, names), h('h3', {}, 'Events'), eventTable(at, names));
    
    second.setAttribute('aria-pressed', String(views.length > 1));
    if (!isInLesson) {
      clearTimeout(settling);
      settling = window.setTimeout(() => history.replaceState(null, '', `${location.href.split('#')[0]}${address()}`), SETTLED_MS);
    }
  }

  const rem = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;

  function applyScript(): void {
    try {
      const rows = stageScriptFrom(rowsOfText(scriptText.value.split(/\s*\n\s*/).join(';')), options);
      fill(problems);
      const branch = session.add(rows, session.branches[0]!.id, 0);
      desk().makeRoom(branch);
      chooseBranch(branch, 0);
    } catch (error) {
      fill(problems, noticeOf(error instanceof Error ? error.message : String(error), true));
    }
  }

  const button = (text: string, key: string, does: () => void, isMain = false): HTMLButtonElement => h('button', { class: isMain ? 'button main' : 'button', type: 'button', on: { click: does } }, text, ' ', h('kbd', { 'aria-hidden': 'true' }, key));
  const play = h('button', { class: 'button main', type: 'button', on: { click: togglePlay } }, 'Play ', h('kbd', { 'aria-hidden': 'true' }, 'space'));
  const second = button('Two views', 'I', toggleSecond);
  const speedTrack = h('input', { type: 'range', class: 'track', min: 0, max: SPEEDS_MS.length - 1, step: 1, value: speed, 'aria-label': 'Speed', on: { input: () => setSpeed(speedTrack.valueAsNumber) } });
  const speedText = h('span', { class: 'tiny' });
  function setSpeed(wanted: number): void {
    speed = Math.max(0, Math.min(SPEEDS_MS.length - 1, wanted));
    speedTrack.value = String(speed);
    speedText.textContent = `an event lasts ${SPEEDS_MS[speed]! / 1000} s`;
  }
  setSpeed(speed);
  const scriptText = h('textarea', { class: 'field stage-script', rows: 4, spellcheck: false, 'aria-label': 'Script, one row a line' });
  const showAs = pictureOrTable((choice) => {
    isTable = choice === 'table';
    tables.hidden = !isTable;
    panes.hidden = isTable;
    draw();
  });
  const controls = stageControls(options, (wanted) => {
    fill(problems);
    begin(wanted, 0);
  }, (text) => fill(problems, noticeOf(text, true)));

  const transport = h('div', { class: 'stage-transport', role: 'group', 'aria-label': 'Steps' },
    button('Start', 'Home', () => { stop(); go(0); }), button('Back', '←', () => step('event', -1)), play, button('Step', '→', () => step('event', 1)), button('Message', 'shift →', () => step('message', 1)), button('Decision', 'N', () => step('decision', 1)), button('Fork here', 'F', forkHere), second,
    h('span', { class: 'flow-speed' }, speedTrack, speedText));
  const side = h('div', { class: 'stage-side' }, told, votes, logs, lamps);
  const element = h('div', { class: isInLesson ? 'stage in-lesson' : 'stage' },
    problems, isInLesson ? null : h('details', { class: 'schedule-fold stage-fold' }, h('summary', {}, h('b', {}, 'What runs'), runs), controls),
    h('div', { class: 'stage-head' }, phases, showAs, chips),
    h('div', { class: 'stage-grid-page' },
      h('div', { class: 'stage-main' }, panes, tables, cardHolder,
        h('div', { class: 'stage-clock' }, treeHolder, branchChoice, h('div', { class: 'flow-slide' }, slider, place), transport)),
      side),
    h('details', { class: 'schedule-fold stage-script-fold', open: !isInLesson }, h('summary', {}, h('b', {}, 'Fault script'), 'every act is a row'),
      script,
      h('details', {}, h('summary', { class: 'small' }, 'Edit as text'), h('p', { class: 'tiny' }, 'After which event, what, to whom: 12:drop:31, 40:crash:0, 60:restart:0:kept, 0:lie:1:twins, 0:partition:0,1, 25000000ns:heal'), scriptText, h('p', {}, h('button', { class: 'button', type: 'button', on: { click: applyScript } }, 'Run this script'))),
      h('p', { class: 'small exports' }, h('button', { class: 'link', type: 'button', on: { click: copyLink } }, 'Copy link'), ' · ', h('button', { class: 'link', type: 'button', on: { click: () => download('stage.json', 'application/json', fileText()) } }, 'Save as file')), command),
    isInLesson ? h('p', { class: 'small' }, h('button', { class: 'link', type: 'button', on: { click: () => { location.hash = address(); } } }, 'Open on its own page')) : null);

  const keys: Readonly<Record<string, () => void>> = {
    ArrowRight: () => step('event', 1), ArrowLeft: () => step('event', -1), Home: () => { stop(); go(0); }, End: () => { stop(); go(desk().branch.end); }, ' ': togglePlay,
    n: () => step('decision', 1), N: () => step('decision', -1), f: forkHere, i: toggleSecond, d: () => showAs.querySelector<HTMLElement>(`[data-value=${isTable ? 'picture' : 'table'}]`)?.click(), y: copyLink,
    m: () => { desk().takeMessage(1); draw(); }, M: () => { desk().takeMessage(-1); draw(); }, ArrowDown: () => { desk().takeNode(1); draw(); }, ArrowUp: () => { desk().takeNode(-1); draw(); },
    Escape: () => { desk().hand = undefined; draw(); }, '[': () => setSpeed(speed - 1), ']': () => setSpeed(speed + 1), '+': () => { windowNs /= 1.5; draw(); }, '-': () => { windowNs *= 1.5; draw(); },
  };
  function handle(event: KeyboardEvent): boolean {
    const { key, shiftKey } = event;
    if (shiftKey && (key === 'ArrowRight' || key === 'ArrowLeft')) {
      step('message', key === 'ArrowRight' ? 1 : -1);
      return true;
    }
    // With something in hand its letters come first.
    const fault = faultsAt(desk(), card.behaviour()).find((each) => each.key === key.toLowerCase());
    if (fault !== undefined) {
      act(fault);
      return true;
    }
    const branch = /^[1-9]$/.test(key) ? session.branches[Number(key) - 1] : undefined;
    if (branch !== undefined) chooseBranch(branch);
    else if (keys[key] === undefined && keys[key.toLowerCase()] === undefined) return false;
    else (keys[key] ?? keys[key.toLowerCase()])!();
    if (['ArrowUp', 'ArrowDown', 'm', 'M'].includes(key)) announce(card.element.querySelector('p')?.textContent ?? '');
    return true;
  }
  const HELP = [
    { keys: '← →', does: 'event back, forward; with Shift: message' }, { keys: 'N, Shift N', does: 'next, previous decision' }, { keys: 'Home, End', does: 'ends of the run' }, { keys: 'Space, [ ]', does: 'play, slower, faster' }, { keys: '+ −', does: 'zoom' },
    { keys: '↑ ↓', does: 'take a replica' }, { keys: 'M', does: 'take the next message under way' }, { keys: 'X L 2 O', does: 'message: drop, hold back, duplicate, cut this way' }, { keys: 'C P S E', does: 'replica: crash, cut off, slow, lie' }, { keys: 'U Z V', does: 'start again with disk, without memory; heal the network' },
    { keys: 'Esc', does: 'let go' }, { keys: 'F; 1 to 9', does: 'fork here; go to a branch' }, { keys: 'I', does: 'two views' }, { keys: 'D', does: 'tables instead of the picture' }, { keys: 'Y', does: 'copy the link' },
  ];

  const resized = new ResizeObserver(() => draw());
  let unbind: () => void = () => undefined;
  return {
    heading, element,
    start: () => {
      open(linked);
      resized.observe(treeHolder);
      if (!isInLesson) unbind = onKey(HELP, (_key, event) => !(event.target instanceof Element && event.target.closest('[role=radiogroup]') !== null && event.key.startsWith('Arrow')) && handle(event));
      else element.addEventListener('keydown', (event) => {
        const onControl = event.target instanceof Element && (event.target.closest('input, select, textarea, [role=radiogroup]') !== null || ((event.key === ' ' || event.key === 'Enter') && event.target.closest('button, summary') !== null));
        if (!onControl && !event.ctrlKey && !event.metaKey && !event.altKey && handle(event)) event.preventDefault();
      });
    },
    end: () => {
      stop();
      clearTimeout(settling);
      resized.disconnect();
      unbind();
    },
  };
}
