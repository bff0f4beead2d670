/**
 * The quantiles kept of each latency sample set: dense towards the tail, for tables and for complementary CDF figures.
 * Decimal strings in [0, 1]: 0 is the minimum, 0.5 the median, 1 the maximum.
 */
export const QUANTILES: readonly string[] = [
  '0', '0.001', '0.01',
  '0.05', '0.1', '0.15', '0.2', '0.25', '0.3', '0.35', '0.4', '0.45', '0.5', '0.55', '0.6', '0.65', '0.7', '0.75', '0.8', '0.85',
  '0.9', '0.91', '0.92', '0.93', '0.94', '0.95', '0.96', '0.97', '0.98',
  '0.99', '0.991', '0.992', '0.993', '0.994', '0.995', '0.996', '0.997', '0.998',
  '0.999', '0.9992', '0.9995', '0.9998', '0.9999', '0.99999', '1',
];
