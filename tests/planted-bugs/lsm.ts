/**
 * Planted LSM and Bloom bugs. Numbers as in the usual mutation list of LSM stores (L1, L2, ...); M rows are mechanics that
 * change no answer and only show against traces of the real program; R rows are rules that hardly any trace singles out,
 * each asked alone (sim/storage-lsm/leveldb/tests/rules.ts).
 */
import type { PlantedBug } from './load-mutant.ts';

/** Check that must catch the bug; see lsm.test.ts. */
export type LsmCheck = 'naive model' | 'invariants' | 'real traces' | 'real block reads' | 'cached block reads' | `rule: ${string}`;

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
  bug('C1-hit-renews-nothing', 'cached block reads', 'lru-cache.ts', 'this.#unlink(slot);\n    this.#linkNewest(slot, hash >>> SHARD_SHIFT);\n    this.hits++;', 'this.hits++;', 'The block cache evicts in order of insertion: a hit renews nothing.'),
  bug('C2-one-shard', 'cached block reads', 'lru-cache.ts', 'const SHARD_COUNT = 16;\nconst SHARD_SHIFT = 28;', 'const SHARD_COUNT = 8;\nconst SHARD_SHIFT = 29;', 'The block cache has 8 shards, not 16: other blocks are evicted.'),
  bug('R1-grandparents-before-first-key-counted', 'rule: grandparents passed before the first key do not count', 'compaction-job.ts', 'if (this.#seenKey) this.#overlapBytes +=', 'this.#overlapBytes +=', 'Overlap counts grandparents that end before the first key.'),
  bug('R2-seek-candidate-replaced', 'rule: one seek candidate at a time', 'version.ts', 'file.allowedSeeks > 0 || this.seekFile !== undefined', 'file.allowedSeeks > 0', 'A later file that uses up its seeks replaces the candidate.'),
  bug('R3-old-allowance-after-move', 'rule: a moved file starts with a fresh seek allowance', 'deterministic-store.ts', 'file: describeTable(file.number, file.table) }] });', 'file }] });', 'A moved file keeps its used-up seek allowance.'),
  bug('R4-sample-of-one-file', 'rule: a read sample needs two files', 'version.ts', 'files.length >= 2 && this.chargeSeek', 'files.length >= 1 && this.chargeSeek', 'A read sample charges a file that nothing overlaps.'),
  bug('R5-bloom-clamp-missing', 'rule: Bloom filters probe floor(0.69 bits) times, 1 to 30', 'bloom.ts', 'k > MAX_PROBES ? MAX_PROBES : k', 'k', 'Long filters probe more than 30 times.'),
  bug('R6-bloom-factor', 'rule: Bloom filters probe floor(0.69 bits) times, 1 to 30', 'bloom.ts', 'bitsPerKey * 0.69', 'bitsPerKey * 0.6', 'Right at 10 bits a key, too few probes elsewhere.'),
  bug('R7-own-boundary-left-behind', 'rule: files that share a user key at a boundary go together', 'compaction-picking.ts', 'let inputs = withBoundaryFiles(log, version.levels[level]!, chosen);', 'let inputs = chosen;', 'A user key split over two files of the level is compacted in part.'),
  bug('R8-expansion-boundary-left-behind', 'rule: so do files that the expansion adds', 'compaction-picking.ts', 'withBoundaryFiles(log, version.levels[level]!, overlap(level, whole))', 'overlap(level, whole)', 'The same after the inputs were expanded.'),
  bug('R9-last-level-scored', 'rule: the last level is never scored', 'version.ts', 'level < LEVEL_COUNT - 1; level++', 'level < LEVEL_COUNT; level++', 'L6 is compacted into a level that does not exist.'),
  bug('R10-lower-skip-list', 'rule: the head of the skip list has 12 links', 'memtable.ts', 'const MAX_HEIGHT = 12;', 'const MAX_HEIGHT = 11;', 'The skip list and its head are one link lower.'),
  bug('R11-candidate-survives', 'rule: the seek candidate is forgotten with its version', 'version-set.ts', 'this.#current = new Version(this.log, this.options, levels);', 'const before = this.#current;\n    this.#current = new Version(this.log, this.options, levels);\n    this.#current.seekFile = before.seekFile;\n    this.#current.seekFileLevel = before.seekFileLevel;', 'The candidate for a seek compaction outlives its version.'),
];
