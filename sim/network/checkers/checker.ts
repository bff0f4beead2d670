/** A checker listens to one port through its tap and stops the run where a promise is broken; link-checkers.ts puts them together. */
import type { PortTap } from '../link/port.ts';

export interface PortChecker extends PortTap {
  /** First word of its messages; planted bugs name it. */
  readonly name: string;
  /** The run is over. */
  finish?(nowNs: number): void;
}
