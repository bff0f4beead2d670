/**
 * What a VIEW-CHANGE has to list (P and Q of TOCS 2002, section 3.2.4): what its sender was seen to prepare and to accept above its stable
 * checkpoint, each in the last view. Knows observations and messages only; one instance a replica.
 */
import type { PlaceInView, ViewChange } from '../pbft/messages.ts';

interface Place {
  readonly seq: number;
  prepared: PlaceInView | undefined;
  /** By digest, in the last view. */
  readonly accepted: Map<number, PlaceInView>;
}

export class Carried {
  private readonly places = new Map<number, Place>();
  /** View of the last VIEW-CHANGE looked at. */
  private told = 0;

  accepted(entry: PlaceInView): void {
    this.placeOf(entry.seq).accepted.set(entry.digest, entry);
  }

  prepared(entry: PlaceInView): void {
    this.placeOf(entry.seq).prepared = entry;
  }

  /** The log begins above `low`. */
  forgetUpTo(low: number): void {
    for (const seq of this.places.keys()) if (seq <= low) this.places.delete(seq);
  }

  /** What is wrong with it; undefined: nothing. Repeated ones are not looked at: the log may have moved on. */
  fault({ view, low, prepared, prePrepared }: ViewChange): string | undefined {
    if (view === this.told) return undefined;
    this.told = view;
    const places = [...this.places.values()].filter(({ seq }) => seq > low);
    return difference('P', prepared, places.flatMap((place) => place.prepared ?? [])) ?? difference('Q', prePrepared, places.flatMap(({ accepted }) => [...accepted.values()]));
  }

  private placeOf(seq: number): Place {
    let place = this.places.get(seq);
    if (place === undefined) this.places.set(seq, (place = { seq, prepared: undefined, accepted: new Map() }));
    return place;
  }
}

function difference(set: string, told: readonly PlaceInView[], observed: readonly PlaceInView[]): string | undefined {
  const text = ({ seq, digest, view }: PlaceInView): string => `${digest} at number ${seq} in view ${view}`;
  const missing = new Set(observed.map(text));
  const stray = told.find((entry) => !missing.delete(text(entry)));
  if (stray !== undefined) return `lists ${text(stray)} in ${set}; required: what it has, once each, in the last view`;
  return missing.size === 0 ? undefined : `does not list ${[...missing][0]} in ${set}; required: all that it has`;
}
