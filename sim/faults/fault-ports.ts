/**
 * A fault plan at work: asked by whatever wires the ports, and knows no protocol. Links ask what becomes of a message; nodes are told when they
 * stop and come back; processors and disks ask how slow they are.
 */
import type { RandomStream } from '../random.ts';
import type { Simulation } from '../simulation.ts';
import type { FaultPlan } from './plan.ts';

/** What the owner of the nodes has to do. */
export interface NodeSwitches {
  readonly stop: (node: number) => void;
  readonly comeBack: (node: number, keepsDisk: boolean) => void;
  /** Who leads now, for `leader-kill`. */
  readonly leader: () => number;
}

export class FaultPorts {
  /** Faults that took effect so far, by kind. */
  readonly hits = new Map<string, number>();
  private readonly sim: Simulation;
  private readonly plan: FaultPlan;
  private readonly stream: RandomStream;

  constructor(sim: Simulation, plan: FaultPlan, switches: NodeSwitches) {
    this.sim = sim;
    this.plan = plan;
    this.stream = sim.stream('faults/links');
    for (const fault of plan) {
      if (fault.kind === 'crash') this.outage(fault.atNs, fault.backNs, fault.keepsDisk, () => fault.node, switches, fault.kind);
      else if (fault.kind === 'leader-kill') this.outage(fault.atNs, fault.backNs, true, switches.leader, switches, fault.kind);
    }
  }

  /** Copies of a message that arrive (0: lost, 2: doubled), and how much later. Asked once a message. */
  judge(from: number, to: number): { readonly copies: number; readonly extraNs: number } {
    const { now } = this.sim;
    let copies = 1;
    let extraNs = 0;
    for (const fault of this.plan) {
      if (!('untilNs' in fault) || now < fault.atNs || now >= fault.untilNs) continue;
      let hits = false;
      switch (fault.kind) {
        case 'partition': hits = fault.nodes.includes(from) !== fault.nodes.includes(to); break;
        case 'one-way': hits = fault.from === from && fault.to === to; break;
        case 'flapping': hits = (fault.node === from || fault.node === to) && Math.floor((2 * (now - fault.atNs)) / fault.periodNs) % 2 === 0; break;
        case 'loss': hits = this.stream.float() < fault.probability; break;
        case 'duplicate': if (this.stream.float() < fault.probability) {
          copies = 2;
          this.count(fault.kind);
        } break;
        case 'delay': if (fault.node === from) {
          extraNs += fault.extraNs;
          this.count(fault.kind);
        } break;
        default:
      }
      if (!hits) continue;
      this.count(fault.kind);
      return { copies: 0, extraNs: 0 };
    }
    return { copies, extraNs };
  }

  /** How many times slower now. */
  slowness(kind: 'slow-cpu' | 'slow-disk', node: number): number {
    const { now } = this.sim;
    let factor = 1;
    for (const fault of this.plan) {
      if (fault.kind !== kind || fault.node !== node || now < fault.atNs || now >= fault.untilNs) continue;
      factor *= fault.factor;
      this.count(kind);
    }
    return factor;
  }

  /** What a node's timers are multiplied by. */
  skew(node: number): number {
    let factor = 1;
    for (const fault of this.plan) if (fault.kind === 'clock-skew' && fault.node === node) factor *= fault.factor;
    return factor;
  }

  private outage(atNs: number, backNs: number, keepsDisk: boolean, who: () => number, { stop, comeBack }: NodeSwitches, kind: string): void {
    this.sim.after(atNs, () => {
      const node = who();
      this.count(kind);
      stop(node);
      if (backNs !== Infinity) this.sim.after(backNs - atNs, () => comeBack(node, keepsDisk));
    });
  }

  private count(kind: string): void {
    this.hits.set(kind, (this.hits.get(kind) ?? 0) + 1);
  }
}
