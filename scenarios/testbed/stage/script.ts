/**
 * The fault script: everything that was done to a run, one plain row each. A row acts after `atEvent` events, or at an instant; rows at one
 * place act in their order. The short form, `131:drop:57`, goes into links and tables; the file for the command line is JSON (stage-file.ts).
 */

export type Act =
  /** Messages are numbered from 1 in the order of sending; one that is not yet sent is met when it is. */
  | { readonly act: 'drop'; readonly message: number }
  | { readonly act: 'delay'; readonly message: number; readonly byNs: number }
  | { readonly act: 'duplicate'; readonly message: number }
  | { readonly act: 'crash'; readonly node: number }
  | { readonly act: 'restart'; readonly node: number; readonly disk: 'kept' | 'lost' }
  /** Nothing passes between these and the others from now on. */
  | { readonly act: 'partition'; readonly nodes: readonly number[] }
  | { readonly act: 'one-way'; readonly from: number; readonly to: number }
  /** All messages of the node take so much longer. */
  | { readonly act: 'slow'; readonly node: number; readonly byNs: number }
  /** Ends partitions, one-way cuts and slowness. */
  | { readonly act: 'heal' }
  | { readonly act: 'lie'; readonly node: number; readonly behaviour: string };

export type Row = Act & ({ readonly atEvent: number; readonly atNs?: never } | { readonly atNs: number; readonly atEvent?: never });

export const ACTS = ['drop', 'delay', 'duplicate', 'crash', 'restart', 'partition', 'one-way', 'slow', 'heal', 'lie'] as const satisfies readonly Act['act'][];

/** Fields of an act in the order of the short form. */
const FIELDS: Readonly<Record<Act['act'], readonly string[]>> = {
  drop: ['message'], delay: ['message', 'byNs'], duplicate: ['message'], crash: ['node'], restart: ['node', 'disk'], partition: ['nodes'], 'one-way': ['from', 'to'], slow: ['node', 'byNs'], heal: [], lie: ['node', 'behaviour'],
};
const WORDS = new Set(['disk', 'behaviour']);

export function rowToText(row: Row): string {
  const values = row as unknown as Record<string, string | number | readonly number[]>;
  const fields = FIELDS[row.act].map((name) => (Array.isArray(values[name]) ? (values[name] as number[]).join(',') : String(values[name])));
  return [row.atEvent === undefined ? `${row.atNs}ns` : String(row.atEvent), row.act, ...fields].join(':');
}

export const scriptToText = (script: readonly Row[]): string => script.map(rowToText).join(';');

/** Fields as they stand, unchecked: stage-file.ts says whether they make sense. */
export function rowsOfText(text: string): unknown[] {
  return text.split(';').filter((part) => part !== '').map((part) => {
    const [at = '', act = '', ...values] = part.split(':');
    const names = Object.hasOwn(FIELDS, act) ? FIELDS[act as Act['act']] : [];
    const fields = names.map((name, index) => [name, fieldOf(name, values[index] ?? '')]);
    return { ...(at.endsWith('ns') ? { atNs: numberOf(at.slice(0, -2)) } : { atEvent: numberOf(at) }), act, ...Object.fromEntries(fields) };
  });
}

function fieldOf(name: string, text: string): unknown {
  if (WORDS.has(name)) return text;
  return name === 'nodes' ? text.split(',').map(numberOf) : numberOf(text);
}

const numberOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) : NaN);
