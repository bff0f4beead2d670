/** The front end of the benchmarks: one JSON line last, and clear refusals. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

function bench(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(import.meta.dirname, 'bench.mjs'), ...words], { encoding: 'utf8' });
}

describe('npm run bench', () => {
  it('prints one JSON object as the last line', () => {
    const { status, stdout } = bench('hold', '--pending', '100', '--events=5000');
    expect(status).toBe(0);
    const line = JSON.parse(stdout.trim().split('\n').at(-1)!);
    expect(Object.keys(line)).toEqual(['name', 'events', 'checksum', 'cpuSeconds', 'maxRssBytes']);
    expect(line).toMatchObject({ name: 'hold', events: 5000, checksum: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  it.each([
    [['hol'], "no benchmark 'hol'; did you mean 'hold'?"],
    [['hold', '--pendin', '5'], "no flag '--pendin'; did you mean '--pending'?"],
    [['hold', '--pending', '0'], "--pending '0'; required: an integer from 1 to 16000000"],
    [['hold', '--queue', 'fibonacci'], "--queue 'fibonacci'; required: one of ladder, heap"],
    [['hold', '--events'], '--events needs a value'],
  ])('%j is refused', (words, message) => {
    const { status, stderr } = bench(...words);
    expect({ status, stderr }).toEqual({ status: 64, stderr: expect.stringContaining(message) });
    expect(stderr).not.toContain('    at ');
  });
});
