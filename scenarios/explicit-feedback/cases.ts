/** The cases: endless flows over one link, varied one quantity at a time as in Katabi et al. 2002, and flows that come and go. */

export const STEADY_IDS = ['base', 'slow', 'fast', 'near', 'far', 'few', 'many'] as const;
export const FLOW_IDS = ['load-50', 'load-80'] as const;
export const CASE_IDS = [...STEADY_IDS, ...FLOW_IDS] as const;
export type CaseId = (typeof CASE_IDS)[number];

export interface Case {
  readonly title: string;
  /** Over rate, round-trip time and number of flows of the parameters. */
  readonly rate: number;
  readonly rtt: number;
  readonly flows: number;
  /** Poisson arrivals of flows of heavy-tailed length at this load instead of endless flows. */
  readonly load?: number;
}

const steady = (title: string, change: Partial<Case> = {}): Case => ({ title, rate: 1, rtt: 1, flows: 1, ...change });

export const CASES: Readonly<Record<CaseId, Case>> = {
  base: steady('base'),
  slow: steady('rate / 4', { rate: 1 / 4 }),
  fast: steady('rate x 4', { rate: 4 }),
  near: steady('RTT / 4', { rtt: 1 / 4 }),
  far: steady('RTT x 4', { rtt: 4 }),
  few: steady('flows / 4', { flows: 1 / 4 }),
  many: steady('flows x 4', { flows: 4 }),
  // flows that are short against what the path holds: the case that RCP was made for
  'load-50': steady('load 0.5', { rate: 4, load: 0.5 }),
  'load-80': steady('load 0.8', { rate: 4, load: 0.8 }),
};
