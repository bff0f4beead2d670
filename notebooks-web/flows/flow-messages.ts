/** What the network page and its worker tell each other. Plain data; columns are handed over, not copied. */
import type { FlowOptions } from './flow-options.ts';
import type { FlowRecord } from './flow-record.ts';

export interface FlowOrder {
  readonly id: number;
  readonly options: FlowOptions;
}

export type FlowAnswer =
  | { readonly kind: 'progress'; readonly id: number; readonly fraction: number }
  | { readonly kind: 'done'; readonly id: number; readonly record: FlowRecord; readonly before: FlowRecord | undefined }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
