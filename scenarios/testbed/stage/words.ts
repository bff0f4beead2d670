/** The stage in words: nodes, acts, how a run ended. For the page and for the command line. */
import type { Row } from './script.ts';
import type { Branch } from './session.ts';
import type { StageProtocol } from './stage-protocol.ts';

export const nodeName = (node: number, replicas: number): string => (node < replicas ? `R${node}` : `C${node - replicas}`);
export const ms = (ns: number): string => `${(ns / 1e6).toFixed(1)} ms`;

export function rowWords(row: Row, replicas: number): string {
  const name = (node: number): string => nodeName(node, replicas);
  switch (row.act) {
    case 'drop': return `message ${row.message} is dropped`;
    case 'delay': return `message ${row.message} is held back ${ms(row.byNs)}`;
    case 'duplicate': return `message ${row.message} is doubled`;
    case 'crash': return `${name(row.node)} crashes`;
    case 'restart': return `${name(row.node)} comes back ${row.disk === 'kept' ? 'with its disk' : 'without its memory'}`;
    case 'partition': return `${row.nodes.map(name).join(', ')} cut off from the others`;
    case 'one-way': return `nothing passes from ${name(row.from)} to ${name(row.to)}`;
    case 'slow': return `all messages of ${name(row.node)} take ${ms(row.byNs)} longer`;
    case 'heal': return 'the network heals';
    case 'lie': return `${name(row.node)} lies: ${row.behaviour}`;
  }
}

/** Where a branch ends. */
export function endWords({ record, unanswered, isCut }: Pick<Branch, 'record' | 'unanswered' | 'isCut'>, protocol: StageProtocol): string {
  if (record.broken !== undefined) return `${titleOf(record.broken.checker, protocol)} broken, event ${record.broken.event}`;
  if (unanswered === 0) return 'all answered';
  return `${unanswered} unanswered${isCut ? '' : ', nothing moves'}`;
}

export const titleOf = (checker: string, protocol: StageProtocol): string => protocol.lamps.find((lamp) => lamp.checker === checker)?.title ?? checker;
