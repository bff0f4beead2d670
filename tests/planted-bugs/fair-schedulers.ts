/** Bugs to plant in CFS and EEVDF; as in schedulers.ts, caught by the checkers of sim/os/checkers/fair.ts or a check of schedulers.test.ts. */
import type { SchedulerBug } from './schedulers.ts';

const CFS = 'sim/os/policies/cfs.ts';
const EEVDF = 'sim/os/policies/eevdf.ts';

export const FAIR_BUGS: readonly SchedulerBug[] = [
  {
    id: 'S1-min-vruntime-goes-back',
    file: CFS,
    text: 'this.minVruntime = Math.max(this.minVruntime, least);',
    replacement: 'this.minVruntime = least;',
    what: "a waking sleeper pulls the queue's virtual time back",
    caughtBy: 'cfs',
  },
  {
    id: 'S2-waker-keeps-old-vruntime',
    file: CFS,
    text: 'Math.max(ownNs, this.minVruntime - this.sleeperCreditNs(task))',
    replacement: 'Math.max(ownNs, 0)',
    what: 'a long sleeper comes back far behind and starves the others',
    caughtBy: 'cfs',
  },
  {
    id: 'S3-weight-inverted',
    file: 'sim/os/linux/load-weight.ts',
    text: 'Math.floor((ns * NICE_0_WEIGHT) / weight)',
    replacement: 'Math.floor((ns * weight) / NICE_0_WEIGHT)',
    what: "a heavy task's virtual time runs faster, so that it gets less",
    caughtBy: 'cfs',
  },
  {
    id: 'S3b-weight-ignored',
    file: 'sim/os/linux/load-weight.ts',
    text: 'Math.floor((ns * NICE_0_WEIGHT) / weight)',
    replacement: 'ns',
    what: 'all nice values share alike',
    caughtBy: 'cfs',
  },
  {
    id: 'S5-migrated-not-rebased',
    file: CFS,
    text: 'this.vruntime.values[task]! -= this.minVruntime;',
    replacement: '',
    what: "a stolen task brings the other queue's virtual time along",
    caughtBy: 'cfs',
  },
  {
    id: 'S18-granularity-ignored',
    file: CFS,
    text: 'return Math.max(leastNs, Math.floor((periodNs',
    replacement: 'return Math.max(0 * leastNs, Math.floor((periodNs',
    what: 'with light tasks slices go to zero',
    caughtBy: 'cfs',
  },
  {
    id: 'X15-eevdf-ignores-eligibility',
    file: EEVDF,
    text: 'return this.weighted >= (this.vruntime.values[task]! - this.origin) * this.loadSum;',
    replacement: 'return this.weighted > -Infinity;',
    what: 'a task that had more than its share goes on',
    caughtBy: 'eevdf',
  },
  {
    id: 'X16-eevdf-joins-at-zero',
    file: EEVDF,
    text: '= this.averageNs() - lagNs);',
    replacement: '= 0 * lagNs);',
    what: 'a task joins where virtual time began',
    caughtBy: 'eevdf',
  },
  {
    id: 'X17-eevdf-forgets-lag',
    file: EEVDF,
    text: 'lagNs = Math.trunc((this.lag.values[task]! * (this.loadSum + load)) / this.loadSum);',
    replacement: 'lagNs = 0;',
    what: 'a short sleeper loses what it was owed',
    caughtBy: 'share of a sleeper',
  },
  {
    id: 'X18-cfs-no-sleeper-credit',
    file: CFS,
    text: 'this.minVruntime - this.sleeperCreditNs(task));',
    replacement: 'this.minVruntime);',
    what: 'a short sleeper does not interrupt',
    caughtBy: 'share of a sleeper',
  },
];
