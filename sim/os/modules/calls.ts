/**
 * What consensus asks of the modules below it, and what the boundary between kernel and user space adds. Consensus that lives in the
 * kernel calls crypto, network, access control and evidence directly, and crosses once for each transaction that it hands to the
 * application above; consensus in user space, linked into the application, crosses with its calls instead.
 *
 * Source: Internet of blockchain for energy, Electric Power ICT 18(6), 2020, section 4 places consensus above those four modules. Its
 * claim of speed has no figure. Times in integer ns. Left out: what a crossing does to caches and branch predictors afterwards, other
 * than as part of `crossingNs`.
 */

export const CALLED_MODULES = ['crypto', 'network', 'accessControl', 'evidence', 'consensus'] as const;
export type CalledModule = (typeof CALLED_MODULES)[number];

/** Calls of one kind within one piece of work. */
export interface Calls {
  readonly module: CalledModule;
  readonly count: number;
  /** Processor time of each. */
  readonly eachNs: number;
}

/** Where consensus lives. */
export interface Residence {
  readonly place: 'kernel' | 'user';
  /** A system call there and back. */
  readonly crossingNs: number;
  /** Calls of one kind that go in one crossing, where they are all known at the same time (submission rings, sendmmsg). */
  readonly callsPerCrossing: number;
  /** Transactions that a kernel-resident consensus hands up in one crossing. */
  readonly deliveriesPerCrossing: number;
}

export interface Price {
  readonly costNs: number;
  readonly crossings: number;
  readonly crossingNs: number;
  /** Processor time by module, without crossings, in the order of CALLED_MODULES. */
  readonly moduleNs: readonly number[];
}

/** Cost of one piece of work; `delivered` transactions are handed to the application with it. */
export function priceOf(calls: readonly Calls[], residence: Residence, delivered = 0): Price {
  const moduleNs = CALLED_MODULES.map((module) => calls.reduce((sum, call) => sum + (call.module === module ? call.count * call.eachNs : 0), 0));
  const crossings =
    residence.place === 'kernel'
      ? Math.ceil(delivered / residence.deliveriesPerCrossing)
      // What consensus does for itself crosses nothing.
      : calls.reduce((sum, { module, count }) => sum + (module === 'consensus' ? 0 : Math.ceil(count / residence.callsPerCrossing)), 0);
  const crossingNs = crossings * residence.crossingNs;
  return { costNs: Math.round(moduleNs.reduce((sum, each) => sum + each, 0) + crossingNs), crossings, crossingNs, moduleNs };
}
