/** All 64 label sets written out by hand: rows are sets of ordinary labels, columns sets of T labels. v valid, s special, - invalid. */
import type { Label, Verdict } from '../labels.ts';

const TABLE = `
         .   TR  TA  TX  TR+TA  TR+TX  TA+TX  TR+TA+TX
.        v   v   v   v   v      s      s      s
R        v   -   -   -   -      -      -      -
W        v   -   -   -   -      -      -      -
X        v   -   -   -   -      -      -      -
R+W      v   -   -   -   -      -      -      -
R+X      v   -   -   -   -      -      -      -
W+X      v   -   -   -   -      -      -      -
R+W+X    v   -   -   -   -      -      -      -
`;

const labelsOf = (text: string): Label[] => (text === '.' ? [] : (text.split('+') as Label[]));
const VERDICTS: Readonly<Record<string, Verdict>> = { v: 'valid', s: 'special', '-': 'invalid' };

/** Every set once, with its verdict. */
export const LABEL_TABLE: readonly (readonly [labels: readonly Label[], verdict: Verdict])[] = (() => {
  const [head, ...rows] = TABLE.trim().split('\n').map((line) => line.trim().split(/\s+/));
  return rows.flatMap(([ordinary, ...cells]) => cells.map((cell, column) => [[...labelsOf(ordinary!), ...labelsOf(head![column]!)], VERDICTS[cell]!] as const));
})();
