/**
 * What an acknowledgement tells of segments and times, written into scoreboard, rate sample, RACK and `AckFacts`: selective ranges
 * (net/ipv4/tcp_input.c, tcp_sacktag_write_queue), a duplicate reported in front of them (RFC 2883), the in-order part (tcp_clean_rtx_queue),
 * and the round-trip time (tcp_ack_update_rtt). Times ns.
 */
import { ECHO_CE, type PacketStore, SACK_RANGES } from '../packets.ts';
import type { Sender } from './sender.ts';
import { EVER_RETRANSMITTED, SACKED } from './scoreboard.ts';
import { MSS } from './wire-format.ts';

export class AckReader {
  private readonly sender: Sender;
  private readonly packets: PacketStore;
  /** Ranges of the last acknowledgement: nothing in them is news. */
  private readonly knownFrom = new Int32Array(SACK_RANGES);
  private readonly knownTo = new Int32Array(SACK_RANGES);

  constructor(sender: Sender, packets: PacketStore) {
    this.sender = sender;
    this.packets = packets;
  }

  read(packet: number, ack: number): void {
    const { packets, sender } = this;
    const { board, facts, rate, sample, timer } = sender;
    facts.reset(board.una, packets.tag[packet]!);
    facts.marked = (packets.flags[packet]! & ECHO_CE) !== 0;
    facts.advanced = ack > board.una;
    if (facts.advanced) timer.progress();
    rate.begin(sample);
    const priorHighest = board.highestSacked;
    const priorSacked = board.sackedOut;
    const first = packet * 2 * SACK_RANGES;
    if (packets.sack[first]! !== packets.sack[first + 1]!) this.readRanges(first, ack);
    const acked = this.acknowledgeUpTo(ack, priorHighest);
    const isMeasured = this.measure(acked, priorSacked);
    // with nothing in order, the timer moves only if what was reported left after the first unacknowledged segment did
    facts.setsTimer = facts.advanced || (isMeasured && board.packetsOut > 0 && facts.firstSackedNs > board.sentNs[board.una & board.mask]!);
  }

  private readRanges(first: number, ack: number): void {
    const { knownFrom, knownTo, packets: { sack } } = this;
    const { board, facts, rack, recovery, state } = this.sender;
    let range = this.readDuplicate(first, ack) ? 1 : 0;
    for (; range < SACK_RANGES; range++) {
      const to = Math.min(sack[first + 2 * range + 1]!, board.next);
      let segment = Math.max(sack[first + 2 * range]!, board.una);
      while (segment < to) {
        let end = -1;
        for (let i = 0; i < SACK_RANGES; i++) if (segment >= knownFrom[i]! && segment < knownTo[i]!) end = knownTo[i]!;
        if (end >= 0) segment = end;
        else {
          if ((board.flags[segment & board.mask]! & SACKED) === 0) this.sackSegment(segment);
          segment++;
        }
      }
    }
    for (range = facts.duplicate ? 1 : 0; range < SACK_RANGES; range++) {
      knownFrom[range] = sack[first + 2 * range]!;
      knownTo[range] = sack[first + 2 * range + 1]!;
    }
    // what a duplicate names is no range of news
    if (facts.duplicate) knownFrom[0] = knownTo[0] = 0;
    if (facts.lowestLate < board.highestSacked && (state !== 'loss' || recovery.undo.marker >= 0)) rack.noteReordering(board.highestSacked - facts.lowestLate);
  }

  /** A first range below the acknowledgement, or inside the second, reports a duplicate. */
  private readDuplicate(first: number, ack: number): boolean {
    const { sack } = this.packets;
    const from = sack[first]!;
    const to = sack[first + 1]!;
    const isInSecond = sack[first + 3]! > sack[first + 2]! && from >= sack[first + 2]! && to <= sack[first + 3]!;
    if (from >= ack && !isInSecond) return false;
    const { facts, rack, timer, recovery, rate } = this.sender;
    facts.duplicate = true;
    facts.duplicateOfProbe = timer.isProbe(to);
    if (rack.reorderings > 0 && !facts.duplicateOfProbe) rack.duplicateSeen = true;
    recovery.undo.reportedDuplicate(from, facts.priorUna);
    // it crossed the path a second time: delivered, for the rate
    rate.delivered += to - from;
    return true;
  }

  private sackSegment(segment: number): void {
    const { board, facts, rate, rack, rtt, recovery, sample, nowNs } = this.sender;
    const at = segment & board.mask;
    const wasResent = (board.flags[at]! & EVER_RETRANSMITTED) !== 0;
    const sentNs = board.sentNs[at]!;
    rack.onDelivered(segment, sentNs, nowNs, rtt.minNs, wasResent);
    if (!wasResent) {
      if (segment + 1 < board.highestSacked && segment < facts.lowestLate) facts.lowestLate = segment;
      if (segment < recovery.highSegment) facts.originalDelivered = true;
      if (facts.firstSackedNs < 0) facts.firstSackedNs = sentNs;
      facts.lastSackedNs = sentNs;
    }
    board.sack(segment);
    facts.sacked = true;
    rate.delivered++;
    rate.onDelivered(board, segment, sample);
  }

  /** Returns how many segments it covers. */
  private acknowledgeUpTo(ack: number, priorHighest: number): number {
    const { sender } = this;
    const { board, facts, rate, rack, rtt, sample, nowNs, recovery: { highSegment } } = sender;
    const from = board.una;
    let lowestLate = Infinity;
    while (board.una < ack) {
      const segment = board.una;
      const at = segment & board.mask;
      const flags = board.flags[at]!;
      const sentNs = board.sentNs[at]!;
      const wasResent = (flags & EVER_RETRANSMITTED) !== 0;
      if (wasResent) facts.resentAcked = true;
      else if ((flags & SACKED) === 0) {
        facts.lastAckedNs = sentNs;
        if (facts.firstAckedNs < 0) facts.firstAckedNs = sentNs;
        if (lowestLate === Infinity) lowestLate = segment;
        if (segment < highSegment) facts.originalDelivered = true;
      }
      if ((flags & SACKED) === 0) {
        rate.delivered++;
        // the echoed timestamp is older than the last copy: an earlier one arrived
        const isOlderCopy = wasResent && facts.echoedNs < sentNs;
        if (!isOlderCopy) rack.onDelivered(segment, sentNs, nowNs, rtt.minNs, wasResent);
      }
      rate.onDelivered(board, segment, sample);
      sender.ackedBytes += board.payload[at]!;
      board.acknowledge();
    }
    if (lowestLate < priorHighest) rack.noteReordering(priorHighest - lowestLate);
    return board.una - from;
  }

  /** Returns whether there was a sample. */
  private measure(acked: number, priorSacked: number): boolean {
    const { facts, sample, rtt, nowNs, board, rate, timer } = this.sender;
    let rttNs = -1;
    sample.rttNs = -1;
    sample.isAckDelayed = false;
    if (facts.firstAckedNs >= 0 && !facts.resentAcked) {
      rttNs = nowNs - facts.firstAckedNs;
      sample.rttNs = nowNs - facts.lastAckedNs;
      // a lone short segment over the whole round: its acknowledgement probably waited for the receiver's timer
      sample.isAckDelayed = acked === 1 && priorSacked === 0 && !facts.sacked && !facts.marked && !facts.duplicate
        && board.payload[(board.una - 1) & board.mask]! < MSS && sample.priorDelivered + 1 === rate.delivered;
    }
    if (facts.firstSackedNs >= 0) {
      if (rttNs < 0) rttNs = nowNs - facts.firstSackedNs;
      sample.rttNs = nowNs - facts.lastSackedNs;
    }
    // only segments sent again: the timestamp says which copy arrived
    if (rttNs < 0 && facts.advanced) rttNs = sample.rttNs = nowNs - facts.echoedNs;
    if (rttNs < 0) return false;
    rtt.propagation(sample.rttNs, sample.isAckDelayed);
    rtt.sample(rttNs, board.una, board.next);
    timer.rtoNs = rtt.rtoNs;
    return true;
  }
}
