/**
 * A file server for the viewer and for results, on the loopback interface only. Both folders are read-only; nothing
 * outside of them is reachable, by dots, by encodings or by symbolic links. Other sites' pages cannot reach it by a name
 * of their own (DNS rebinding): the Host header must name this machine.
 */
import { realpathSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, sep } from 'node:path';
import sirv from 'sirv';
import { jsonText } from '../testbed/manifest.ts';
import { resultTrees } from '../testbed/result-index.ts';
import { StoreError } from '../testbed/store.ts';

export interface ServedFolders {
  readonly site: string;
  readonly results: string;
  /** Name of `results` where it is a tree or a single result itself. */
  readonly name: string;
  /** 0 takes any free port. */
  readonly port: number;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const HEADERS: Readonly<Record<string, string>> = {
  // Vega writes inline styles; scripts, workers and connections are ours alone.
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; worker-src 'self'; connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** How many ports after a busy one are tried. */
const PORT_ATTEMPTS = 20;
const RESULTS = '/results';

export async function startServer(folders: ServedFolders): Promise<RunningServer> {
  const server = createServer(listener(folders));
  const port = await listen(server, folders.port);
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, port: number): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    try {
      await new Promise<void>((done, fail) => {
        server.once('error', fail).listen(port === 0 ? 0 : port + attempt, '127.0.0.1', () => {
          server.off('error', fail);
          done();
        });
      });
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' || attempt === PORT_ATTEMPTS || port + attempt >= 65_535) {
        throw new StoreError(`port ${port + attempt}`, code === 'EADDRINUSE' ? 'listen, nor on the ports before it; choose another with --port' : 'listen', error as NodeJS.ErrnoException);
      }
    }
  }
}

function listener({ site, results, name }: ServedFolders): RequestListener {
  const serveSite = sirv(site, { dev: true, etag: true });
  const serveResults = sirv(results, { dev: true, etag: true });
  return (request, response) => {
    for (const [header, value] of Object.entries(HEADERS)) response.setHeader(header, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET and HEAD');
    if (!isLocalName(request.headers.host)) return refuse(response, 403, 'this server answers to localhost only');
    const path = cleanPath(request.url ?? '/');
    if (path === undefined) return refuse(response, 400, 'not a path of this site');
    const notFound = (): void => refuse(response, 404, 'not found');
    if (path === `${RESULTS}/index.json`) return sendJson(request, response, jsonText(resultTrees(results, name)));
    if (path.startsWith(`${RESULTS}/`)) {
      const inside = path.slice(RESULTS.length);
      if (!staysInside(results, inside)) return notFound();
      request.url = encodeURI(inside);
      return serveResults(request, response, notFound);
    }
    if (!staysInside(site, path)) return notFound();
    request.url = encodeURI(path);
    return serveSite(request, response, notFound);
  };
}

function isLocalName(host: string | undefined): boolean {
  return host !== undefined && /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(host);
}

/** Decoded path without query; undefined for what no link of ours contains. */
function cleanPath(url: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(url.replace(/[?#].*$/s, ''));
  } catch {
    return undefined;
  }
  const hasOddity = !path.startsWith('/') || /[\p{Cc}\\:%]/u.test(path) || path.split('/').some((part) => part.startsWith('.'));
  return hasOddity ? undefined : path;
}

/** Does the path, links resolved, stay in the folder? What does not exist does: it will not be found. */
function staysInside(folder: string, path: string): boolean {
  try {
    const root = realpathSync(folder);
    const target = realpathSync(join(folder, path));
    return target === root || target.startsWith(root + sep);
  } catch {
    return false;
  }
}

function sendJson(request: IncomingMessage, response: ServerResponse, text: string): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', 'Content-Length': Buffer.byteLength(text) });
  response.end(request.method === 'HEAD' ? undefined : text);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${message}\n`);
}
