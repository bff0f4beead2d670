import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACK, DATA, PacketStore } from '../../packets.ts';
import { crc16 } from '../crc16.ts';
import { BAD_CHECK, delayField, ECHO, HEADER_BYTES, loadField, mefHeaders, RATE_UNLIMITED, rateField, rttField } from '../header.ts';
import { decodeHeader, encodeHeader } from '../wire-format.ts';

function form(rttNs = 40e6): { headers: ReturnType<typeof mefHeaders>; packet: number } {
  const packets = new PacketStore();
  const headers = mefHeaders(packets);
  const packet = packets.make(0, 0, DATA, 1502);
  headers.request(packet, 2, 12, rttNs);
  return { headers, packet };
}

const hopReport = fc.record({ rateBps: fc.double({ min: 1, max: 6e11, noNaN: true }), load: fc.double({ min: 0, max: 20, noNaN: true }), delayNs: fc.integer({ min: 0, max: 600_000_000 }) });

describe('MEF header (reconstruction)', () => {
  it('has the check of CRC-16 with the published vector', () => {
    expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x29b1);
    expect(crc16(new Uint8Array(0))).toBe(0xffff);
  });

  it('packs the empty form as 16 bytes, field by field', () => {
    const { headers, packet } = form();
    const bytes = encodeHeader(headers, packet);
    // version 1; class 2, weight 12/8; no hops; hop limit 64; rate unlimited; load 0; delay 0; 40 ms = 625 x 64 us
    expect(Array.from(bytes.slice(0, 14))).toEqual([0x40, 0x8c, 0, 64, 255, 255, 255, 255, 0, 0, 0, 0, 0x02, 0x71]);
    expect(bytes).toHaveLength(HEADER_BYTES);
    expect((bytes[14]! << 8) | bytes[15]!).toBe(crc16(bytes.slice(0, 14)));
  });

  it('keeps units: rate rounded down to 128 bit/s, load Q4.12, delay 16 us, rtt 64 us, all saturating', () => {
    expect([rateField(255), rateField(256), rateField(1), rateField(1e15)]).toEqual([1, 2, 1, RATE_UNLIMITED - 1]);
    expect([loadField(1), loadField(0.5), loadField(100)]).toEqual([4096, 2048, 65535]);
    expect([delayField(16_000), delayField(23_999), delayField(24_000), delayField(1e12)]).toEqual([1, 1, 2, 65535]);
    expect([rttField(0), rttField(1), rttField(64_000 * 3), rttField(1e12)]).toEqual([0, 1, 3, 65535]);
  });

  it('comes back from its bytes as it was, after any hops: the columns hold nothing that the wire does not', () => {
    fc.assert(
      fc.property(fc.array(hopReport, { maxLength: 9 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 63 }), (hops, trafficClass, weight) => {
        const { headers, packet } = form();
        headers.request(packet, trafficClass, weight, 123_456_789);
        for (const hop of hops) headers.aggregate(packet, rateField(hop.rateBps), loadField(hop.load), delayField(hop.delayNs));
        const bytes = encodeHeader(headers, packet);
        const twin = headers.packets.make(0, 0, DATA, 1502);
        decodeHeader(headers, twin, bytes);
        for (const name of ['flags', 'classWeight', 'hops', 'hopLimit', 'rate', 'load', 'delay', 'rtt'] as const) expect(headers[name].values[twin], name).toBe(headers[name].values[packet]);
        expect(encodeHeader(headers, twin)).toEqual(bytes);
      }),
    );
  });

  it('does not depend on the order of the hops, and its size not on their number', () => {
    fc.assert(
      fc.property(fc.array(hopReport, { minLength: 2, maxLength: 8 }).chain((hops) => fc.tuple(fc.constant(hops), fc.shuffledSubarray(hops, { minLength: hops.length }))), ([hops, shuffled]) => {
        const [one, other] = [hops, shuffled].map((order) => {
          const { headers, packet } = form();
          for (const hop of order) headers.aggregate(packet, rateField(hop.rateBps), loadField(hop.load), delayField(hop.delayNs));
          return encodeHeader(headers, packet);
        });
        expect(one).toEqual(other);
        const rates = hops.map((hop) => rateField(hop.rateBps));
        const view = new DataView(one!.buffer);
        expect(view.getUint32(4)).toBe(Math.min(...rates));
        expect(view.getUint16(8)).toBe(Math.max(...hops.map((hop) => loadField(hop.load))));
        expect(view.getUint16(10)).toBe(Math.min(65535, hops.reduce((sum, hop) => sum + delayField(hop.delayNs), 0)));
        expect(one![2]).toBe(hops.length);
      }),
    );
  });

  it('notes every single flipped bit', () => {
    const { headers, packet } = form();
    headers.aggregate(packet, 1234, 4000, 17);
    const bytes = encodeHeader(headers, packet);
    const twin = headers.packets.make(0, 0, DATA, 1502);
    for (let bit = 0; bit < 8 * HEADER_BYTES; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      decodeHeader(headers, twin, flipped);
      expect(headers.flags.values[twin]! & BAD_CHECK, `bit ${bit}`).toBe(BAD_CHECK);
    }
    decodeHeader(headers, twin, bytes);
    expect(headers.flags.values[twin]! & BAD_CHECK).toBe(0);
  });

  it('is a form on data and an answer on echoes; packets without it are neither', () => {
    const { headers, packet } = form();
    expect([headers.isOpen(packet), headers.isEcho(packet)]).toEqual([true, false]);
    headers.setFlag(packet, ECHO);
    expect([headers.isOpen(packet), headers.isEcho(packet)]).toEqual([false, true]);
    const plain = headers.packets.make(0, 0, ACK, 60);
    expect([headers.isOpen(plain), headers.isEcho(plain)]).toEqual([false, false]);
  });
});
