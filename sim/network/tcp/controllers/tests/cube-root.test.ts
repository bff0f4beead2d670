import { expect, it } from 'vitest';
import { Simulation } from '../../../../simulation.ts';
import { cubeRoot } from '../cube-root.ts';

it('is the largest integer whose cube does not exceed the number: every cube and its neighbours, and random numbers in whole arithmetic', () => {
  for (let root = 1; root <= 208_063; root += root < 2000 ? 1 : 97) {
    expect(cubeRoot(root * root * root)).toBe(root);
    expect(cubeRoot(root * root * root - 1)).toBe(root - 1);
  }
  const random = new Simulation({ seed: 'cube-root' }).stream('numbers');
  for (let i = 0; i < 20_000; i++) {
    const value = BigInt(random.uint32()) * BigInt(1 + random.below(2_000_000));
    const root = BigInt(cubeRoot(Number(value)));
    expect(root * root * root <= value && value < (root + 1n) * (root + 1n) * (root + 1n)).toBe(true);
  }
  expect(cubeRoot(0)).toBe(0);
});
