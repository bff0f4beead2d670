/**
 * Front end of the benchmarks: `npm run bench -- NAME [--flag value]...`, and without a name the list.
 *
 * Each benchmark is a file bench/<name>.ts that default-exports { name, about, flags, choices?, run }. It is bundled
 * into one plain file (Node 20 runs no TypeScript) and run in a fresh process, so that no other code has shaped what
 * the compiler knows about the hot path. The last line on stdout is one JSON object.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { closest } from 'fastest-levenshtein';
import { build } from 'vite';

const USAGE = 64;
const folder = import.meta.dirname;
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'benchmark.ts')
  .map((file) => file.slice(0, -3))
  .sort((a, b) => (a < b ? -1 : 1));

const [name, ...rest] = process.argv.slice(2);
if (name === undefined || name === '--help' || name === '-h') await list();
else if (!names.includes(name)) refuse(`no benchmark '${name}'; did you mean '${closest(name, names)}'? There are: ${names.join(', ')}`);
else await start(name, rest);

async function list() {
  process.stdout.write('npm run bench -- NAME [--flag value]... [--compare]\n\n');
  for (const each of names) {
    const { default: benchmark } = await import(pathToFileURL(await bundle(each)));
    const flags = Object.entries(benchmark.flags).map(([flag, value]) => `--${flag} ${value}`);
    process.stdout.write(`${each.padEnd(16)}${benchmark.about ?? ''}\n${' '.repeat(16)}${flags.join(' ')}\n`);
  }
}

async function start(each, words) {
  const file = await bundle(each);
  const { default: benchmark } = await import(pathToFileURL(file));
  const compare = words.includes('--compare');
  const flags = parse(benchmark, words.filter((word) => word !== '--compare'));
  const child = spawnSync(process.execPath, [join(folder, 'run-one.mjs'), file, JSON.stringify(flags), compare ? 'compare' : 'once'], { stdio: 'inherit' });
  process.exitCode = child.status ?? 1;
}

/** Every flag has a default, and the default's type and the declared choices say what is accepted. */
function parse(benchmark, words) {
  const flags = { ...benchmark.flags };
  for (let at = 0; at < words.length; at++) {
    const [flag, inline] = words[at].replace(/^--/, '').split(/=(.*)/s);
    if (!words[at].startsWith('--') || !Object.hasOwn(flags, flag)) {
      const known = Object.keys(flags);
      const near = known.length === 0 ? '' : `; did you mean '--${closest(flag, known)}'?`;
      refuse(`${benchmark.name}: no flag '${words[at]}'${near}`);
    }
    const value = inline ?? words[++at];
    const choices = benchmark.choices?.[flag];
    if (value === undefined) refuse(`${benchmark.name}: --${flag} needs a value`);
    if (choices !== undefined && !choices.includes(value)) refuse(`${benchmark.name}: --${flag} '${value}'; required: one of ${choices.join(', ')}`);
    if (typeof flags[flag] === 'number') {
      const max = benchmark.max?.[flag] ?? 1e10;
      if (!/^[0-9]+$/.test(value) || Number(value) < 1 || Number(value) > max) refuse(`${benchmark.name}: --${flag} '${value}'; required: an integer from 1 to ${max}`);
      flags[flag] = Number(value);
    } else flags[flag] = value;
  }
  return flags;
}

/** One file a benchmark, named by its content: parallel runs never see a half-written bundle. */
async function bundle(each) {
  const result = await build({
    configFile: false,
    root: join(folder, '..'),
    logLevel: 'error',
    ssr: { noExternal: true },
    build: { ssr: join(folder, `${each}.ts`), write: false, target: 'es2023', minify: false },
  });
  const [chunk] = (Array.isArray(result) ? result[0] : result).output;
  const cache = join(folder, '../node_modules/.cache/ledgerlab-bench');
  const file = join(cache, `${each}-${createHash('sha256').update(chunk.code).digest('hex').slice(0, 16)}.mjs`);
  if (!existsSync(file)) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, chunk.code);
    renameSync(`${file}.${process.pid}`, file);
  }
  return file;
}

function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exit(USAGE);
}
