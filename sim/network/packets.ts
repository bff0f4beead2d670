/**
 * Packets on the wire as flat columns: a packet is a slot, freed slots are reused, so that a run allocates nothing per packet.
 *
 * Whoever takes a packet over (a port, a fault stage, an endpoint) owns its slot and has to pass it on or `free` it, exactly once:
 * the count of packets in being is part of the conservation check. Bytes are bytes on the wire, headers included. Sequence numbers count
 * segments, not bytes: a stream is cut into segments when it is first sent, and a segment keeps its number and length when sent again.
 */

/** No packet. */
export const NONE = -1;

/** What a packet is, one bit each; a packet may be several at once (SYN and ACK). */
export const DATA = 1;
export const ACK = 2;
export const SYN = 4;
/** Sent before. */
export const RETRANSMISSION = 8;
/** Sender and receiver understand congestion marks (ECT, RFC 3168). */
export const ECN_CAPABLE = 16;
/** Congestion experienced: marked by a queue. */
export const CE = 32;
/** On acknowledgements: the receiver saw a mark (ECE). */
export const ECHO_CE = 64;
/** On data: the sender has reduced (CWR). */
export const CWR = 128;
/** Delivered with a wrong checksum: an endpoint drops it. */
export const CORRUPT = 256;
/** Carries an explicit-feedback header (`mef`). */
export const MEF = 512;

/** Ranges of segments that an acknowledgement can report beside the cumulative one: three, with the timestamp option (RFC 2018). */
export const SACK_RANGES = 3;

export class PacketStore {
  /** Connection or flow it belongs to. */
  flow = new Int32Array(256);
  /** The path it takes, numbered by the network (link/network.ts). */
  path = new Int32Array(256);
  flags = new Int32Array(256);
  /** On the wire, all headers included. */
  bytes = new Int32Array(256);
  /** Number of the segment; on acknowledgements the next segment expected. */
  sequence = new Int32Array(256);
  /** Application bytes of a data segment. */
  payload = new Int32Array(256);
  /** Ports passed so far: index into its path. */
  hop = new Int32Array(256);
  /** Free for the endpoint: which transmission this is, timestamp echo in the endpoint's own terms. */
  tag = new Float64Array(256);
  /** When it entered the queue it waits in. */
  enqueuedNs = new Float64Array(256);
  /** When it was sent by its endpoint. */
  sentNs = new Float64Array(256);
  /** `SACK_RANGES` pairs [from, to) a packet, from = to where unused; the most recent range first. */
  sack = new Int32Array(256 * 2 * SACK_RANGES);

  /** Packets in being. */
  count = 0;
  /** Packets ever made. */
  made = 0;
  private capacity = 256;
  private used = 0;
  private freeSlots = new Int32Array(256);
  private freeCount = 0;
  private readonly columns: PacketColumn[] = [];

  /** A further column that grows with the store, for what only some packets carry. */
  column(): PacketColumn {
    const column = { values: new Float64Array(this.capacity) };
    this.columns.push(column);
    return column;
  }

  make(flow: number, path: number, flags: number, bytes: number): number {
    const slot = this.freeCount > 0 ? this.freeSlots[--this.freeCount]! : this.fresh();
    this.flow[slot] = flow;
    this.path[slot] = path;
    this.flags[slot] = flags;
    this.bytes[slot] = bytes;
    this.sequence[slot] = 0;
    this.payload[slot] = 0;
    this.hop[slot] = 0;
    this.count++;
    this.made++;
    return slot;
  }

  /** A second packet with the same contents. */
  copy(slot: number): number {
    const twin = this.make(this.flow[slot]!, this.path[slot]!, this.flags[slot]!, this.bytes[slot]!);
    this.sequence[twin] = this.sequence[slot]!;
    this.payload[twin] = this.payload[slot]!;
    this.hop[twin] = this.hop[slot]!;
    this.tag[twin] = this.tag[slot]!;
    this.enqueuedNs[twin] = this.enqueuedNs[slot]!;
    this.sentNs[twin] = this.sentNs[slot]!;
    this.sack.copyWithin(twin * 2 * SACK_RANGES, slot * 2 * SACK_RANGES, (slot + 1) * 2 * SACK_RANGES);
    for (const column of this.columns) column.values[twin] = column.values[slot]!;
    return twin;
  }

  free(slot: number): void {
    this.freeSlots[this.freeCount++] = slot;
    this.count--;
  }

  private fresh(): number {
    if (this.used === this.capacity) this.grow();
    return this.used++;
  }

  private grow(): void {
    this.capacity *= 2;
    this.flow = widen(this.flow, new Int32Array(this.capacity));
    this.path = widen(this.path, new Int32Array(this.capacity));
    this.flags = widen(this.flags, new Int32Array(this.capacity));
    this.bytes = widen(this.bytes, new Int32Array(this.capacity));
    this.sequence = widen(this.sequence, new Int32Array(this.capacity));
    this.payload = widen(this.payload, new Int32Array(this.capacity));
    this.hop = widen(this.hop, new Int32Array(this.capacity));
    this.freeSlots = widen(this.freeSlots, new Int32Array(this.capacity));
    this.tag = widen(this.tag, new Float64Array(this.capacity));
    this.enqueuedNs = widen(this.enqueuedNs, new Float64Array(this.capacity));
    this.sentNs = widen(this.sentNs, new Float64Array(this.capacity));
    this.sack = widen(this.sack, new Int32Array(this.capacity * 2 * SACK_RANGES));
    for (const column of this.columns) column.values = widen(column.values, new Float64Array(this.capacity));
  }
}

/** One further value a packet. Read `values` anew after every call that may make a packet: growth replaces the array. */
export interface PacketColumn {
  values: Float64Array;
}

function widen<T extends Int32Array | Float64Array>(old: T, wide: T): T {
  wide.set(old);
  return wide;
}
