/** What the network page and its worker tell each other. Plain data; columns are handed over, not copied. */
import type { FlowOptions } from './flow-options.ts';
import type { FlowRecord } from './flow-record.ts';

export interface FlowOrder {
  readonly id: number;
  readonly options: FlowOptions;
  /** With drops: the run without them is wanted too. */
  readonly wantsBefore: boolean;
}

export type FlowAnswer =
  | { readonly kind: 'progress'; readonly id: number; readonly fraction: number }
  | { readonly kind: 'done'; readonly id: number; readonly record: FlowRecord; readonly before: FlowRecord | undefined }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

/** The memory of a record's columns. */
export function buffersOf({ timesNs, queue, flows, packets, acks }: FlowRecord): ArrayBuffer[] {
  const columns = [timesNs, queue, ...[packets, acks, ...flows].flatMap((part) => Object.values(part).filter((value): value is Float64Array => ArrayBuffer.isView(value)))];
  return [...new Set(columns.map(({ buffer }) => buffer as ArrayBuffer))];
}
