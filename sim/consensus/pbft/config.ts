/** Sizes, quorums and timers of PBFT, with the two sets of defaults people know. */

export interface PbftConfig {
  /** Replicas. */
  readonly n: number;
  /** K: a checkpoint after so many sequence numbers. */
  readonly checkpointEvery: number;
  /** L / K: the log takes sequence numbers up to L above the stable checkpoint. */
  readonly logMultiplier: number;
  /** The primary proposes up to so far above the stable checkpoint; at most L. */
  readonly proposeAhead: number;
  /** Batches proposed and not executed at most. */
  readonly pipelineDepth: number;
  /** Most requests in a batch. */
  readonly batchSize: number;
  /** A batch that is not full leaves after so long; 0: at once. */
  readonly batchTimeoutNs: number;
  /** A backup that knows a request waits so long for its execution before it asks for another primary. */
  readonly requestTimeoutNs: number;
  /** From enough VIEW-CHANGEs to the first execution in the new view; doubled at each view change in a row. */
  readonly viewChangeTimeoutNs: number;
  /** A VIEW-CHANGE without answer is sent again after so long. */
  readonly resendViewChangeNs: number;
  /** An idle primary proposes a null request after so long; 0: never. */
  readonly nullRequestNs: number;
}

const SECOND = 1_000_000_000;
const MS = 1_000_000;

/** Fabric v0.6, consensus/pbft/config.yaml. It proposes to the middle of its log only (pbft-core.go). */
const FABRIC: Omit<PbftConfig, 'n'> = {
  checkpointEvery: 10,
  logMultiplier: 4,
  proposeAhead: 20,
  pipelineDepth: Infinity,
  batchSize: 500,
  batchTimeoutNs: SECOND,
  requestTimeoutNs: 2 * SECOND,
  viewChangeTimeoutNs: 2 * SECOND,
  resendViewChangeNs: 2 * SECOND,
  nullRequestNs: 0,
};

/** Castro and Liskov 1999, section 6: K = 128, L = 256. Their timers are not given; choice: those of a local network. */
const PAPER: Omit<PbftConfig, 'n'> = {
  checkpointEvery: 128,
  logMultiplier: 2,
  proposeAhead: 256,
  pipelineDepth: Infinity,
  batchSize: 64,
  batchTimeoutNs: 0,
  requestTimeoutNs: 200 * MS,
  viewChangeTimeoutNs: 200 * MS,
  resendViewChangeNs: 200 * MS,
  nullRequestNs: 0,
};

export const PBFT_PROFILES = { 'fabric-0.6': FABRIC, 'castro-liskov': PAPER } as const;
export type PbftProfile = keyof typeof PBFT_PROFILES;

/** f: how many replicas may be faulty. */
export function faultsTolerated(n: number): number {
  return Math.floor((n - 1) / 3);
}

/** The least q of which any two sets meet in f + 1 replicas, one of them correct: 2 q - n >= f + 1. It is 2f + 1 where n = 3f + 1. */
export function quorum(n: number): number {
  return Math.floor((n + faultsTolerated(n) + 2) / 2);
}

/** One of so many is correct. */
export function weakQuorum(n: number): number {
  return faultsTolerated(n) + 1;
}

/** L. */
export function logSize({ checkpointEvery, logMultiplier }: PbftConfig): number {
  return checkpointEvery * logMultiplier;
}

/** p = v mod n. */
export function primaryOf(view: number, n: number): number {
  return view % n;
}
