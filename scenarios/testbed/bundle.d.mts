export const ROOT: string;
export function ensureBundle(options?: {
  readonly root?: string;
  /** Module that replaces scenarios/testbed/registry.ts. */
  readonly registry?: string;
  /** Folder that holds the bundles instead of node_modules/.cache/ledgerlab. */
  readonly cache?: string;
  readonly onBuild?: () => void;
}): Promise<string>;
