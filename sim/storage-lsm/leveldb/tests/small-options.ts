/** LevelDB with everything some hundred times smaller, so that short histories reach all levels. */
import { DEFAULT_OPTIONS, type LevelDbOptions } from '../options.ts';

export const SMALL_OPTIONS: LevelDbOptions = {
  ...DEFAULT_OPTIONS,
  writeBufferBytes: 12 * 1024,
  maxFileBytes: 2 * 1024,
  blockBytes: 256,
  level1LimitBytes: 8 * 1024,
  readSamplePeriodBytes: 4096,
  bloomBitsPerKey: 10,
};
