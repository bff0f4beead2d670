/**
 * Planted LSM and Bloom bugs. Numbers as in the usual mutation list of LSM stores (L1, L2, ...); M rows are mechanics that
 * change no answer and only show against traces of the real program.
 */
import type { PlantedBug } from './load-mutant.ts';

/** Check that must catch the bug; see lsm.test.ts. */
export type LsmCheck = 'naive model' | 'invariants' | 'real traces' | 'real block reads';

export interface LsmBug extends PlantedBug {
  readonly caughtBy: LsmCheck;
}

const FOLDER = 'sim/storage-lsm/leveldb';
const bug = (id: string, caughtBy: LsmCheck, file: string, text: string, replacement: string, what: string): LsmBug => ({ id, caughtBy, file: `${FOLDER}/${file}`, text, replacement, what });

export const LSM_BUGS: readonly LsmBug[] = [
  bug('L1-tombstone-dropped-early', 'naive model', 'compaction-job.ts', ' && this.#isBaseLevelFor(key)', '', 'A tombstone is dropped although a deeper level may hold its key: deleted keys come back.'),
  bug('L2-snapshot-ignored', 'naive model', 'compaction-job.ts', 'const hidden = this.#sequenceBefore <= this.#smallestSnapshot;', 'const hidden = this.#sequenceBefore < MAX_SEQUENCE;', 'Entries that an older snapshot still sees are dropped.'),
  bug('L3-oldest-file-first', 'naive model', 'version.ts', 'found.sort((a, b) => b.number - a.number);', 'found.sort((a, b) => a.number - b.number);', 'L0 files are searched oldest first: reads see overwritten values.'),
  bug('L7-older-of-equal-keys-kept', 'naive model', 'merge-source.ts', 'this.#log.compare(entry, smallest) >= 0', '(this.#log.keys.compare(this.#log.keyOf(entry), this.#log.keyOf(smallest)) || entry - smallest) >= 0', 'The merge hands out the oldest entry of a key first, so compactions keep that one.'),
  bug('L8-boundary-file-left-behind', 'naive model', 'compaction-picking.ts', 'withBoundaryFiles(log, version.levels[level + 1]!, overlap(level + 1, range))', 'overlap(level + 1, range)', 'A user key split over two files of the next level is compacted in part.'),
  bug('L9-filter-seed-differs', 'invariants', 'filter-block.ts', 'filterHash(log.keys, key));', 'log.keys.hashOf(key, 1));', 'The filter is asked with another seed than it was built with: false negatives.'),
  bug('L14-next-level-file-missed', 'invariants', 'version.ts', 'if (keys.compare(limit, low) < 0 || keys.compare(start, high) > 0) continue;', 'if (keys.compare(limit, low) < 0 || keys.compare(limit, high) > 0) continue;', 'Files that stick out above the range are not seen as overlapping: a sorted level gets overlapping files.'),
  bug('L15-last-entry-not-flushed', 'invariants', 'memtable.ts', 'nodeAfter(node: number): number {\n    return this.#links[this.#linkStart[node]!]!;', 'nodeAfter(node: number): number {\n    const next = this.#links[this.#linkStart[node]!]!;\n    return this.#links[this.#linkStart[next]!]! === 0 ? 0 : next;', 'The last entry of a memtable is left out of its table.'),
  bug('L17-log-headers-not-counted', 'real traces', 'wal.ts', 'this.#sizeBytes += HEADER_BYTES + fragmentBytes;', 'this.#sizeBytes += fragmentBytes;', 'Write amplification leaves out the headers of log fragments.'),
  bug('B1-filter-rotation', 'real block reads', 'bloom.ts', '((hash >>> 17) | (hash << 15))', '((hash >>> 15) | (hash << 17))', "The probe step is rotated the wrong way: no false negatives, but other false positives than LevelDB's."),
  bug('B2-filter-size', 'real traces', 'bloom.ts', 'bits < MIN_FILTER_BITS ? MIN_FILTER_BITS : bits', 'bits', 'Short filters lack their minimum of 64 bits.'),
  bug('M1-compact-pointer-ignored', 'real traces', 'compaction-picking.ts', 'pointer === NO_ENTRY || set.log.compare(file.largest, pointer) > 0', 'pointer >= NO_ENTRY', 'Each compaction of a level starts at its first file.'),
  bug('M2-open-block-counted', 'real traces', 'table-builder.ts', 'get sizeBytes(): number {\n    return this.#sizeBytes;', 'get sizeBytes(): number {\n    return this.#sizeBytes + this.#bufferBytes;', 'The 2 MiB test counts the block that is being filled.'),
  bug('M3-overlap-reset-by-size', 'real traces', 'compaction-job.ts', 'this.#builder = undefined;\n    const file', 'this.#builder = undefined;\n    this.#overlapBytes = 0;\n    const file', 'The grandparent overlap starts afresh when an output closes by size.'),
  bug('M4-no-expansion', 'real traces', 'compaction-picking.ts', 'if (expanded.length > inputs.length && fits)', 'if (expanded.length < inputs.length && fits)', 'Inputs are never expanded.'),
  bug('M5-heights-go-on', 'real traces', 'memtable.ts', 'new ParkMiller(HEIGHT_SEED)', 'new ParkMiller(HEIGHT_SEED + log.lastSequence)', 'The skip list does not start its generator afresh in each memtable.'),
  bug('M6-last-probe-charged', 'real traces', 'get-path.ts', 'chargeSeek(this.#files[0]!, this.#levels[0]!)', 'chargeSeek(this.#files[this.probes - 1]!, this.#levels[this.probes - 1]!)', 'The last probed file is charged the seek, not the first.'),
  bug('M7-flush-always-to-L0', 'real traces', 'version.ts', 'while (level < this.#options.maxFlushLevel)', 'while (level < 0)', 'A flushed table is never pushed below L0.'),
];
