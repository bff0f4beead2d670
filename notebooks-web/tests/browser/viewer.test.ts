/** The viewer in a real browser: every page in both schemes and widths, a run in the worker, foreign files, keys. */
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import sirv from 'sirv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configure } from '../../../scenarios/testbed/config.ts';
import { combineFingerprints } from '../../../scenarios/testbed/fingerprint.ts';
import { planJobs } from '../../../scenarios/testbed/plan.ts';
import { registry } from '../../../scenarios/testbed/registry.ts';
import { runOne } from '../../../scenarios/testbed/run-one.ts';
import { readOptions as readFlows } from '../../flows/flow-options.ts';
import { recordFlows } from '../../flows/record.ts';
import { headline } from '../../flows/sentences.ts';
import { divergences } from '../../schedule/divergence.ts';
import { runSchedule } from '../../schedule/run-schedule.ts';
import { readOptions } from '../../schedule/schedule-options.ts';
import { divergenceSentence } from '../../schedule/sentences.ts';
import { findBrowser, setStage, type Stage } from './harness.ts';

const executable = await findBrowser();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const PAGES = {
  home: '#/', scenarios: '#/report', report: '#/report/hash-avalanche', compare: '#/compare', lessons: '#/lesson',
  lesson: '#/lesson/why-bloom-undoes-nvm', live: '#/lsm?arm=paper', check: '#/check',
  schedule: '#/schedule?jobs=120', 'schedule, costs': '#/schedule?a=eevdf&b=pr-ps&cores=3&switchUs=50&jobs=120&load=9', 'schedule lesson': '#/lesson/why-does-strict-priority-starve',
  flows: '#/flows?seconds=4', 'flows, two and a drop': '#/flows?a=cubic&b=reno&bStartS=0.5&seconds=3&lossPercent=1&drop=1:300&from=500&to=1500&rateMbps=900', 'flows lesson': '#/lesson/what-bbr-sees-and-reno-does-not', 'feedback lesson': '#/lesson/explicit-feedback',
} as const;
const SMALL = { set: { messages: 40, curvePairs: 40, inputBits: 16 }, replications: 2, seed: 'browser' } as const;
const SMALL_LINK = '#/report/hash-avalanche?p.messages=40&p.curvePairs=40&p.inputBits=16&replications=2&seed=browser';

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

describe.skipIf(executable === undefined)('the viewer in a browser', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(executable!);
  }, 240_000);
  afterAll(async () => {
    await stage?.close();
  });

  for (const [name, address] of Object.entries(PAGES)) {
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [1440, 360]) {
        it(`${name}, ${scheme}, ${width} px: quiet, accessible, nothing from outside, no sideways scrolling`, async () => {
          const { page, complaints, foreign, close } = await stage.open(address, { width, scheme, reducedMotion: true });
          // Bring every lazy figure into view once.
          for (let y = 0; y < (await page.evaluate(() => document.documentElement.scrollHeight)); y += 700) {
            await page.evaluate((top) => scrollTo(0, top), y);
            await page.waitForTimeout(30);
          }
          await page.waitForFunction(() => [...document.querySelectorAll('.flows')].every((flows) => flows.hasAttribute('data-drawn')), undefined, { timeout: 20_000 });
          await page.waitForFunction(() => [...document.querySelectorAll('.chart')].every((chart) => chart.hasAttribute('data-drawn')), undefined, { timeout: 20_000 });
          // Charts are where an injected script would violate the policy, so axe comes in past it, through the protocol.
          await page.evaluate(AXE);
          const findings = await page.evaluate(async () => {
            const { axe } = globalThis as unknown as { axe: { run: (root: Document, options: object) => Promise<{ violations: unknown }> } };
            return (await axe.run(document, { resultTypes: ['violations'] })).violations;
          });
          const serious = (findings as Finding[]).filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary ?? ''})`).join('; ')}`);
          expect(serious).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
          expect(await page.locator('h1').count()).toBe(1);
          expect(complaints).toEqual([]);
          expect(foreign).toEqual([]);
          await close();
        });
      }
    }
  }

  it('runs in a worker and shows the fingerprint that Node computes', async () => {
    const scenario = await registry.scenario('hash-avalanche');
    const jobs = planJobs(scenario, configure(scenario, SMALL), 'any');
    const expected = combineFingerprints(jobs.map((job) => runOne(scenario, job).fingerprint));
    const { page, complaints, close } = await stage.open(SMALL_LINK, { width: 1440, scheme: 'light' });
    await page.click('#run-here');
    const shown = page.locator('.run-bar [data-fingerprint]');
    await shown.waitFor({ timeout: 60_000 });
    expect(await shown.getAttribute('data-fingerprint')).toBe(expected);
    await page.locator('#your-run h2').first().waitFor();
    await page.click('text=See your run');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('your-run');
    expect(await page.locator('#your-run').textContent()).toContain('npx ledgerlab run hash-avalanche');
    expect(complaints).toEqual([]);
    await close();
  });

  it('says so when its run equals the stored result', async () => {
    const { page, close } = await stage.open('#/report/hash-avalanche', { width: 1440, scheme: 'dark' });
    await page.click('#run-here');
    const state = page.locator('.run-bar .chip .state');
    await state.waitFor({ timeout: 90_000 });
    expect(await state.textContent()).toBe('equal to the quick result');
    const rows = page.locator('#your-run .pair-table tbody tr');
    await rows.first().waitFor();
    expect(await rows.first().textContent()).toContain('the same in every replication');
    await expect.poll(() => rows.last().textContent(), { timeout: 10_000 }).toContain('none: every block of events is the same');
    await close();
  });

  it('stops on Escape, keeps what is done, and goes on', async () => {
    const { page, close } = await stage.open('#/report/hash-avalanche?p.messages=400&replications=6', { width: 1440, scheme: 'light' });
    await page.keyboard.press('r');
    await page.waitForFunction(() => document.querySelectorAll('.run-cells .done').length >= 1, undefined, { timeout: 60_000 });
    await page.keyboard.press('Escape');
    expect(await page.locator('.run-text').textContent()).toMatch(/^Stopped after \d+ of 12\. The interval is wider than planned; run on to finish\.$/);
    expect(await page.locator('#run-here').textContent()).toBe('Run on');
    const done = await page.locator('.run-cells .done').count();
    await page.click('#run-here');
    await page.waitForFunction(() => document.querySelectorAll('.run-cells .done').length === 12, undefined, { timeout: 60_000 });
    expect(done).toBeLessThan(12);
    await close();
  });

  it('opens a link with a value that is not allowed, says so, and marks the field', async () => {
    const { page, close } = await stage.open('#/report/hash-avalanche?p.messages=-3&p.nonsense=1', { width: 360, scheme: 'light' });
    const text = await page.locator('#your-run').textContent();
    expect(text).toMatch(/This link asks for messages = -3.*allowed is a whole number from .*Opened with the default, \d+\./);
    expect(text).toContain('This link names a parameter "nonsense"');
    expect(await page.locator('.parameter.refused').count()).toBe(1);
    await close();
  });

  it('refuses a run while a field is wrong, with range and unit', async () => {
    const { page, close } = await stage.open('#/report/hash-avalanche', { width: 1440, scheme: 'light' });
    await page.fill('#parameter-messages', '0');
    const problem = page.locator('[data-name=messages] .problem');
    expect(await problem.textContent()).toMatch(/0 is not allowed; allowed is a whole number from \d+ to \d+ messages/);
    expect(await page.locator('#run-here').getAttribute('aria-disabled')).toBe('true');
    expect(await page.locator('#parameter-messages').getAttribute('aria-invalid')).toBe('true');
    await close();
  });

  it('answers a lesson’s question and steps its live tree by keyboard alone', async () => {
    const { page, complaints, close } = await stage.open('#/lesson/why-bloom-undoes-nvm', { width: 1440, scheme: 'light', reducedMotion: true });
    const answer = page.locator('.question-answers button', { hasText: 'Four' });
    await answer.focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('.question-answer').first().isVisible()).toBe(true);
    expect(await page.locator('#announcements').textContent()).toBe('That is right.');
    const live = page.locator('.lesson-live').first();
    await live.scrollIntoViewIfNeeded();
    const step = live.locator('button', { hasText: 'Step' });
    await step.waitFor();
    await step.focus();
    for (let n = 0; n < 6; n++) await page.keyboard.press('ArrowRight');
    const before = await live.locator('.chip').getAttribute('data-fingerprint');
    await page.keyboard.press('r');
    expect(await live.locator('.bill tbody tr').count()).toBeGreaterThanOrEqual(2);
    // Back undoes the read: the same events, the same fingerprint.
    await page.keyboard.press('ArrowLeft');
    expect(await live.locator('.chip').getAttribute('data-fingerprint')).toBe(before);
    expect(complaints).toEqual([]);
    await close();
  });

  it('plays, stalls and tells by the page’s keys', async () => {
    const { page, close } = await stage.open('#/lsm', { width: 1440, scheme: 'dark' });
    await page.locator('.lsm-status').waitFor();
    await page.keyboard.press('l');
    expect(await page.locator('.lsm-status').textContent()).toMatch(/writer waits/);
    await page.keyboard.press('c');
    expect(await page.locator('.merge-text').textContent()).toMatch(/^merging \d+@0/);
    const held = await page.locator('.lsm-status').textContent();
    await page.keyboard.press(' ');
    await expect.poll(() => page.locator('.lsm-status').textContent()).not.toBe(held);
    await page.keyboard.press(' ');
    await page.keyboard.press('?');
    expect(await page.locator('dialog').textContent()).toContain('next merge');
    await close();
  });

  it('schedules: Node’s fingerprints, differences by key, zoom on the clock, and a link that restores it all', async () => {
    const address = '#/schedule?a=srt&b=poll-fcfs&jobs=150&load=0.95&cores=2&switchUs=20&seed=browser';
    const { options } = readOptions(Object.fromEntries(new URLSearchParams(address.split('?')[1])));
    const [a, b] = [runSchedule('srt', options), runSchedule('poll-fcfs', options)];
    const list = divergences(a.timeline, b.timeline);
    const { page, complaints, close } = await stage.open(address, { width: 1440, scheme: 'light' });
    await page.locator('.schedule-clock .block').first().waitFor();
    expect(await page.locator('[data-fingerprint]').evaluateAll((chips) => chips.map((chip) => chip.getAttribute('data-fingerprint')))).toEqual([a.fingerprint, b.fingerprint]);
    expect(await page.locator('.schedule-parting').textContent()).toContain(divergenceSentence(list, 0, a, b));
    await page.keyboard.press('g');
    await page.keyboard.press('g');
    await page.keyboard.press('Shift+G');
    expect(await page.locator('.schedule-parting').textContent()).toContain(divergenceSentence(list, 1, a, b));
    // The letters move the clock only while it has the focus; elsewhere D is the table.
    await page.locator('.schedule-clock').focus();
    const before = await page.locator('.schedule-clock').getAttribute('aria-label');
    for (const key of ['w', 'w', 'd']) await page.keyboard.press(key);
    const zoomed = await page.locator('.schedule-clock').getAttribute('aria-label');
    expect(zoomed).not.toBe(before);
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.schedule-readout').textContent()).toMatch(/A: core 0: .*waiting .*B: core 0: /);
    await expect.poll(() => page.evaluate(() => location.hash)).toMatch(/from=.*&to=.*&difference=2$/);
    const link = await page.evaluate(() => location.href);
    const again = await stage.open(link, { width: 1440, scheme: 'light' });
    await again.page.locator('.schedule-clock .block').first().waitFor();
    expect(await again.page.locator('.schedule-clock').getAttribute('aria-label')).toBe(zoomed);
    await again.close();
    await page.locator('h2').first().click();
    await page.keyboard.press('Tab');
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('d');
    expect(await page.locator('.schedule-picture').isVisible()).toBe(false);
    expect(await page.locator('table caption', { hasText: 'The clock' }).count()).toBe(1);
    expect(complaints).toEqual([]);
    await close();
  });

  it('schedules: what is chosen is run, told and put into the address; a file of jobs is whole or nothing', async () => {
    const { page, complaints, close } = await stage.open('#/schedule', { width: 360, scheme: 'dark' });
    await page.locator('.schedule-clock .block').first().waitFor();
    const finding = await page.locator('h1').textContent();
    await page.selectOption('[aria-label="Scheduler B"]', 'np-spn');
    expect(await page.locator('h1').textContent()).not.toBe(finding);
    await expect.poll(() => page.evaluate(() => location.hash)).toBe('#/schedule?a=cfs&b=np-spn');
    await page.click('.schedule-fold summary');
    const rows = page.locator('.level-table tbody');
    const open = (text: string): Promise<void> => page.setInputFiles('#open-trace', { name: 'jobs.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await open('arrival_us,size_us,level\n0,abc,1\n');
    await page.locator('.schedule .notice').waitFor();
    expect(await page.locator('.schedule .notice').textContent()).toMatch(/^jobs\.csv: line 2, column size_us: 'abc' is not allowed; .* Nothing was loaded\.$/);
    await open('arrival_us,size_us,level\n0,30000,4\n10000,5000,1\n');
    await expect.poll(() => rows.first().textContent()).toContain('CFS1');
    expect(await page.locator('.schedule-fold summary').textContent()).toContain('jobs.csv, 2 jobs');
    expect(complaints).toEqual([]);
    await close();
  });

  it('flows: Node’s fingerprint from the worker, a packet dropped by keyboard, and a link that restores both runs', async () => {
    const optionsOf = (address: string): ReturnType<typeof readFlows>['options'] => readFlows(Object.fromEntries(new URLSearchParams(address.split('?')[1]))).options;
    const record = (address: string): ReturnType<typeof recordFlows> => recordFlows(optionsOf(address), () => undefined);
    const address = '#/flows?a=reno&b=cubic&bStartS=0.5&rateMbps=4&seconds=3&lossPercent=0.5&seed=browser';
    const { page, complaints, close } = await stage.open(address, { width: 1440, scheme: 'light', reducedMotion: true });
    const fingerprints = (): Promise<(string | null)[]> => page.locator('[data-fingerprint]').evaluateAll((chips) => chips.map((chip) => chip.getAttribute('data-fingerprint')));
    await page.locator('.flows[data-drawn]').waitFor();
    const expected = record(address);
    expect(await fingerprints()).toEqual([expected.fingerprint]);
    expect(await page.locator('h1').textContent()).toBe(headline(expected));
    // The charts are drawn by the same numbers as the table.
    expect(await page.locator('.flow-charts canvas').count()).toBe(4);
    // An event forward and back again, then the first packet on its way, then away with it.
    const before = await page.locator('.flow-time').textContent();
    await page.keyboard.press('ArrowRight');
    const told = await page.locator('.flow-told').textContent();
    expect(told).toMatch(/^[\d.\u202f]+\u202fms\. .+\.$/);
    expect(await page.locator('#announcements').textContent()).toBe(told);
    expect(await page.locator('.flow-time').textContent()).not.toBe(before);
    // With less motion, playing is one event after the other at a pace that can be followed.
    await page.keyboard.press(' ');
    await expect.poll(() => page.locator('.flow-told').textContent()).not.toBe(told);
    await page.keyboard.press(' ');
    await page.keyboard.press('m');
    const [, segment] = /^Segment (\d+) of 1 Reno: /.exec((await page.locator('.flow-hand').textContent()) ?? '') ?? [];
    expect(segment).toBeDefined();
    await page.keyboard.press('x');
    await expect.poll(async () => (await fingerprints()).length).toBe(2);
    const dropped = record(`${address}&drop=1:${segment}`);
    expect(await fingerprints()).toEqual([expected.fingerprint, dropped.fingerprint]);
    expect(await page.locator('.flow-drops li').textContent()).toContain(`segment ${segment} of 1 Reno`);
    expect(await page.locator('.flow-figures tbody tr').count()).toBe(6);
    // A drag over one panel zooms all; a press sets the instant of the picture above.
    await page.locator('.flow-charts .u-over').nth(2).scrollIntoViewIfNeeded();
    const panel = (await page.locator('.flow-charts .u-over').nth(2).boundingBox())!;
    await page.mouse.move(panel.x + panel.width / 2, panel.y + 40);
    await page.mouse.down();
    await page.mouse.move(panel.x + panel.width * 0.75, panel.y + 40, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.evaluate(() => location.hash)).toMatch(/from=1[45]\d\d(?:\.\d+)?&to=22\d\d(?:\.\d+)?&/);
    await page.mouse.click(panel.x + panel.width / 2, panel.y + 40);
    await expect.poll(() => page.locator('.flow-time').textContent()).toMatch(/^18\d\d\.\d\d/);
    await page.locator('.flow-clock').focus();
    for (const key of ['w', 'w', 'd']) await page.keyboard.press(key);
    await expect.poll(() => page.evaluate(() => location.hash)).toMatch(new RegExp(`drop=1%3A${segment}&from=[\\d.]+&to=[\\d.]+&at=18[\\d.]+$`));
    const link = await page.evaluate(() => location.href);
    const again = await stage.open(link, { width: 1440, scheme: 'light' });
    await again.page.locator('.flows[data-drawn]').waitFor();
    expect(await again.page.locator('.flow-path').getAttribute('aria-label')).toBe(await page.locator('.flow-path').getAttribute('aria-label'));
    expect(await again.page.locator('.flow-time').textContent()).toBe(await page.locator('.flow-time').textContent());
    // The playhead stands where the link says in every panel.
    const places = (where: typeof page): Promise<string[]> => where.locator('.flow-playhead').evaluateAll((heads) => heads.map((head) => (head as HTMLElement).hidden ? 'hidden' : String(Math.round(head.getBoundingClientRect().left))));
    expect(await places(again.page)).toEqual(await places(page));
    expect(new Set(await places(page)).size).toBe(1);
    await again.page.click('.flow-drops button >> text=Undo all');
    await expect.poll(() => again.page.locator('[data-fingerprint]').count()).toBe(1);
    expect(again.complaints).toEqual([]);
    await again.close();
    expect(complaints).toEqual([]);
    await close();
  });

  it('flows: a packet is taken by a press in the picture, play moves on, the table has the clock, and a bad value is refused', async () => {
    const { page, complaints, close } = await stage.open('#/flows?a=reno&rateMbps=4&seconds=2&lossPercent=77', { width: 360, scheme: 'dark' });
    await page.locator('.flows[data-drawn]').waitFor();
    expect(await page.locator('.flows .notice').textContent()).toMatch(/^This link asks for lossPercent = 77; allowed is a number from 0 to 50 %\. Opened with the default, 0\.$/);
    // The packet on the line stands in the frame left of the way there; the layout is asked, not guessed.
    const { pathLayout } = await import('../../flows/path-drawing.ts');
    const width = await page.locator('.flow-player').evaluate((element) => element.clientWidth);
    const { lineX, thereY } = pathLayout(width, 13, 16);
    await page.locator('.flow-path').click({ position: { x: lineX, y: thereY } });
    expect(await page.locator('.flow-hand').textContent()).toMatch(/^Segment \d+ of Reno: reached the queue at /);
    const held = await page.locator('.flow-time').textContent();
    await page.click('.flow-player button >> text=Play');
    await expect.poll(() => page.locator('.flow-time').textContent()).not.toBe(held);
    await page.click('.flow-player button >> text=Pause');
    await page.click('.flows [data-value=table]');
    expect(await page.locator('.flow-clock').isVisible()).toBe(false);
    expect(await page.locator('table caption', { hasText: 'The clock in numbers' }).count()).toBe(1);
    expect(await page.locator('table caption', { hasText: 'Phases' }).count()).toBe(1);
    await page.selectOption('[aria-label="Flow 1"]', 'cubic');
    await expect.poll(() => page.locator('h1').textContent()).toMatch(/^CUBIC /);
    await expect.poll(() => page.evaluate(() => location.hash)).toMatch(/^#\/flows\?a=cubic&b=none&rateMbps=4&seconds=2&at=/);
    expect(complaints).toEqual([]);
    await close();
  });

  it('compares an opened file, and loads nothing of a bad one', async () => {
    const { page, complaints, close } = await stage.open('#/compare', { width: 1440, scheme: 'light' });
    const header = 'scenario,arm,replication,seed,measure,unit,value\r\n';
    await page.setInputFiles('#open-result', { name: 'measures.csv', mimeType: 'text/csv', buffer: Buffer.from(`${header}x,<img src=x onerror=alert(1)>,0,s,m,ns,abc\r\n`) });
    await page.locator('.notice').waitFor();
    expect(await page.locator('.notice').textContent()).toBe("measures.csv: row 2, column value: 'abc' is not a number. Nothing was loaded.");
    await page.setInputFiles('#open-result', { name: 'measures.csv', mimeType: 'text/csv', buffer: Buffer.from(`${header}x,<img src=x onerror=alert(1)>,0,s,m,ns,5\r\n`) });
    await expect.poll(() => page.locator('.picker select').nth(1).inputValue()).toBe('file-0');
    expect(await page.locator('main img').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows each figure as a table and exports it with light colours', async () => {
    const { page, close } = await stage.open('#/report/hash-avalanche', { width: 1440, scheme: 'dark' });
    const figure = page.locator('.figure').first();
    await figure.scrollIntoViewIfNeeded();
    await figure.locator('.chart[data-drawn]').waitFor();
    const saved = page.waitForEvent('download');
    await figure.locator('button', { hasText: 'SVG' }).click();
    const svg = readFileSync((await (await saved).path())!, 'utf8');
    expect(svg.startsWith('<svg')).toBe(true);
    expect(svg).toContain('#474e59');
    expect(svg).not.toContain('var(--');
    await figure.locator('[data-value=picture]').focus();
    await page.keyboard.press('ArrowRight');
    expect(await figure.locator('table tbody tr').count()).toBeGreaterThan(1);
    await close();
  });

  it('finds a lesson by keyboard, without a finding in the dialog', async () => {
    const { page, complaints, close } = await stage.open('#/', { width: 1440, scheme: 'dark' });
    await page.keyboard.press('/');
    await page.locator('.find-list a').first().waitFor();
    await page.keyboard.type('bloom');
    expect(await page.locator('.find-list li').count()).toBe(1);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('h1').textContent()).toBe('Why does one Bloom filter undo the effect of NVM?');
    expect(await page.locator('dialog').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('keeps the first screen small: under 60 kB of compressed script and style', async () => {
    const { page, close } = await stage.open('#/', { width: 1440, scheme: 'light' });
    const files = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname).filter((path) => /\.(?:js|css)$/.test(path)));
    const bytes = [...new Set(files)].reduce((sum, path) => sum + gzipSync(readFileSync(`${stage.site}${path}`)).length, 0);
    expect(files.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(60_000);
    await close();
  });

  it('works from a sub-folder, and from a folder without any result', async () => {
    const serve = sirv(stage.site, { dev: true });
    const server = createServer((request, response) => {
      const path = request.url ?? '/';
      if (path === '/deep/lab/results/index.json') return response.setHeader('content-type', 'application/json').end('[]');
      if (!path.startsWith('/deep/lab/')) return response.writeHead(404).end();
      request.url = path.slice('/deep/lab'.length);
      serve(request, response, () => void response.writeHead(404).end());
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    const { page, complaints, close } = await stage.open(`http://127.0.0.1:${port}/deep/lab/#/`, { width: 1440, scheme: 'light' });
    expect(await page.locator('#empty-title').textContent()).toBe('No results here yet.');
    await page.click('.empty .button >> text=hash-avalanche');
    await page.locator('#run-here').waitFor();
    expect(await page.locator('h1').textContent()).toMatch(/\?$/);
    expect(complaints).toEqual([]);
    await close();
    await new Promise((done) => server.close(done));
  });

  it('says that an address names no page, even one that every object knows', async () => {
    const { page, complaints, close } = await stage.open('#/constructor', { width: 1440, scheme: 'light' });
    expect(await page.locator('h1').textContent()).toBe('There is no such page.');
    expect(complaints).toEqual([]);
    await close();
  });

  it('opens a good file after a bad one without the old complaint', async () => {
    const { page, close } = await stage.open('#/compare', { width: 1440, scheme: 'light' });
    const open = (text: string): Promise<void> => page.setInputFiles('#open-result', { name: 'measures.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    const header = 'scenario,arm,replication,seed,measure,unit,value\r\n';
    await open(header);
    await page.locator('.notice').waitFor();
    expect(await page.locator('.notice').textContent()).toBe('measures.csv: a header and no row. Nothing was loaded.');
    await open(`${header}x,a,0,s,m,ns,5\r\n`);
    await expect.poll(() => page.locator('main .notice').count()).toBe(0);
    await close();
  });

  it('explains itself without a program', async () => {
    const html = readFileSync(`${stage.site}/index.html`, 'utf8');
    expect(html).toContain('Browsers do not run modules from a file.');
    expect(html).toMatch(/http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self';/);
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
  });
});
