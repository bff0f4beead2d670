/** `run pbft-under-attack --faults FILE`: the run again, what happened in words, and honest exit codes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../scenarios/cli/main.ts';
import { stageProtocol } from '../../scenarios/testbed/stage/protocols.ts';
import { StageSession } from '../../scenarios/testbed/stage/session.ts';
import { stageFileFromJson } from '../../scenarios/testbed/stage/stage-file.ts';

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
    expect(text).toMatch(/Prepared once broken, event \d+ at [\d.]+ ms: .*\n[\s\S]*More replicas lied or had forgotten, 2, than PBFT bears, 1/);
    expect(text).toContain('bears 1 faulty, here at most 2 (2 lying) at once, beyond f: nothing is promised;');
  });

  it('counts crashed replicas as faulty while they are down, and says beyond f when there are more than f', async () => {
    const head = async (script: object[], protocol = 'pbft'): Promise<[number, string]> => {
      const { code, text } = await run(file('count.json', { stage: { protocol, requests: 2 }, script }));
      return [code, /bears \d faulty, (.*); clients/.exec(text)![1]!];
    };
    const crash = (atEvent: number, node: number): object => ({ atEvent, act: 'crash', node });
    const back = (atEvent: number, node: number, disk: string): object => ({ atEvent, act: 'restart', node, disk });
    const lie = { atEvent: 2, act: 'lie', node: 1, behaviour: 'silent' };
    expect(await head([])).toEqual([0, 'here at most 0 at once']);
    expect(await head([crash(3, 0)])).toEqual([0, 'here at most 1 (1 crashed) at once']);
    // One after the other, never two at once.
    expect(await head([crash(3, 3), back(6, 3, 'kept'), crash(9, 2)])).toEqual([0, 'here at most 1 (1 crashed) at once']);
    expect(await head([crash(3, 3), back(6, 3, 'lost'), crash(9, 2)])).toEqual([0, 'here at most 2 (1 crashed, 1 without memory) at once, beyond f: agreement is promised, answers are not']);
    expect(await head([lie, crash(3, 0)])).toEqual([0, 'here at most 2 (1 crashed, 1 lying) at once, beyond f: agreement is promised, answers are not']);
    // A liar that is down counts once.
    expect(await head([lie, crash(3, 1)])).toEqual([0, 'here at most 1 (1 lying) at once']);
    expect(await head([crash(3, 0)], 'two-phase')).toEqual([0, 'here at most 1 (1 crashed) at once, beyond f: agreement is promised, answers are not']);
  });

  it('refuses other scenarios, files that are not there, no JSON, and rows that make no sense', async () => {
    expect(await ledgerlab('run', 'pbft-scaling', '--faults', file('a.json', { stage, script: [] }))).toMatchObject({ code: 64 });
    expect((await run(join(folder, 'nothing.json'))).text).toContain('there is no file');
    expect(await run(file('b.json', '{'))).toMatchObject({ code: 65 });
    const refused = await run(file('c.json', { stage, script: [{ atEvent: 0, act: 'crash', node: 9 }] }));
    expect([refused.code, /script\[0\]\.node.*9.*0 to 3/.test(refused.text)]).toEqual([65, true]);
  });

  it('says which rows took no effect and why, and refuses to pass them over; a file with the fingerprint of its page has shown them', async () => {
    const text = (code: number, rest: string[]): unknown => ({ code, text: expect.stringContaining(rest.join('\n')) as string });
    const script = [
      { atEvent: 0, act: 'drop', message: 900_000 }, { atEvent: 3, act: 'crash', node: 3 }, { atEvent: 4, act: 'crash', node: 3 }, { atEvent: 5, act: 'restart', node: 1, disk: 'kept' },
      { atEvent: 30, act: 'delay', message: 1, byNs: 5 }, { atEvent: 31, act: 'heal' }, { atEvent: 32, act: 'partition', nodes: [0, 1, 2, 3, 4] }, { atEvent: 33, act: 'one-way', from: 2, to: 2 }, { atEvent: 5000, act: 'heal' },
    ];
    const idle = await run(file('idle.json', { stage, script }));
    const { messages } = new StageSession(stageProtocol('pbft'), stageFileFromJson({ stage, script }).options, stageFileFromJson({ stage, script }).script).branches[0]!.record;
    expect(idle).toEqual(text(65, [
      'No effect of 8 of 9 rows:', `  0:drop:900000: the run sends ${messages.length} messages`, '  4:crash:3: it is down already', '  5:restart:1:kept: it is up', '  30:delay:1:5: it has arrived or is lost', '  31:heal: nothing is cut or slow',
      '  32:partition:0,1,2,3,4: there are no others', '  33:one-way:2:2: a node sends itself no messages', '  5000:heal: the run ends before',
    ]));
    expect(idle.text).not.toContain('message 900000 is dropped');
    const fingerprint = /Fingerprint ([0-9a-f]{32})/.exec(idle.text)![1]!;
    expect(await run(file('shown.json', { stage, script, fingerprint }))).toEqual(text(0, ['No effect of 8 of 9 rows:']));
  });

  it('rows that act are told as done: a message dropped under way or before it is sent, a cut that is healed', async () => {
    const { code, text } = await run(file('act.json', { stage, script: [{ atEvent: 0, act: 'drop', message: 1 }, { atEvent: 0, act: 'drop', message: 5 }, { atEvent: 2, act: 'partition', nodes: [3, 4] }, { atEvent: 9, act: 'heal' }] }));
    expect([code, text.includes('No effect')]).toEqual([0, false]);
    expect(text).toMatch(/message 1 is dropped\n.*message 5 is dropped\n.*R3, C0 cut off from the others\n.*the network heals\n/);
  });
});
