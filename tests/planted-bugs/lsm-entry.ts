/** Everything the LSM checks need, loaded as one module graph so that a planted bug reaches all of it. */
export { problemsOf } from '../../sim/storage-lsm/leveldb/checks.ts';
export { load, readPass, WorkloadKeys } from '../../sim/storage-lsm/leveldb/deterministic-run.ts';
export { DeterministicStore } from '../../sim/storage-lsm/leveldb/deterministic-store.ts';
export { DEFAULT_OPTIONS } from '../../sim/storage-lsm/leveldb/options.ts';
export { cachedBlockReads } from '../../sim/storage-lsm/leveldb/tests/cached-reads.ts';
export { firstDisagreement } from '../../sim/storage-lsm/leveldb/tests/naive-model.ts';
export { RULES } from '../../sim/storage-lsm/leveldb/tests/rules.ts';
export { SMALL_OPTIONS } from '../../sim/storage-lsm/leveldb/tests/small-options.ts';
