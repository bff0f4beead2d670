/**
 * The variants. Five systems under the profile paper-nvm-v1, and the same systems under one changed condition each, for the
 * readings the paper leaves open. Every arm says which L0 cap it has.
 */
import type { Arm, ParameterValue } from '../testbed/scenario.ts';

type Setting = Readonly<Record<string, ParameterValue>>;

const CAP_4: Setting = { l0CompactionTriggerFiles: 4, l0SlowdownFiles: 8, l0StopFiles: 12 };
const CAP_10: Setting = { l0CompactionTriggerFiles: 10, l0SlowdownFiles: 20, l0StopFiles: 30 };

export const SYSTEMS = {
  stock: { title: 'Stock', cap: 4, description: 'LevelDB as it is', set: { ...CAP_4, l0Tier: 'ssd', learnedL0: false } },
  'trigger-only': { title: 'Trigger only', cap: 10, description: 'LevelDB with the paper\'s cap and nothing else', set: { ...CAP_10, l0Tier: 'ssd', learnedL0: false } },
  'nvm-only': { title: 'NVM only', cap: 4, description: 'level 0 on NVM, binary search there', set: { ...CAP_4, l0Tier: 'nvm', learnedL0: false } },
  'pgm-only': { title: 'PGM only', cap: 4, description: 'PGM-index in level-0 files, which stay on SSD', set: { ...CAP_4, l0Tier: 'ssd', learnedL0: true } },
  paper: { title: 'Paper', cap: 10, description: 'level 0 on NVM, PGM-index in each file', set: { ...CAP_10, l0Tier: 'nvm', learnedL0: true } },
} as const satisfies Readonly<Record<string, { title: string; cap: number; description: string; set: Setting }>>;

export type SystemName = keyof typeof SYSTEMS;
export const SYSTEM_NAMES = Object.keys(SYSTEMS) as SystemName[];

/**
 * One departure from the profile. Arms that only explain are run at one value size; where a single probe is looked at they are
 * quiesced, so that with equal caps the trees are the same file for file.
 */
export const CONDITIONS = {
  '': { title: 'profile paper-nvm-v1', set: {}, systems: SYSTEM_NAMES },
  '-no-seeks': { title: 'seek compaction off', set: { seekCompaction: false }, systems: SYSTEM_NAMES, oneSize: ['nvm-only', 'pgm-only'] },
  '-quiesced': { title: 'each write waits for the background thread', set: { mode: 'quiesced' }, systems: ['trigger-only', 'paper'], oneSize: ['trigger-only', 'paper'] },
  '-quiesced-no-seeks': { title: 'each write waits for the background thread, seek compaction off', set: { mode: 'quiesced', seekCompaction: false }, systems: ['trigger-only', 'paper'], oneSize: ['trigger-only', 'paper'] },
  '-cap-as-stop': { title: 'cap 10 as stop limit', set: { l0CompactionTriggerFiles: 4, l0SlowdownFiles: 8, l0StopFiles: 10 }, systems: ['paper'] },
  '-synced-log': { title: 'log synced at each write', set: { walMode: 'fsync' }, systems: ['trigger-only', 'paper'] },
  '-bloom': { title: 'Bloom filter 10 bits, quiesced, seek compaction off', set: { bloomBitsPerKey: 10, mode: 'quiesced', seekCompaction: false }, systems: SYSTEM_NAMES, oneSize: SYSTEM_NAMES },
  '-uncached': { title: 'no block cache, quiesced, seek compaction off', set: { blockCacheBytes: 0, mode: 'quiesced', seekCompaction: false }, systems: ['stock', 'trigger-only', 'paper'], oneSize: ['stock', 'trigger-only', 'paper'] },
} as const satisfies Readonly<Record<string, { title: string; set: Setting; systems: readonly SystemName[]; oneSize?: readonly SystemName[] }>>;

const ONE_SIZE: Setting = { valueBytes: 4096 };

export type ConditionName = keyof typeof CONDITIONS;

export const armName = (system: SystemName, condition: ConditionName = ''): string => `${system}${condition}`;

function arm(system: SystemName, condition: ConditionName): Arm {
  const { title, description, set } = SYSTEMS[system];
  const { title: what, set: changed, oneSize }: { title: string; set: Setting; oneSize?: readonly SystemName[] } = CONDITIONS[condition];
  const isOneSize = oneSize !== undefined && oneSize.includes(system);
  const all: Setting = { ...set, ...changed, ...(isOneSize ? ONE_SIZE : {}) };
  return {
    title: condition === '' ? title : `${title}, ${what}`,
    description: `${description}; L0 cap: trigger ${all.l0CompactionTriggerFiles}, slowdown ${all.l0SlowdownFiles}, stop ${all.l0StopFiles}${condition === '' ? '' : `; ${what}`}${isOneSize ? '; 4 kB values only' : ''}`,
    set: all,
  };
}

/** Is this arm run at this value size? */
export const runsAt = (name: string, valueBytes: number): boolean => (ARMS[name]!.set.valueBytes ?? valueBytes) === valueBytes;

export const ARMS: Readonly<Record<string, Arm>> = Object.fromEntries(
  (Object.keys(CONDITIONS) as ConditionName[]).flatMap((condition) =>
    CONDITIONS[condition].systems.map((system) => [armName(system, condition), arm(system, condition)] as const),
  ),
);
