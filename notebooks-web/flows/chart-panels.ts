/** What the panels of the clock show: each a quantity of every flow, drawn from the record's columns. Pure. */
import { titleOf } from './controller-choices.ts';
import type { FlowRecord, FlowSeries } from './flow-record.ts';

/** How a line looks: by flow, and by what it stands for. A second flow is dashed and has another colour; a run without drops is dotted. */
export type LineKind = 'main' | 'thin' | 'before';

export interface PanelLine {
  readonly label: string;
  /** Number of the flow from 1; 0 where it belongs to the path. */
  readonly flow: number;
  readonly kind: LineKind;
  readonly values: Float64Array;
  /** What the numbers are multiplied with to be shown. */
  readonly factor: number;
}

export interface PanelRule {
  readonly label: string;
  readonly value: number;
}

export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly decimals: number;
  readonly lines: readonly PanelLine[];
  /** Level lines: what the path allows. */
  readonly rules: readonly PanelRule[];
  /** Drawn as a filled step, since it counts. */
  readonly isFilled: boolean;
}

export function panelsOf(record: FlowRecord, before: FlowRecord | undefined): Panel[] {
  const names = flowNames(record);
  const lines = (kind: LineKind, word: string, pick: (flow: FlowSeries) => Float64Array, factor = 1): PanelLine[] =>
    record.flows.map((flow, at) => ({ label: `${names[at]!} ${word}`, flow: at + 1, kind, values: pick(flow), factor }));
  const earlier = (word: string, pick: (flow: FlowSeries) => Float64Array, factor = 1): PanelLine[] =>
    (before?.flows ?? []).map((flow, at) => ({ label: `${names[at]!} ${word} without the drops`, flow: at + 1, kind: 'before' as const, values: pick(flow), factor }));
  const path = (label: string, kind: LineKind, values: Float64Array): PanelLine => ({ label, flow: 0, kind, values, factor: 1 });
  const bdp = (record.rateBps * record.rttNs) / 1e9 / (8 * WIRE_BYTES);
  const panels: Panel[] = [
    {
      id: 'window', title: 'Window and in flight', unit: 'segments', decimals: 0, isFilled: false,
      lines: [...earlier('window', ({ cwnd }) => cwnd), ...lines('thin', 'in flight', ({ inflight }) => inflight), ...lines('main', 'window', ({ cwnd }) => cwnd)],
      rules: [{ label: 'rate × round trip', value: bdp }],
    },
    {
      id: 'rate', title: 'Pacing and delivery', unit: 'Mbit/s', decimals: 2, isFilled: false,
      lines: [...earlier('delivered', ({ deliveredBps }) => deliveredBps, 1e-6), ...lines('thin', 'pacing', ({ pacingBps }) => pacingBps, 1e-6), ...lines('main', 'delivered', ({ deliveredBps }) => deliveredBps, 1e-6)],
      rules: [{ label: 'the line', value: (record.rateBps * MSS) / WIRE_BYTES / 1e6 }],
    },
    {
      id: 'queue', title: 'Queue', unit: 'packets waiting', decimals: 0, isFilled: true,
      lines: [...(before === undefined ? [] : [path('queue without the drops', 'before', before.queue)]), path('queue', 'main', record.queue)],
      rules: [{ label: 'room', value: record.bufferPackets }],
    },
    {
      id: 'rtt', title: 'Round trip', unit: 'ms', decimals: 1, isFilled: false,
      lines: [...earlier('smoothed', ({ smoothedRttNs }) => smoothedRttNs, 1e-6), ...lines('thin', 'last sample', ({ rttNs }) => rttNs, 1e-6), ...lines('main', 'smoothed', ({ smoothedRttNs }) => smoothedRttNs, 1e-6)],
      rules: [{ label: 'empty path', value: record.rttNs / 1e6 }],
    },
  ];
  // A window controller paces nothing: a line without any value is left out.
  return panels.map((panel) => ({ ...panel, lines: panel.lines.filter(({ values }) => values.some(Number.isFinite)) }));
}

const MSS = 1448;
const WIRE_BYTES = 1502;

/** "BBR", or "1 BBR" and "2 CUBIC" where there are two. */
export function flowNames({ flows }: { readonly flows: readonly { readonly controller: string }[] }): string[] {
  return flows.map(({ controller }, at) => (flows.length === 1 ? titleOf(controller) : `${at + 1} ${titleOf(controller)}`));
}

/** The line's values for uPlot, which knows a hole as null. */
export const plotted = ({ values, factor }: PanelLine): (number | null)[] => Array.from(values, (value) => (Number.isFinite(value) ? value * factor : null));
