/** Statements about whole nodes under load, fixed before the runs; verdicts over common random numbers, paired by replication. */
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Source } from '../testbed/scenario.ts';
import { BASELINE, UNLOADED } from './arms.ts';
import { against, at, changed, mean, millis } from './effects.ts';

const REGULATED: Source = { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'section 4: four queues, real-time work under regulation first' };
const COMPOSITE: Source = { document: 'Li Su et al., Journal of Zhejiang University (Engineering Science) 58(5), 2024', place: 'section 4.1: level 0 on NVM' };
const OURS: Source = { document: 'This testbed', place: 'scenarios/full-stack-pbft/claims.ts' };

/** choice: less than a twentieth is no reason to build something. */
const SMALLEST = 0.05;

const ofPart = (results: ResultSet, measure: string, treatment: string, baseline: string): string =>
  `${millis(mean(results, measure, treatment))} against ${millis(mean(results, measure, baseline))}`;

/** The claim on regulated queues, for one mode. */
const protects = (mode: 'np' | 'pr', title: string): Claim => {
  const treatment = `${mode}-ssd-bbr`;
  return {
    id: `regulated-${mode}-protects-blocks`,
    text: `Regulated queues protect block latency under load: mode ${mode}, ${title}, against CFS.`,
    source: REGULATED,
    measure: 'blockMeanNs',
    treatment: at(treatment),
    baseline: at(BASELINE),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `Block latency ${ofPart(results, 'blockMeanNs', treatment, BASELINE)}, ${changed(against(results, 'blockMeanNs', treatment, BASELINE))}; of it waiting for the processor ${ofPart(results, 'cpuWaitNs', treatment, BASELINE)}, the disk ${ofPart(results, 'diskNs', treatment, BASELINE)}, network queues ${ofPart(results, 'networkQueueNs', treatment, BASELINE)}.`,
    ablation: 'parts',
  };
};

export const CLAIMS: readonly Claim[] = [
  protects('np', 'which never interrupts a job that runs'),
  protects('pr', 'in which work under regulation takes the core at once'),
  {
    id: 'nvm-cuts-disk-time',
    text: 'A log and level 0 on NVM take the disk out of a block\'s latency.',
    source: COMPOSITE,
    measure: 'diskNs',
    treatment: at('cfs-nvm-bbr'),
    baseline: at(BASELINE),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: 0.5,
    margin: 0,
    why: (results) => `Disk ${ofPart(results, 'diskNs', 'cfs-nvm-bbr', BASELINE)}; block latency ${ofPart(results, 'blockMeanNs', 'cfs-nvm-bbr', BASELINE)}.`,
    ablation: 'parts',
  },
  {
    id: 'mef-cuts-network-queues',
    text: 'MEF (reconstruction) keeps network queues shorter for blocks than BBR.',
    source: OURS,
    measure: 'networkQueueNs',
    treatment: at('cfs-ssd-mef'),
    baseline: at(BASELINE),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `Network queues ${ofPart(results, 'networkQueueNs', 'cfs-ssd-mef', BASELINE)}; block latency ${ofPart(results, 'blockMeanNs', 'cfs-ssd-mef', BASELINE)}.`,
    ablation: 'parts',
  },
  {
    id: 'load-costs-latency',
    text: 'Load that has nothing to do with the protocol lengthens block latency under CFS, an SSD and BBR.',
    source: OURS,
    measure: 'blockMeanNs',
    treatment: at(BASELINE),
    baseline: at(UNLOADED),
    contrast: 'relative',
    paper: { direction: 'increase' },
    smallest: SMALLEST,
    margin: 0,
    why: (results) => `${ofPart(results, 'blockMeanNs', BASELINE, UNLOADED)}, ${changed(against(results, 'blockMeanNs', BASELINE, UNLOADED))}.`,
    ablation: 'parts',
  },
];
