/** Max-min fairness once more, slowly and from its definition: raise all rates together until a link is full, freeze its flows, go on. */
export interface NaiveFlow {
  readonly links: readonly number[];
  readonly weight: number;
}

export function waterFilling(capacities: readonly number[], flows: readonly NaiveFlow[]): number[] {
  const rates = flows.map(() => 0);
  const frozen = flows.map(() => false);
  for (;;) {
    let rise = Infinity;
    let full = -1;
    for (let link = 0; link < capacities.length; link++) {
      let used = 0;
      let weight = 0;
      for (const [flow, { links, weight: w }] of flows.entries()) {
        for (const at of links) {
          if (at !== link) continue;
          used += rates[flow]!;
          if (!frozen[flow]) weight += w;
        }
      }
      if (weight > 0 && (capacities[link]! - used) / weight < rise) [rise, full] = [(capacities[link]! - used) / weight, link];
    }
    if (full < 0) return rates;
    for (const [flow, { links, weight }] of flows.entries()) {
      if (frozen[flow]) continue;
      rates[flow]! += weight * rise;
      if (links.includes(full)) frozen[flow] = true;
    }
  }
}
