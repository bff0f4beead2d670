/**
 * What authentication costs a processor, ns. Public-key figures are cycles of one core (Westmere) from Bernstein, Duif, Lange, Schwabe and
 * Yang, "High-speed high-security signatures", J. Cryptographic Engineering 2 (2012): 87 548 to sign, 273 364 to verify. SHA-256 in software:
 * about 12 cycles a byte (eBACS), so an HMAC of a short message, four blocks of 64 bytes, takes some 3000. choice: a core of 3 GHz.
 */

const CYCLES_PER_NS = 3;

export interface AuthenticationCosts {
  readonly signNs: number;
  readonly verifyNs: number;
  /** One MAC, made or checked. */
  readonly macNs: number;
  /** Hashing a byte. */
  readonly hashByteNs: number;
}

export const SOFTWARE_COSTS: AuthenticationCosts = {
  signNs: Math.round(87_548 / CYCLES_PER_NS),
  verifyNs: Math.round(273_364 / CYCLES_PER_NS),
  macNs: 3000 / CYCLES_PER_NS,
  hashByteNs: 12 / CYCLES_PER_NS,
};

/** How messages between replicas are authenticated: a MAC for each receiver, or one signature for all. */
export type Authentication = 'mac' | 'signature';

/** Processor time to take in a message of `bytes`; `handleNs` is what any message costs (system calls, copying). */
export function receiveNs(authentication: Authentication, bytes: number, handleNs: number, costs: AuthenticationCosts): number {
  return Math.round(handleNs + bytes * costs.hashByteNs + (authentication === 'mac' ? costs.macNs : costs.verifyNs));
}

/** Processor time to send it to `receivers`. */
export function sendNs(authentication: Authentication, bytes: number, receivers: number, handleNs: number, costs: AuthenticationCosts): number {
  return Math.round(handleNs * receivers + bytes * costs.hashByteNs + (authentication === 'mac' ? costs.macNs * receivers : costs.signNs));
}
