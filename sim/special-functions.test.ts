/** Held against values from 50-digit arithmetic (mpmath). */
import { expect, it } from 'vitest';
import { lnGamma, normalQuantile, regularizedBeta } from './special-functions.ts';

const close = (found: number, expected: number, relative: number): void => expect(Math.abs(found - expected), `${found} for ${expected}`).toBeLessThanOrEqual(relative * Math.max(Math.abs(expected), 1e-3));

it('normalQuantile', () => {
  const table: [number, number][] = [
    [1e-300, -37.0470962993612], [1e-15, -7.941345326170997], [1e-6, -4.753424308822899], [0.001, -3.0902323061678136], [0.025, -1.9599639845400543], [0.1, -1.2815515655446004],
    [0.25, -0.6744897501960817], [0.5, 0], [0.6, 0.2533471031357997], [0.925, 1.4395314709384561], [0.95, 1.6448536269514722], [0.995, 2.5758293035489004], [0.99999, 4.264890793923841],
  ];
  for (const [p, z] of table) close(normalQuantile(p), z, 2e-14);
  expect([normalQuantile(0), normalQuantile(1), normalQuantile(-0.1), normalQuantile(NaN)]).toEqual([-Infinity, Infinity, NaN, NaN]);
});

it('lnGamma', () => {
  const table: [number, number][] = [
    [1e-5, 11.512919692895826], [0.1, 2.252712651734206], [0.5, 0.5723649429247001], [1.5, -0.12078223763524522], [3, Math.LN2], [10, 12.801827480081469],
    [14.5, 23.862765841689086], [15, 25.19122118273868], [100.25, 360.28455963776423], [1e6, 12815504.569147611],
  ];
  for (const [x, value] of table) close(lnGamma(x), value, 1e-13);
  expect([lnGamma(0), lnGamma(-1)]).toEqual([NaN, NaN]);
});

it('regularizedBeta', () => {
  const table: [number, number, number, number][] = [
    [0.5, 0.5, 0.5, 0.5], [0.1, 2, 3, 0.0523], [0.9, 20, 4, 0.8072689864813801], [0.3, 200, 450, 0.3387573783257829],
    [0.01, 1, 1000, 0.9999568287525893], [0.99, 983, 18, 0.9861674182699914], [0.6, 4.5, 0.5, 0.036787497879786156],
  ];
  for (const [x, a, b, value] of table) close(regularizedBeta(x, a, b), value, 2e-12);
  expect([regularizedBeta(0, 2, 3), regularizedBeta(1, 2, 3), regularizedBeta(-1, 2, 3)]).toEqual([0, 1, 0]);
});
