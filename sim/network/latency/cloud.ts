/**
 * Round trips between cloud regions: IBM Cloud VPC, averages of 27 July to 25 August 2024 (ibm-cloud-docs/vpc, network-latency). Data
 * centres on a provider's own lines, so a lower bound for homes and offices. Two months earlier the same table had 264 ms for Frankfurt to
 * Tokyo where it now has 233: routes change, so nothing may be tuned to one month.
 *
 * One-way delay is taken as half of a round trip. Pairs that the table lacks are refused, not guessed.
 */
export const CLOUD_CITIES = ['Dallas', 'Toronto', 'Washington', 'Frankfurt', 'London', 'Madrid', 'Osaka', 'Sydney', 'Tokyo', 'Sao Paulo'] as const;
export type CloudCity = (typeof CLOUD_CITIES)[number];

/** Within one zone. */
export const SAME_ZONE_RTT_MS = 0.09;
/** Between zones of one region (Dallas 2.0 to 2.2). */
export const BETWEEN_ZONES_RTT_MS = 2.1;

/** Upper triangle, ms, in the order of CLOUD_CITIES; NaN: not in the table. */
const RTT_MS: readonly (readonly number[])[] = [
  [34, 31, 123, 113, 119, 150, 186, 143, 146],
  [19, 93, 82, NaN, NaN, 215, 162, 129],
  [91, 75, 87, NaN, 214, 164, 118],
  [13, 29, 232, 250, 233, 198],
  [NaN, NaN, 261, 243, 188],
  [NaN, NaN, NaN, NaN],
  [122, 9, NaN],
  [115, 328],
  [284],
  [],
];

/** Round trip between two cities; `BETWEEN_ZONES_RTT_MS` within one. */
export function cloudRttMs(from: CloudCity, to: CloudCity): number {
  const [low, high] = [CLOUD_CITIES.indexOf(from), CLOUD_CITIES.indexOf(to)].sort((a, b) => a - b) as [number, number];
  const rttMs = low === high ? BETWEEN_ZONES_RTT_MS : RTT_MS[low]![high - low - 1]!;
  if (!(rttMs > 0)) throw new RangeError(`cloud round trip ${from} to ${to}: not in the table; choose among ${CLOUD_CITIES.join(', ')}`);
  return rttMs;
}

/** One-way delays between some cities, for RegionDelay. */
export function cloudOneWayMs(cities: readonly CloudCity[]): number[][] {
  return cities.map((from) => cities.map((to) => cloudRttMs(from, to) / 2));
}
