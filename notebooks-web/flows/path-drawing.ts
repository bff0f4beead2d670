/**
 * The path at one instant: senders, the queue with all its room, the line, the way there and the way back. Every packet stands where the
 * record has it; nothing moves that does not move in the model. Answers where each packet was drawn, so that it can be pointed at.
 */
import { titleOf } from './controller-choices.ts';
import { BY_YOU, type FlowRecord, NO_ROOM } from './flow-record.ts';
import { packetEndNs, type PacketEvents } from './packet-events.ts';
import { flowColour, type Palette } from './palette.ts';

export interface PathLayout {
  readonly width: number;
  readonly height: number;
  readonly isNarrow: boolean;
  /** Right edge of the senders, left edge of the receiver. */
  readonly senderRight: number;
  readonly receiverLeft: number;
  /** The queue's room: columns of cells, its head at the right end. */
  readonly queueLeft: number;
  readonly queueRight: number;
  readonly columns: number;
  readonly rows: number;
  readonly cell: number;
  readonly queueTop: number;
  /** The packet on the line. */
  readonly lineX: number;
  readonly pipeLeft: number;
  readonly thereY: number;
  readonly backY: number;
  /** Of senders and receiver. */
  readonly boxTop: number;
  readonly boxHeight: number;
}

export interface Target {
  readonly row: number;
  readonly x: number;
  readonly y: number;
}

/** choice: the largest cell in which a packet waits, and the smallest. */
const CELL_PX = [14, 2.5] as const;

export function pathLayout(width: number, room: number, px: number): PathLayout {
  const isNarrow = width < 700;
  const scale = px / 16;
  const senderRight = (isNarrow ? 62 : 104) * scale;
  const receiverLeft = width - (isNarrow ? 30 : 92) * scale;
  const queueLeft = senderRight + (isNarrow ? 10 : 34);
  const most = (receiverLeft - queueLeft) * (isNarrow ? 0.4 : 0.34);
  const tall = 100 * scale;
  let cell: number = CELL_PX[0];
  while (cell > CELL_PX[1] && Math.floor(most / cell) * Math.floor(tall / cell) < room) cell -= 0.5;
  const rows = Math.max(1, Math.min(Math.floor(tall / cell), Math.ceil(room / Math.floor(most / cell))));
  const columns = Math.min(Math.ceil(room / rows), Math.floor(most / cell));
  const queueRight = queueLeft + columns * cell;
  const thereY = 26 * scale + tall / 2;
  const boxTop = 26 * scale;
  const backY = boxTop + tall + 34 * scale;
  return { width, height: backY + 24 * scale, boxTop, boxHeight: backY + 8 * scale - boxTop, isNarrow, senderRight, receiverLeft, queueLeft, queueRight, columns, rows, cell, queueTop: thereY - (rows * cell) / 2, lineX: queueRight + 16, pipeLeft: queueRight + 30, thereY, backY };
}

export interface PathScene {
  readonly record: FlowRecord;
  readonly events: PacketEvents;
  readonly timeNs: number;
  /** Row of the packet in hand, or -1. */
  readonly selected: number;
}

export function drawPath(ctx: CanvasRenderingContext2D, scene: PathScene, layout: PathLayout, palette: Palette): Target[] {
  const { record, events, timeNs } = scene;
  const { packets } = record;
  ctx.clearRect(0, 0, layout.width, layout.height);
  drawGround(ctx, scene, layout, palette);
  const targets: Target[] = [];
  const traceNs = record.rttNs / 4;
  let waiting = 0;
  let refused = 0;
  let lost = 0;
  const put = (row: number, x: number, y: number, size: number): void => {
    drawPacket(ctx, x, y, size, packets.flow[row]! + 1, packets.sending[row]! > 1, palette);
    targets.push({ row, x, y });
    if (row === scene.selected) ring(ctx, x, y, size, palette);
  };
  for (const row of events.packetsAt(timeNs, traceNs)) {
    const fate = packets.fate[row]!;
    if (timeNs >= packetEndNs(packets, row)) {
      const [x, y] = fate === NO_ROOM ? [layout.queueLeft - 8, layout.thereY + 14 + 12 * refused++] : [layout.pipeLeft + 8, layout.thereY + 24 + 12 * lost++];
      if (y > layout.backY - 8) continue;
      cross(ctx, x, y, fate === BY_YOU, palette);
      targets.push({ row, x, y });
      if (row === scene.selected) ring(ctx, x, y, 10, palette);
    } else if (timeNs < packets.serveNs[row]!) {
      const column = Math.floor(waiting / layout.rows);
      put(row, layout.queueRight - (column + 0.5) * layout.cell, layout.queueTop + ((waiting % layout.rows) + 0.5) * layout.cell, layout.cell - (layout.cell > 5 ? 2 : 0));
      waiting++;
    } else if (timeNs < packets.leaveNs[row]!) put(row, layout.lineX, layout.thereY, Math.max(10, layout.cell - 2));
    else {
      const share = (timeNs - packets.leaveNs[row]!) / (record.rttNs / 2);
      put(row, layout.pipeLeft + Math.min(1, share) * (layout.receiverLeft - layout.pipeLeft), layout.thereY, glyphSize(record, layout));
    }
  }
  drawAcks(ctx, scene, layout, palette);
  label(ctx, waiting === 0 ? 'queue empty' : `${waiting} of ${record.bufferPackets} wait`, layout.queueLeft, layout.queueTop - 8, palette, 'left');
  return targets;
}

/** Packets on the way stand as far apart as the line's rate puts them; they are no wider than that. */
function glyphSize({ rateBps, rttNs }: FlowRecord, { receiverLeft, pipeLeft }: PathLayout): number {
  const gapNs = (8 * 1502 * 1e9) / rateBps;
  return Math.max(2.5, Math.min(12, (gapNs / (rttNs / 2)) * (receiverLeft - pipeLeft) * 0.8));
}

function drawGround(ctx: CanvasRenderingContext2D, { record, timeNs }: PathScene, layout: PathLayout, palette: Palette): void {
  const { queueLeft, queueRight, queueTop, rows, columns, cell, thereY, backY, boxTop, boxHeight, senderRight, receiverLeft, isNarrow } = layout;
  ctx.strokeStyle = palette.rule;
  ctx.lineWidth = 1;
  line(ctx, senderRight, thereY, queueLeft - 2, thereY);
  line(ctx, queueRight + 2, thereY, receiverLeft, thereY);
  line(ctx, senderRight, backY, receiverLeft, backY);
  // All the room there is: an empty cell a packet, where cells are large enough to be seen.
  ctx.fillStyle = palette.sink;
  ctx.fillRect(queueLeft, queueTop, columns * cell, rows * cell);
  if (cell >= 6) {
    ctx.strokeStyle = palette.hair;
    for (let column = 0; column <= columns; column++) line(ctx, queueLeft + column * cell, queueTop, queueLeft + column * cell, queueTop + rows * cell);
    for (let row = 0; row <= rows; row++) line(ctx, queueLeft, queueTop + row * cell, queueRight, queueTop + row * cell);
  }
  ctx.strokeStyle = palette.ink3;
  ctx.strokeRect(queueLeft, queueTop, columns * cell, rows * cell);
  ctx.strokeStyle = palette.ink2;
  ctx.strokeRect(layout.lineX - 9, thereY - 9, 18, 18);
  label(ctx, isNarrow ? '' : 'way there', receiverLeft - 8, thereY - 16, palette, 'right');
  label(ctx, isNarrow ? 'acknowledged' : 'acknowledgements come back', receiverLeft - 8, backY - 8, palette, 'right');
  label(ctx, 'line', layout.lineX, thereY - 16, palette, 'center');

  const sample = Math.min(record.timesNs.length - 1, Math.max(0, Math.floor(timeNs / record.sampleNs)));
  const count = record.flows.length;
  record.flows.forEach((flow, at) => {
    const top = boxTop + (boxHeight / count) * at;
    const height = boxHeight / count - (count > 1 ? 6 : 0);
    box(ctx, 1, top, senderRight - 2, height, flowColour(palette, at + 1), at === 1);
    const write = (text: string, row: number, isBold = false): void => {
      ctx.font = `${isBold ? '650 ' : ''}${(isNarrow ? 0.75 : 0.8125) * palette.px}px ${palette.sans}`;
      ctx.fillStyle = isBold ? palette.ink : palette.ink2;
      ctx.textAlign = 'left';
      ctx.textBaseline = 'alphabetic';
      ctx.fillText(text, isNarrow ? 6 : 10, top + (19 + row * 17) * (palette.px / 16));
    };
    write(`${count > 1 ? `${at + 1} ` : ''}${titleOf(flow.controller)}`, 0, true);
    const [window, inflight] = [flow.cwnd[sample] ?? NaN, flow.inflight[sample] ?? NaN];
    if (!Number.isFinite(window)) return write('not yet', 1);
    write(isNarrow ? `w ${Math.floor(window)}` : `window ${Math.floor(window)}`, 1);
    write(isNarrow ? `out ${inflight}` : `in flight ${inflight}`, 2);
  });
  box(ctx, receiverLeft, boxTop, layout.width - receiverLeft - 1, boxHeight, palette.ink2, false);
  ctx.font = `650 ${0.8125 * palette.px}px ${palette.sans}`;
  ctx.fillStyle = palette.ink;
  ctx.textAlign = 'left';
  ctx.fillText(isNarrow ? 'R' : 'Receiver', receiverLeft + (isNarrow ? 9 : 10), boxTop + 19 * (palette.px / 16));
}

function drawAcks(ctx: CanvasRenderingContext2D, { record, events, timeNs }: PathScene, { receiverLeft, senderRight, backY }: PathLayout, palette: Palette): void {
  const { acks } = record;
  for (const row of events.acksAt(timeNs)) {
    const share = (timeNs - acks.sendNs[row]!) / (acks.arriveNs[row]! - acks.sendNs[row]!);
    const x = receiverLeft - share * (receiverLeft - senderRight);
    const colour = flowColour(palette, acks.flow[row]! + 1);
    ctx.beginPath();
    ctx.moveTo(x - 4, backY);
    ctx.lineTo(x + 4, backY - 4.5);
    ctx.lineTo(x + 4, backY + 4.5);
    ctx.closePath();
    ctx.lineWidth = 1.4;
    ctx.strokeStyle = colour;
    ctx.fillStyle = acks.flow[row] === 0 ? colour : palette.paper;
    ctx.fill();
    ctx.stroke();
    // A selective one has a stroke in front: something beyond a hole has arrived.
    if (acks.isSelective[row] === 1) line(ctx, x - 7, backY - 5, x - 7, backY + 5);
  }
}

/** First flow solid, second outlined; a stripe in it says: sent again. */
function drawPacket(ctx: CanvasRenderingContext2D, x: number, y: number, size: number, flow: number, isAgain: boolean, palette: Palette): void {
  const colour = flowColour(palette, flow);
  const tall = Math.max(size, Math.min(12, size * 1.6));
  if (flow === 1) {
    ctx.fillStyle = colour;
    ctx.fillRect(x - size / 2, y - tall / 2, size, tall);
  } else {
    ctx.fillStyle = `${colour}40`;
    ctx.fillRect(x - size / 2, y - tall / 2, size, tall);
    ctx.strokeStyle = colour;
    ctx.lineWidth = size > 5 ? 1.5 : 0.8;
    ctx.strokeRect(x - size / 2 + 0.5, y - tall / 2 + 0.5, Math.max(0.5, size - 1), tall - 1);
  }
  if (!isAgain) return;
  ctx.fillStyle = flow === 1 ? palette.paper : palette.ink;
  ctx.fillRect(x - Math.max(1, size / 5) / 2, y - tall / 2, Math.max(1, size / 5), tall);
}

function ring(ctx: CanvasRenderingContext2D, x: number, y: number, size: number, palette: Palette): void {
  ctx.strokeStyle = palette.link;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.arc(x, y, size / 2 + 7, 0, 2 * Math.PI);
  ctx.stroke();
}

function cross(ctx: CanvasRenderingContext2D, x: number, y: number, isYours: boolean, palette: Palette): void {
  ctx.strokeStyle = palette.bad;
  ctx.lineWidth = 2;
  line(ctx, x - 4, y - 4, x + 4, y + 4);
  line(ctx, x - 4, y + 4, x + 4, y - 4);
  if (!isYours) return;
  ctx.lineWidth = 1.2;
  ctx.strokeRect(x - 6.5, y - 6.5, 13, 13);
}

function box(ctx: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, colour: string, isDashed: boolean): void {
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.5;
  if (isDashed) ctx.setLineDash([5, 3]);
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, 4);
  ctx.stroke();
  ctx.restore();
}

function label(ctx: CanvasRenderingContext2D, text: string, x: number, y: number, palette: Palette, align: CanvasTextAlign): void {
  ctx.font = `${0.75 * palette.px}px ${palette.sans}`;
  ctx.fillStyle = palette.ink2;
  ctx.textAlign = align;
  ctx.textBaseline = 'alphabetic';
  ctx.fillText(text, x, y);
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}
