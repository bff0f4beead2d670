/** Bugs to plant in the Linux models that keep every promise of a fair queue, and yet no kernel behaves so: caught by what kernels showed. */
import type { PlantedBug } from './load-mutant.ts';

const CFS = 'sim/os/policies/cfs.ts';
const EEVDF = 'sim/os/policies/eevdf.ts';

export const LINUX_BUGS: readonly PlantedBug[] = [
  { id: 'L1-credit-not-halved', file: CFS, text: 'this.minGranularityNs : this.latencyNs) / 2)', replacement: 'this.minGranularityNs : this.latencyNs))', what: 'a sleeper under CFS comes back a whole latency behind' },
  { id: 'L2-slice-not-checked-at-tick', file: CFS, text: 'if (ranNs > sliceNs) {', replacement: 'if (ranNs > 3 * sliceNs) {', what: 'turns under CFS last three slices' },
  { id: 'L3-no-wake-up-preemption', file: CFS, text: 'if (!this.isFarBehind(newcomer, running)) return false;', replacement: 'if (newcomer >= 0) return false;', what: 'a sleeper under CFS always waits for the tick' },
  { id: 'L4-lag-forgotten', file: EEVDF, text: 'if (this.count > 0) lagNs =', replacement: 'if (this.count < 0) lagNs =', what: 'a sleeper under EEVDF always comes back with no debt' },
  { id: 'L5-debt-not-worked-off', file: EEVDF, text: 'if (!isExit && !this.isEligible(task)) {', replacement: 'if (isExit && !this.isEligible(task)) {', what: 'a sleeper in debt leaves the competition at once and keeps the debt' },
  { id: 'L6-no-protection', file: EEVDF, text: 'return this.protectedDeadline.values[task] === this.deadline.values[task];', replacement: 'return task < 0;', what: 'a running task under EEVDF may be exchanged within its slice' },
  { id: 'L7-slice-unseen-at-wake-up', file: EEVDF, text: 'if (this.resched.values[running] === 1) return true;', replacement: 'if (this.resched.values[running] === 1) return false;', what: 'that a slice is over is noticed at the tick only' },
  { id: 'L8-idle-interrupts', file: CFS, text: 'if (!this.isIdle(running) || this.isIdle(newcomer)) {', replacement: 'if (!this.isIdle(running)) {', what: 'an idle task interrupts another idle one when it wakes' },
  { id: 'L9-throttle-forgets-overrun', file: 'sim/os/linux/rt-throttle.ts', text: 'this.usedNs = Math.max(0, this.usedNs - RUNTIME_NS);', replacement: 'this.usedNs = Math.max(0, this.usedNs - 2 * RUNTIME_NS);', what: 'real-time tasks get their overrun for nothing' },
  { id: 'L10-server-not-deferred', file: 'sim/os/linux/classes.ts', text: 'if (this.server?.isServing === true) {', replacement: 'if (this.server !== undefined) {', what: 'the fair server serves whenever there is a fair task' },
  { id: 'L11-server-counts-from-start', file: 'sim/os/linux/fair-server.ts', text: 'this.deadlineNs = this.sim.now + PERIOD_NS;', replacement: 'this.deadlineNs = this.sim.now + PERIOD_NS / 2;', what: 'the period of the fair server is half a second' },
  { id: 'L12-throttled-still-picked', file: 'sim/os/linux/classes.ts', text: 'this.rt.waiting > 0 && this.throttle?.isThrottled !== true', replacement: 'this.rt.waiting > 0', what: 'a throttled real-time task runs on' },
];
