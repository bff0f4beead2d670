export function sourcePaths(root: string, folders: readonly string[], isWanted?: (path: string) => boolean): string[];
export function digestOf(root: string, paths: readonly string[]): string;
export function modelDigest(root: string): string;
export function buildDefines(root: string): Record<string, string>;
