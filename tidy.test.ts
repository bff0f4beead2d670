/**
 * Polices the source itself: what a convention only wishes, this test executes. Each rule names the file, the line and
 * the remedy. The rules are checked against planted offenders below, so that a rule that matches nothing is found out.
 */
import { readFileSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const MODEL_FOLDERS = ['network', 'os', 'consensus', 'storage-lsm', 'ledger', 'exchange'];

/** Files git knows or would take, so that build output and caches never count. */
function sourceFiles(): string[] {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8', maxBuffer: 64 << 20 })
    .split('\n')
    .filter((path) => path !== '' && exists(path))
    .sort((a, b) => (a < b ? -1 : 1));
}

function exists(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Comments and string contents blanked out, line structure kept: rules on code must not fire on prose. */
export function codeOnly(source: string): string {
  return source.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g,
    (match) => match.replace(/[^\n]/g, ' '),
  );
}

function importsOf(source: string): string[] {
  const withoutComments = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...withoutComments.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1]!);
}

/** The room a file stands in; imports may only point towards the kernel. */
export function room(path: string): string {
  const parts = path.split('/');
  if (parts[0] !== 'sim') return parts[0]!;
  if (parts.length === 2) return 'sim';
  return `sim/${parts[1]}`;
}

/** May a file in room `from` import a file in room `to`? */
export function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  const model = (name: string): boolean => MODEL_FOLDERS.some((folder) => name === `sim/${folder}`);
  if (from === 'sim') return false;
  if (from === 'sim/measure' || from === 'sim/faults') return to === 'sim';
  if (model(from)) return to === 'sim' || to === 'sim/measure' || to === 'sim/faults';
  if (from === 'scenarios') return to === 'sim' || to.startsWith('sim/');
  if (from === 'notebooks-web') return to === 'scenarios' || to === 'sim' || to.startsWith('sim/');
  return true; // tests/, bench/ and configuration may look everywhere
}

/** Text rules on code under sim/ (comments and strings aside). */
export const SIM_BANS: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /\bMath\.(?:random|log|log2|log10|log1p|exp|expm1|pow|sin|cos|tan|asin|acos|atan|atan2|cbrt|hypot|sinh|cosh|tanh)\b/, why: 'differs between engines; use sim/dmath.ts or a named stream' },
  { pattern: /[^*/]\*\*[^*/]/, why: '** differs between engines; multiply, or pow of sim/dmath.ts' },
  { pattern: /\bDate\b|\bperformance\.|\bsetTimeout\b|\bsetInterval\b|\bqueueMicrotask\b/, why: 'the wall clock may not reach a model' },
  { pattern: /\basync\b|\bawait\b|\bPromise\b/, why: 'the event loop is the only scheduler' },
  { pattern: /\blocaleCompare\b|\btoLocale[A-Z]\w*|\bIntl\b/, why: 'locale may not reach a result' },
  { pattern: /\.sort\(\)/, why: 'give a total comparator' },
  { pattern: /\bprocess\.(?:env|argv|exit|cwd|hrtime|memoryUsage|cpuUsage|platform|nextTick|std\w+|versions?)\b|\bglobalThis\b|\bnavigator\b/, why: 'models know no host' },
];

const OFFENDERS = ['x = Math.log(2)', 'y = a ** 3', 'new Date()', 'async function f() {}', 'a.localeCompare(b)', 'list.sort()', 'process.env'];

const files = sourceFiles();
const typescript = files.filter((path) => /\.(ts|mts)$/.test(path) && !/\.d\.m?ts$/.test(path));
const isTest = (path: string): boolean => /\.(test|bench)\.ts$/.test(path) || path.startsWith('tests/') || path.startsWith('bench/') || path.includes('/tests/');
const read = (path: string): string => readFileSync(path, 'utf8');

describe('tidy', () => {
  it('finds its own planted offenders', () => {
    OFFENDERS.forEach((text, index) => expect(SIM_BANS[index]!.pattern.test(codeOnly(text)), text).toBe(true));
    expect(SIM_BANS.some(({ pattern }) => pattern.test(codeOnly('// Math.log and ** in prose\n"async"')))).toBe(false);
    expect(mayImport('sim/os', 'sim/network')).toBe(false);
    expect(mayImport('sim', 'sim/measure')).toBe(false);
    expect(mayImport('scenarios', 'notebooks-web')).toBe(false);
    expect(mayImport('notebooks-web', 'scenarios')).toBe(true);
  });

  it('imports point one way', () => {
    const wrong: string[] = [];
    for (const path of typescript.filter((file) => !isTest(file))) {
      for (const target of importsOf(read(path))) {
        if (!target.startsWith('.')) continue;
        const to = posix.normalize(join(dirname(path), target.replace(/\?.*$/, '')));
        if (!mayImport(room(path), room(to))) wrong.push(`${path} imports ${to}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('keeps everything that breaks determinism out of sim/', () => {
    const wrong: string[] = [];
    for (const path of typescript.filter((file) => file.startsWith('sim/') && !isTest(file))) {
      codeOnly(read(path))
        .split('\n')
        .forEach((line, index) => {
          for (const { pattern, why } of SIM_BANS) if (pattern.test(line)) wrong.push(`${path}:${index + 1}: ${line.trim()} (${why})`);
        });
    }
    expect(wrong).toEqual([]);
  });

  it('names packages only behind their doors', () => {
    const wrong = typescript
      .filter((file) => file.startsWith('sim/') && !isTest(file))
      .flatMap((path) =>
        importsOf(read(path))
          .filter((target) => !target.startsWith('.'))
          .filter((target) => !(target.startsWith('@noble/hashes/') || (path === 'sim/random.ts' && target.startsWith('seedrandom'))))
          .map((target) => `${path} imports ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it('leaves no reminders and no focused or skipped tests behind', () => {
    const words = /\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b|\b(?:it|describe|test)\.(?:on[l]y|sk[i]p)\(/;
    const wrong = typescript.filter((path) => path !== 'tidy.test.ts').filter((path) => words.test(read(path)));
    expect(wrong).toEqual([]);
  });

  it('has no source file that nobody imports', () => {
    const entries = (path: string): boolean =>
      // sim/*.ts is the kernel's public offer: what only later models will use is no dead file.
      isTest(path) || /^(?:[^/]+|sim\/[^/]+|scenarios\/[^/]+|scenarios\/eval\/[^/]+|scenarios\/cli\/[^/]+|notebooks-web\/[^/]+)\.ts$/.test(path) || /worker|entry/.test(path);
    const imported = new Set<string>();
    for (const path of files.filter((file) => /\.(ts|mjs|html)$/.test(file) && !isTest(file))) {
      const source = read(path);
      const targets = [...importsOf(source), ...[...source.matchAll(/(?:src="|new URL\(\s*['"])([^'"]+\.ts)/g)].map((match) => match[1]!)];
      for (const target of targets) if (/^[./]/.test(target)) imported.add(posix.normalize(join(target.startsWith('/') ? 'notebooks-web' : dirname(path), target.replace(/\?.*$/, ''))));
    }
    expect(typescript.filter((path) => !entries(path) && !imported.has(path))).toEqual([]);
  });

  it('gives every model folder a README', () => {
    const folders = new Set(files.filter((path) => path.startsWith('sim/') && path.split('/').length > 2 && path.endsWith('.ts')).map((path) => path.split('/').slice(0, 2).join('/')));
    expect([...folders].filter((folder) => !exists(`${folder}/README.md`))).toEqual([]);
  });

  it('keeps big files out of the repository', () => {
    // The tables of the reference results repeat every parameter in each row; packed they are a twentieth.
    const limit = (path: string): number => (path.startsWith('results/reference/') ? 4 << 20 : 1 << 20);
    expect(files.filter((path) => statSync(path).size > limit(path))).toEqual([]);
  });

  it('points every relative link of the documents at a file that exists', () => {
    const wrong: string[] = [];
    for (const path of files.filter((file) => file.endsWith('.md') && !file.startsWith('results/') && !file.startsWith('notebooks-web/lessons/'))) {
      for (const match of read(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)) {
        const target = posix.normalize(join(dirname(path), match[1]!));
        try {
          statSync(target);
        } catch {
          wrong.push(`${path} -> ${match[1]}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
