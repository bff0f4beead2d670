/** Claim texts made short for lists: what several claims say alike is said once, a reason shows its first thought. */

/** Fewer shared words than this are no repetition worth taking out. */
const SHARED_WORDS = 6;

export interface Stem<T> {
  /** The words that all items begin with; empty for an item that stands alone. */
  readonly stem: string;
  readonly items: readonly { readonly item: T; readonly text: string }[];
}

/** Runs of neighbours whose texts begin alike, each with the rest of its words. Joined again they are the texts. */
export function stems<T>(items: readonly T[], textOf: (item: T) => string): Stem<T>[] {
  const out: Stem<T>[] = [];
  for (let at = 0; at < items.length; ) {
    const words = textOf(items[at]!).split(' ');
    let shared = words.length;
    let end = at + 1;
    for (; end < items.length; end++) {
      const next = sharedWords(words, textOf(items[end]!).split(' '), shared);
      if (next < SHARED_WORDS) break;
      shared = next;
    }
    // Every item keeps at least one word of its own.
    const run = items.slice(at, end);
    const stem = run.length === 1 ? '' : words.slice(0, Math.min(shared, ...run.map((item) => textOf(item).split(' ').length - 1))).join(' ');
    out.push({ stem, items: run.map((item) => ({ item, text: stem === '' ? textOf(item) : textOf(item).slice(stem.length + 1) })) });
    at = end;
  }
  return out;
}

function sharedWords(a: readonly string[], b: readonly string[], most: number): number {
  let n = 0;
  while (n < most && n < b.length && a[n] === b[n]) n++;
  return n;
}

export const firstSentence = (text: string): string => /^.+?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;

/** A first sentence longer than this is cut where its thought ends. */
const BRIEF = 165;

/** The first sentence; a long one up to its last complete clause. Nothing where neither is short. */
export function briefly(text: string): string {
  const sentence = firstSentence(text);
  if (sentence.length <= BRIEF) return sentence;
  const clauses = [...sentence.matchAll(/[:;] |, (?=so |and |but |since )/g)].map(({ index }) => index).filter((index) => index >= 50 && index <= BRIEF);
  const end = clauses.at(-1);
  return end === undefined ? '' : `${sentence.slice(0, end)}.`;
}
