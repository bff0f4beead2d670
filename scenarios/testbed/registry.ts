/**
 * All scenarios and calculators, found by file name: adding `scenarios/<id>.ts` or `scenarios/eval/<id>.ts` is enough.
 * Modules load on demand, so that one scenario does not pay for the others. The globs are expanded by Vite: in the
 * command line's bundle, in tests and in the viewer alike.
 */
import { registryOf, type Registry } from './registry-of.ts';

export type { Registry } from './registry-of.ts';

export const registry: Registry = registryOf(
  import.meta.glob(['../*.ts', '!../*.test.ts'], { import: 'default' }),
  import.meta.glob(['../eval/*.ts', '!../eval/*.test.ts', '!../eval/model.ts'], { import: 'default' }),
);
