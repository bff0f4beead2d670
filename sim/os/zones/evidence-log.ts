/**
 * Writing evidence: a record is on the device of zone 3 before anybody is told that it is written, and only then may the operation it
 * is about be done. While the log is down every write fails, and so does every operation that has to be logged. Times in ns.
 */
import type { Simulation } from '../../simulation.ts';
import type { Anchorer } from './anchor.ts';
import { encodeRecord, type EvidenceChain, type EvidenceDraft, NO_HASH } from './evidence.ts';
import type { ZoneDevices } from './zone-devices.ts';

export interface EvidenceWriter {
  /** Calls back once the record is durable, or with false where it is not and will not be. */
  write(draft: EvidenceDraft, then: (isWritten: boolean) => void): void;
}

export class EvidenceLog implements EvidenceWriter {
  /** Fault: the device takes no records. */
  isDown = false;
  private readonly sim: Simulation;
  private readonly chain: EvidenceChain;
  private readonly anchorer: Anchorer;
  private readonly devices: ZoneDevices;

  constructor(sim: Simulation, chain: EvidenceChain, anchorer: Anchorer, devices: ZoneDevices) {
    this.sim = sim;
    this.chain = chain;
    this.anchorer = anchorer;
    this.devices = devices;
  }

  write(draft: EvidenceDraft, then: (isWritten: boolean) => void): void {
    if (this.isDown) {
      this.sim.after(0, () => then(false));
      return;
    }
    const { length } = encodeRecord({ ...draft, seq: 0, timeNs: 0, prevHash: NO_HASH });
    this.devices.transfer(3, length, () => {
      // A record that was on its way when the log went down did not arrive.
      if (!this.isDown) {
        this.chain.append(draft, this.sim.now);
        this.anchorer.onAppend();
      }
      then(!this.isDown);
    });
  }
}
