/** One policy on the jobs of the page: the simulator's own modules, run to the last job's end. The same run in Node and in a browser. */
import { ARRIVAL_ORDER, EXIT, Processor } from '../../sim/os/cpu/processor.ts';
import { LEVELS } from '../../sim/os/regulated/options.ts';
import { type ServiceLaw, drawService, serviceMean } from '../../sim/os/service-law.ts';
import { TaskTable } from '../../sim/os/tasks.ts';
import { exponential, roundNs } from '../../sim/distributions.ts';
import { Simulation } from '../../sim/simulation.ts';
import { NS_PER_MS, NS_PER_US } from '../../sim/time.ts';
import { buildPolicy, policyChoice, type PolicyId } from './policy-choices.ts';
import type { LawName, ScheduleOptions } from './schedule-options.ts';
import { type JobRecord, type Timeline, TimelineRecorder } from './timeline.ts';

export interface GivenJob {
  readonly arrivalNs: number;
  readonly sizeNs: number;
  readonly level: number;
  readonly weight: number;
}

export interface ScheduleRun {
  readonly policy: PolicyId;
  readonly timeline: Timeline;
  readonly fingerprint: string;
}

/** Runs one of the two policies. Jobs that were given stand for the drawn ones. */
export function runSchedule(policy: PolicyId, options: ScheduleOptions, given?: readonly GivenJob[]): ScheduleRun {
  const choice = policyChoice(policy);
  const cores = coresOf(options);
  const sim = new Simulation({ seed: options.seed, scenario: 'schedule page' });
  const list = given ?? drawJobs(sim, options, cores);
  const tasks = new TaskTable();
  const jobs: JobRecord[] = list.map(({ level, arrivalNs, sizeNs }, at) => ({ number: at + 1, level, arrivalNs, sizeNs, startNs: -1, endNs: -1, preemptions: 0 }));
  const recorder = new TimelineRecorder(tasks, jobs, { cores, levels: LEVELS, isFluid: choice.isFluid, isLeveled: choice.between !== undefined });
  const { policies, tickNs, prepare } = buildPolicy(policy, sim, tasks, { cores, pollNs: roundNs(options.pollMs * NS_PER_MS) });
  const processor = new Processor(sim, tasks, {
    policies, tickNs, cores,
    costs: { contextSwitchNs: roundNs(switchUsOf(options) * NS_PER_US), warmUpNs: 0, classifyNs: 0 },
    onBurstEnd: () => EXIT,
    probes: [recorder],
  });
  const arrive = sim.register('schedule page/arrival', (at) => {
    const { level, sizeNs, weight } = list[at]!;
    const task = tasks.create(sim.now, level, sizeNs);
    tasks.tag[task] = at + 1;
    tasks.weight[task] = weight;
    prepare(task, level);
    processor.start(task);
    if (at + 1 < list.length) sim.scheduleAt(list[at + 1]!.arrivalNs, arrive, at + 1, 0, 0, ARRIVAL_ORDER);
  });
  if (list.length > 0) sim.scheduleAt(list[0]!.arrivalNs, arrive, 0, 0, 0, ARRIVAL_ORDER);
  sim.run();
  return { policy, timeline: recorder.timeline(), fingerprint: sim.fingerprint() };
}

/** Where either policy is an ideal fluid, both run on what the fluid knows: one core, no costs. */
const hasFluid = ({ a, b }: ScheduleOptions): boolean => policyChoice(a).isFluid || policyChoice(b).isFluid;
export const coresOf = (options: ScheduleOptions): number => (hasFluid(options) ? 1 : options.cores);
export const switchUsOf = (options: ScheduleOptions): number => (hasFluid(options) ? 0 : options.switchUs);

/** Poisson arrivals a level, each level with streams of its own: what one level is asked never moves another's jobs. */
function drawJobs(sim: Simulation, options: ScheduleOptions, cores: number): GivenJob[] {
  const total = options.mix.reduce((sum, share) => sum + share, 0);
  const sources = options.mix.map((share, at) => {
    const level = at + 1;
    const meanNs = options.sizesMs[at]! * NS_PER_MS;
    const gaps = sim.stream(`level ${level}/arrivals`);
    const sizes = sim.stream(`level ${level}/sizes`);
    const gapNs = share === 0 ? Infinity : meanNs / (options.load * cores * (share / total));
    const law = lawOf(options.law, meanNs);
    const next = (fromNs: number): GivenJob | undefined =>
      gapNs === Infinity ? undefined : { level, weight: 1, arrivalNs: fromNs + roundNs(exponential(gaps, gapNs)), sizeNs: Math.max(1, roundNs(drawService(law, sizes))) };
    return { next, job: next(0) };
  });
  return Array.from({ length: options.jobs }, () => {
    const first = sources.reduce((best, source) => ((source.job?.arrivalNs ?? Infinity) < (best.job?.arrivalNs ?? Infinity) ? source : best));
    const job = first.job!;
    first.job = first.next(job.arrivalNs);
    return job;
  });
}

/** Bounded Pareto from 1 to 1000 with alpha 1.5, stretched to the mean asked for. */
function lawOf(name: LawName, mean: number): ServiceLaw {
  if (name === 'det') return { law: 'det', value: mean };
  if (name === 'hyper-exp') return { law: 'hyper-exp', mean, scv: 4 };
  if (name === 'exp') return { law: 'exp', mean };
  const unit = serviceMean({ law: 'bounded-pareto', min: 1, max: 1000, alpha: 1.5 });
  return { law: 'bounded-pareto', min: mean / unit, max: (1000 * mean) / unit, alpha: 1.5 };
}
