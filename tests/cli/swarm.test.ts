/** `swarm` and `swarm --replay FILE`: the same words and exit codes for a campaign and for the case that it wrote. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../scenarios/cli/main.ts';
import { drawCase } from '../../scenarios/testbed/pbft-swarm.ts';
import { caseToText } from '../../scenarios/testbed/swarm-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledgerlab-swarm-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function swarm(...argv: string[]): Promise<{ code: number; text: string }> {
  const out = new PassThrough();
  let text = '';
  out.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = await main({ argv: ['swarm', ...argv], root: process.cwd(), stdin: new PassThrough(), stdout: out, stderr: out });
  return { code, text };
}

describe('swarm --replay', () => {
  it('of a failure beyond f says so, and ends with 0 like the campaign that found it', async () => {
    const path = join(folder, 'beyond.json');
    const campaign = await swarm('--runs', '10', '--seed', 'beyond', '--faulty', '3', '--out', path);
    const [, broken] = /^BEYOND f (\S+) in run/m.exec(campaign.text)!;
    const again = await swarm('--replay', path);
    expect([campaign.code, again.code]).toEqual([0, 0]);
    expect(again.text).toMatch(new RegExp(`^BEYOND f ${broken!}: more nodes were faulty than PBFT promises to bear\n {2}.*\n\\d+ events, fingerprint [0-9a-f]{32}\\.\n$`));
  });

  it('of a failure within f ends with 70', async () => {
    const path = join(folder, 'within.json');
    // A network that loses everything, after the calm too: nobody is answered, and nobody is faulty.
    writeFileSync(path, caseToText({ ...drawCase('a'), plan: [{ kind: 'loss', probability: 1, atNs: 0, untilNs: Number.MAX_SAFE_INTEGER }] }, 'liveness'));
    expect(await swarm('--replay', path)).toEqual({ code: 70, text: expect.stringMatching(/^BROKEN liveness\n {2}\d+ requests without an answer/) as string });
  });

  it('refuses a case that names a node that is not there', async () => {
    const path = join(folder, 'no-node.json');
    writeFileSync(path, caseToText({ ...drawCase('a'), plan: [{ kind: 'clock-skew', node: 150, factor: 2 }] }, 'liveness'));
    expect(await swarm('--replay', path)).toEqual({ code: 65, text: expect.stringMatching(/case\.plan\[0\]\.node: 150 is not allowed; .* from 0 to \d+; take one of these/) as string });
  });

  it('refuses a fault that ends before it begins', async () => {
    const path = join(folder, 'turned.json');
    writeFileSync(path, caseToText({ ...drawCase('a'), plan: [{ kind: 'crash', node: 0, atNs: 20, backNs: 10, keepsDisk: true }, { kind: 'loss', probability: 1, atNs: 5, untilNs: 4 }] }, 'liveness'));
    const { code, text } = await swarm('--replay', path);
    expect(code).toBe(65);
    expect(text).toContain('case.plan[0].backNs: 10 ns is not allowed; allowed is 20 ns (atNs) or later');
    expect(text).toContain('case.plan[1].untilNs: 4 ns is not allowed; allowed is 5 ns (atNs) or later');
  });

  it('of a case that holds says so, and what the file was written for', async () => {
    const path = join(folder, 'holds.json');
    writeFileSync(path, caseToText(drawCase('a'), 'liveness'));
    expect(await swarm('--replay', path)).toEqual({ code: 0, text: expect.stringMatching(/^Nothing broke: \d+ events, fingerprint [0-9a-f]{32}\.\nThe file was written for 'liveness'/) as string });
  });
});
