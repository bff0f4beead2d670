/**
 * The regulated scheduler's open questions as parameters. The paper (internet of blockchain for energy, Electric Power ICT 18(6),
 * 2020, section 4) states four queues and two programs in words; what the words leave open is a choice here, never a hidden constant.
 */

/** Queue levels: 1 real-time regulated, 2 real-time non-regulated, 3 non-real-time regulated, 4 non-real-time non-regulated. */
export const LEVELS = 4;

/**
 * When a task of a higher level comes while a lower one runs: `np` it waits for the end of the task (the paper's words: the program
 * "inspects the queues"), `pr` it takes the core at once and the other goes on later, `poll` the queues are looked at every `pollNs`.
 */
export type Between = 'np' | 'pr' | 'poll';

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
}
