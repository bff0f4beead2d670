/** A real browser, the built site and a small result tree, made once for the browser tests. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { build } from 'vite';
import { startServer, type RunningServer } from '../../../scenarios/cli/server.ts';
import { buildDefines } from '../../../scenarios/testbed/model-digest.mjs';

const ROOT = process.cwd();
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** CHROMIUM_PATH, a system browser, or the one inside the development dependency; undefined with a visible notice. */
export async function findBrowser(): Promise<string | undefined> {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && existsSync(named)) return named;
  const system = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'].find((path) => existsSync(path));
  if (system !== undefined) return system;
  try {
    // The package unpacks its own libraries only when told so before the import, and only into a clean folder.
    process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs20.x';
    process.env['TMPDIR'] = mkdtempSync(join(tmpdir(), 'ledgerlab-chromium-'));
    const { default: packaged } = await import('@sparticuz/chromium');
    return await packaged.executablePath();
  } catch (error) {
    process.stderr.write(`\nNo browser found (set CHROMIUM_PATH): the browser tests are left out. ${error instanceof Error ? error.message : ''}\n`);
    return undefined;
  }
}

export interface Stage {
  readonly url: string;
  readonly site: string;
  /** Opens a page and keeps what it complains about and asks for. */
  open(address: string, options: { readonly width: number; readonly scheme: 'light' | 'dark'; readonly reducedMotion?: boolean }): Promise<OpenPage>;
  close(): Promise<void>;
}

export interface OpenPage {
  readonly page: Page;
  readonly complaints: string[];
  readonly foreign: string[];
  close(): Promise<void>;
}

export async function setStage(executablePath: string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerlab-viewer-'));
  const site = join(folder, 'site');
  const results = join(folder, 'results');
  mkdirSync(results, { recursive: true });
  await build({ configFile: join(ROOT, 'vite.config.ts'), root: join(ROOT, 'notebooks-web'), logLevel: 'error', define: buildDefines(ROOT), build: { outDir: site, emptyOutDir: true, reportCompressedSize: false, chunkSizeWarningLimit: 2000 } });
  // Real results, made by the command line: hashing is the quickest scenario with several figures and claims.
  await promisify(execFile)(process.execPath, [join(ROOT, 'scenarios/cli/ledgerlab.mjs'), 'reproduce', '--quick', '--only', 'hash-avalanche', '--out', join(results, 'quick')], { cwd: ROOT, env: { ...process.env, FORCE_COLOR: '0' } });
  const server: RunningServer = await startServer({ site, results, name: 'results', port: 0 });
  const browser: Browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  return {
    url: server.url, site,
    open: async (address, { width, scheme, reducedMotion = false }) => {
      const context: BrowserContext = await browser.newContext({ viewport: { width, height: width > 1000 ? 900 : 780 }, colorScheme: scheme, reducedMotion: reducedMotion ? 'reduce' : 'no-preference' });
      const page = await context.newPage();
      const complaints: string[] = [];
      const foreign: string[] = [];
      page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text()); });
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('request', (request) => { if (!request.url().startsWith(server.url) && !/^(?:data|blob):/.test(request.url())) foreign.push(request.url()); });
      await page.goto(address.startsWith('http') ? address : server.url + address);
      await page.waitForSelector('html[data-ready]');
      return { page, complaints, foreign, close: () => context.close() };
    },
    close: async () => {
      await browser.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
