/** What it costs a core to change what it does. All integer ns of core time, in which nobody is served. */
export interface CpuCosts {
  /** Paid when a core starts a task other than the one it ran last. */
  readonly contextSwitchNs: number;
  /** Paid on top when that task last ran on another core: its working set has to come over. */
  readonly warmUpNs: number;
  /** Paid once a task, before its first service: finding its queue level from the label of its data. */
  readonly classifyNs: number;
}

export const NO_COSTS: CpuCosts = { contextSwitchNs: 0, warmUpNs: 0, classifyNs: 0 };
