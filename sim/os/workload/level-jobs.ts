/**
 * Open jobs of several queue levels in order of arrival. Each level has streams of its own for arrivals, sizes, errors of estimates and
 * mistakes of the classifier, and each job takes a fixed number of draws from the last three: jobs stay the same, one by one, whatever
 * scheduler, error or mistake rate they meet.
 */
import { lognormal, roundNs } from '../../distributions.ts';
import type { RandomStream } from '../../random.ts';
import type { Simulation } from '../../simulation.ts';
import { MAX_TIME_NS } from '../../time.ts';
import { drawService, type ServiceLaw } from '../service-law.ts';
import { type ArrivalLaw, type Arrivals, arrivalsOf } from './arrivals.ts';
import type { Job, JobSource } from './job-source.ts';

export interface LevelSpec {
  /** Jobs a ns; 0: none. With a trigger, triggered ones on level 1 are part of it. */
  readonly rate: number;
  /** Sizes in ns. */
  readonly sizes: ServiceLaw;
}

export interface LevelJobsOptions {
  /** Level 1 first. */
  readonly levels: readonly LevelSpec[];
  readonly arrivals: ArrivalLaw;
  /** A level-2 job triggers a level-1 job with this probability, `delayNs` later: at most as many as level 1 has at all. */
  readonly trigger?: { readonly probability: number; readonly delayNs: number };
  /** Estimates are the size times a lognormal factor of median 1 with this deviation of its logarithm. Default 0: the size itself. */
  readonly estimateSigma?: number;
  /** Share of jobs put on a level drawn at random; their label stays. Default 0. */
  readonly misclassified?: number;
}

/** One level's jobs. */
class Level {
  nextNs: number;
  private readonly level: number;
  private readonly options: LevelJobsOptions;
  private readonly sizeLaw: ServiceLaw;
  private readonly arrivals: Arrivals;
  private readonly sizes: RandomStream;
  private readonly errors: RandomStream;
  private readonly mistakes: RandomStream;

  constructor(sim: Simulation, level: number, ownRate: number, options: LevelJobsOptions) {
    const stream = (purpose: string): RandomStream => sim.stream(`level/${level}/${purpose}`);
    this.level = level;
    this.options = options;
    this.sizeLaw = options.levels[level - 1]!.sizes;
    this.arrivals = ownRate > 0 ? arrivalsOf(options.arrivals, stream('arrivals'), 1 / ownRate) : () => Infinity;
    this.sizes = stream('sizes');
    this.errors = stream('estimates');
    this.mistakes = stream('mistakes');
    this.nextNs = this.arrivals();
  }

  fill(job: Job, atNs: number): void {
    const { estimateSigma = 0, misclassified = 0, levels } = this.options;
    job.arrivalNs = roundNs(atNs);
    job.sizeNs = Math.max(1, roundNs(drawService(this.sizeLaw, this.sizes)));
    job.estimateNs = Math.max(1, roundNs(job.sizeNs * lognormal(this.errors, 0, estimateSigma)));
    const mistake = this.mistakes.float();
    job.label = this.level;
    job.level = mistake < misclassified ? 1 + Math.floor((levels.length * mistake) / misclassified) : this.level;
    job.type = this.level - 1;
    job.weight = 1;
  }

  advance(): void {
    this.nextNs = this.arrivals();
  }
}

export class LevelJobs implements JobSource {
  private readonly levels: readonly Level[];
  private readonly probability: number;
  private readonly delayNs: number;
  private readonly triggers: RandomStream | undefined;
  /** Instants of triggered jobs still to come, in order. */
  private triggeredNs: number[] = [];
  private head = 0;

  constructor(sim: Simulation, options: LevelJobsOptions) {
    const { levels, trigger } = options;
    this.delayNs = trigger?.delayNs ?? 0;
    this.triggers = trigger === undefined ? undefined : sim.stream('triggers');
    const triggering = levels[1]?.rate ?? 0;
    this.probability = trigger === undefined || triggering === 0 ? 0 : Math.min(trigger.probability, levels[0]!.rate / triggering);
    this.levels = levels.map(({ rate }, index) => new Level(sim, index + 1, index === 0 ? rate - this.probability * triggering : rate, options));
  }

  next(job: Job): boolean {
    const { levels } = this;
    let first = 0;
    for (let index = 1; index < levels.length; index++) if (levels[index]!.nextNs < levels[first]!.nextNs) first = index;
    const level = levels[first]!;
    const triggered = this.triggeredNs[this.head] ?? Infinity;
    if (Math.min(triggered, level.nextNs) >= MAX_TIME_NS) return false;
    if (triggered <= level.nextNs) {
      this.takeTriggered();
      levels[0]!.fill(job, triggered);
      return true;
    }
    level.fill(job, level.nextNs);
    if (first === 1 && this.triggers !== undefined && this.triggers.float() < this.probability) this.triggeredNs.push(level.nextNs + this.delayNs);
    level.advance();
    return true;
  }

  private takeTriggered(): void {
    this.head += 1;
    if (this.head < 1024) return;
    this.triggeredNs = this.triggeredNs.slice(this.head);
    this.head = 0;
  }
}
