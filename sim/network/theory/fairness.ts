/** How evenly something is shared: (sum x)^2 / (n sum x^2) (Jain, Chiu and Hawe, DEC-TR-301, 1984). 1 when all are equal, 1/n when one has all. */
export function jainIndex(shares: readonly number[]): number {
  let [sum, squares] = [0, 0];
  for (const share of shares) {
    sum += share;
    squares += share * share;
  }
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares);
}
