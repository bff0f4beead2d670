/** Rules that no trace singles out, each alone. Their planted bugs: tests/planted-bugs/lsm.ts. */
import { describe, expect, it } from 'vitest';
import { RULES } from './tests/rules.ts';

describe('rules of LevelDB 1.23', () => {
  it.each(Object.entries(RULES))('%s', (_rule, wrong) => {
    expect(wrong()).toBeUndefined();
  });
});
