/** What a schema allows, in words with unit: the second half of every refusal. Works on zod's JSON Schema form. */

/** The parts of JSON Schema that zod emits for us, with the `title`, `unit` and `group` that `.meta` adds. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly unit?: string;
  readonly group?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly items?: SchemaNode;
  readonly prefixItems?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
}

export function allowedWords(node: SchemaNode): string {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return `one of ${node.enum.map((value) => String(value)).join(', ')}`;
  const choices = node.anyOf ?? node.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(allowedWords))].join(' or ');
  if (Array.isArray(node.type)) return node.type.map((type: string) => allowedWords({ ...node, type })).join(' or ');
  switch (node.type) {
    case 'integer':
    case 'number':
      return withUnit(`${node.type === 'integer' ? 'a whole number' : 'a number'}${rangeWords(node)}`, node.unit);
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list${countWords(node.minItems, node.maxItems, 'entries')}${node.items === undefined ? '' : `, each ${allowedWords(node.items)}`}`;
    case 'string':
      return withUnit(`text${countWords(node.minLength, node.maxLength, 'characters')}${node.pattern === undefined ? '' : ` of the form ${node.pattern}`}`, node.unit);
    case 'object':
      return `an object${node.properties === undefined ? '' : ` with ${Object.keys(node.properties).join(', ')}`}`;
    default:
      return 'another value';
  }
}

function rangeWords(node: SchemaNode): string {
  // zod states the safe integers as the range of every int(): no limit that a reader cares for
  const low = node.minimum === Number.MIN_SAFE_INTEGER ? undefined : node.minimum;
  const high = node.maximum === Number.MAX_SAFE_INTEGER ? undefined : node.maximum;
  const above = node.exclusiveMinimum;
  const below = node.exclusiveMaximum;
  const parts: string[] = [];
  if (low !== undefined && high !== undefined) parts.push(` from ${low} to ${high}`);
  else if (low !== undefined) parts.push(` of at least ${low}`);
  else if (high !== undefined) parts.push(` of at most ${high}`);
  if (above !== undefined) parts.push(` above ${above}`);
  if (below !== undefined) parts.push(` below ${below}`);
  if (node.multipleOf !== undefined) parts.push(` in steps of ${node.multipleOf}`);
  return parts.join(',');
}

function countWords(low: number | undefined, high: number | undefined, what: string): string {
  if (low !== undefined && high !== undefined) return low === high ? ` of ${low} ${what}` : ` of ${low} to ${high} ${what}`;
  if (low !== undefined) return ` of at least ${low} ${what}`;
  return high === undefined ? '' : ` of at most ${high} ${what}`;
}

function withUnit(words: string, unit: string | undefined): string {
  return unit === undefined || unit === '' ? words : `${words} ${unit}`;
}

/** The node a path leads to; undefined where the schema has none (or several). */
export function nodeAt(root: SchemaNode, path: readonly PropertyKey[]): SchemaNode | undefined {
  let nodes: readonly SchemaNode[] = [root];
  for (const step of path) {
    nodes = nodes.flatMap(alternatives).flatMap((node) => {
      const next = typeof step === 'number' ? (node.prefixItems?.[step] ?? node.items) : node.properties?.[String(step)];
      return next === undefined ? [] : [next];
    });
  }
  return nodes.length < 2 ? nodes[0] : { anyOf: nodes };
}

/** The branches of a union, unions within unions included. */
export function alternatives(node: SchemaNode): readonly SchemaNode[] {
  const inner = node.anyOf ?? node.oneOf ?? node.allOf;
  return inner === undefined ? [node] : inner.flatMap(alternatives);
}
