/**
 * Step machines: the form of every protocol. State is plain data; a message or a timer comes in, effects come out. No
 * clock, no kernel, no I/O inside, so a protocol is tested by calling a function, cloned for rewind and fork, wrapped
 * for faults, and runs unchanged over ideal ports or real ones.
 *
 * `drive` is the other half: it hands inputs to the machine and carries its effects out over the ports of one node.
 */
import type { Cpu, Store, StoreWrite, Timers, Transport } from './ports.ts';

/** What a protocol asks of its surroundings. Effects are carried out in the order given. */
export type Effect<Message> =
  | { readonly do: 'send'; readonly to: number; readonly message: Message; readonly bytes: number }
  /** Timers are numbered by the protocol; setting one that runs moves it. */
  | { readonly do: 'set-timer'; readonly timer: number; readonly delayNs: number }
  | { readonly do: 'clear-timer'; readonly timer: number }
  /** Spend processor time, then continue with a message to oneself. */
  | { readonly do: 'compute'; readonly costNs: number; readonly then: Message }
  /** Write durably, then continue with a message to oneself. */
  | { readonly do: 'persist'; readonly writes: readonly StoreWrite[]; readonly then: Message }
  /** Hand something to the user of the protocol: a decision, a committed block. */
  | { readonly do: 'deliver'; readonly value: Message };

export interface StepMachine<Message> {
  onMessage(from: number, message: Message): readonly Effect<Message>[];
  onTimer(timer: number): readonly Effect<Message>[];
}

/** The ports of one node; `cpu` and `store` only where the protocol computes or persists. */
export interface NodePorts<Message> {
  readonly node: number;
  readonly transport: Transport<Message>;
  readonly timers: Timers;
  readonly cpu?: Cpu;
  readonly store?: Store;
  readonly onDeliver?: (value: Message) => void;
}

/** Connects a machine to the ports of its node; returns a function that carries out effects (e.g. the opening ones). */
export function drive<Message>(machine: StepMachine<Message>, ports: NodePorts<Message>): (effects: readonly Effect<Message>[]) => void {
  const again = (message: Message) => (): void => carryOut(machine.onMessage(ports.node, message));
  const carryOut = (effects: readonly Effect<Message>[]): void => {
    for (const effect of effects) {
      switch (effect.do) {
        case 'send': ports.transport.send(effect.to, effect.message, effect.bytes); break;
        case 'set-timer': ports.timers.set(effect.timer, effect.delayNs); break;
        case 'clear-timer': ports.timers.clear(effect.timer); break;
        case 'compute': required(ports.cpu, 'cpu').run(effect.costNs, 0, again(effect.then)); break;
        case 'persist': required(ports.store, 'store').batch(effect.writes, again(effect.then)); break;
        case 'deliver': ports.onDeliver?.(effect.value); break;
        default: effect satisfies never;
      }
    }
  };
  ports.transport.onMessage((from, message) => carryOut(machine.onMessage(from, message)));
  ports.timers.onTimer((timer) => carryOut(machine.onTimer(timer)));
  return carryOut;
}

function required<Port>(port: Port | undefined, name: string): Port {
  if (port === undefined) throw new Error(`step machine: an effect needs the ${name} port; required: a node wired with one`);
  return port;
}
