/**
 * The regulated scheduler's open questions as parameters. The paper (internet of blockchain for energy, Electric Power ICT 18(6),
 * 2020, section 4) states four queues and two programs in words; what the words leave open is a choice here, never a hidden constant.
 * All times in integer ns.
 */

/** Queue levels: 1 real-time regulated, 2 real-time non-regulated, 3 non-real-time regulated, 4 non-real-time non-regulated. */
export const LEVELS = 4;

/** Does this label mark work that is under regulation? Audits count by label, so that a promoted ordinary task stays ordinary. */
export const isRegulated = (label: number): boolean => label === 1 || label === 3;

/**
 * When a task of a higher level comes while a lower one runs: `np` it waits for the end of the task (the paper's words: the program
 * "inspects the queues"), `pr` it takes the core at once and the other goes on later, `poll` the queues are looked at every `pollNs`.
 */
export type Between = 'np' | 'pr' | 'poll';

/** (Q, P): see reservation.ts. */
export interface ReservationOptions {
  readonly budgetNs: number;
  readonly periodNs: number;
  /** This queue level and those below share the reservation. Default: the lowest level alone. */
  readonly fromLevel?: number;
}

/** Shares in place of strict order: see level-shares.ts. */
export interface SharesOptions {
  /** One weight a level, 1 first. */
  readonly weights: readonly number[];
  /** Has a level its weight as a whole, or once for each of its ready tasks (discriminatory processor sharing)? */
  readonly per: 'level' | 'task';
  /** CPU time after which `pr` compares the levels again. */
  readonly quantumNs: number;
}

export interface RegulatedOptions {
  readonly between: Between;
  readonly pollNs?: number;
  /** Queue levels that the regulatory program may serve; default 1, 2, 3. */
  readonly rpServes?: readonly number[];
  /** Queue levels that the ordinary program may serve; default 4. */
  readonly opServes?: readonly number[];
  /** Core time at each change between the two programs on a core. */
  readonly handoverNs?: number;
  /**
   * One right for the whole machine: while tasks of one program are in service, the other's may not start on any core. The literal
   * reading of the paper on several cores, and not work-conserving.
   */
  readonly token?: boolean;
  readonly cores?: number;

  /** Bounds against starvation; none by default. Aging: after a wait of the entry of its level (1 first) a task competes one level higher. */
  readonly agingNs?: readonly number[];
  /** Every so often all ready tasks compete on level 1 once. */
  readonly boostNs?: number;
  readonly reservation?: ReservationOptions;
  readonly shares?: SharesOptions;
}

/** Refuses what contradicts itself; the edges of the program (scenarios, calculators) check units and ranges before. */
export function checkOptions(levels: number, options: RegulatedOptions): void {
  const refuse = (text: string): never => {
    throw new RangeError(`regulated scheduler: ${text}`);
  };
  const { between, pollNs, agingNs, boostNs, reservation, shares } = options;
  const served = [...(options.rpServes ?? [1, 2, 3]), ...(options.opServes ?? [4])];
  for (let level = 1; level <= levels; level++) if (!served.includes(level)) refuse(`level ${level} is served by no program; required: each level in rpServes or opServes`);
  if (between === 'poll' && !(pollNs! >= 1)) refuse(`mode poll with pollNs ${pollNs}; required: at least 1 ns`);
  if (agingNs !== undefined && (agingNs.length !== levels || agingNs.some((ns) => !(ns > 0)))) refuse(`agingNs ${agingNs.join(', ')}; required: ${levels} times above 0 ns, Infinity for never`);
  if (boostNs !== undefined && !(boostNs >= 1)) refuse(`boostNs ${boostNs}; required: at least 1 ns`);
  if (reservation !== undefined) {
    const { budgetNs, periodNs, fromLevel = levels } = reservation;
    if (!(budgetNs >= 1 && budgetNs <= periodNs)) refuse(`a reservation of ${budgetNs} ns in ${periodNs} ns; required: from 1 ns to the whole period`);
    if (!(fromLevel >= 2 && fromLevel <= levels)) refuse(`a reservation from level ${fromLevel}; required: 2 to ${levels}`);
  }
  if (shares !== undefined) {
    if (shares.weights.length !== levels || shares.weights.some((weight) => !(weight > 0))) refuse(`weights ${shares.weights.join(', ')}; required: ${levels} numbers above 0`);
    if (!(shares.quantumNs >= 1)) refuse(`a quantum of ${shares.quantumNs} ns; required: at least 1 ns`);
    if (agingNs !== undefined || boostNs !== undefined || reservation !== undefined) refuse('shares replace the order of the levels, so that nothing can be promoted or reserved; required: shares alone');
  }
  if (options.token === true && (reservation !== undefined || shares !== undefined)) refuse('the token gives the machine to one program, a reservation or shares to another; required: one of them');
}
