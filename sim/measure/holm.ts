/** Many tests at once: Holm's step-down rule (1979) keeps the chance of any false rejection at alpha, whatever the dependence. */

/** Which hypotheses fall, in the order of the p-values given. */
export function holm(pValues: readonly number[], alpha = 0.05): boolean[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p || a.index - b.index);
  const rejected = pValues.map(() => false);
  for (const [step, { p, index }] of order.entries()) {
    if (!(p <= alpha / (pValues.length - step))) break;
    rejected[index] = true;
  }
  return rejected;
}
