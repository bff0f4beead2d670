/** The consortium chain as anchors see it: one transaction of level 1 on the node's processor, the next block, its commitment. Times in ns. */
import type { Cpu } from '../../sim/ports.ts';
import type { Anchor } from '../../sim/os/zones/anchor.ts';
import type { Simulation } from '../../sim/simulation.ts';

/** Processor time of one transaction. choice: about one signature check, 273 364 cycles (Bernstein et al., J. Cryptographic Engineering 2, 2012, Ed25519) at 2.7 GHz. */
const TRANSACTION_NS = 100_000;

export class Consortium {
  transactions = 0;
  longestCommitNs = 0;
  private readonly sim: Simulation;
  private readonly cpu: Cpu;
  private readonly blockNs: number;
  private readonly commitNs: number;

  constructor(sim: Simulation, cpu: Cpu, blockNs: number, commitNs: number) {
    this.sim = sim;
    this.cpu = cpu;
    this.blockNs = blockNs;
    this.commitNs = commitNs;
  }

  /** Blocks come on a grid, so anchors are committed in the order in which they were cut. */
  submit(anchor: Anchor, committed: (atNs: number) => void): void {
    const { sim, blockNs } = this;
    this.transactions += 1;
    this.cpu.run(TRANSACTION_NS, 1, () => {
      const toBlockNs = blockNs === 0 ? 0 : (blockNs - (sim.now % blockNs)) % blockNs;
      sim.after(toBlockNs + this.commitNs, () => {
        this.longestCommitNs = Math.max(this.longestCommitNs, sim.now - anchor.coversUntilNs);
        committed(sim.now);
      });
    });
  }
}
