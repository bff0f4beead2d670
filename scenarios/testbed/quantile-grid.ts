/**
 * The quantiles kept of each latency sample set: denser towards the tail (1, 2, 5 a decade of 1 - q), for tables and for
 * complementary CDF figures. Decimal strings in [0, 1]: 0 is the minimum, 0.5 the median, 1 the maximum.
 * choice: 21 points keep latency.csv of the largest quick result below 1 MB.
 */
export const QUANTILES: readonly string[] = [
  '0', '0.05', '0.1', '0.2', '0.25', '0.4', '0.5', '0.6', '0.75', '0.8',
  '0.9', '0.95', '0.98', '0.99', '0.995', '0.998', '0.999', '0.9995', '0.9998', '0.9999', '1',
];
