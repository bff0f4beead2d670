/**
 * Ideal processor sharing of one link, as a fluid: n flows in progress get C / n each, at once. What RCP sets out to be; the closed form of
 * its mean for any law of sizes is E[T(L)] = L / (C (1 - rho)) (Kleinrock 1976, volume 2, 4.4). Exact for the arrivals given: between two
 * events all flows lose the same amount of work, so the one with the least left is next.
 */

export interface FluidFlow {
  readonly startNs: number;
  readonly bytes: number;
}

/** Time in progress of each flow, ns; `flows` in order of their starts. */
export function processorSharing(flows: readonly FluidFlow[], rateBps: number): Float64Array {
  const takenNs = new Float64Array(flows.length);
  const left = new Map<number, number>();
  const bytesPerNs = rateBps / 8e9;
  let nowNs = 0;
  let next = 0;
  while (next < flows.length || left.size > 0) {
    let first = -1;
    for (const [flow, bytes] of left) if (first < 0 || bytes < left.get(first)!) first = flow;
    const endNs = first < 0 ? Infinity : nowNs + (left.get(first)! * left.size) / bytesPerNs;
    const startNs = next < flows.length ? flows[next]!.startNs : Infinity;
    const untilNs = Math.min(endNs, startNs);
    const served = left.size === 0 ? 0 : ((untilNs - nowNs) * bytesPerNs) / left.size;
    for (const [flow, bytes] of left) left.set(flow, bytes - served);
    nowNs = untilNs;
    if (endNs <= startNs) {
      takenNs[first] = nowNs - flows[first]!.startNs;
      left.delete(first);
    } else left.set(next, flows[next++]!.bytes);
  }
  return takenNs;
}
