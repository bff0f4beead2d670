/**
 * Transfers as fluid: each flows at its max-min fair rate over the links of its path (max-min.ts), and all rates change at once when one
 * comes or goes. No packets, no queues, no round trips, no loss: the limit that many long transfers approach, at the cost of one solution
 * for each arrival and departure instead of an event for each packet.
 *
 * The fluid has a clock of its own, which runs between the whole ns of the simulation: a transfer ends at a fraction of a ns, the others
 * have its rate from that instant on, and only the report waits for the next whole ns. So nothing is lost at the seams, and a link that has
 * work is busy to the last bit. Work is in units of 1e-9 bit, so that a rate of r bit/s does r of them a ns.
 */
import type { Simulation } from '../../simulation.ts';
import { MAX_TIME_NS } from '../../time.ts';
import { MaxMin } from './max-min.ts';

const UNITS_PER_BYTE = 8e9;
/** Instants so close to a whole ns are that ns: what rounding of 64-bit floats leaves after hours (2^43 ns have an ulp of 2^-10). */
const CLOSE_NS = 1 / 1024;
/** The last class of events at one instant (sim/README.md). */
const LAST_CLASS = 15;

/**
 * A transfer has ended; returns the bytes that follow on the same flow at the same instant, or 0: then the flow is gone. Called while the
 * fluid is between two instants, so it must not start transfers itself: it schedules what is to come of the end.
 */
export type OnFinish = (flow: number) => number;

export class FluidNetwork {
  /** Rates have been solved anew so often. */
  solutions = 0;
  private readonly sim: Simulation;
  private readonly shares = new MaxMin();
  private readonly onFinish: OnFinish;
  private readonly finishCode: number;
  private readonly settleCode: number;
  private leftUnits = new Float64Array(64);
  /** The fluid's clock: a whole ns, and the part of the next one that has gone by. */
  private atNs = 0;
  private partNs = 0;
  /** The flow that ends next, and in how many ns of the fluid's clock. */
  private endFlow = -1;
  private endInNs = Infinity;
  private handle = 0;
  /** Flows or links have changed since the rates were solved. */
  private stale = false;
  private settling = false;

  constructor(sim: Simulation, onFinish: OnFinish) {
    this.sim = sim;
    this.onFinish = onFinish;
    this.atNs = sim.now;
    this.finishCode = sim.register('flow: end of a transfer', () => {
      this.handle = 0;
      this.advance();
      this.change();
    });
    this.settleCode = sim.register('flow: rates change', () => this.settle());
  }

  /** Flows in being. */
  get count(): number {
    return this.shares.flows.length;
  }

  addLink(rateBps: number): number {
    return this.shares.addLink(rateBps);
  }

  setRate(link: number, rateBps: number): void {
    this.advance();
    this.shares.setCapacity(link, rateBps);
    this.change();
  }

  /** Starts a transfer now; `weight` is its share beside others, a whole number. Returns the flow's number. */
  start(links: readonly number[], bytes: number, weight = 1): number {
    if (!(bytes > 0)) this.sim.fail(`flow: transfer of ${bytes} bytes; must be above 0`);
    if (this.sim.now > this.atNs) this.advance();
    const flow = this.shares.add(links, weight);
    if (flow >= this.leftUnits.length) {
      const wide = new Float64Array(2 * this.leftUnits.length);
      wide.set(this.leftUnits);
      this.leftUnits = wide;
    }
    this.leftUnits[flow] = bytes * UNITS_PER_BYTE;
    this.change();
    return flow;
  }

  rateBps(flow: number): number {
    this.solve();
    return this.shares.rateBps[flow]!;
  }

  /** Rate of all flows over a link. */
  loadBps(link: number): number {
    this.solve();
    return this.shares.load(link);
  }

  /** Bytes of a transfer still to go, now. */
  leftBytes(flow: number): number {
    this.solve();
    const sinceNs = this.sim.now - this.atNs - this.partNs;
    return Math.max(0, this.leftUnits[flow]! - sinceNs * this.shares.rateBps[flow]!) / UNITS_PER_BYTE;
  }

  /** What changes at one instant is solved once, after everything else of that instant. */
  private change(): void {
    this.stale = true;
    if (this.settling) return;
    this.settling = true;
    this.sim.schedule(0, this.settleCode, 0, 0, 0, LAST_CLASS);
  }

  /** Solves anew and sets the alarm for the next end. */
  private settle(): void {
    this.settling = false;
    this.findEnd();
    if (this.handle !== 0) this.sim.cancel(this.handle);
    this.handle = 0;
    const endNs = this.atNs + Math.ceil(this.partNs + this.endInNs - CLOSE_NS);
    if (endNs < MAX_TIME_NS) this.handle = this.sim.scheduleAt(Math.max(endNs, this.sim.now), this.finishCode);
  }

  private solve(): void {
    if (!this.stale) return;
    this.stale = false;
    this.shares.solve();
    this.solutions++;
  }

  /** Lets the fluid flow until now, through all ends on the way. */
  private advance(): void {
    for (;;) {
      // an end that was taken for a whole ns may have lain a rounding error behind it: then nothing is left to go
      const restNs = Math.max(0, this.sim.now - this.atNs - this.partNs);
      this.findEnd();
      if (this.endInNs > restNs + CLOSE_NS) return this.flow(restNs);
      const flow = this.endFlow;
      this.flow(this.endInNs);
      const more = this.onFinish(flow);
      if (more > 0) this.leftUnits[flow] = more * UNITS_PER_BYTE;
      else {
        this.shares.remove(flow);
        this.stale = true;
      }
    }
  }

  private flow(stepNs: number): void {
    const { leftUnits, shares: { flows, rateBps } } = this;
    for (const flow of flows) leftUnits[flow] = Math.max(0, leftUnits[flow]! - stepNs * rateBps[flow]!);
    const wholeNs = Math.floor(this.partNs + stepNs);
    this.partNs = this.partNs + stepNs - wholeNs;
    this.atNs += wholeNs;
  }

  private findEnd(): void {
    this.solve();
    const { leftUnits, shares: { flows, rateBps } } = this;
    this.endFlow = -1;
    this.endInNs = Infinity;
    for (const flow of flows) {
      const inNs = leftUnits[flow]! / rateBps[flow]!;
      if (inNs < this.endInNs || (inNs === this.endInNs && flow < this.endFlow)) {
        this.endFlow = flow;
        this.endInNs = inNs;
      }
    }
  }
}
