/** What must hold at every instant, whatever the path does: random-path.ts. */
import { describe, expect, it } from 'vitest';
import { PATHS, runOverPath } from './random-path.ts';

describe.each(['reno', 'cubic', 'bbr', 'bbr3'] as const)('%s', (name) => {
  it.each(PATHS)('over a path that is %s', (...path) => {
    expect(runOverPath(name, path).isConnected).toBe(true);
  });
});
