/** Bugs to plant in the record of the network page; flow-record.test.ts names the check that catches each. */
import type { PlantedBug } from './load-mutant.ts';

export type RecordCheck = 'draws' | 'sendings' | 'steps' | 'places' | 'queue' | 'drop' | 'acknowledged' | 'fifo' | 'calculator';

const flows = (name: string): string => `notebooks-web/flows/${name}.ts`;

export const RECORD_BUGS: readonly (PlantedBug & { readonly caughtBy: RecordCheck })[] = [
  {
    id: 'V1-drop-moves-the-draws',
    file: flows('packet-recorder'),
    text: 'const copies = this.loss === undefined ? 1 : this.loss.judge(nowNs, packet);',
    replacement: 'const copies = this.loss === undefined || this.drops.has(keyOf(at.flow[row]!, at.segment[row]!, at.sending[row]!)) ? 1 : this.loss.judge(nowNs, packet);',
    what: 'what the reader drops is not judged by chance, so that every later loss moves by one packet',
    caughtBy: 'draws',
  },
  {
    id: 'V2-sendings-of-all-flows-together',
    file: flows('packet-recorder'),
    text: 'at.sending[row] = this.count(flow, packets.sequence[packet]!);',
    replacement: 'at.sending[row] = this.count(0, packets.sequence[packet]!);',
    what: 'the first sending of a segment of flow 2 counts as the second where flow 1 has sent the same number',
    caughtBy: 'sendings',
  },
  {
    id: 'V3-drop-of-every-sending',
    file: flows('packet-recorder'),
    text: 'const keyOf = (flow: number, segment: number, sending: number): string => `${flow}:${segment}:${sending}`;',
    replacement: 'const keyOf = (flow: number, segment: number, _sending: number): string => `${flow}:${segment}`;',
    what: 'a dropped segment is dropped again whenever it is sent again',
    caughtBy: 'drop',
  },
  {
    id: 'V4-step-stays-among-equals',
    file: flows('packet-events'),
    text: 'while (at < high && rows[at]! <= from.row) at++;',
    replacement: 'while (at < high && rows[at]! < from.row) at++;',
    what: 'a step from an event finds the same event again',
    caughtBy: 'steps',
  },
  {
    id: 'V5-step-passes-equals',
    file: flows('packet-events'),
    text: 'if (order !== 0) at = by > 0 ? (order > 0 ? low : high) : (order < 0 ? high - 1 : low - 1);',
    replacement: 'if (order !== 0) at = by > 0 ? high : low - 1;',
    what: 'of events at one instant only the first is stepped on',
    caughtBy: 'steps',
  },
  {
    id: 'V6-under-way-after-arrival',
    file: flows('packet-events'),
    text: 'if (timeNs < arriveNs[row]!) rows.push(row);',
    replacement: 'if (timeNs <= arriveNs[row]! + 5e6) rows.push(row);',
    what: 'packets are drawn beyond the receiver',
    caughtBy: 'places',
  },
  {
    id: 'V7-old-packets-cut-off',
    file: flows('packet-events'),
    text: 'else if (leaveNs[row]! + traceNs < timeNs) break;',
    replacement: 'else if (timeNs > 0) break;',
    what: 'a loss is no longer drawn as soon as a later packet has arrived',
    caughtBy: 'places',
  },
  {
    id: 'V8-peak-never-set-back',
    file: flows('record'),
    text: 'recorder.peak = dumbbell.bottleneck.discipline.packets;',
    replacement: '',
    what: 'the queue is drawn as the longest it ever was',
    caughtBy: 'queue',
  },
  {
    id: 'V9-any-flow-acknowledges',
    file: flows('packet-events'),
    text: 'if (acks.flow[at] === packets.flow[row] && acks.next[at]! > packets.segment[row]!) return at;',
    replacement: 'if (acks.next[at]! > packets.segment[row]!) return at;',
    what: "a packet's story ends with the other flow's acknowledgement",
    caughtBy: 'acknowledged',
  },
  {
    id: 'V10-arrival-noted-at-departure',
    file: flows('packet-recorder'),
    text: 'at.arriveNs[row] = nowNs;',
    replacement: 'at.arriveNs[row] = at.leaveNs[row]!;',
    what: 'packets jump over the way there',
    caughtBy: 'fifo',
  },
  {
    id: 'V11-queue-measured-from-the-start',
    file: flows('record'),
    text: 'queueFrom = dumbbell.bottleneck.queue.read(sim.now);',
    replacement: '',
    what: 'the mean queue holds the start of the run, which is not measured',
    caughtBy: 'calculator',
  },
];
