/**
 * One run of the network page as columns: what each flow was like at every sample, and what became of each data packet and each
 * acknowledgement. Charts, animation, tables and sentences all read this record, so that they agree. Times in ns, counts in segments
 * or packets, rates in bit/s. Flows are numbered from 0 here and from 1 on the page.
 */

/** A stretch of a flow's life under one name: a phase of the controller, or a state of the transport. */
export interface Phase {
  readonly name: string;
  readonly fromNs: number;
  readonly toNs: number;
  /** Pacing gain in it; NaN where the controller has none. */
  readonly gain: number;
}

/** Columns by sample. NaN before the flow starts, and where a value does not exist. */
export interface FlowSeries {
  readonly controller: string;
  readonly startNs: number;
  readonly cwnd: Float64Array;
  readonly inflight: Float64Array;
  /** Of application bytes; NaN while not paced. */
  readonly pacingBps: Float64Array;
  /** Application bytes that arrived in the last round trip or so, as a rate. */
  readonly deliveredBps: Float64Array;
  readonly rttNs: Float64Array;
  readonly smoothedRttNs: Float64Array;
  readonly phases: readonly Phase[];
  /** In the measured part of the run. */
  readonly goodputBps: number;
  readonly rttMeanNs: number;
  readonly rttP95Ns: number;
  /** In the whole run. */
  readonly sentSegments: number;
  readonly retransmits: number;
  readonly lost: number;
}

/** What became of a data packet. */
export const DELIVERED = 0;
/** Found no room in the queue. */
export const NO_ROOM = 1;
/** Lost behind the line by chance. */
export const BY_CHANCE = 2;
/** Lost behind the line because the reader said so. */
export const BY_YOU = 3;
/** The run ended before it arrived. */
export const UNDER_WAY = 4;

/** Data packets in the order in which they reached the queue; it is first in, first out, so every column of times increases. */
export interface PacketLog {
  readonly count: number;
  readonly flow: Uint8Array;
  /** -1: the SYN that opens the connection. */
  readonly segment: Int32Array;
  /** Which sending of the segment this was, from 1. */
  readonly sending: Uint16Array;
  readonly fate: Uint8Array;
  /** Reached the queue. */
  readonly enterNs: Float64Array;
  /** First bit on the line, last bit off it, arrival. Infinity where it never happened. */
  readonly serveNs: Float64Array;
  readonly leaveNs: Float64Array;
  readonly arriveNs: Float64Array;
  /** Waiting, without itself and without the one on the line, when it came. */
  readonly ahead: Int32Array;
}

/** Acknowledgements in the order in which they were sent; the way back has no queue. */
export interface AckLog {
  readonly count: number;
  readonly flow: Uint8Array;
  /** Next segment expected. */
  readonly next: Int32Array;
  /** Reports segments beyond that one. */
  readonly isSelective: Uint8Array;
  readonly sendNs: Float64Array;
  readonly arriveNs: Float64Array;
}

export interface FlowRecord {
  readonly endNs: number;
  /** Measured from here to the end. */
  readonly measureFromNs: number;
  readonly rateBps: number;
  readonly rttNs: number;
  readonly bufferPackets: number;
  readonly sampleNs: number;
  /** Instants of the samples. */
  readonly timesNs: Float64Array;
  /** Most packets that waited between a sample and the one before. */
  readonly queue: Float64Array;
  readonly flows: readonly FlowSeries[];
  readonly packets: PacketLog;
  readonly acks: AckLog;
  readonly utilisation: number;
  readonly jain: number;
  readonly queueMeanPackets: number;
  readonly queueP95Packets: number;
  readonly queueDrops: number;
  readonly fingerprint: string;
}

/** One packet that the reader drops: a segment of a flow, and which of its sendings. */
export interface Drop {
  /** From 1. */
  readonly flow: number;
  readonly segment: number;
  /** From 1: 2 is the first retransmission. */
  readonly sending: number;
}
