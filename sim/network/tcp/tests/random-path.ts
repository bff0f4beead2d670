/** A connection over a path that loses, holds, repeats and damages at random, with what must hold at every instant checked after each event. */
import type { RandomStream } from '../../../random.ts';
import { Simulation } from '../../../simulation.ts';
import { FaultPipeline } from '../../faults/pipeline.ts';
import type { FaultPlan } from '../../faults/plan.ts';
import { DropTail } from '../../link/drop-tail.ts';
import { PacketNetwork } from '../../link/network.ts';
import { Port } from '../../link/port.ts';
import { PacketStore } from '../../packets.ts';
import { Connection } from '../connection.ts';
import type { Controller } from '../controller.ts';
import { createController, type ControllerName } from '../controllers/index.ts';
import { LOST, RETRANSMITTED, SACKED } from '../scoreboard.ts';
import type { Sender } from '../sender.ts';

const TOTAL_SEGMENTS = 3000;

interface World {
  readonly sim: Simulation;
  readonly packets: PacketStore;
  readonly connection: Connection;
  readonly deliveries: number[];
}

function world(name: ControllerName, seed: string, there: FaultPlan, back: FaultPlan): World {
  const sim = new Simulation({ seed });
  const packets = new PacketStore();
  const network = new PacketNetwork(packets);
  const port = (way: string, plan: FaultPlan, limitPackets: number): number => network.addHop(new Port(sim, packets, {
    name: way, rateBps: 20e6, propagationNs: 10e6, discipline: new DropTail(packets, { limitPackets }), medium: new FaultPipeline(sim, way, plan),
  }));
  const deliveries: number[] = [];
  const forward = network.addPath([port('there', there, 30)], (packet) => connection.atReceiver(packet));
  const reverse = network.addPath([port('back', back, 1000)], (packet) => connection.atSender(packet));
  const controller: Controller = createController(name, { sim, packets, owner: 'flow' });
  const connection = new Connection(sim, packets, controller, { flow: 0, forward, reverse, send: (packet) => network.send(packet) }, {
    onDelivered: (total) => deliveries.push(total),
  });
  return { sim, packets, connection, deliveries };
}

/** Counts of the scoreboard, counted anew from its flags. */
function recount({ board }: Sender): { sacked: number; lost: number; resent: number } {
  const counts = { sacked: 0, lost: 0, resent: 0 };
  for (let segment = board.una; segment < board.next; segment++) {
    const flags = board.flags[segment & board.mask]!;
    if ((flags & SACKED) !== 0) counts.sacked++;
    if ((flags & LOST) !== 0) counts.lost++;
    if ((flags & RETRANSMITTED) !== 0) counts.resent++;
    if ((flags & SACKED) !== 0 && (flags & LOST) !== 0) throw new Error(`segment ${segment} is lost and delivered`);
  }
  return counts;
}

/** The list of segments under way is in the order of their last transmission and leaves out what has arrived. */
function checkList({ board }: Sender): void {
  let lastNs = -1;
  for (let segment = board.oldest; segment >= 0; segment = board.newerThan(segment)) {
    const at = segment & board.mask;
    if (board.sentNs[at]! < lastNs) throw new Error(`segment ${segment} is out of the order of transmission`);
    if ((board.flags[at]! & SACKED) !== 0 || segment < board.una) throw new Error(`segment ${segment} has arrived and is in the list`);
    lastNs = board.sentNs[at]!;
  }
}

export const PATHS: readonly (readonly [string, FaultPlan, FaultPlan])[] = [
  ['clean', { fifo: true }, { fifo: true }],
  ['losing 3 %', { fifo: true, loss: 0.03 }, { fifo: true }],
  ['losing 20 %, and a tenth of the acknowledgements', { fifo: true, loss: 0.2 }, { fifo: true, loss: 0.1 }],
  ['losing in bursts', { fifo: true, bursts: { toBad: 0.005, toGood: 0.1, lossGood: 0, lossBad: 0.7 } }, { fifo: true }],
  ['reordering', { fifo: false, delay: { law: 'uniform', lowNs: 0, highNs: 8e6 } }, { fifo: true }],
  ['reordering both ways, losing and doubling', { fifo: false, loss: 0.02, duplicate: 0.05, delay: { law: 'uniform', lowNs: 0, highNs: 20e6 } }, { fifo: false, duplicate: 0.05, delay: { law: 'uniform', lowNs: 0, highNs: 20e6 } }],
  ['damaging', { fifo: true, corrupt: 0.02 }, { fifo: true, corrupt: 0.02 }],
];

/** Writes pieces of odd sizes at odd times, so that short segments and application limits occur. */
function feed({ sim, connection }: World, random: RandomStream, bytesLeft: number): void {
  const bytes = Math.min(bytesLeft, 1 + random.below(400_000));
  connection.sender.write(bytes);
  if (bytesLeft > bytes) sim.after(1 + random.below(80_000_000), () => feed({ sim, connection } as World, random, bytesLeft - bytes));
}

/** Sends so many bytes; throws at the first thing that does not hold. Returns the connection, done. */
export function runOverPath(name: ControllerName, [label, there, back]: (typeof PATHS)[number]): Connection {
  const run = world(name, `invariants ${label}`, there, back);
  const { sim, packets, connection, deliveries } = run;
  const { sender, receiver } = connection;
  connection.open();
  const totalBytes = TOTAL_SEGMENTS * 1000;
  feed(run, sim.stream('writes'), totalBytes);
  let delivered = 0;
  let una = 0;
  let events = 0;
  while (receiver.deliveredBytes < totalBytes || sender.board.una < sender.board.next) {
    if (!sim.step() || ++events > 400_000) throw new Error(`not delivered after ${events} events: ${receiver.deliveredBytes} of ${totalBytes} bytes`);
    const { board } = sender;
    if (sender.delivered < delivered || board.una < una) throw new Error('delivered or acknowledged goes back');
    ({ delivered } = sender);
    ({ una } = board);
    if (sender.inflight < 0 || !(sender.cwnd >= 1)) throw new Error(`in flight ${sender.inflight}, window ${sender.cwnd}`);
    if (events % 16 !== 0) continue;
    const { sacked, lost, resent } = recount(sender);
    if (board.sackedOut !== sacked || board.lostOut !== lost || board.retransOut !== resent) {
      throw new Error(`counts ${board.sackedOut} ${board.lostOut} ${board.retransOut}, recounted ${sacked} ${lost} ${resent}`);
    }
    if (sender.inflight !== board.next - board.una - sacked - lost + resent) throw new Error('in flight is not what the segments say');
    checkList(sender);
    // the timer is what a stalled connection hangs on
    if (board.packetsOut > 0 && sender.timer.pending === 'none') throw new Error('segments are out and no timer runs');
  }
  // each byte once and in order: totals rise strictly, to what was written
  if (!deliveries.every((total, index) => total > (deliveries[index - 1] ?? 0))) throw new Error('something was delivered twice');
  if (receiver.deliveredBytes !== totalBytes || sender.ackedBytes !== totalBytes) throw new Error(`${totalBytes} bytes written, ${receiver.deliveredBytes} delivered, ${sender.ackedBytes} acknowledged`);
  sim.run({ untilNs: sim.now + 10e9 });
  if (packets.count !== 0) throw new Error(`${packets.count} packets are left`);
  return connection;
}
