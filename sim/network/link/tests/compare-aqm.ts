/** A discipline and its naive double under one random schedule. */
import { Streams } from '../../../random.ts';
import { CE, DATA, ECN_CAPABLE, type PacketStore } from '../../packets.ts';
import type { QueueDiscipline } from '../discipline.ts';
import type { Item, NaiveQueue } from './naive-aqm.ts';

export const stream = (name: string) => new Streams('aqm').stream(name);

export interface Load {
  readonly operations: number;
  /** Gaps between arrivals while busy, and between services. */
  readonly gapNs: number;
  readonly serviceNs: number;
  readonly flows: number;
  readonly ecnShare: number;
}

export const OVERLOAD: Load = { operations: 60_000, gapNs: 1_000_000, serviceNs: 1_080_000, flows: 12, ecnShare: 0.3 };

export interface Outcomes {
  served: number;
  marked: number;
  refused: number;
  dropped: number;
  /** The first difference; the comparison ends there. */
  complaint?: string;
}

/** One random schedule of arrivals and services through a discipline and its naive double; every outcome compared. Returns counts of what happened. */
export function compare(packets: PacketStore, real: QueueDiscipline, naive: NaiveQueue, load: Load, tick?: { everyNs: number; run(): void }): Outcomes {
  const random = stream('load');
  const dropped: number[] = [];
  const idOf = new Map<number, number>();
  real.connect?.((packet) => dropped.push(idOf.get(packet)!));
  let nextArrivalNs = 0;
  let nextServiceNs = Infinity;
  let nextTickNs = tick?.everyNs ?? Infinity;
  const outcomes: Outcomes = { served: 0, marked: 0, refused: 0, dropped: 0 };
  for (let operation = 0; operation < load.operations; ) {
    const nowNs = Math.min(nextArrivalNs, nextServiceNs, nextTickNs);
    if (nowNs === nextTickNs) {
      tick!.run();
      nextTickNs += tick!.everyNs;
      continue;
    }
    operation++;
    if (nowNs === nextArrivalNs) {
      const item: Item = { id: operation, flow: random.below(load.flows), bytes: 40 + random.below(1460), ecn: random.float() < load.ecnShare, atNs: nowNs };
      const packet = packets.make(item.flow, 0, DATA | (item.ecn ? ECN_CAPABLE : 0), item.bytes);
      packets.enqueuedNs[packet] = nowNs;
      idOf.set(packet, item.id);
      const lineFree = nextServiceNs === Infinity;
      const taken = real.enqueue(packet, nowNs, lineFree);
      const expected = naive.enqueue(item, nowNs, lineFree);
      if (taken !== expected) return { ...outcomes, complaint: `operation ${operation}: taken ${taken}, required ${expected}` };
      if (!taken) outcomes.refused++;
      nextArrivalNs += 1 + random.below(2 * load.gapNs);
      if (random.below(3000) === 0) nextArrivalNs += random.below(5e9); // the line runs idle
      if (lineFree) nextServiceNs = nowNs;
    } else {
      const packet = real.dequeue(nowNs);
      const item = naive.dequeue(nowNs);
      if (idOf.get(packet) !== item?.id) return { ...outcomes, complaint: `operation ${operation}: packet ${idOf.get(packet)} served, required ${item?.id}` };
      if (item !== undefined) {
        const isMarked = (packets.flags[packet]! & CE) !== 0;
        if (isMarked !== (item.marked ?? false)) return { ...outcomes, complaint: `operation ${operation}: marked ${isMarked}, required ${item.marked ?? false}` };
        idOf.delete(packet);
        if (item.marked) outcomes.marked++;
        outcomes.served++;
        packets.free(packet);
      }
      nextServiceNs = item === undefined ? Infinity : nowNs + 1 + random.below(2 * load.serviceNs);
    }
    if (naive.dropped.length > 0 || dropped.length > 0) {
      const required = naive.dropped.map(({ id }) => id).join();
      if (dropped.join() !== required) return { ...outcomes, complaint: `operation ${operation}: packets ${dropped.join()} dropped, required ${required}` };
      outcomes.dropped += dropped.length;
      dropped.length = 0;
      naive.dropped.length = 0;
    }
  }
  return outcomes;
}
