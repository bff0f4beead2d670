/** The viewer's server gives out two folders and nothing else. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type RunningServer } from '../../scenarios/cli/server.ts';
import { fixtureCli, type Cli } from './ledgerlab.ts';

let dir: string;
let cli: Cli;
let server: RunningServer;
beforeAll(async () => {
  cli = await fixtureCli();
  dir = mkdtempSync(join(tmpdir(), 'ledgerlab-view-'));
  mkdirSync(join(dir, 'site'));
  mkdirSync(join(dir, 'results'));
  writeFileSync(join(dir, 'site', 'index.html'), '<!doctype html><title>site</title>');
  writeFileSync(join(dir, 'secret.txt'), 'secret');
  symlinkSync(join(dir, 'secret.txt'), join(dir, 'results', 'link.txt'));
  symlinkSync(dir, join(dir, 'results', 'up'));
  cli.run(['reproduce', '--only', 'coin', '--out', join(dir, 'results', 'quick')]);
  cli.run(['run', 'coin', '--replications', '2', '--out', join(dir, 'results', 'coin')]);
  server = await startServer({ site: join(dir, 'site'), results: join(dir, 'results'), name: 'results', port: 0 });
});
afterAll(async () => {
  await server.close();
  rmSync(dir, { recursive: true, force: true });
  cli.remove();
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

/** The path goes out as it is written: no client tidies it. */
function get(path: string, { method = 'GET', host = `127.0.0.1:${server.port}` } = {}): Promise<Answer> {
  return new Promise((done, fail) => {
    request({ host: '127.0.0.1', port: server.port, path, method, headers: { host } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
    }).on('error', fail).end();
  });
}

describe('view', () => {
  it('serves the page and the results with a strict policy', async () => {
    const page = await get('/');
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<title>site') as string });
    expect(page.headers['content-security-policy']).toContain("script-src 'self';");
    expect(page.headers['content-security-policy']).not.toContain('unsafe-eval');
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    const manifest = await get('/results/quick/coin/manifest.json?fresh');
    expect(JSON.parse(manifest.body)).toMatchObject({ scenario: 'coin', replications: 5 });
  });

  it('lists the trees and the single runs, each entry with its path below results/', async () => {
    const trees = JSON.parse((await get('/results/index.json')).body) as { name: string; scenarios: { path: string; claims: { verdict: string }[] }[] }[];
    expect(trees.map(({ name }) => name)).toEqual(['runs', 'quick']);
    expect(trees.flatMap(({ scenarios }) => scenarios.map(({ path }) => path))).toEqual(['coin', 'quick/coin']);
    expect(trees[1]!.scenarios[0]!.claims[0]!.verdict).toBe('reproduced');
  });

  it.each([
    '/../secret.txt', '/%2e%2e/secret.txt', '/results/../secret.txt', '/results/%2e%2e/secret.txt', '/results/..%2fsecret.txt', '/results/%252e%252e/secret.txt',
    '/results/link.txt', '/results/up/secret.txt', '/results/..\\secret.txt', '/results/%00', '/%zz', '//secret.txt', '/results/.git/config', '/results/C:/secret.txt',
  ])('does not give out %s', async (path) => {
    const { status, body } = await get(path);
    expect([400, 404]).toContain(status);
    expect(body).not.toContain('secret');
  });

  it('answers only to this machine\'s names and only to reading', async () => {
    expect((await get('/', { host: 'evil.example' })).status).toBe(403);
    expect((await get('/', { host: `localhost:${server.port}` })).status).toBe(200);
    expect((await get('/', { method: 'POST' })).status).toBe(405);
    expect(await get('/results/index.json', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it('takes the next port when one is busy', async () => {
    const blocker = createServer();
    await new Promise<void>((done) => blocker.listen(0, '127.0.0.1', done));
    const { port } = blocker.address() as AddressInfo;
    const second = await startServer({ site: join(dir, 'site'), results: join(dir, 'nowhere'), name: 'nowhere', port });
    expect(second.port).toBeGreaterThan(port);
    await second.close();
    await new Promise((done) => blocker.close(done));
  });
});
