/**
 * The path, playing: time slider, play and pause, one event at a time, speed, and one packet in hand that can be dropped. Whoever prefers
 * less motion gets events one by one at fixed intervals instead of a moving picture.
 */
import { fill, h } from '../shell/dom.ts';
import { fixed, THIN } from '../shell/format.ts';
import { announce } from '../shell/parts.ts';
import { reducedMotion } from '../shell/theme.ts';
import { type Drop, type FlowRecord, NO_ROOM } from './flow-record.ts';
import { type PacketEvent, PacketEvents } from './packet-events.ts';
import type { Palette } from './palette.ts';
import { drawPath, pathLayout, type PathLayout, type Target } from './path-drawing.ts';
import { sized } from './phase-strip.ts';
import { eventSentence, packetStory } from './sentences.ts';

export interface PlayerOwner {
  /** The playhead has moved. */
  readonly moved: (timeNs: number) => void;
  readonly drop: (drop: Drop) => void;
}

/** choice: how long a millisecond of the model lasts, in ms: from real time to a second. */
const SPEEDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const USUAL_SPEED = 5;
/** Between two events with less motion; well below three changes a second. */
const STEP_MS = 700;
/** A packet is meant when the pointer is so close. */
const NEAR_PX = 14;

export class Player {
  readonly element: HTMLElement;
  readonly canvas = h('canvas', { class: 'flow-path', role: 'img', tabindex: 0 });
  private readonly owner: PlayerOwner;
  private record: FlowRecord | undefined;
  private events: PacketEvents | undefined;
  private timeNs = 0;
  private at: PacketEvent | undefined;
  private selected = -1;
  private speed = USUAL_SPEED;
  private layout: PathLayout | undefined;
  private palette: Palette | undefined;
  private targets: readonly Target[] = [];
  private frame = 0;
  private timer = 0;
  private lastFrameMs = 0;

  private readonly holder = h('div', { class: 'flow-path-holder' }, this.canvas);
  private readonly told = h('p', { class: 'flow-told small' });
  private readonly hand = h('div', { class: 'flow-hand' });
  private readonly slider = h('input', { type: 'range', class: 'track', min: 0, max: 1, step: 'any', value: 0, 'aria-label': 'Time', on: { input: () => this.seek(this.slider.valueAsNumber * 1e6) } });
  private readonly clock = h('output', { class: 'flow-time' });
  private readonly playButton = h('button', { class: 'button main', type: 'button', on: { click: () => this.toggle() } }, 'Play ', h('kbd', { 'aria-hidden': 'true' }, 'space'));
  private readonly speedTrack = h('input', { type: 'range', class: 'track', min: 0, max: SPEEDS.length - 1, step: 1, value: SPEEDS.length - 1 - USUAL_SPEED, 'aria-label': 'Speed', on: { input: () => this.setSpeed(SPEEDS.length - 1 - this.speedTrack.valueAsNumber) } });
  private readonly speedText = h('span', { class: 'tiny' });

  constructor(owner: PlayerOwner) {
    this.owner = owner;
    const button = (text: string, key: string, act: () => void): HTMLElement => h('button', { class: 'button', type: 'button', on: { click: act } }, text, ' ', h('kbd', { 'aria-hidden': 'true' }, key));
    this.element = h('div', { class: 'flow-player' }, this.holder,
      h('div', { class: 'flow-slide' }, this.slider, this.clock),
      h('div', { class: 'schedule-transport', role: 'group', 'aria-label': 'Playing' },
        this.playButton, button('Back', '←', () => this.step(-1)), button('Next event', '→', () => this.step(1)),
        button('Next packet', 'M', () => this.pick(1)), h('span', { class: 'flow-speed' }, this.speedTrack, this.speedText)),
      this.told, this.hand);
    this.canvas.addEventListener('click', (event) => this.point(event));
    this.setSpeed(USUAL_SPEED);
  }

  show(record: FlowRecord, timeNs: number): void {
    this.record = record;
    this.events = new PacketEvents(record);
    this.selected = -1;
    this.slider.max = String(record.endNs / 1e6);
    this.seek(timeNs);
    this.tellHand();
  }

  /** Another width, other colours. */
  measure(width: number, palette: Palette): void {
    this.palette = palette;
    if (this.record === undefined || width <= 0) return;
    this.layout = pathLayout(width, this.record.bufferPackets, palette.px);
    this.draw();
  }

  seek(timeNs: number): void {
    this.at = undefined;
    this.go(timeNs);
  }

  get now(): number {
    return this.timeNs;
  }

  get isPlaying(): boolean {
    return this.frame !== 0 || this.timer !== 0;
  }

  toggle(): void {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  pause(): void {
    cancelAnimationFrame(this.frame);
    clearInterval(this.timer);
    this.frame = 0;
    this.timer = 0;
    this.playButton.firstChild!.textContent = 'Play ';
  }

  /** To the next or previous thing that happens to any packet. */
  step(by: 1 | -1): boolean {
    const from = this.at ?? this.timeNs;
    const event = by > 0 ? this.events?.next(from) : this.events?.previous(from);
    if (event === undefined || this.record === undefined) return false;
    this.at = event;
    this.go(event.timeNs);
    const sentence = eventSentence(this.record, event);
    this.told.textContent = sentence;
    announce(sentence);
    return true;
  }

  /** The next packet that is on its way at this instant, oldest first. */
  pick(by: 1 | -1): void {
    const rows = this.present();
    if (rows.length === 0) return announce('No packet is on its way.');
    const here = rows.indexOf(this.selected);
    this.select(here < 0 ? rows[by > 0 ? 0 : rows.length - 1]! : rows[(here + by + rows.length) % rows.length]!);
    if (this.record !== undefined) announce(packetStory(this.record, this.selected));
  }

  dropSelected(): void {
    const drop = this.dropInHand();
    if (drop === undefined) announce('Choose a packet first: M takes the next one.');
    else this.owner.drop(drop);
  }

  letGo(): void {
    this.select(-1);
  }

  faster(by: 1 | -1): void {
    this.setSpeed(Math.min(SPEEDS.length - 1, Math.max(0, this.speed - by)));
    announce(this.speedText.textContent ?? '');
  }

  end(): void {
    this.pause();
  }

  private play(): void {
    if (this.record === undefined) return;
    if (this.timeNs >= this.record.endNs) this.seek(0);
    this.playButton.firstChild!.textContent = 'Pause ';
    if (reducedMotion()) {
      this.timer = window.setInterval(() => { if (!this.step(1)) this.pause(); }, STEP_MS);
      return;
    }
    this.lastFrameMs = performance.now();
    const turn = (nowMs: number): void => {
      const passedMs = Math.min(100, Math.max(0, nowMs - this.lastFrameMs));
      this.lastFrameMs = nowMs;
      this.seek(Math.min(this.record!.endNs, this.timeNs + (passedMs / SPEEDS[this.speed]!) * 1e6));
      if (this.timeNs >= this.record!.endNs) this.pause();
      else this.frame = requestAnimationFrame(turn);
    };
    this.frame = requestAnimationFrame(turn);
  }

  private go(timeNs: number): void {
    const endNs = this.record?.endNs ?? 0;
    this.timeNs = Math.min(endNs, Math.max(0, timeNs));
    this.slider.value = String(this.timeNs / 1e6);
    this.slider.setAttribute('aria-valuetext', `${fixed(this.timeNs / 1e6, 3)} ms`);
    this.clock.textContent = `${fixed(this.timeNs / 1e6, 2)}${THIN}ms`;
    if (this.at === undefined) this.told.textContent = 'Step to see what happens to one packet after the other, or choose a packet in the picture.';
    this.draw();
    this.owner.moved(this.timeNs);
  }

  private draw(): void {
    if (this.record === undefined || this.events === undefined || this.layout === undefined || this.palette === undefined) return;
    const ctx = this.context(this.layout);
    if (ctx === undefined) return;
    this.targets = drawPath(ctx, { record: this.record, events: this.events, timeNs: this.timeNs, selected: this.selected }, this.layout, this.palette);
    const { packets } = this.record;
    const [waiting, under] = this.present().reduce(([queue, way], row) => (this.timeNs < packets.serveNs[row]! ? [queue + 1, way] : [queue, way + 1]), [0, 0]);
    this.canvas.setAttribute('aria-label', `The path at ${fixed(this.timeNs / 1e6, 2)} ms: ${waiting} of ${this.record.bufferPackets} packets wait, ${under} are on the way there, ${this.events.acksAt(this.timeNs).length} acknowledgements on the way back.`);
  }

  /** The canvas is made anew only when its size changes: that clears it, and costs more than drawing. */
  private context({ width, height }: PathLayout): CanvasRenderingContext2D | undefined {
    const isRight = this.canvas.width === Math.round(width * devicePixelRatio) && this.canvas.height === Math.round(height * devicePixelRatio);
    return isRight ? (this.canvas.getContext('2d') ?? undefined) : sized(this.canvas, width, height);
  }

  /** Packets that wait or travel at this instant. */
  private present(): number[] {
    const { record, events } = this;
    return record === undefined || events === undefined ? [] : events.packetsAt(this.timeNs, 0).filter((row) => record.packets.fate[row] !== NO_ROOM);
  }

  private point(event: MouseEvent): void {
    const frame = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    let best: Target | undefined;
    let nearest = NEAR_PX;
    for (const target of this.targets) {
      const distance = Math.hypot(target.x - x, target.y - y);
      if (distance < nearest) [best, nearest] = [target, distance];
    }
    this.pause();
    this.select(best?.row ?? -1);
  }

  private select(row: number): void {
    this.selected = row;
    this.tellHand();
    this.draw();
  }

  /** The packet in hand as a drop, if it can be dropped: what found no room never used the line, and the opening packet has no segment. */
  private dropInHand(): Drop | undefined {
    const { record, selected } = this;
    if (record === undefined || selected < 0) return undefined;
    const { packets } = record;
    if (packets.fate[selected] === NO_ROOM || packets.segment[selected]! < 0) return undefined;
    return { flow: packets.flow[selected]! + 1, segment: packets.segment[selected]!, sending: packets.sending[selected]! };
  }

  private tellHand(): void {
    const { record, selected } = this;
    if (record === undefined || selected < 0) return fill(this.hand, h('p', { class: 'tiny' }, 'No packet in hand. Press on one in the picture, or M for the next one on its way; then X drops it and runs everything again.'));
    const dropButton = h('button', { class: 'button', type: 'button', on: { click: () => this.dropSelected() } }, 'Drop it, run again ', h('kbd', { 'aria-hidden': 'true' }, 'X'));
    fill(this.hand, h('p', { class: 'small' }, packetStory(record, selected)), h('p', {}, this.dropInHand() === undefined ? null : dropButton, ' ', h('button', { class: 'button', type: 'button', on: { click: () => this.letGo() } }, 'Let go ', h('kbd', { 'aria-hidden': 'true' }, 'esc'))));
  }

  private setSpeed(at: number): void {
    this.speed = at;
    this.speedTrack.value = String(SPEEDS.length - 1 - at);
    const lasts = SPEEDS[at]!;
    this.speedText.textContent = lasts === 1 ? 'real time' : `1${THIN}ms lasts ${lasts >= 1000 ? `${lasts / 1000}${THIN}s` : `${lasts}${THIN}ms`}`;
    this.speedTrack.setAttribute('aria-valuetext', this.speedText.textContent);
  }
}
