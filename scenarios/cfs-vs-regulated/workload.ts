/** The jobs of this comparison: four levels, each with its share of the load, its own streams, and the same jobs for every scheduler. */
import { boundedParetoMoment } from '../../sim/distributions.ts';
import type { ServiceLaw } from '../../sim/os/service-law.ts';
import type { ArrivalLaw } from '../../sim/os/workload/arrivals.ts';
import type { JobSource } from '../../sim/os/workload/job-source.ts';
import { LevelJobs } from '../../sim/os/workload/level-jobs.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { NS_PER_S, NS_PER_US } from '../../sim/time.ts';
import type { CompareParameters } from './parameters.ts';

/** What describes the jobs; other scenarios bring their own values. */
export type WorkloadParameters = Pick<CompareParameters, 'load' | 'regulatedShare' | 'realTimeShare' | 'realTimeMeanUs' | 'batchMeanUs' | 'sizeLaw' | 'arrivals' | 'estimateSigma' | 'misclassified'>;

const ARRIVAL_LAWS: Readonly<Record<CompareParameters['arrivals'], ArrivalLaw>> = {
  poisson: { law: 'poisson' },
  // Three times the rate for a tenth of the time, 500 ms on average; choice.
  mmpp: { law: 'mmpp', factor: 3, share: 0.1, burstNs: 500_000_000 },
  // A day compressed: the rate swings by 0.8 of itself over 10 s; choice.
  daily: { law: 'daily', amplitude: 0.8, periodNs: 10 * NS_PER_S },
  correlated: { law: 'poisson' },
};
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

/** Jobs of all levels in order of arrival. */
export function buildWorkload(sim: Simulation, params: WorkloadParameters): JobSource {
  const meansNs = [params.realTimeMeanUs, params.realTimeMeanUs, params.batchMeanUs, params.batchMeanUs].map((us) => us * NS_PER_US);
  return new LevelJobs(sim, {
    levels: loadShares(params).map((share, index) => ({ rate: (params.load * share) / meansNs[index]!, sizes: sizeLaw(params.sizeLaw, meansNs[index]!) })),
    arrivals: ARRIVAL_LAWS[params.arrivals],
    ...(params.arrivals === 'correlated' ? { trigger: TRIGGER } : {}),
    estimateSigma: params.estimateSigma,
    misclassified: params.misclassified,
  });
}
