/**
 * What a background job tells its driver about I/O while it steps. A timed driver turns these calls into device
 * requests and waits before the next step; the deterministic driver passes nothing. Units: bytes, trailers included.
 */
import type { FileMeta } from './version.ts';

export interface JobIo {
  /** An input is looked up in the table cache; a miss reads `file.table.openReadBytes()`. */
  openTable(file: FileMeta): void;
  /** A data block of an input is needed. It is looked up in the block cache (a hit renews its entry) but never put there. */
  readBlock(file: FileMeta, block: number, bytes: number): void;
  /** Bytes were appended to the output being written. */
  appendOutput(fileNumber: number, bytes: number): void;
  /** The output is complete: sync it, close it, then open it through the table cache, as LevelDB does to verify it. */
  finishOutput(file: FileMeta): void;
}
