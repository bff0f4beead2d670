/**
 * Defaults for networks of known members: how far apart they sit and how fast their lines are. Choice: round figures of the size that data
 * centres, metropolitan rings and national carriers offer; between continents the cloud table with its measured round trips.
 */
export interface Site {
  readonly rttMs: number;
  readonly rateBps: number;
}

export const CONSORTIUM = {
  lan: { rttMs: 0.2, rateBps: 10_000_000_000 },
  metro: { rttMs: 2, rateBps: 1_000_000_000 },
  national: { rttMs: 30, rateBps: 200_000_000 },
} as const satisfies Readonly<Record<string, Site>>;

/** Beside cloud.ts. */
export const INTERCONTINENTAL_BPS = 50_000_000;
