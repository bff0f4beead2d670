/** The stage in a real browser: by keyboard alone into a view change, a message dropped, a fork, a link that opens the same picture, a file that the command line repeats. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../scenarios/cli/main.ts';
import { findBrowser, setStage, type OpenPage, type Stage } from './harness.ts';

const executable = await findBrowser();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ATTACK = '#/stage?script=0:lie:0:two-stories;0:lie:1:two-stories&event=9';

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly unknown[] }[];
}

async function ledgerlab(...argv: string[]): Promise<{ code: number; text: string }> {
  const out = new PassThrough();
  let text = '';
  out.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = await main({ argv, root: process.cwd(), stdin: new PassThrough(), stdout: out, stderr: out });
  return { code, text };
}

const fingerprint = ({ page }: OpenPage): Promise<string | null> => page.locator('.stage-head [data-fingerprint]').getAttribute('data-fingerprint');
/** Of all views, in their order. */
const fingerprints = ({ page }: OpenPage): Promise<(string | null)[]> => page.locator('.stage-head [data-fingerprint]').evaluateAll((chips) => chips.map((each) => each.getAttribute('data-fingerprint')));
const diagram = ({ page }: OpenPage): Promise<string> => page.locator('.stage-diagram').innerHTML();
const told = ({ page }: OpenPage): Promise<string | null> => page.locator('.stage-story').textContent();

describe.skipIf(executable === undefined)('the stage in a browser', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executable!);
  }, 240_000);
  afterAll(async () => {
    await stage?.close();
  });

  for (const address of ['#/stage', ATTACK, '#/lesson/pbft-by-hand']) for (const scheme of ['light', 'dark'] as const) for (const width of [1440, 360]) {
    it(`${address.slice(0, 24)}, ${scheme}, ${width} px: quiet, accessible, no sideways scrolling`, async () => {
      const { page, complaints, foreign, close } = await stage.open(address, { width, scheme, reducedMotion: true });
      for (let y = 0; y < (await page.evaluate(() => document.documentElement.scrollHeight)); y += 700) {
        await page.evaluate((top) => scrollTo(0, top), y);
        await page.waitForTimeout(30);
      }
      await page.locator('.stage-diagram .stage-cursor').first().waitFor();
      if (address.startsWith('#/stage')) for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'c', 'i']) await page.keyboard.press(key);
      await page.evaluate(AXE);
      const findings = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: { run: (root: Document, options: object) => Promise<{ violations: unknown }> } };
        return (await axe.run(document, { resultTypes: ['violations'] })).violations;
      });
      expect((findings as Finding[]).filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target }) => target.join(' ')).join('; ')}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect([complaints, foreign]).toEqual([[], []]);
      await close();
    });
  }

  it('by keyboard alone: into a view change, a message dropped, a fork; the link and the file open the same run', async () => {
    const open = await stage.open('#/stage', { width: 1440, scheme: 'light' });
    const { page, complaints } = open;
    const press = async (key: string, times = 1): Promise<void> => {
      for (let time = 0; time < times; time++) await page.keyboard.press(key);
    };
    await page.locator('.stage-cursor').first().waitFor();
    await press('ArrowRight', 2);
    const trunk = await fingerprint(open);
    // R0 crashes: a branch of its own.
    await press('ArrowDown');
    await press('c');
    expect(await page.locator('.stage-branch').count()).toBe(2);
    for (let step = 0; step < 120 && !(await told(open))!.includes('asks for view 1'); step++) await press('ArrowRight');
    expect(await told(open)).toContain('asks for view 1');
    const inHand = (): Promise<string | null> => page.locator('.stage-hand-text').textContent();
    for (let turn = 0; turn < 12 && !(await inHand())!.startsWith('VIEW-CHANGE(view 1'); turn++) await press('m');
    expect(await inHand()).toMatch(/^VIEW-CHANGE\(view 1/);
    await press('x');
    expect(await page.locator('.stage-branch').count()).toBe(3);
    expect(await told(open)).toMatch(/Then message \d+ is dropped/);
    await press('ArrowRight', 3);
    await press('f');
    expect(await page.locator('.stage-branch').count()).toBe(4);
    // There and back again.
    const here = await fingerprint(open);
    await press('ArrowLeft', 5);
    expect(await fingerprint(open)).not.toBe(here);
    await press('ArrowRight', 5);
    expect(await fingerprint(open)).toBe(here);
    // The trunk is as it was, two events in.
    await press('1');
    await press('Home');
    await press('ArrowRight', 2);
    expect(await fingerprint(open)).toBe(trunk);
    await press('4');
    await press('End');
    const end = await fingerprint(open);
    await press('Home');
    await press('Shift+ArrowRight', 24);
    await expect.poll(() => page.evaluate(() => location.hash)).toContain(`fingerprint=${(await fingerprint(open))!}`);
    const again = await stage.open(await page.evaluate(() => location.href), { width: 1440, scheme: 'light' });
    await again.page.locator('.stage-cursor').first().waitFor();
    expect(await fingerprint(again)).toBe(await fingerprint(open));
    expect(await again.page.locator('.stage-head .chip').textContent()).toContain('as sent');
    expect(await diagram(again)).toBe(await diagram(open));
    // All four branches are there too.
    expect(await again.page.locator('.stage-tree').innerHTML()).toBe(await page.locator('.stage-tree').innerHTML());
    expect(await again.page.locator('.stage-branch').count()).toBe(4);
    await again.close();
    const [saved] = await Promise.all([page.waitForEvent('download'), page.locator('button', { hasText: 'Save as file' }).press('Enter')]);
    const folder = mkdtempSync(join(tmpdir(), 'ledgerlab-stage-'));
    const file = join(folder, 'stage.json');
    await saved.saveAs(file);
    const { code, text } = await ledgerlab('run', 'pbft-under-attack', '--faults', file);
    expect(text).toContain(`Fingerprint ${end!}, as in the file.`);
    expect(text).toContain(`where the file was saved: fingerprint ${(await fingerprint(open))!}.`);
    expect(text).toMatch(/R0 crashes\n.*message \d+ is dropped/);
    expect(code).toBe(0);
    rmSync(folder, { recursive: true });
    expect(complaints).toEqual([]);
    await open.close();
  });

  it('a press takes a message or a replica; the tables stand for the picture; two views keep one clock', async () => {
    const open = await stage.open('#/stage?event=8', { width: 1440, scheme: 'dark' });
    const { page } = open;
    await page.locator('.stage-cursor').first().waitFor();
    await page.locator('.stage-lane').nth(2).click({ position: { x: 10, y: 10 } });
    expect(await page.locator('.stage-hand-text').textContent()).toContain('R2 backup');
    await page.locator('[data-fault=p]').click();
    expect(await page.locator('.stage-script-fold table').first().textContent()).toContain('8:partition:2');
    await page.keyboard.press('i');
    expect(await page.locator('.stage-diagram').count()).toBe(2);
    await page.keyboard.press('ArrowRight');
    const clocks = await page.locator('.stage-cursor text').allTextContents();
    expect(Math.abs(Number.parseFloat(clocks[0]!) - Number.parseFloat(clocks[1]!))).toBeLessThan(5);
    await page.keyboard.press('i');
    await page.keyboard.press('d');
    expect(await page.locator('.stage-diagram').first().isVisible()).toBe(false);
    expect(await page.locator('.stage-tables table').count()).toBe(2);
    await open.close();
  });

  it('a link to two views opens both where they stood, at the same fingerprints', async () => {
    const open = await stage.open('#/stage?event=8', { width: 1440, scheme: 'light' });
    const { page } = open;
    await page.locator('.stage-cursor').first().waitFor();
    for (const key of ['ArrowDown', 'c', 'Escape', 'ArrowRight', 'ArrowRight', 'i']) await page.keyboard.press(key);
    const titlesOf = (at: typeof page): Promise<string[]> => at.locator('.stage-pane-title').allTextContents();
    const picturesOf = (at: typeof page): Promise<string[]> => at.locator('.stage-diagram').evaluateAll((pictures) => pictures.map((picture) => picture.innerHTML));
    const prints = await fingerprints(open);
    expect(new Set(prints).size).toBe(2);
    await expect.poll(() => page.evaluate(() => location.hash)).toContain(`secondFingerprint=${prints[1]!}`);
    for (const width of [1440, 390]) {
      const again = await stage.open(await page.evaluate(() => location.href), { width, scheme: 'dark' });
      await again.page.locator('.stage-cursor').nth(1).waitFor();
      expect([await fingerprints(again), await titlesOf(again.page)]).toEqual([prints, await titlesOf(page)]);
      if (width === 1440) expect(await picturesOf(again.page)).toEqual(await picturesOf(page));
      expect(await again.page.locator('.stage-head .chip .state').allTextContents()).toEqual(['as sent', 'as sent']);
      expect(await again.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(again.complaints).toEqual([]);
      await again.close();
    }
    expect(open.complaints).toEqual([]);
    await open.close();
  });

  it('two views of one branch both see it grow', async () => {
    const open = await stage.open('#/stage?branches=-1~0~|0~8~8:crash:0&branch=1&event=8&secondBranch=1&secondEvent=8', { width: 1440, scheme: 'light' });
    const { page } = open;
    await page.locator('.stage-cursor').nth(1).waitFor();
    const [before] = await fingerprints(open);
    for (const key of ['ArrowDown', 'ArrowDown', 'p']) await page.keyboard.press(key);
    const [first, second] = await fingerprints(open);
    expect([first === before, second === first]).toEqual([false, true]);
    expect(await page.locator('.stage-branch').count()).toBe(2);
    expect(open.complaints).toEqual([]);
    await open.close();
  });

  it('says what broke, where, and on which lamp', async () => {
    const open = await stage.open(ATTACK, { width: 1440, scheme: 'light' });
    await open.page.locator('.stage-cursor').first().waitFor();
    await open.page.keyboard.press('End');
    expect(await told(open)).toContain('Prepared once is broken');
    expect(await open.page.locator('.stage-lamps .broken').textContent()).toContain('Prepared once');
    expect(await open.page.locator('.stage-branch.broken').count()).toBe(1);
    expect(await open.page.locator('h1').textContent()).toContain('bears 1 faulty, has 2 (2 lying), beyond f');
    await open.close();
  });

  it('counts a crashed replica as faulty while it is down, and says in words when that is beyond f', async () => {
    const open = await stage.open('#/stage?script=2:lie:1:silent;5:crash:0;9:restart:0:kept&event=4', { width: 390, scheme: 'dark' });
    const { page } = open;
    await page.locator('.stage-cursor').first().waitFor();
    const words = async (): Promise<[string, string]> => [(await page.locator('h1').textContent())!.replace(/^.*, has /, ''), (await page.locator('.stage-lamps li').last().textContent())!];
    expect(await words()).toEqual(['1 (1 lying)', 'Within f 1 (1 lying) faulty, bears 1']);
    await page.keyboard.press('ArrowRight');
    expect(await words()).toEqual(['2 (1 crashed, 1 lying), beyond f', 'Beyond f 2 (1 crashed, 1 lying) faulty, bears 1: agreement is promised, answers are not']);
    expect(await told(open)).toContain('2 (1 crashed, 1 lying) are faulty, beyond f');
    for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowRight');
    expect((await words())[1]).toBe('Within f 1 (1 lying) faulty, bears 1');
    await open.close();
  });
});
