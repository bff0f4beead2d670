/** The jobs of this comparison: four levels, each with its share of the load, its own streams, and the same jobs for every scheduler. */
import { boundedParetoMoment, exponential, lognormal, roundNs } from '../../sim/distributions.ts';
import { sin } from '../../sim/dmath.ts';
import { drawService, type ServiceLaw } from '../../sim/os/service-law.ts';
import type { Job, JobSource } from '../../sim/os/workload/job-source.ts';
import type { RandomStream } from '../../sim/random.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { MAX_TIME_NS, NS_PER_S, NS_PER_US } from '../../sim/time.ts';
import type { CompareParameters } from './parameters.ts';

/** What describes the jobs; other scenarios bring their own values. */
export type WorkloadParameters = Pick<CompareParameters, 'load' | 'regulatedShare' | 'realTimeShare' | 'realTimeMeanUs' | 'batchMeanUs' | 'sizeLaw' | 'arrivals' | 'estimateSigma' | 'misclassified'>;

/** Bursts of the MMPP: three times the rate for a tenth of the time, 500 ms on average; choice. The quiet rate makes up for it. */
const BURST = { factor: 3, share: 0.1, meanNs: 500_000_000 } as const;
/** The daily profile, compressed: the rate swings by 0.8 of itself over 10 s; choice. */
const DAY = { amplitude: 0.8, periodNs: 10 * NS_PER_S } as const;
/** A level-2 job triggers a level-1 job with this probability, after 1 ms; choice (a meter reading that settles a payment). */
const TRIGGER = { probability: 0.5, delayNs: 1_000_000 } as const;

/** Shares of the load: regulated and real-time are independent. */
export function loadShares({ regulatedShare, realTimeShare }: Pick<CompareParameters, 'regulatedShare' | 'realTimeShare'>): readonly [number, number, number, number] {
  return [realTimeShare * regulatedShare, realTimeShare * (1 - regulatedShare), (1 - realTimeShare) * regulatedShare, (1 - realTimeShare) * (1 - regulatedShare)];
}

function sizeLaw(name: CompareParameters['sizeLaw'], mean: number): ServiceLaw {
  const pareto = (alpha: number): ServiceLaw => {
    const unit = boundedParetoMoment(1, 1000, alpha, 1);
    return { law: 'bounded-pareto', min: mean / unit, max: (1000 * mean) / unit, alpha };
  };
  switch (name) {
    case 'exponential':
      return { law: 'exp', mean };
    case 'hyper-exponential':
      return { law: 'hyper-exp', mean, scv: 4 };
    case 'deterministic':
      return { law: 'det', value: mean };
    case 'bounded-pareto-1.5':
      return pareto(1.5);
    case 'bounded-pareto-1.1':
      return pareto(1.1);
    case 'bimodal': {
      // 0.5 % of the jobs are 100 times as long as the others.
      const small = mean / (0.995 + 0.005 * 100);
      return { law: 'bimodal', small, large: 100 * small, pLarge: 0.005 };
    }
  }
}

/** Arrivals of one level: the next instant after the last, as a float, so that rounding does not add up. */
type Arrivals = () => number;

function arrivalsOf(kind: CompareParameters['arrivals'], stream: RandomStream, meanGapNs: number): Arrivals {
  let atNs = 0;
  if (kind === 'mmpp') {
    const quiet = (1 - BURST.factor * BURST.share) / (1 - BURST.share);
    let isBurst = false;
    let phaseEndsNs = exponential(stream, (BURST.meanNs * (1 - BURST.share)) / BURST.share);
    return () => {
      // Memoryless on both sides: at the end of a phase the gap is drawn anew at the other rate.
      for (;;) {
        const gapNs = exponential(stream, meanGapNs / (isBurst ? BURST.factor : quiet));
        if (atNs + gapNs <= phaseEndsNs) return (atNs += gapNs);
        atNs = phaseEndsNs;
        isBurst = !isBurst;
        phaseEndsNs += exponential(stream, isBurst ? BURST.meanNs : (BURST.meanNs * (1 - BURST.share)) / BURST.share);
      }
    };
  }
  if (kind === 'daily') {
    // Thinning (Lewis and Shedler 1979): candidates at the highest rate, kept with the share that the rate has of it.
    return () => {
      for (;;) {
        atNs += exponential(stream, meanGapNs / (1 + DAY.amplitude));
        const rate = 1 + DAY.amplitude * sin((2 * Math.PI * (atNs % DAY.periodNs)) / DAY.periodNs);
        if (stream.float() * (1 + DAY.amplitude) < rate) return atNs;
      }
    };
  }
  return () => (atNs += exponential(stream, meanGapNs));
}

/** One level's jobs; sizes and everything else about a job are drawn in its order of arrival, a fixed number of draws each. */
class LevelJobs {
  nextNs: number;
  private readonly arrivals: Arrivals;
  private readonly sizes: RandomStream;
  private readonly errors: RandomStream;
  private readonly mistakes: RandomStream;
  private readonly law: ServiceLaw;
  private readonly params: WorkloadParameters;
  private readonly level: number;

  constructor(sim: Simulation, params: WorkloadParameters, level: number, meanGapNs: number, meanSizeNs: number, kind: CompareParameters['arrivals']) {
    const stream = (purpose: string): RandomStream => sim.stream(`level/${level}/${purpose}`);
    this.arrivals = arrivalsOf(kind, stream('arrivals'), meanGapNs);
    this.sizes = stream('sizes');
    this.errors = stream('estimates');
    this.mistakes = stream('mistakes');
    this.law = sizeLaw(params.sizeLaw, meanSizeNs);
    this.params = params;
    this.level = level;
    this.nextNs = this.arrivals();
  }

  fill(job: Job, atNs: number): void {
    const { params, level } = this;
    job.arrivalNs = roundNs(atNs);
    job.sizeNs = Math.max(1, roundNs(drawService(this.law, this.sizes)));
    job.estimateNs = Math.max(1, roundNs(job.sizeNs * lognormal(this.errors, 0, params.estimateSigma)));
    const mistake = this.mistakes.float();
    job.label = level;
    job.level = mistake < params.misclassified ? 1 + Math.floor((4 * mistake) / params.misclassified) : level;
    job.type = level - 1;
    job.weight = 1;
  }

  advance(): void {
    this.nextNs = this.arrivals();
  }
}

/**
 * Jobs of all levels in order of arrival. With correlated arrivals, those of level 1 that are triggered come on top of its own, whose
 * rate is lowered by as much.
 */
export function buildWorkload(sim: Simulation, params: WorkloadParameters): JobSource {
  const shares = loadShares(params);
  const meansNs = [params.realTimeMeanUs, params.realTimeMeanUs, params.batchMeanUs, params.batchMeanUs].map((us) => us * NS_PER_US);
  const rates = shares.map((share, index) => (params.load * share) / meansNs[index]!);
  const isCorrelated = params.arrivals === 'correlated';
  // Triggered jobs may not be more than level 1 has at all.
  const probability = isCorrelated ? Math.min(TRIGGER.probability, rates[0]! / rates[1]!) : 0;
  const levels = rates.map((rate, index) => {
    const own = index === 0 ? rate - probability * rates[1]! : rate;
    return new LevelJobs(sim, params, index + 1, own > 0 ? 1 / own : MAX_TIME_NS, meansNs[index]!, params.arrivals);
  });
  const triggers = isCorrelated ? sim.stream('triggers') : undefined;
  const triggeredNs: number[] = [];
  let triggeredHead = 0;
  return {
    next: (job) => {
      let first = 0;
      for (let index = 1; index < levels.length; index++) if (levels[index]!.nextNs < levels[first]!.nextNs) first = index;
      const triggered = triggeredNs[triggeredHead] ?? Infinity;
      if (triggered <= levels[first]!.nextNs) {
        triggeredHead += 1;
        levels[0]!.fill(job, triggered);
      } else {
        const level = levels[first]!;
        if (level.nextNs >= MAX_TIME_NS) return false;
        level.fill(job, level.nextNs);
        if (first === 1 && triggers !== undefined && triggers.float() < probability) triggeredNs.push(level.nextNs + TRIGGER.delayNs);
        level.advance();
      }
      return true;
    },
  };
}
