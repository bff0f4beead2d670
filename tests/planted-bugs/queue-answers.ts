/** Bugs to plant in what turns a queue into a mean and an interval; queue-answers.test.ts catches each by a closed form. */
import type { PlantedBug } from './load-mutant.ts';

export const QUEUE_BUGS: readonly (PlantedBug & { readonly question: 'levels' | 'shares' | 'short' | 'overload' | 'shortest' | 'rare' })[] = [
  {
    id: 'Q1-late-ones-dropped',
    file: 'sim/os/policy-queue.ts',
    text: 'if (customer === warmUp + customers - 1) this.lastArrivalNs = this.sim.now;',
    replacement: 'if (customer === warmUp + customers - 1) return (this.lastArrivalNs = this.sim.now), this.end();',
    what: 'the run ends with the last arrival, and who still waits then, mostly of the lowest class, is never counted (survivor bias)',
    question: 'short',
  },
  {
    id: 'Q2-wait-to-the-end',
    file: 'sim/os/policy-queue.ts',
    text: 'totals.waitNs += Math.max(0, tasks.firstStartNs[task]! - arrivalNs);',
    replacement: 'totals.waitNs += sim.now - arrivalNs - tasks.sizeNs[task]!;',
    what: 'wait counts the interruptions, too',
    question: 'levels',
  },
  {
    id: 'Q3-weights-unused',
    file: 'sim/os/policy-queue.ts',
    text: 'tasks.weight[task] = options.weights?.[customerClass] ?? 1;',
    replacement: 'tasks.weight[task] = 1;',
    what: 'dps shares alike',
    question: 'shares',
  },
  {
    id: 'Q4-overload-from-an-empty-start',
    file: 'scenarios/eval/queue/replication.ts',
    text: '...(stable < lambda.length ? backlogOf(question, stable, warmUp + customers) : {}),',
    replacement: '',
    what: 'the class that fills the idle time is missing at first, and the classes above wait too little',
    question: 'overload',
  },
  {
    id: 'Q5-backlog-of-any-size',
    file: 'scenarios/eval/queue/replication.ts',
    text: 'return { backlog, backlogSize: fillingSize(service[stable]!, lambda[stable]!, room) };',
    replacement: 'return { backlog };',
    what: 'shortest next works off the short ones of the backlog first, and the classes above wait too little',
    question: 'shortest',
  },
  {
    id: 'Q6-control-to-the-wrong-side',
    file: 'sim/measure/control.ts',
    text: 'const missing = expectation - controlMean;',
    replacement: 'const missing = 0;',
    what: 'intervals do not know of the long services that no run met',
    question: 'rare',
  },
  {
    id: 'Q7-squares-of-every-class',
    file: 'scenarios/eval/queue/long-services.ts',
    text: 'if (index < stable) return lambda[index]! * serviceSecondMoment(law);',
    replacement: 'if (index < stable) return serviceSecondMoment(law);',
    what: 'the control is expected at another rate, and intervals reach far beyond all means',
    question: 'levels',
  },
];
