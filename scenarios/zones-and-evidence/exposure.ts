/**
 * What a tamperer could have done unnoticed at each instant, from the times of records and anchors: the records behind the last
 * committed anchor, and the age of that anchor's cut. Exact, after the run: the age grows with the clock between commitments, and the
 * records exposed are, by Little's law, the sum of their times to commitment over the length of the run. Times in ns.
 */
import { NS_PER_MS } from '../../sim/time.ts';

/** Points of the drawn series. choice */
const POINTS = 240;

export interface Commitment {
  readonly atNs: number;
  readonly coversUntilNs: number;
  /** Records before this one are anchored. */
  readonly toSeq: number;
}

export interface ExposureOverTime {
  readonly meanAgeNs: number;
  readonly maxAgeNs: number;
  readonly meanRecords: number;
  readonly maxRecords: number;
  readonly series: readonly { readonly t_ms: number; readonly age_ms: number; readonly records: number }[];
}

export function exposureOver(recordTimesNs: readonly number[], commitments: readonly Commitment[], horizonNs: number): ExposureOverTime {
  let [ageArea, recordArea, maxAgeNs, maxRecords] = [0, 0, 0, 0];
  let [sinceNs, coveredNs, anchored, next] = [0, 0, 0, 0];
  const series: { t_ms: number; age_ms: number; records: number }[] = [];
  /** Passes a stretch without commitments: from `sinceNs` to `untilNs`. */
  const pass = (untilNs: number): void => {
    const [firstNs, lastNs] = [sinceNs - coveredNs, untilNs - coveredNs];
    ageArea += ((firstNs + lastNs) / 2) * (untilNs - sinceNs);
    maxAgeNs = Math.max(maxAgeNs, lastNs);
    while (next < recordTimesNs.length && recordTimesNs[next]! <= untilNs) {
      const timeNs = recordTimesNs[next]!;
      recordArea += untilNs - timeNs;
      next += 1;
    }
    maxRecords = Math.max(maxRecords, next - anchored);
  };
  const points = Array.from({ length: POINTS }, (_, index) => ((index + 1) * horizonNs) / POINTS);
  let point = 0;
  /** Points of the series before the stretch ends. */
  const draw = (untilNs: number): void => {
    for (; point < points.length && points[point]! < untilNs; point++) {
      const atNs = points[point]!;
      let made = next;
      while (made < recordTimesNs.length && recordTimesNs[made]! <= atNs) made += 1;
      series.push({ t_ms: atNs / NS_PER_MS, age_ms: (atNs - coveredNs) / NS_PER_MS, records: made - anchored });
    }
  };
  for (const { atNs, coversUntilNs, toSeq } of [...commitments.filter((each) => each.atNs <= horizonNs), { atNs: horizonNs, coversUntilNs: 0, toSeq: 0 }]) {
    draw(atNs);
    // Records that were there at the start of the stretch are exposed throughout it.
    recordArea += (next - anchored) * (atNs - sinceNs);
    pass(atNs);
    [sinceNs, coveredNs, anchored] = [atNs, coversUntilNs, toSeq];
  }
  return { meanAgeNs: ageArea / horizonNs, maxAgeNs, meanRecords: recordArea / horizonNs, maxRecords, series };
}
