/** Viewer build (root notebooks-web/) and test settings. The command line builds its own bundle: scenarios/cli/ledgerlab.mjs. */
import sirv from 'sirv';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { resultTrees } from './scenarios/testbed/result-index.ts';

/** `npm run dev`: results/ beside the page, as the view command serves it. */
const results: Plugin = {
  name: 'ledgerlab-results',
  configureServer: ({ middlewares }) => {
    middlewares.use('/results/index.json', (_request, response) => {
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(resultTrees('results', 'results')));
    });
    middlewares.use('/results', sirv('results', { dev: true }));
  },
};

export default defineConfig({
  root: 'notebooks-web',
  // Relative asset addresses: the built site works from any sub-folder.
  base: './',
  build: { outDir: '../dist/site', emptyOutDir: true, target: 'es2023' },
  worker: { format: 'es' },
  plugins: [results],
  test: {
    root: '.',
    include: ['{sim,scenarios,notebooks-web,bench,tests}/**/*.test.ts', '*.test.ts'],
    environment: 'node',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One more than the cores of a small machine: browser tests wait more than they compute.
    maxWorkers: 3,
  },
});
