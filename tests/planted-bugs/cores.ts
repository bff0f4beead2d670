/** Bugs to plant in the processor that plain lists (sim/os/cpu/tests/plain-cores.ts) must tell, none of which stops a run by itself. */
import type { PlantedBug } from './load-mutant.ts';

const PROCESSOR = 'sim/os/cpu/processor.ts';

export const CORE_BUGS: readonly PlantedBug[] = [
  { id: 'P1-wrong-victim', file: PROCESSOR, text: 'queue.before!(running[victim]!, other)', replacement: 'queue.before!(other, running[victim]!)', what: 'a newcomer replaces the running task that is served first instead of last' },
  { id: 'P2-first-victim', file: PROCESSOR, text: '(victim === NONE || queue.before!(running[victim]!, other))', replacement: 'victim === NONE', what: 'a newcomer replaces the first running task that it may' },
  { id: 'P3-idle-core-overlooked', file: PROCESSOR, text: 'if (other === NONE) return this.requestDecision(core);', replacement: 'if (other === NONE && core > 0) return this.requestDecision(core);', what: 'the first core takes no newcomer from idleness' },
  { id: 'P4-no-charge-before-order', file: PROCESSOR, text: 'if (this.isShared) this.settle();', replacement: 'if (this.isShared) this.charge(0);', what: 'remaining times of other cores are stale when a newcomer is compared' },
  { id: 'P5-cost-serves', file: PROCESSOR, text: 'this.chargedNs[core] = now + overheadNs;', replacement: 'this.chargedNs[core] = now;', what: 'the time that a switch costs counts as service' },
  { id: 'P6-free-return', file: PROCESSOR, text: 'if (this.lastSerial[core] !== tasks.serial[task]!) {', replacement: 'if (tasks.lastCore[task] !== core) {', what: 'a core goes back for nothing to a task it had lost to another' },
  { id: 'P7-quantum-of-the-burst', file: PROCESSOR, text: 'Math.min(queue.burstNs(task), queue.quantumNs(task, now))', replacement: 'queue.burstNs(task)', what: 'turns never end' },
];
