/**
 * Sizes on the wire. A full segment: 1448 bytes of the application, 32 of TCP (timestamps are always used, RFC 7323), 20 of IPv4, 2 of framing
 * (PPP): 1502. So at most 1448/1502 = 96.4 % of a line carries application data.
 */
import { SACK_RANGES } from '../packets.ts';

export const MSS = 1448;
export const HEADER_BYTES = 32 + 20 + 2;
/** TCP options of a SYN: MSS, SACK permitted, timestamps, window scale: 20 bytes instead of 12 (net/ipv4/tcp_output.c). */
export const SYN_BYTES = HEADER_BYTES + 8;
/** Kind, length and two bytes of padding; then two sequence numbers a range (RFC 2018 section 3). */
const SACK_OPTION_BYTES = 4;
const SACK_RANGE_BYTES = 8;

const sackBytes = (ranges: number): number => (ranges === 0 ? 0 : SACK_OPTION_BYTES + ranges * SACK_RANGE_BYTES);
const ACK_BYTES: readonly number[] = Array.from({ length: SACK_RANGES + 1 }, (_, ranges) => HEADER_BYTES + sackBytes(ranges));

/** A pure acknowledgement that reports so many ranges. */
export function ackBytes(ranges: number): number {
  return ACK_BYTES[ranges]!;
}
