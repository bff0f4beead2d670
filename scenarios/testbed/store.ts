/**
 * Files of a result folder, written so that a reader never sees half a file, whatever happens to process or disk:
 * temporary file in the same folder, every byte written (a full disk shortens writes before it refuses them), fsync,
 * rename, fsync of the folder. Temporary files of a run that was killed are removed when the next one starts; a writer
 * whose temporary file vanishes that way writes again, so that two runners on one folder do not harm each other.
 */
import * as nodeFs from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** The calls we make, so that tests can fill the disk. */
export type FileSystem = Pick<
  typeof nodeFs,
  'openSync' | 'writeSync' | 'fsyncSync' | 'closeSync' | 'renameSync' | 'unlinkSync' | 'mkdirSync' | 'readdirSync' | 'readFileSync'
>;

/** Reading or writing failed for a reason outside the program: full disk, missing permission. */
export class StoreError extends Error {
  readonly code: string;

  constructor(path: string, action: string, error: NodeJS.ErrnoException) {
    super(`${path}: cannot ${action}: ${REASONS[error.code ?? ''] ?? error.code ?? 'unknown reason'}`, { cause: error });
    this.name = 'StoreError';
    this.code = error.code ?? '';
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the disk; what was committed before is intact, free some space and run the same command again',
  EDQUOT: 'the disk quota is used up; what was committed before is intact, free some space and run the same command again',
  EFBIG: 'the file would be larger than allowed here',
  ENOENT: 'there is no such folder and none can be made',
  EACCES: 'permission denied; choose another folder with --out',
  EPERM: 'permission denied; choose another folder with --out',
  EROFS: 'the file system is read-only; choose another folder with --out',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a file of that name is in the way',
  EISDIR: 'a folder of that name is in the way',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'the path goes round in circles of links',
  EMFILE: 'too many open files',
  EIO: 'the disk reports an error',
};

const TEMPORARY = /\.tmp-\d+-\d+$/;
const ATTEMPTS = 5;

export class Store {
  readonly root: string;
  private readonly fs: FileSystem;
  private temporaries = 0;

  constructor(root: string, fs: FileSystem = nodeFs) {
    this.root = root;
    this.fs = fs;
  }

  /** Commits a file. True if its content changed. */
  write(path: string, text: string): boolean {
    const bytes = Buffer.from(text, 'utf8');
    if (this.readBytes(path)?.equals(bytes) === true) return false;
    for (let attempt = 1; ; attempt++) {
      try {
        this.commit(join(this.root, path), bytes);
        return true;
      } catch (error) {
        // another runner tidied our temporary file away
        if (!isErrno(error, 'ENOENT') || attempt === ATTEMPTS) throw new StoreError(join(this.root, path), 'write', error as NodeJS.ErrnoException);
      }
    }
  }

  private commit(target: string, bytes: Buffer): void {
    const folder = dirname(target);
    this.makeFolder(folder);
    const temporary = `${target}.tmp-${process.pid}-${this.temporaries++}`;
    try {
      const file = this.fs.openSync(temporary, 'w');
      try {
        for (let at = 0; at < bytes.length; ) at += this.fs.writeSync(file, bytes, at, bytes.length - at);
        this.fs.fsyncSync(file);
      } finally {
        this.fs.closeSync(file);
      }
      this.fs.renameSync(temporary, target);
    } catch (error) {
      tryTo(() => this.fs.unlinkSync(temporary));
      throw error;
    }
    this.syncFolder(folder);
  }

  /** Not mkdir's own recursion: Node's never ends where a parent refuses with ENOENT, as /proc does. */
  private makeFolder(folder: string): void {
    try {
      this.fs.mkdirSync(folder);
    } catch (error) {
      if (isErrno(error, 'EEXIST')) return;
      if (!isErrno(error, 'ENOENT') || dirname(folder) === folder) throw error;
      this.makeFolder(dirname(folder));
      this.fs.mkdirSync(folder);
    }
  }

  /** Makes a rename or removal durable. Some systems cannot open folders; they need no such call. */
  private syncFolder(folder: string): void {
    let handle: number;
    try {
      handle = this.fs.openSync(folder, 'r');
    } catch {
      return;
    }
    try {
      tryTo(() => this.fs.fsyncSync(handle));
    } finally {
      this.fs.closeSync(handle);
    }
  }

  readBytes(path: string): Buffer | undefined {
    try {
      return this.fs.readFileSync(join(this.root, path));
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw new StoreError(join(this.root, path), 'read', error as NodeJS.ErrnoException);
    }
  }

  readText(path: string): string | undefined {
    return this.readBytes(path)?.toString('utf8');
  }

  /** All files below the root with `/`, in code unit order; empty if there is no such folder. */
  list(): string[] {
    const found: string[] = [];
    const walk = (folder: string): void => {
      for (const entry of this.entries(folder)) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) walk(path);
        else found.push(relative(this.root, path).split(sep).join('/'));
      }
    };
    walk(this.root);
    return found.sort((a, b) => (a < b ? -1 : 1));
  }

  private entries(folder: string): nodeFs.Dirent[] {
    try {
      return this.fs.readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return [];
      throw new StoreError(folder, 'read', error as NodeJS.ErrnoException);
    }
  }

  remove(path: string): void {
    try {
      this.fs.unlinkSync(join(this.root, path));
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw new StoreError(join(this.root, path), 'remove', error as NodeJS.ErrnoException);
    }
    this.syncFolder(dirname(join(this.root, path)));
  }

  /** Removes what a killed run left half written. */
  removeTemporaries(): void {
    for (const path of this.list()) if (TEMPORARY.test(path)) this.remove(path);
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

function tryTo(action: () => void): void {
  try {
    action();
  } catch {
    // a cleanup that fails must not hide the first error
  }
}
