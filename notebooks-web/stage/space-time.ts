/**
 * The space-time diagram: time runs right, a lane a node, clients on top. A message is a line from where it was sent to where it arrives; one
 * under way has its head on the cursor and the rest of its way dotted. What is right of the cursor is a ghost: it comes so unless somebody acts.
 */
import type { MessageRecord } from '../../scenarios/testbed/stage/recording.ts';
import { s } from '../shell/dom.ts';
import type { StageDesk } from './stage-desk.ts';
import { ms, nodeName, type Names } from './words.ts';

export interface DiagramLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly laneHeight: number;
  readonly rem: number;
  readonly nowNs: number;
  readonly fromNs: number;
  readonly toNs: number;
  readonly xOf: (timeNs: number) => number;
  readonly timeOf: (x: number) => number;
  readonly yOf: (node: number) => number;
}

export interface DiagramActs {
  readonly takeMessage: (number: number) => void;
  readonly takeNode: (node: number) => void;
}

/** Where on the width the cursor stands, unless the run has just begun. */
const CURSOR_SHARE = 0.6;
const AXIS_HEIGHT = 34;

/** rem: pixels of the root font, larger for a projector. */
export function diagramLayout(desk: StageDesk, width: number, windowNs: number, rem: number): DiagramLayout {
  const { replicas, clients } = desk.run.model;
  const isNarrow = width < 560;
  const count = replicas + clients;
  const left = (isNarrow ? 2.6 : 7.4) * rem;
  const right = width - 10;
  const laneHeight = Math.max(2, Math.min(isNarrow ? 3.6 : 5, (isNarrow ? 22 : 29) / count)) * rem;
  const top = 1.6 * rem;
  const fromNs = Math.max(0, desk.nowNs - CURSOR_SHARE * windowNs);
  const scale = (right - left) / windowNs;
  return {
    width, left, right, top, laneHeight, rem, nowNs: desk.nowNs, fromNs, toNs: fromNs + windowNs, height: top + (count - 1) * laneHeight + AXIS_HEIGHT + 0.6 * rem,
    xOf: (timeNs) => left + (timeNs - fromNs) * scale,
    timeOf: (x) => fromNs + (x - left) / scale,
    yOf: (node) => top + (node < replicas ? node + clients : node - replicas) * laneHeight,
  };
}

export function drawDiagram(svg: SVGSVGElement, desk: StageDesk, names: Names, layout: DiagramLayout, acts: DiagramActs): void {
  const { width, height } = layout;
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  svg.replaceChildren(
    s('defs', {}, s('pattern', { id: 'stage-hatch', width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }, s('path', { d: 'M0 0v7', class: 'stage-hatch-line' })),
      s('clipPath', { id: 'stage-clip' }, s('rect', { x: layout.left, y: 0, width: layout.right - layout.left, height }))),
    axis(layout), lanes(desk, layout, acts),
    s('g', { 'clip-path': 'url(#stage-clip)' }, messages(desk, names, layout, acts), timers(desk, layout), marks(desk, layout), acted(desk, layout)),
    cursor(desk, layout),
  );
}

/** 1, 2 or 5 times a power of ten, so that there are some eight lines. */
export function tickNs(spanNs: number, most: number): number {
  let unit = 1;
  while (unit * 10 <= spanNs / most) unit *= 10;
  return [1, 2, 5, 10].map((factor) => factor * unit).find((step) => spanNs / step <= most) ?? 10 * unit;
}

function axis({ fromNs, toNs, xOf, top, height, left, right, rem, nowNs }: DiagramLayout): SVGElement {
  const step = tickNs(toNs - fromNs, Math.max(2, (right - left) / (4 * rem)));
  const ticks: SVGElement[] = [];
  for (let at = Math.ceil(fromNs / step) * step; at <= toNs; at += step) {
    const x = xOf(at);
    if (x < left) continue;
    ticks.push(s('line', { x1: x, x2: x, y1: top - 12, y2: height - AXIS_HEIGHT, class: 'stage-grid' }));
    // The time at the cursor stands over its neighbours.
    if (Math.abs(x - xOf(nowNs)) > 3.4 * rem) ticks.push(s('text', { x, y: height - 12, 'text-anchor': 'middle' }, at === 0 || ticks.length < 2 ? `${at / 1e6} ms` : String(at / 1e6)));
  }
  return s('g', {}, ticks);
}

function lanes(desk: StageDesk, { xOf, yOf, left, right, laneHeight, width, toNs, rem }: DiagramLayout, acts: DiagramActs): SVGElement {
  const { run, branch: { record }, event, hand, nowNs } = desk;
  const { model } = run;
  const isNarrow = width < 560;
  return s('g', {}, run.nodes.map(({ isUp, player, behaviour }, node) => {
    const y = yOf(node);
    const isChosen = hand?.kind === 'node' && hand.node === node;
    const since = record.acts.find(({ row, event: at }) => at <= event && row.act === 'lie' && row.node === node)?.timeNs;
    const role = isUp ? (behaviour === undefined ? model.role(node, player.state) : `lies: ${behaviour}`) : 'down';
    const x = xOf(nowNs);
    const isReplica = node < model.replicas;
    const group = s('g', { class: `stage-lane${isChosen ? ' chosen' : ''}${behaviour !== undefined || !isUp ? ' bad' : ''}`, on: isReplica ? { click: (clicked: Event) => { clicked.stopPropagation(); acts.takeNode(node); } } : {} },
      since === undefined ? null : s('rect', { x: Math.max(left, xOf(since)), y: y - 0.36 * laneHeight, width: Math.max(0, right - Math.max(left, xOf(since))), height: 0.72 * laneHeight, fill: 'url(#stage-hatch)' }),
      s('line', { x1: left, x2: Math.min(right, x), y1: y, y2: y, class: 'stage-rail past' }),
      s('line', { x1: Math.min(right, x), x2: Math.min(right, xOf(toNs)), y1: y, y2: y, class: 'stage-rail' }),
      downs(desk, node).map(([from, to]) => s('line', { x1: Math.max(left, xOf(from)), x2: Math.min(right, Math.max(left, xOf(Math.min(to, toNs)))), y1: y, y2: y, class: 'stage-down' })),
      s('rect', { x: 0, y: y - 0.42 * laneHeight, width: left - 8, height: 0.84 * laneHeight, class: 'stage-lane-hit' }),
      s('text', { x: 4, y: isNarrow ? y + 4 : y, class: 'stage-node' }, nodeName(node, model.replicas)),
      isNarrow ? (behaviour !== undefined || !isUp ? s('text', { x: 4, y: y + rem, class: 'stage-role' }, isUp ? 'lies' : 'down') : null) : s('text', { x: 4, y: y + 0.95 * rem, class: 'stage-role' }, role));
    return group;
  }));
}

/** When a node was down, up to the event at hand. */
function downs({ branch: { record }, event, nowNs }: StageDesk, node: number): [number, number][] {
  const spans: [number, number][] = [];
  for (const { row, event: at, timeNs } of record.acts) {
    if (at > event) break;
    if (row.act === 'crash' && row.node === node) spans.push([timeNs, nowNs]);
    else if (row.act === 'restart' && row.node === node && spans.length > 0) spans[spans.length - 1]![1] = timeNs;
  }
  return spans;
}

function messages(desk: StageDesk, names: Names, layout: DiagramLayout, acts: DiagramActs): SVGElement {
  const { run, branch: { record }, hand } = desk;
  const { fromNs, toNs } = layout;
  const shown = record.messages.filter(({ sentNs, dueNs, endNs }) => sentNs <= toNs && Math.max(dueNs, endNs === Infinity ? 0 : endNs) >= fromNs);
  const last = desk.session.protocol.phases.length - 1;
  return s('g', { class: 'stage-messages' }, shown.map((message) => {
    const phase = run.model.phaseOf(message.message);
    return arrow(message, desk, layout, `phase-${phase === last ? 'rest' : phase}${names.isSecond(message.number) ? ' second' : ''}${hand?.kind === 'message' && hand.number === message.number ? ' chosen' : ''}`, acts);
  }));
}

function arrow(message: MessageRecord, { event, nowNs }: StageDesk, { xOf, yOf }: DiagramLayout, classes: string, acts: DiagramActs): SVGElement {
  const { number, from, to, sentNs, dueNs, endNs, sentEvent, endEvent, fate } = message;
  const [x1, y1, x2, y2] = [xOf(sentNs), yOf(from), xOf(dueNs), yOf(to)];
  const at = (share: number): [number, number] => [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];
  const line = (a: [number, number], b: [number, number], kind = ''): SVGElement => s('line', { x1: a[0], y1: a[1], x2: b[0], y2: b[1], class: kind });
  const parts: SVGElement[] = [];
  const isOver = endEvent <= event;
  const isLost = isOver && fate !== 'arrived';
  if (sentEvent > event) parts.push(line([x1, y1], [x2, y2], 'ghost'));
  else if (isLost) {
    // Cut off where it was sent: a stub; dropped on its way: up to there.
    const share = fate === 'cut off' || endNs <= sentNs ? 0.22 : Math.min(1, (endNs - sentNs) / Math.max(1, dueNs - sentNs));
    const [x, y] = at(share);
    parts.push(line([x1, y1], [x, y]), s('path', { d: `M${x - 4} ${y - 4}l8 8m0 -8l-8 8`, class: 'stage-lost' }));
  } else if (isOver) {
    parts.push(line([x1, y1], [x2, y2]), head(x1, y1, x2, y2));
  } else {
    const share = Math.min(1, Math.max(0, (nowNs - sentNs) / Math.max(1, dueNs - sentNs)));
    const [x, y] = at(share);
    parts.push(line([x, y], [x2, y2], 'ahead'), line([x1, y1], [x, y]), s('circle', { cx: x, cy: y, r: 5, class: 'stage-flying' }));
    if (classes.includes('chosen')) parts.push(s('circle', { cx: x, cy: y, r: 10, class: 'stage-ring' }));
  }
  if (sentEvent <= event) parts.push(s('line', { x1, y1, x2, y2, class: 'stage-hit' }));
  return s('g', { class: `stage-message ${classes}`, 'data-number': number, on: { click: (clicked: Event) => {
    if (sentEvent > event) return;
    clicked.stopPropagation();
    acts.takeMessage(number);
  } } }, parts);
}

function head(x1: number, y1: number, x2: number, y2: number): SVGElement {
  const length = Math.max(1, Math.hypot(x2 - x1, y2 - y1));
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  return s('path', { d: `M${x2} ${y2}L${x2 - 8 * ux + 3 * uy} ${y2 - 8 * uy - 3 * ux}L${x2 - 8 * ux - 3 * uy} ${y2 - 8 * uy + 3 * ux}Z`, class: 'stage-head' });
}

/** Running timers hang below their lane up to when they are due; a flag where one ran out. */
function timers({ branch: { record }, event }: StageDesk, { xOf, yOf, fromNs, toNs }: DiagramLayout): SVGElement {
  return s('g', {}, record.timers.filter(({ setNs, dueNs, setEvent }) => setEvent <= event && dueNs >= fromNs && setNs <= toNs).map(({ node, timer, setNs, dueNs, endEvent, endNs, hasFired }) => {
    const y = yOf(node) + 7 + 3 * (timer % 4);
    if (endEvent > event) return s('path', { d: `M${xOf(Math.max(setNs, fromNs))} ${y}H${xOf(Math.min(dueNs, toNs))}${dueNs <= toNs ? 'v-4v8' : ''}`, class: 'stage-timer' });
    return hasFired ? s('path', { d: `M${xOf(endNs)} ${yOf(node)}v14l-8 -4l8 -4`, class: 'stage-fired' }) : null;
  }));
}

function marks({ branch: { record }, event, session: { protocol } }: StageDesk, { xOf, yOf, fromNs, toNs }: DiagramLayout): SVGElement {
  const shown = record.observations.filter((each) => each.event <= event && protocol.marks.has(each.what) && each.timeNs >= fromNs && each.timeNs <= toNs);
  // Several in one event: the furthest stands for all.
  const last = new Map(shown.map((each) => [`${each.node}/${each.event}`, each]));
  return s('g', {}, [...last.values()].map(({ node, what, timeNs }) => stepMark(xOf(timeNs), yOf(node), protocol.marks.get(what)!, 11)));
}

/** Empty with a broken rim, half, rimmed, full: as the cells of the log. */
export function stepMark(x: number, y: number, step: string, size: number): SVGElement {
  const half = size / 2;
  return s('g', { class: `stage-mark is-${step}`, transform: `translate(${x} ${y})` },
    s('rect', { x: -half, y: -half, width: size, height: size, class: 'box' }),
    step === 'prepared' ? s('rect', { x: -half, y: -half, width: size, height: half, class: 'upper' }) : null);
}

/** Letters of the acts, on the lane they hit. */
function acted({ branch: { record }, event }: StageDesk, { xOf, left, top, fromNs, toNs }: DiagramLayout): SVGElement {
  return s('g', {}, record.acts.filter((act) => act.event <= event && act.timeNs >= fromNs && act.timeNs <= toNs).map(({ row, timeNs }, index) => s('g', { class: 'stage-act', transform: `translate(${Math.max(left + 9, xOf(timeNs))} ${top - 16 + (index % 2) * 2})` },
    s('rect', { x: -8, y: -8, width: 16, height: 16, rx: 3 }), s('text', { y: 4, 'text-anchor': 'middle' }, actLetter(row.act)))));
}

export const ACT_LETTERS: Readonly<Record<string, string>> = { drop: 'X', delay: 'L', duplicate: '2', crash: 'C', restart: 'U', partition: 'P', 'one-way': 'O', slow: 'S', heal: 'H', lie: 'E' };
export const actLetter = (act: string): string => ACT_LETTERS[act] ?? '?';

function cursor({ nowNs }: StageDesk, { xOf, top, height, rem }: DiagramLayout): SVGElement {
  const x = xOf(nowNs);
  return s('g', { class: 'stage-cursor' }, s('line', { x1: x, x2: x, y1: top - 14, y2: height - AXIS_HEIGHT + 6 }), s('rect', { x: x - 2.2 * rem, y: height - 10 - 0.95 * rem, width: 4.4 * rem, height: 1.25 * rem, rx: 3 }), s('text', { x, y: height - 12, 'text-anchor': 'middle' }, ms(nowNs)));
}
