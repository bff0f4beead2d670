/** Events of connections: one set of handlers a simulation, whatever the number of connections. The target is the number of the connection. */
import type { Simulation } from '../../simulation.ts';

/** The timers of a connection. */
export interface TimerTarget {
  /** Retransmission, probe or reordering (sender.ts). */
  onSenderTimer(): void;
  /** The next paced burst may leave. */
  onPacingTimer(): void;
  /** Delayed acknowledgement (receiver.ts). */
  onAckTimer(): void;
  /** Handshake (connection.ts). */
  onHandshakeTimer(): void;
}

export class TcpEvents {
  readonly senderTimer: number;
  readonly pacingTimer: number;
  readonly ackTimer: number;
  readonly handshakeTimer: number;
  private readonly targets: TimerTarget[] = [];

  constructor(sim: Simulation) {
    this.senderTimer = sim.register('tcp: retransmission timer', (target) => this.targets[target]!.onSenderTimer());
    this.pacingTimer = sim.register('tcp: pacing timer', (target) => this.targets[target]!.onPacingTimer());
    this.ackTimer = sim.register('tcp: acknowledgement timer', (target) => this.targets[target]!.onAckTimer());
    this.handshakeTimer = sim.register('tcp: handshake timer', (target) => this.targets[target]!.onHandshakeTimer());
  }

  /** Returns the target's number. */
  add(target: TimerTarget): number {
    return this.targets.push(target) - 1;
  }
}

const eventsOf = new WeakMap<Simulation, TcpEvents>();

/** The events of this simulation's connections; registered with its first one. */
export function tcpEvents(sim: Simulation): TcpEvents {
  let events = eventsOf.get(sim);
  if (events === undefined) eventsOf.set(sim, (events = new TcpEvents(sim)));
  return events;
}
