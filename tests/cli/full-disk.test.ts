/** A disk that is full, or that refuses: a clear message, and nothing that was committed changes. */
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Store, StoreError, type FileSystem } from '../../scenarios/testbed/store.ts';
import { fixtureCli } from './ledgerlab.ts';

let dir: string;
beforeEach(() => {
  dir = fs.mkdtempSync(join(tmpdir(), 'ledgerlab-disk-'));
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

/** A disk with so many bytes left: it shortens a write before it refuses the next. */
function diskWith(bytesLeft: number, chunk = Infinity): FileSystem {
  const writeSync = ((file: number, buffer: Buffer, offset: number, length: number): number => {
    const fits = Math.min(length, bytesLeft, chunk);
    if (fits === 0 && length > 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    bytesLeft -= fits;
    return fs.writeSync(file, buffer, offset, fits);
  }) as typeof fs.writeSync;
  return { ...fs, writeSync };
}

describe('store', () => {
  it('writes all bytes of a file although each write is cut short', () => {
    const text = 'größe '.repeat(1000);
    new Store(dir, diskWith(Infinity, 7)).write('a/b.json', text);
    expect(fs.readFileSync(join(dir, 'a/b.json'), 'utf8')).toBe(text);
  });

  it('keeps the old file at every position where the disk can run full, and leaves nothing half written', () => {
    const next = 'x'.repeat(300);
    for (let bytesLeft = 0; bytesLeft < next.length; bytesLeft += 13) {
      new Store(dir).write('keep.json', 'old');
      expect(() => new Store(dir, diskWith(bytesLeft)).write('keep.json', next)).toThrow(/no space left on the disk; what was committed before is intact/);
      expect(fs.readdirSync(dir)).toEqual(['keep.json']);
      expect(fs.readFileSync(join(dir, 'keep.json'), 'utf8')).toBe('old');
    }
  });

  it('writes again when another runner tidied its temporary file away', () => {
    let isFirst = true;
    const renameSync: typeof fs.renameSync = (from, to) => {
      if (isFirst) fs.unlinkSync(from);
      isFirst = false;
      fs.renameSync(from, to);
    };
    expect(new Store(dir, { ...fs, renameSync }).write('a.json', 'text')).toBe(true);
    expect(fs.readFileSync(join(dir, 'a.json'), 'utf8')).toBe('text');
  });

  it('removes what a killed run left half written, and only that', () => {
    for (const name of ['a.json.tmp-12-0', 'a.json', 'notes.tmp']) fs.writeFileSync(join(dir, name), 'x');
    new Store(dir).removeTemporaries();
    expect(fs.readdirSync(dir).sort((a, b) => (a < b ? -1 : 1))).toEqual(['a.json', 'notes.tmp']);
  });

  it('says which path refused and why', () => {
    fs.writeFileSync(join(dir, 'file'), '');
    expect(() => new Store(join(dir, 'file')).write('a.json', 'x')).toThrow(StoreError);
    expect(() => new Store(join(dir, 'file')).write('a.json', 'x')).toThrow(/a\.json: cannot .*: a part of the path is a file/);
    expect(() => new Store('/proc/nowhere').write('a.json', 'x')).toThrow(/cannot write/);
  });
});

/** A real file system of 96 KiB; needs root and the right to mount. */
function mountSmall(target: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96k', 'tmpfs', target], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!fs.existsSync('/dev/full'))('an answer onto a full disk', () => {
  it('exits 74 with a message, not a stack trace', async () => {
    const cli = await fixtureCli();
    try {
      const full = fs.openSync('/dev/full', 'w');
      const { status, stderr } = spawnSync(process.execPath, [join(cli.dir, 'ledgerlab.mjs'), 'list'], { encoding: 'utf8', stdio: ['ignore', full, 'pipe'] });
      fs.closeSync(full);
      expect(stderr).toMatch(/^ledgerlab: standard output: cannot write: no space left on the disk[^\n]*\n$/);
      expect(status).toBe(74);
    } finally {
      cli.remove();
    }
  });
});

describe('a run onto a full disk', () => {
  it('exits 74 with a clear error and completes once there is room', async (context) => {
    if (!mountSmall(dir)) return context.skip('no right to mount a small file system here');
    const cli = await fixtureCli();
    try {
      const out = join(dir, 'out');
      const words = ['run', 'coin', '--replications', '20', '--out', out];
      const { status, stderr } = cli.run(words);
      expect(stderr).toContain('no space left on the disk');
      expect(stderr).not.toContain('    at ');
      expect(status).toBe(74);
      execFileSync('mount', ['-o', 'remount,size=16m', dir]);
      expect(cli.run(words).status).toBe(0);
      expect(cli.run(['verify', out]).status).toBe(0);
    } finally {
      execFileSync('umount', [dir]);
      cli.remove();
    }
  });
});
