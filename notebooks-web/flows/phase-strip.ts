/**
 * A lane a flow with its phases as bands: colour, pattern and name say the same. Where a controller has a pacing gain, a line within the
 * band stands above or below the middle as the gain is above or below 1.
 */
import { h } from '../shell/dom.ts';
import { fixed } from '../shell/format.ts';
import type { ClockWindow } from '../schedule/clock-window.ts';
import { gutterOf, RIGHT_PX } from './charts.ts';
import { flowNames } from './chart-panels.ts';
import type { FlowRecord, Phase } from './flow-record.ts';
import type { Palette, PhaseTone } from './palette.ts';
import { upTo } from './packet-events.ts';

/** What a phase of any of the controllers is about. */
export function toneOf(name: string): PhaseTone {
  const word = name.toLowerCase();
  if (/probe.?rtt/.test(word)) return 'look';
  if (/drain|down/.test(word)) return 'empty';
  if (/startup|slow start|\bup\b|refill|_up|asking/.test(word)) return 'search';
  if (/recovery|loss|reduc|cwr|timeout/.test(word)) return 'repair';
  if (/probe|cruise|avoid|explicit/.test(word)) return 'cruise';
  return 'other';
}

/** The phase a flow is in at an instant. */
export function phaseAt(phases: readonly Phase[], timeNs: number): Phase | undefined {
  let [low, high] = [0, phases.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (phases[middle]!.fromNs <= timeNs) low = middle + 1;
    else high = middle;
  }
  const phase = phases[low - 1];
  return phase !== undefined && timeNs < phase.toNs ? phase : undefined;
}

const LANE_PX = 26;

export class PhaseStrip {
  readonly canvas = h('canvas', { class: 'flow-phases', role: 'img' });

  draw(record: FlowRecord, shown: ClockWindow, playheadNs: number, width: number, palette: Palette): void {
    const lane = Math.round((LANE_PX * palette.px) / 16);
    const height = record.flows.length * (lane + 4) + 2;
    const ctx = sized(this.canvas, width, height);
    if (ctx === undefined) return;
    const [left, right] = [gutterOf(width, palette.px), width - RIGHT_PX];
    const x = (ns: number): number => left + ((ns - shown.fromNs) / (shown.toNs - shown.fromNs)) * (right - left);
    ctx.font = `600 ${0.75 * palette.px}px ${palette.sans}`;
    ctx.textBaseline = 'middle';
    const names = flowNames(record);
    record.flows.forEach(({ phases }, at) => {
      const top = 1 + at * (lane + 4);
      ctx.fillStyle = palette.ink2;
      ctx.textAlign = 'right';
      ctx.fillText(fitted(ctx, names[at]!, left - 8) || (names.length > 1 ? `${at + 1}` : ''), left - 6, top + lane / 2);
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, top, right - left, lane);
      ctx.clip();
      // Bands thinner than a pixel are drawn as one, with the tone of the longest.
      for (const band of merged(phases, shown, (right - left) / (shown.toNs - shown.fromNs))) drawBand(ctx, band, Math.max(left, x(band.fromNs)), Math.min(right, x(band.toNs)), top, lane, palette);
      ctx.restore();
    });
    if (playheadNs >= shown.fromNs && playheadNs <= shown.toNs) {
      ctx.fillStyle = palette.link;
      ctx.fillRect(Math.round(x(playheadNs)), 0, 1, height);
    }
    this.canvas.setAttribute('aria-label', `Phases of ${names.join(' and ')}. ${record.flows.map(({ phases }, at) => `${names[at]!} is in ${phaseAt(phases, playheadNs)?.name ?? 'no phase'}`).join('; ')} at ${fixed(playheadNs / 1e9, 3)} seconds. All phases stand in the table.`);
  }
}

/** A drawing surface of so many CSS pixels at the screen's own resolution. */
export function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | undefined {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const ctx = canvas.getContext('2d') ?? undefined;
  ctx?.scale(ratio, ratio);
  return ctx;
}

/** Neighbours of a family that would be too thin to be told apart, put together under the family's name. */
function merged(phases: readonly Phase[], { fromNs, toNs }: ClockWindow, pxPerNs: number): Phase[] {
  const out: Phase[] = [];
  const first = Math.max(0, upTo(Float64Array.from(phases, (phase) => phase.fromNs), fromNs) - 1);
  const isThin = (phase: Phase): boolean => (phase.toNs - phase.fromNs) * pxPerNs < THIN_PX;
  for (let at = first; at < phases.length && phases[at]!.fromNs < toNs; at++) {
    const phase = phases[at]!;
    const last = out.at(-1);
    if (last !== undefined && familyOf(last.name) === familyOf(phase.name) && last.toNs === phase.fromNs && (isThin(phase) || last.name === familyOf(phase.name))) out[out.length - 1] = { name: familyOf(phase.name), fromNs: last.fromNs, toNs: phase.toNs, gain: NaN };
    else out.push(phase);
  }
  return out;
}

/** "PROBE_BW up" belongs to "PROBE_BW". */
const familyOf = (name: string): string => name.split(' ')[0] === name ? name : /^[A-Z_]+ /.test(name) ? name.split(' ')[0]! : name;
/** choice: a band needs so much to be told from its neighbours. */
const THIN_PX = 4;

function drawBand(ctx: CanvasRenderingContext2D, phase: Phase, from: number, to: number, top: number, lane: number, palette: Palette): void {
  const tone = toneOf(phase.name);
  const colour = palette.phases[tone];
  const width = Math.max(1, to - from);
  ctx.fillStyle = `${colour}30`;
  ctx.fillRect(from, top, width, lane);
  drawPattern(ctx, tone, from, top, width, lane, `${colour}90`);
  ctx.fillStyle = colour;
  ctx.fillRect(from, top, width > 3 ? 1.5 : 1, lane);
  ctx.fillRect(from, top + lane - 2, width, 2);
  if (Number.isFinite(phase.gain) && width > 4) {
    // Gains lie between 0 and 3: the middle is 1, the upper edge 2 and more.
    ctx.fillRect(from, top + lane - 2 - (lane - 4) * Math.min(1, phase.gain / 2), width, 1.5);
  }
  const text = fitted(ctx, phase.name, width - 8);
  if (text === '') return;
  ctx.textAlign = 'left';
  ctx.lineWidth = 4;
  ctx.strokeStyle = palette.paper;
  ctx.lineJoin = 'round';
  ctx.strokeText(text, from + 5, top + lane / 2);
  ctx.fillStyle = palette.ink;
  ctx.fillText(text, from + 5, top + lane / 2);
}

/** Strokes that differ without colour: rising while it searches, falling while it empties, upright while it looks, crossed in repair. */
function drawPattern(ctx: CanvasRenderingContext2D, tone: PhaseTone, from: number, top: number, width: number, lane: number, colour: string): void {
  if (tone === 'cruise' || tone === 'other') return;
  const slants = { search: [1], empty: [-1], look: [0], repair: [1, -1] }[tone];
  ctx.save();
  ctx.beginPath();
  ctx.rect(from, top, width, lane);
  ctx.clip();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  ctx.beginPath();
  const step = tone === 'look' ? 5 : 8;
  for (const slant of slants) {
    for (let x = Math.floor(from / step) * step - lane; x < from + width + lane; x += step) {
      ctx.moveTo(x, top + lane);
      ctx.lineTo(x + slant * lane, top);
    }
  }
  ctx.stroke();
  ctx.restore();
}

/** The text, or as much of its beginning as tells something, or nothing. */
function fitted(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  // "PROBE_BW up" may stand as "up", "PROBE_UP" as "UP", "2 BBR" as "BBR"; "slow start" says nothing as "start".
  const short = /^(?:[A-Z_]+ |\d |PROBE_)/.test(text) ? text.split(/[ _]/).at(-1)! : text;
  return short !== text && ctx.measureText(short).width <= width ? short : '';
}
