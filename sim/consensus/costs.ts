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

/** How messages are authenticated: a MAC for each receiver, or one signature for all. */
export type Authentication = 'mac' | 'signature';

/** What has to be checked of a message. */
export interface Weight {
  readonly bytes: number;
  /** Authenticators of the chosen kind: its own, and those of messages that it carries. */
  readonly authenticators: number;
  /** Public-key signatures, whichever kind is chosen: for what is passed on to those who did not hear it. */
  readonly signatures: number;
}

/** Processor time to take a message in; `handleNs` is what any message costs (system calls, copying). */
export function receiveNs(authentication: Authentication, { bytes, authenticators, signatures }: Weight, handleNs: number, costs: AuthenticationCosts): number {
  const eachNs = authentication === 'mac' ? costs.macNs : costs.verifyNs;
  return Math.round(handleNs + bytes * costs.hashByteNs + authenticators * eachNs + signatures * costs.verifyNs);
}

/** Processor time to send it to `receivers`; what it carries was authenticated by others. */
export function sendNs(authentication: Authentication, { bytes, signatures }: Weight, receivers: number, handleNs: number, costs: AuthenticationCosts): number {
  const ownNs = signatures > 0 || authentication === 'signature' ? costs.signNs : costs.macNs * receivers;
  return Math.round(handleNs * receivers + bytes * costs.hashByteNs + ownNs);
}
