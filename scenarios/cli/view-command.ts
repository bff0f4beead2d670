/** `view`: the viewer and a folder of results, served on this machine only. */
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ConfigError } from '../testbed/config-error.ts';
import { ensureSite } from './build-site.ts';
import { EXIT } from './exit-code.ts';
import { say, tell, type Host } from './host.ts';
import { startServer } from './server.ts';

export async function viewCommand(host: Host, dir: string | undefined, { port }: { port: number }): Promise<number> {
  const results = resolve(dir ?? join(host.root, 'results'));
  if (dir !== undefined && !existsSync(results)) throw new ConfigError([{ path: dir, message: 'there is no such folder; allowed is a folder with results' }]);
  const site = await ensureSite(host);
  const server = await startServer({ site, results, name: basename(results), port });
  if (port !== 0 && server.port !== port) tell(host, `Port ${port} is busy; taking ${server.port}.`);
  say(host, `LedgerLab at ${server.url} (results of ${results}). Ctrl-C ends it.`);
  await new Promise<void>((done) => process.once('SIGINT', done).once('SIGTERM', done));
  await server.close();
  return EXIT.done;
}
