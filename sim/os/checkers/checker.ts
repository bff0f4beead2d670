/**
 * A checker listens to a processor and stops the run where a promise is broken. It sees the account after each change, and through
 * `onLapse` before it: what held from one instant to the next, which is when a core can be idle or a wrong task can run.
 */
import type { Processor } from '../cpu/processor.ts';
import type { Probe } from '../cpu/probe.ts';

export interface Checker extends Probe {
  /** By which planted bugs name it. */
  readonly name: string;
  /** Between `fromNs` and `nowNs` nothing changed; the account is that of this time. */
  onLapse?(fromNs: number, nowNs: number): void;
  /** The run is over. */
  onFinish?(processor: Processor, nowNs: number): void;
}
