/**
 * Rules of LevelDB 1.23 that hardly any workload singles out: a store without one of them would still repeat all traces of
 * the real program that we keep. Each is asked alone, on a tree made for it; the answer is what is wrong, or nothing.
 * Source of each: the named file of google/leveldb, release 1.23. The lists of planted bugs break them one by one.
 */
import { probeCount } from '../bloom.ts';
import { type Compaction, pickCompaction } from '../compaction-picking.ts';
import { CompactionJob } from '../compaction-job.ts';
import { DeterministicStore } from '../deterministic-store.ts';
import { EntryLog } from '../entry-log.ts';
import { KeyTable } from '../key-table.ts';
import { Memtable } from '../memtable.ts';
import { DEFAULT_OPTIONS, LEVEL_COUNT, maxGrandparentOverlapBytes } from '../options.ts';
import { TableBuilder } from '../table-builder.ts';
import { describeTable, type FileMeta } from '../version.ts';
import { VersionSet } from '../version-set.ts';

const encode = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A tree put together by hand. */
class Tree {
  readonly keys = new KeyTable();
  readonly log = new EntryLog(this.keys);
  readonly set = new VersionSet(this.log, DEFAULT_OPTIONS);

  put(key: string): number {
    return this.log.put(this.keys.intern(encode(key)), 10);
  }

  /** A table of these entries, in the order of their keys; it may claim any size. */
  file(entries: readonly number[], sizeBytes?: number): FileMeta {
    const builder = new TableBuilder(this.log, DEFAULT_OPTIONS);
    for (const entry of entries) builder.add(entry);
    const file = describeTable(this.set.newFileNumber(), builder.finish().table);
    return sizeBytes === undefined ? file : { ...file, sizeBytes };
  }

  /** A table of fresh entries of these keys. */
  fileOf(keys: string, sizeBytes?: number): FileMeta {
    return this.file([...keys].map((key) => this.put(key)), sizeBytes);
  }

  place(level: number, ...files: readonly FileMeta[]): void {
    this.set.apply({ removed: [], added: files.map((file) => ({ level, file })) });
  }
}

function difference(what: string, found: unknown, expected: unknown): string | undefined {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  return a === b ? undefined : `${what}: ${a}, must be ${b}`;
}

/** db/version_set.cc, ShouldStopBefore. In a sound tree no grandparent ends before the first key; the source asks all the same. */
function grandparentsBeforeTheFirstKey(): string | undefined {
  const outputs = (firstGrandparent: string): number => {
    const tree = new Tree();
    const input = tree.fileOf('cfg');
    tree.place(1, input);
    const half = 0.6 * maxGrandparentOverlapBytes(DEFAULT_OPTIONS);
    const grandparents = [tree.fileOf(firstGrandparent, half), tree.fileOf('e', half)];
    const compaction: Compaction = { level: 1, inputs: [input], inputsNext: [], grandparents, version: tree.set.current, reason: 'size', inputsBeforeExpansion: 1 };
    const job = new CompactionJob(tree.set, compaction, tree.log.lastSequence);
    while (job.step());
    return job.outputs.length;
  };
  return difference('outputs when the first grandparent ends before, after the first key', [outputs('ab'), outputs('bd')], [1, 2]);
}

/** db/version_set.cc, UpdateStats: a further file that uses up its seeks does not replace the first, nor wait in line. */
function oneSeekCandidate(): string | undefined {
  const tree = new Tree();
  const [first, second] = [tree.fileOf('az'), tree.fileOf('by')];
  tree.place(1, first);
  tree.place(2, second);
  const version = tree.set.current;
  const charges = (file: FileMeta, level: number): number => Array.from({ length: 150 }, () => version.chargeSeek(file, level)).indexOf(true);
  const found = [charges(first, 1), charges(second, 2), version.seekFile?.number, version.seekFileLevel];
  return difference('charges until a candidate, of two files; the candidate and its level', found, [99, -1, first.number, 1]);
}

/** db/version_set.h: the candidate belongs to the version; db/version_edit.h: the used-up allowance belongs to the file. */
function candidateForgottenWithItsVersion(): string | undefined {
  const tree = new Tree();
  const file = tree.fileOf('az');
  tree.place(1, file);
  for (let i = 0; i < 100; i++) tree.set.current.chargeSeek(file, 1);
  const before = tree.set.current.needsCompaction();
  tree.place(2, tree.fileOf('by'));
  const after = tree.set.current.needsCompaction();
  return difference('seek compaction due before, after an edit, at the next charge', [before, after, tree.set.current.chargeSeek(file, 1)], [true, false, true]);
}

/** db/version_set.cc, Builder::Apply: a moved file is a new entry of the version, with its full allowance. */
function freshSeeksAfterMove(): string | undefined {
  const store = new DeterministicStore({ ...DEFAULT_OPTIONS, writeBufferBytes: 16 * 1024 });
  const id = (key: string): number => store.keys.intern(encode(key));
  // Three puts fill a memtable: a flush to L2, then one to L1, as their ranges overlap; the last put stays in memory.
  for (const key of 'amzbcyq') store.put(id(key), 5000);
  const deep = store.set.current.levels[2]![0]!;
  store.set.apply({ removed: [{ level: 2, file: deep }], added: [{ level: 3, file: deep }] });
  const found: (number | string)[] = [];
  for (let reads = 1, seen = store.events.length; reads <= 250; reads++) {
    store.get(id('m')); // in the range of the upper file, but only in the lower one
    if (store.events.length === seen) continue;
    seen = store.events.length;
    found.push(reads, store.events.at(-1)!.event);
  }
  return difference('reads until a seek compaction moves the file, and until the next one', found, [100, 'move', 200, 'compaction']);
}

/** db/version_set.cc, RecordReadSample: one file alone has nothing to be merged with. */
function twoFilesForAReadSample(): string | undefined {
  const charges = (levels: readonly number[]): number => {
    const tree = new Tree();
    for (const level of levels) tree.place(level, tree.fileOf('amz'));
    const sample = tree.put('m');
    return Array.from({ length: 300 }, () => tree.set.current.recordReadSample(sample)).indexOf(true);
  };
  return difference('samples until a candidate with one, two, three files', [charges([1]), charges([1, 2]), charges([1, 3, 2])], [-1, 99, 99]);
}

/** util/bloom.cc: k = floor(0.69 bits), kept within 1..30. */
function bloomProbes(): string | undefined {
  const expected = [[0, 1], [1, 1], [2, 1], [3, 2], [4, 2], [5, 3], [8, 5], [10, 6], [16, 11], [20, 13], [30, 20], [42, 28], [43, 29], [44, 30], [45, 30], [46, 30], [100, 30], [1000, 30]];
  return difference('bits a key and k', expected.map(([bits]) => [bits, probeCount(bits!)]), expected);
}

/** db/version_set.cc, SetupOtherInputs and AddBoundaryInputs, on the level of the compaction. */
function boundaryFilesOfTheLevel(): string | undefined {
  const tree = new Tree();
  const older = tree.put('k');
  const [newer, a, z] = [tree.put('k'), tree.put('a'), tree.put('z')];
  const [left, right] = [tree.file([a, newer], 11 << 20), tree.file([older, z])];
  tree.place(1, left, right);
  return difference('inputs', pickCompaction(tree.set)?.inputs.map(({ number }) => number), [left.number, right.number]);
}

/** The same, where the expansion of the inputs ends at a split key (SetupOtherInputs, `expanded0`). */
function boundaryFilesOfTheExpansion(): string | undefined {
  const tree = new Tree();
  const older = tree.put('k');
  const [newer, d, m] = [tree.put('k'), tree.put('d'), tree.put('m')];
  const files = [tree.fileOf('ac', 11 << 20), tree.file([d, newer]), tree.file([older, m])];
  tree.place(1, ...files);
  const next = tree.fileOf('be');
  tree.place(2, next);
  const compaction = pickCompaction(tree.set);
  const found = [compaction?.inputs.map(({ number }) => number), compaction?.inputsNext.map(({ number }) => number)];
  return difference('inputs, inputs of the next level', found, [files.map(({ number }) => number), [next.number]]);
}

/** db/version_set.cc, Finalize: scores end at the level before the last, which has nowhere to go. */
function lastLevelNotScored(): string | undefined {
  const due = (level: number): boolean => {
    const tree = new Tree();
    tree.place(level, tree.fileOf('az', 1e15));
    return tree.set.current.needsCompaction();
  };
  return difference('an overfull L5, L6 is due', [due(LEVEL_COUNT - 2), due(LEVEL_COUNT - 1)], [true, false]);
}

/**
 * db/skiplist.h: the head has kMaxHeight = 12 links. It is the first thing in the arena and leaves 4096 - 104 B of the first
 * block. (A node higher than 10 is never drawn: the generator starts afresh in each memtable, and its first 400 000 nodes have none.)
 */
function skipListHead(): string | undefined {
  const usedBytes = (entryBytes: number): number => {
    const keys = new KeyTable();
    const log = new EntryLog(keys);
    const memtable = new Memtable(log);
    memtable.insert(log.put(keys.intern(encode('a')), entryBytes - 12)); // 1 + 9 of the key, 2 of the value's length
    return memtable.usedBytes;
  };
  // 3992 B fill the block, and the node opens another; 3993 B get a block of their own, and the node fits.
  return difference('memory after an entry of 3992, 3993 B', [usedBytes(3992), usedBytes(3993)], [2 * (4096 + 8), 4096 + 8 + 3993 + 8]);
}

/** Rule -> what is wrong with it, or nothing. */
export const RULES: Readonly<Record<string, () => string | undefined>> = {
  'grandparents passed before the first key do not count': grandparentsBeforeTheFirstKey,
  'one seek candidate at a time': oneSeekCandidate,
  'the seek candidate is forgotten with its version': candidateForgottenWithItsVersion,
  'a moved file starts with a fresh seek allowance': freshSeeksAfterMove,
  'a read sample needs two files': twoFilesForAReadSample,
  'Bloom filters probe floor(0.69 bits) times, 1 to 30': bloomProbes,
  'files that share a user key at a boundary go together': boundaryFilesOfTheLevel,
  'so do files that the expansion adds': boundaryFilesOfTheExpansion,
  'the last level is never scored': lastLevelNotScored,
  'the head of the skip list has 12 links': skipListHead,
};
