/** The 16 bytes of a MEF header (reconstruction; layout in header.ts), big endian, with their CRC-16. For the tests that hold the columns to what fits on the wire, and for trace files. */
import { crc16 } from './crc16.ts';
import { BAD_CHECK, HEADER_BYTES, type MefHeaders } from './header.ts';

export function encodeHeader(headers: MefHeaders, packet: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes[0] = headers.flags.values[packet]! & 0xff;
  bytes[1] = headers.classWeight.values[packet]!;
  bytes[2] = headers.hops.values[packet]!;
  bytes[3] = headers.hopLimit.values[packet]!;
  view.setUint32(4, headers.rate.values[packet]!);
  view.setUint16(8, headers.load.values[packet]!);
  view.setUint16(10, headers.delay.values[packet]!);
  view.setUint16(12, headers.rtt.values[packet]!);
  view.setUint16(14, crc16(bytes, HEADER_BYTES - 2));
  return bytes;
}

/** Into the columns. A wrong check is noted, not refused: the endpoint then trusts nothing in it. */
export function decodeHeader(headers: MefHeaders, packet: number, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const isGood = view.getUint16(14) === crc16(bytes, HEADER_BYTES - 2);
  headers.flags.values[packet] = bytes[0]! | (isGood ? 0 : BAD_CHECK);
  headers.classWeight.values[packet] = bytes[1]!;
  headers.hops.values[packet] = bytes[2]!;
  headers.hopLimit.values[packet] = bytes[3]!;
  headers.rate.values[packet] = view.getUint32(4);
  headers.load.values[packet] = view.getUint16(8);
  headers.delay.values[packet] = view.getUint16(10);
  headers.rtt.values[packet] = view.getUint16(12);
}
