/** Processor sharing: the fluid limits of round robin and of fair schedulers. Steady state of M/G/1 (PS) and M/M/1 with classes (DPS). */

/** Mean response of a customer of size x under PS: x / (1 - load), whatever the size law (Kleinrock, Queueing Systems II). */
export function psResponse(x: number, load: number): number {
  return x / (1 - load);
}

/**
 * Mean responses under discriminatory processor sharing with exponential services (Fayolle, Mitrani and Iasnogorodski 1980): the
 * solution of T_k (1 - sum_j l_j g_j / (m_j g_j + m_k g_k)) - sum_j l_j g_j T_j / (m_j g_j + m_k g_k) = 1 / m_k, with arrival
 * rates l, weights g and service rates m.
 */
export function dpsResponses(lambda: readonly number[], means: readonly number[], weights: readonly number[]): number[] {
  const rates = means.map((mean) => 1 / mean);
  const share = (j: number, k: number): number => (lambda[j]! * weights[j]!) / (rates[j]! * weights[j]! + rates[k]! * weights[k]!);
  const matrix = lambda.map((_, k) => {
    const row = lambda.map((__, j) => -share(j, k));
    row[k]! += 1 - lambda.reduce((sum, __, j) => sum + share(j, k), 0);
    return [...row, means[k]!];
  });
  return solve(matrix);
}

/** Gauss elimination with partial pivoting; rows end with the right-hand side. */
function solve(rows: number[][]): number[] {
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = column + 1; row < n; row++) {
      const factor = rows[row]![column]! / rows[column]![column]!;
      for (let at = column; at <= n; at++) rows[row]![at]! -= factor * rows[column]![at]!;
    }
  }
  const solution = Array.from({ length: n }, () => 0);
  for (let row = n - 1; row >= 0; row--) {
    let sum = rows[row]![n]!;
    for (let at = row + 1; at < n; at++) sum -= rows[row]![at]! * solution[at]!;
    solution[row] = sum / rows[row]![row]!;
  }
  return solution;
}
