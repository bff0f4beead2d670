/**
 * `eval mef-header`: the 16 bytes of a MEF header (reconstruction, MEF-R1) after a sender and a list of routers have written into it, and what
 * a receiver reads from them. Fields come back as the wire holds them: rate in steps of 128 bit/s, load of 1/4096, waiting of 16 us, RTT of 64 us.
 */
import { z } from 'zod';
import { DELAY_UNIT_NS, delayField, LOAD_ONE, loadField, mefHeaders, RATE_UNIT_BPS, RATE_UNLIMITED, rateField, RTT_UNIT_NS, WEIGHT_ONE } from '../../sim/network/mef/header.ts';
import { decodeHeader, encodeHeader } from '../../sim/network/mef/wire-format.ts';
import { DATA, PacketStore } from '../../sim/network/packets.ts';
import { defineEval } from './model.ts';

const hop = z.strictObject({
  rateBps: z.number().min(0).max(1e12).meta({ title: 'Rate named by the router for a flow of weight 1', unit: 'bit/s' }),
  load: z.number().min(0).max(1e6).meta({ title: 'Load of its port', unit: '' }),
  delayNs: z.number().int().min(0).max(1e12).meta({ title: 'Time the packet waited there', unit: 'ns' }),
});

const input = z.strictObject({
  class: z.number().int().min(0).max(3).default(3).meta({ title: 'Traffic class', unit: '', description: '0 real-time regulated, 1 real-time, 2 regulated, 3 neither' }),
  weight: z.number().min(1 / WEIGHT_ONE).max(63 / WEIGHT_ONE).default(1).meta({ title: 'Weight', unit: '', description: 'Held in eighths' }),
  rttNs: z.number().int().min(0).max(1e12).default(0).meta({ title: "Sender's round-trip time", unit: 'ns', description: '0: not known' }),
  hops: z.array(hop).max(255).default([]).meta({ title: 'Routers, in the order of the path', unit: '' }),
});

export default defineEval({
  id: 'mef-header',
  title: 'Header of MEF (reconstruction)',
  description: 'The 16 bytes of a MEF header (reconstruction) after its routers, and the fields a receiver reads from them.',
  input,
  example: { class: 2, weight: 1.5, rttNs: 40_000_000, hops: [{ rateBps: 5_000_000, load: 0.8, delayNs: 120_000 }, { rateBps: 3_000_000, load: 1.1, delayNs: 40_000 }] },
  evaluate: ({ class: trafficClass, weight, rttNs, hops }) => {
    const packets = new PacketStore();
    const headers = mefHeaders(packets);
    const sent = packets.make(0, 0, DATA, 1502);
    headers.request(sent, trafficClass, Math.round(weight * WEIGHT_ONE), rttNs);
    for (const { rateBps, load, delayNs } of hops) headers.aggregate(sent, rateField(headers.weight(sent) * rateBps), loadField(load), delayField(delayNs));
    const bytes = encodeHeader(headers, sent);
    const read = packets.make(0, 0, DATA, 1502);
    decodeHeader(headers, read, bytes);
    const rate = headers.rate.values[read]!;
    return {
      label: 'MEF (reconstruction)',
      bytes: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
      rateBps: rate === RATE_UNLIMITED ? null : rate * RATE_UNIT_BPS,
      load: headers.load.values[read]! / LOAD_ONE,
      delayNs: headers.delay.values[read]! * DELAY_UNIT_NS,
      hops: headers.hops.values[read]!,
      rttNs: headers.rtt.values[read]! * RTT_UNIT_NS,
      weight: headers.weight(read),
    };
  },
});
