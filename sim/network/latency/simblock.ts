/**
 * Regions of SimBlock (github.com/dsg-titech/simblock, NetworkConfiguration.java): mean message delays, rates, shares of nodes, for 2015 and 2019.
 *
 * Caveats. The delays are used as one-way delays, but have the size of round trips (North America to Europe 124 ms; a measured
 * Dallas-Frankfurt round trip is 123 ms): keep them to reproduce SimBlock, halve them (`physicalOneWay`) for physical one-way delays. The
 * rate between two nodes is min(upload, download); the tables' 6 Mbit/s between regions is written there and used nowhere. No queue at the
 * receiver, no TCP. Rates are means over home connections, so no node is slow or fast within its region.
 */
export const SIMBLOCK_REGIONS = ['NA', 'EU', 'SA', 'AP', 'JP', 'AU'] as const;

export interface RegionData {
  /** Mean message delay, ms. */
  readonly delayMs: readonly (readonly number[])[];
  readonly uploadBps: readonly number[];
  readonly downloadBps: readonly number[];
  /** Share of Bitcoin nodes. */
  readonly shares: readonly number[];
}

export const SIMBLOCK_2019: RegionData = {
  delayMs: [
    [32, 124, 184, 198, 151, 189],
    [124, 11, 227, 237, 252, 294],
    [184, 227, 88, 325, 301, 322],
    [198, 237, 325, 85, 58, 198],
    [151, 252, 301, 58, 12, 126],
    [189, 294, 322, 198, 126, 16],
  ],
  uploadBps: [19_200_000, 20_700_000, 5_800_000, 15_700_000, 10_200_000, 11_300_000],
  downloadBps: [52_000_000, 40_000_000, 18_000_000, 22_800_000, 22_800_000, 29_900_000],
  shares: [0.3316, 0.4998, 0.009, 0.1177, 0.0224, 0.0195],
};

export const SIMBLOCK_2015: RegionData = {
  delayMs: [
    [36, 119, 255, 310, 154, 208],
    [119, 12, 221, 242, 266, 350],
    [255, 221, 137, 347, 256, 269],
    [310, 242, 347, 99, 172, 278],
    [154, 266, 256, 172, 9, 163],
    [208, 350, 269, 278, 163, 22],
  ],
  uploadBps: [4_700_000, 8_100_000, 1_800_000, 5_300_000, 3_400_000, 5_200_000],
  downloadBps: [25_000_000, 24_000_000, 6_500_000, 10_000_000, 17_500_000, 14_000_000],
  shares: [0.3869, 0.5159, 0.0113, 0.0574, 0.0119, 0.0166],
};

/** The table halved: its values are of the size of round trips. */
export function physicalOneWay(data: RegionData): readonly (readonly number[])[] {
  return data.delayMs.map((row) => row.map((ms) => ms / 2));
}
