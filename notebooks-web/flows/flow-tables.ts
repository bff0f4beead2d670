/** The tables of the network page: the figures of the run, beside those without the drops, and the clock in numbers. */
import { h } from '../shell/dom.ts';
import { fixed, number } from '../shell/format.ts';
import { dataTable } from '../shell/parts.ts';
import type { ClockWindow } from '../schedule/clock-window.ts';
import { flowNames, type Panel } from './chart-panels.ts';
import type { FlowRecord } from './flow-record.ts';
import { upTo } from './packet-events.ts';
import { phaseAt } from './phase-strip.ts';

/** A row a flow and run, and below them the path. With drops every row stands twice: without them, and with them. */
export function figureTable(record: FlowRecord, before: FlowRecord | undefined): HTMLElement {
  const names = flowNames(record);
  const runs = before === undefined ? [{ name: '', run: record }] : [{ name: 'without the drops', run: before }, { name: 'with them', run: record }];
  const named = (name: string, run: string): string => (run === '' ? name : `${name}, ${run}`);
  const flowRows = names.flatMap((flow, at) => runs.map(({ name, run }) => {
    const { goodputBps, rttMeanNs, rttP95Ns, sentSegments, retransmits } = run.flows[at]!;
    return [named(flow, name), fixed(goodputBps / 1e6, 3), fixed(rttMeanNs / 1e6, 2), fixed(rttP95Ns / 1e6, 2), fixed(sentSegments), fixed(retransmits)];
  }));
  const hasTwo = names.length > 1;
  const pathRows = runs.map(({ name, run }) => [named('path', name), fixed(run.utilisation * 100, 2), ...(hasTwo ? [fixed(run.jain, 3)] : []), fixed(run.queueMeanPackets, 1), fixed(run.queueP95Packets), fixed(run.queueDrops)]);
  return h('div', { class: 'flow-figures' },
    dataTable(['flow', 'goodput, Mbit/s', 'mean smoothed round trip, ms', '95 % up to, ms', 'segments sent', 'of these sent again'], flowRows, 'Figures of the flows'),
    dataTable(['', 'line in use, %', ...(hasTwo ? ['fairness (Jain)'] : []), 'waiting packets, mean', '95 % of the time up to', 'found no room'], pathRows, 'Figures of the path'));
}

/** choice: rows of the clock's table. */
const ROWS = 40;

/** The panels' numbers at instants spread over the window, and the phases by name. */
export function clockTable(record: FlowRecord, panels: readonly Panel[], { fromNs, toNs }: ClockWindow): HTMLElement {
  const names = flowNames(record);
  const lines = panels.flatMap(({ lines: own, unit, decimals }) => own.map((line) => ({ ...line, unit, decimals })));
  const rows = Array.from({ length: ROWS }, (_, n) => {
    const timeNs = fromNs + ((toNs - fromNs) * n) / (ROWS - 1);
    const at = Math.max(0, upTo(record.timesNs, timeNs) - 1);
    const text = (value: number, decimals: number): string => (Number.isFinite(value) ? fixed(value, decimals) : '');
    return [fixed(timeNs / 1e9, 3), ...record.flows.map(({ phases }) => phaseAt(phases, timeNs)?.name ?? ''), ...lines.map(({ values, factor, decimals }) => text((values[at] ?? NaN) * factor, decimals))];
  });
  return h('div', {},
    dataTable(['at, s', ...names.map((name) => `${name}: phase`), ...lines.map(({ label, unit }) => `${label}, ${unit}`)], rows, 'The clock in numbers'),
    h('p', { class: 'tiny' }, `${ROWS} instants spread over the part of the clock that is shown; show less of it to see finer.`),
    dataTable(['flow', 'phase', 'from, s', 'to, s', 'pacing gain'], phaseRows(record, { fromNs, toNs }), 'Phases'));
}

/** choice: phases in the table; a probing cycle of eight round trips makes many. */
const MOST_PHASES = 200;

function phaseRows(record: FlowRecord, { fromNs, toNs }: ClockWindow): string[][] {
  const names = flowNames(record);
  return record.flows.flatMap(({ phases }, at) => phases.filter((phase) => phase.toNs > fromNs && phase.fromNs < toNs).map((phase) => [names[at]!, phase.name, fixed(phase.fromNs / 1e9, 3), fixed(phase.toNs / 1e9, 3), Number.isFinite(phase.gain) ? number(phase.gain) : ''])).slice(0, MOST_PHASES);
}
