/** Viewer build (root notebooks-web/) and test settings. The command line builds its own bundle: scenarios/cli/ledgerlab.mjs. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: 'notebooks-web',
  // Relative asset addresses: the built site works from any sub-folder.
  base: './',
  build: { outDir: '../dist/site', emptyOutDir: true, target: 'es2023' },
  worker: { format: 'es' },
  test: {
    root: '.',
    include: ['{sim,scenarios,notebooks-web,bench,tests}/**/*.test.ts', '*.test.ts'],
    environment: 'node',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
