/**
 * The write-ahead log, reduced to its sizes: records cut into fragments inside 32 KiB blocks.
 *
 * Each fragment has a 7 B header; a block's last bytes are zero-filled when no header fits. A record holds one write
 * batch: 12 B of sequence and count, then per operation a type byte, the key and, for a put, the value, each with its
 * varint length. Source: LevelDB 1.23, db/log_writer.cc, db/write_batch.cc. Units: bytes.
 */
import { varintBytes } from './coding.ts';

const WAL_BLOCK_BYTES = 32768;
const HEADER_BYTES = 7;
export const BATCH_HEADER_BYTES = 12;

/** Bytes of a put inside a batch. */
export function putRecordBytes(keyBytes: number, valueBytes: number): number {
  return 1 + varintBytes(keyBytes) + keyBytes + varintBytes(valueBytes) + valueBytes;
}

/** Bytes of a delete inside a batch. */
export function deleteRecordBytes(keyBytes: number): number {
  return 1 + varintBytes(keyBytes) + keyBytes;
}

/** One log file; a memtable switch starts a new one. */
export class WalFile {
  readonly fileNumber: number;
  #sizeBytes = 0;
  #blockOffset = 0;

  constructor(fileNumber: number) {
    this.fileNumber = fileNumber;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Appends one record and returns what the file grew by, headers and filling included. */
  append(payloadBytes: number): number {
    const before = this.#sizeBytes;
    let leftBytes = payloadBytes;
    do {
      const roomBytes = WAL_BLOCK_BYTES - this.#blockOffset;
      if (roomBytes < HEADER_BYTES) {
        this.#sizeBytes += roomBytes;
        this.#blockOffset = 0;
      }
      const fragmentBytes = Math.min(leftBytes, WAL_BLOCK_BYTES - this.#blockOffset - HEADER_BYTES);
      this.#blockOffset += HEADER_BYTES + fragmentBytes;
      this.#sizeBytes += HEADER_BYTES + fragmentBytes;
      leftBytes -= fragmentBytes;
    } while (leftBytes > 0);
    return this.#sizeBytes - before;
  }
}
