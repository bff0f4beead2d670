/**
 * A node's store by name. A vote may leave only when its log entry is on stable storage, so a write to the log is made durable: LevelDB with
 * `sync` on the SSD, or stores and a fence where level 0 and (choice) the log are on NVM. The store's own processor time is inside it.
 */
import { IdealStore } from '../../../sim/ideal.ts';
import type { Store } from '../../../sim/ports.ts';
import type { Simulation } from '../../../sim/simulation.ts';
import { PAPER_NVM_V1, STOCK } from '../../../sim/storage-lsm/store/options.ts';
import { TimedStore } from '../../../sim/storage-lsm/store/timed-store.ts';
import type { StorePart } from './spec.ts';

export function createStore(sim: Simulation, part: StorePart): Store {
  if (part === 'ideal') return new IdealStore(sim);
  if (part === 'ssd') return new TimedStore(sim, { ...STOCK, walMode: 'fsync' });
  return new TimedStore(sim, { ...PAPER_NVM_V1, walTier: 'nvm', walMode: 'fsync' });
}
