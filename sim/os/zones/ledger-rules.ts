/**
 * Rules on contracts and ledgers: code for digital tokens is refused execution, transactions outside the system ledger are forbidden,
 * and nobody, the operating system included, alters the ledger.
 *
 * Source: Internet of blockchain for energy, Electric Power ICT 18(6), 2020, section 5. Choice: token code is known by the
 * capabilities that a contract declares, against a deny-list. Left out: finding out undeclared capabilities from the code.
 */

/** choice: what makes a contract a token issuer. */
export const DENIED_CAPABILITIES: readonly string[] = ['mint', 'burn', 'issue-token'];

export interface Ruling {
  readonly allowed: boolean;
  readonly reason: string;
}

/** May this contract be executed? */
export function ruleContract(capabilities: readonly string[], denied: readonly string[] = DENIED_CAPABILITIES): Ruling {
  const found = denied.filter((capability) => capabilities.includes(capability));
  return found.length === 0 ? { allowed: true, reason: 'declares no denied capability' } : { allowed: false, reason: `token code: declares ${found.join(', ')}` };
}

/** May this transaction be made? */
export function ruleTransaction(ledger: string, systemLedger: string): Ruling {
  return ledger === systemLedger ? { allowed: true, reason: 'on the system ledger' } : { allowed: false, reason: `on ledger ${ledger}; transactions outside the system ledger ${systemLedger} are forbidden` };
}
