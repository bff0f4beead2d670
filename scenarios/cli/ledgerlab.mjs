#!/usr/bin/env node
// The command `ledgerlab`: checks Node, bundles the sources if they changed, and hands over to main.ts.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`ledgerlab needs Node 20.19 or newer; this is Node ${process.versions.node}. Get a newer one from https://nodejs.org\n`);
  process.exit(64);
}

const isQuiet = !process.stderr.isTTY;
const { ensureBundle, ROOT } = await import('../testbed/bundle.mjs').catch(notInstalled);
const folder = await ensureBundle({ onBuild: () => isQuiet || process.stderr.write('Preparing the command line (once for each change of the sources) ...\n') }).catch(notInstalled);
const { pathToFileURL } = await import('node:url');
const { main } = await import(pathToFileURL(`${folder}/main.mjs`).href);
process.exitCode = await main({
  argv: process.argv.slice(2),
  root: ROOT,
  workerScript: `${folder}/worker.mjs`,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  loadVite: () => import('vite'),
});

function notInstalled(error) {
  const isMissing = error?.code === 'ERR_MODULE_NOT_FOUND';
  process.stderr.write(isMissing ? `ledgerlab: a package is missing; run \`npm ci\` in the clone first\n` : `ledgerlab: the sources do not bundle: ${error?.message ?? error}\n`);
  process.exit(isMissing ? 64 : 70);
}
