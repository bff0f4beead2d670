/**
 * Strict order, and each bound at several strengths: what a Pareto plot needs. Every arm has its mode, np, pr or poll, in its name.
 * In overload each bound is run at its usual strength, reservations at all.
 */
import type { Arm, ParameterValue } from '../testbed/scenario.ts';
import type { Bound } from './parameters.ts';

export const MODES = ['pr', 'np', 'poll'] as const;
export type Mode = (typeof MODES)[number];

/** Loads at which everything is run: one with room for all, one at which levels 1 to 3 alone ask for 1.09 of the core. */
export const NORMAL = 0.9;
export const OVERLOAD = 1.7;

interface Family {
  readonly title: string;
  /** Parameter that says how strong it is, with its values from weak to strong, and the one that the other modes are run with. */
  readonly parameter: string;
  readonly strengths: readonly number[];
  readonly usual: number;
  readonly name: (value: number) => string;
}

export const FAMILIES: Readonly<Record<Exclude<Bound, 'none'>, Family>> = {
  aging: { title: 'aging', parameter: 'agingMs', strengths: [400, 200, 100, 50], usual: 100, name: (value) => `after ${value} ms a level` },
  reservation: { title: 'reservation', parameter: 'budgetMs', strengths: [5, 10, 20, 40], usual: 20, name: (value) => `${value} ms in 100 ms` },
  weights: { title: 'weights', parameter: 'weightRatio', strengths: [4, 2, 1], usual: 2, name: (value) => [value * value * value, value * value, value, 1].join(', ') },
  boost: { title: 'boost', parameter: 'boostMs', strengths: [800, 400, 200, 100], usual: 200, name: (value) => `every ${value} ms` },
};
export const BOUND_NAMES = Object.keys(FAMILIES) as (keyof typeof FAMILIES)[];

export const armName = (mode: Mode, bound: Bound = 'none', strength?: number): string => (bound === 'none' ? `${mode}-strict` : `${mode}-${bound}-${strength ?? FAMILIES[bound].usual}`);

export interface ArmFacts {
  readonly mode: Mode;
  readonly bound: Bound;
  /** Short title without the mode, e.g. `aging, after 100 ms a level`. */
  readonly label: string;
}

const facts = new Map<string, ArmFacts>();
const arms: [string, Arm][] = [];

function add(mode: Mode, bound: Bound, strength?: number): void {
  const name = armName(mode, bound, strength);
  const family = bound === 'none' ? undefined : FAMILIES[bound];
  const label = family === undefined ? 'strict order' : `${family.title}, ${family.name(strength!)}`;
  const isEverywhere = family === undefined || strength === family.usual || bound === 'reservation';
  const set: Record<string, ParameterValue> = { between: mode, bound, ...(family === undefined ? {} : { [family.parameter]: strength! }), ...(isEverywhere ? {} : { load: NORMAL }) };
  arms.push([name, { title: `${mode}: ${label}`, description: `Four levels, mode ${mode}, first come first served inside; ${family === undefined ? 'no bound' : label}${isEverywhere ? '' : `; load ${NORMAL} only`}`, set }]);
  facts.set(name, { mode, bound, label });
}

for (const mode of MODES) {
  add(mode, 'none');
  // A short poll interval is nearly pr: two bounds show it.
  for (const bound of mode === 'poll' ? (['aging', 'reservation'] as const) : BOUND_NAMES) for (const strength of mode === 'pr' ? FAMILIES[bound].strengths : [FAMILIES[bound].usual]) add(mode, bound, strength);
}

export const ARMS: Readonly<Record<string, Arm>> = Object.fromEntries(arms);
export const factsOf = (name: string): ArmFacts => facts.get(name)!;
export const titleOf = (name: string): string => ARMS[name]?.title ?? name;
