/** Nodes that a file of faults names: replicas first, then clients. One that is not there would be passed over in silence. */
import type { Problem } from './config-error.ts';

export interface KnownNodes {
  readonly replicas: number;
  readonly clients: number;
  /** Field of the file that says how many replicas there are. */
  readonly raise: string;
}

/** Of a node that can only be a replica; undefined: it is there. */
export function replicaProblem(path: string, node: number, { replicas, clients, raise }: KnownNodes): Problem | undefined {
  if (node >= 0 && node < replicas) return undefined;
  const isClient = node >= replicas && node < replicas + clients;
  return { path, message: `${node} is not allowed${isClient ? `, it is client C${node - replicas}` : ''}; allowed is a replica, a whole number from 0 to ${replicas - 1}; take one of these, or raise ${raise}` };
}

/** Of a node that may be a client too. */
export function nodeProblem(path: string, node: number, { replicas, clients, raise }: KnownNodes): Problem | undefined {
  const all = replicas + clients;
  if (node >= 0 && node < all) return undefined;
  return { path, message: `${node} is not allowed; allowed is a whole number from 0 to ${all - 1}, up to ${replicas - 1} replicas, then clients; take one of these, or raise ${raise}` };
}
