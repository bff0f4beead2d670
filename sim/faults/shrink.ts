/**
 * The smallest plan that still fails: delta debugging (Zeller and Hildebrandt, IEEE TSE 28, 2002), halves first, then complements, then
 * single faults. `fails` runs a plan and says whether the same thing breaks; it must be a function of the plan.
 */
export function shrink<Item>(items: readonly Item[], fails: (items: readonly Item[]) => boolean): readonly Item[] {
  let smallest = items;
  if (fails([])) return [];
  for (let parts = 2; smallest.length > 1; ) {
    const size = Math.ceil(smallest.length / parts);
    let next: readonly Item[] | undefined;
    for (let from = 0; from < smallest.length && next === undefined; from += size) {
      const part = smallest.slice(from, from + size);
      const rest = [...smallest.slice(0, from), ...smallest.slice(from + size)];
      if (part.length < smallest.length && fails(part)) next = part;
      else if (rest.length < smallest.length && fails(rest)) next = rest;
    }
    if (next !== undefined) {
      parts = next.length < smallest.length / 2 ? 2 : Math.max(2, parts - 1);
      smallest = next;
    } else if (size === 1) break;
    else parts = Math.min(2 * parts, smallest.length);
  }
  return smallest;
}
