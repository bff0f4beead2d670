/** `run pbft-under-attack --faults FILE`: the run again, what happened in words, and honest exit codes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../scenarios/cli/main.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledgerlab-faults-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function ledgerlab(...argv: string[]): Promise<{ code: number; text: string }> {
  const out = new PassThrough();
  let text = '';
  out.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = await main({ argv, root: process.cwd(), stdin: new PassThrough(), stdout: out, stderr: out });
  return { code, text };
}

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const stage = { protocol: 'pbft', requests: 2 };
const run = (path: string): Promise<{ code: number; text: string }> => ledgerlab('run', 'pbft-under-attack', '--faults', path);

describe('run --faults', () => {
  it('says what was done and how it ended, twice the same, and holds the file to its fingerprint', async () => {
    const script = [{ atEvent: 3, act: 'crash', node: 0 }];
    const first = await run(file('plain.json', { stage, script }));
    expect(first.code).toBe(0);
    expect(first.text).toMatch(/after event 3, [\d.]+ ms: R0 crashes\nEnds after event \d+, [\d.]+ ms: all answered\./);
    const fingerprint = /Fingerprint ([0-9a-f]{32})/.exec(first.text)![1]!;
    const events = Number(/Ends after event (\d+)/.exec(first.text)![1]);
    const again = await run(file('same.json', { stage, script, events, fingerprint, atEvent: 10 }));
    expect([again.code, again.text.includes(`Fingerprint ${fingerprint}, as in the file.`)]).toEqual([0, true]);
    const other = await run(file('other.json', { stage, script, events, fingerprint: fingerprint.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }));
    expect([other.code, other.text.includes('the sources have changed since')]).toEqual([1, true]);
  });

  it('a violation beyond f is told and is no failure', async () => {
    const { code, text } = await run(file('beyond.json', { stage, script: [0, 1].map((node) => ({ atEvent: 0, act: 'lie', node, behaviour: 'two-stories' })) }));
    expect(code).toBe(0);
    expect(text).toMatch(/Prepared once broken, event \d+ at [\d.]+ ms: .*\n[\s\S]*More replicas were faulty, 2, than PBFT bears, 1/);
  });

  it('refuses other scenarios, files that are not there, no JSON, and rows that make no sense', async () => {
    expect(await ledgerlab('run', 'pbft-scaling', '--faults', file('a.json', { stage, script: [] }))).toMatchObject({ code: 64 });
    expect((await run(join(folder, 'nothing.json'))).text).toContain('there is no file');
    expect(await run(file('b.json', '{'))).toMatchObject({ code: 65 });
    const refused = await run(file('c.json', { stage, script: [{ atEvent: 0, act: 'crash', node: 9 }] }));
    expect([refused.code, /script\[0\]\.node.*9.*0 to 3/.test(refused.text)]).toEqual([65, true]);
    const late = await run(file('d.json', { stage, script: [{ atEvent: 5000, act: 'heal' }] }));
    expect([late.code, late.text.includes('nothing came of them: 1 of 1 rows')]).toEqual([0, true]);
  });
});
