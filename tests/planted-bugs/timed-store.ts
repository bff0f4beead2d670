/** Bugs to plant in the timed store and its devices; timed-store.test.ts names the check that catches each. */
import type { PlantedBug } from './load-mutant.ts';

export type TimedStoreCheck = 'acknowledges' | 'slowdown' | 'pre-emption' | 'durable' | 'traffic' | 'present' | 'bandwidth';

const STORE = 'sim/storage-lsm/store';
const DEVICE = 'sim/storage-lsm/devices/device.ts';

export const TIMED_STORE_BUGS: readonly (PlantedBug & { readonly caughtBy: TimedStoreCheck })[] = [
  {
    id: 'L16-stall-never-released',
    file: `${STORE}/writer.ts`,
    text: "this.#stall.reason === 'slowdown' || this.#isRetryPending",
    replacement: "this.#stall.reason !== 'memtable full' || this.#isRetryPending",
    what: 'a writer that waits at the L0 stop is never woken',
    caughtBy: 'acknowledges',
  },
  {
    id: 'L19-memtable-switched-over-a-waiting-one',
    file: `${STORE}/writer.ts`,
    text: "if (core.immutable !== undefined) return this.#beginStall('memtable full');",
    replacement: '',
    what: 'a full memtable replaces one that has not been flushed, whose entries are lost',
    caughtBy: 'acknowledges',
  },
  {
    id: 'L20-slowdown-more-than-once',
    file: `${STORE}/writer.ts`,
    text: 'this.#mayDelay = false;',
    replacement: '',
    what: 'a write sleeps 1 ms again and again while level 0 is at its slowdown limit',
    caughtBy: 'slowdown',
  },
  {
    id: 'L21-no-pre-emption',
    file: `${STORE}/background.ts`,
    text: 'if (this.#batchHandle !== undefined && this.#core.immutable !== undefined) this.#cutBatch();',
    replacement: '',
    what: 'a memtable waits for the whole batch of keys on the processor, not for the next key',
    caughtBy: 'pre-emption',
  },
  {
    id: 'L6-manifest-points-to-unsynced-table',
    file: `${STORE}/tiers.ts`,
    text: 'this.append(tier, purpose, file, bytes, () => this.sync(tier, file, then));',
    replacement: 'this.append(tier, purpose, file, bytes, then);',
    what: 'a table enters the tree before its bytes are durable',
    caughtBy: 'durable',
  },
  {
    id: 'L18-nvm-store-without-fence',
    file: `${STORE}/tiers.ts`,
    text: 'else this.nvm.barrier(file, then);',
    replacement: 'else then();',
    what: 'stores to NVM are taken for durable without a fence',
    caughtBy: 'durable',
  },
  {
    id: 'L17-nvm-bytes-not-counted',
    file: `${STORE}/tiers.ts`,
    text: 'this.trafficOf(tier, purpose).bytesWritten += bytes;\n    if (tier',
    replacement: "if (tier === 'ssd') this.trafficOf(tier, purpose).bytesWritten += bytes;\n    if (tier",
    what: 'bytes written to NVM are missing from the traffic, and so from write amplification',
    caughtBy: 'traffic',
  },
  {
    id: 'L15-immutable-memtable-not-read',
    file: `${STORE}/reader.ts`,
    text: 'if (entry === NO_ENTRY && core.immutable !== undefined) {',
    replacement: 'if (entry === NO_ENTRY && core.memtable === undefined) {',
    what: 'a read overlooks what waits for its flush',
    caughtBy: 'present',
  },
  {
    id: 'L22-channel-not-shared',
    file: DEVICE,
    text: 'this.#channelFreeNs = Math.max(now, this.#channelFreeNs) + sharedNs;',
    replacement: 'this.#channelFreeNs = now + sharedNs;',
    what: 'each request gets the whole bandwidth of the device',
    caughtBy: 'bandwidth',
  },
  {
    id: 'L23-more-requests-than-slots',
    file: DEVICE,
    text: 'if (this.#inService < profile.parallelism) this.#start(request);',
    replacement: 'if (this.#inService <= profile.parallelism) this.#start(request);',
    what: 'one request more than the device has slots is in service',
    caughtBy: 'bandwidth',
  },
];
