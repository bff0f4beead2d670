/** One replication: blocks in steady succession through the replicas, each with a processor that has other work as well. */
import { exponential } from '../../sim/distributions.ts';
import { exactQuantiles } from '../../sim/measure/index.ts';
import { CALLED_MODULES } from '../../sim/os/modules/calls.ts';
import { type Attribution, ConsensusRounds } from '../../sim/os/modules/consensus-round.ts';
import { ProcessorCpu } from '../../sim/os/cpu/cpu-port.ts';
import { innerPolicy, regulatedPolicy } from '../../sim/os/scheduler-spec.ts';
import { TaskTable } from '../../sim/os/tasks.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { NS_PER_MS, NS_PER_US } from '../../sim/time.ts';
import type { Run } from '../testbed/scenario.ts';
import type { ConsensusParameters } from './parameters.ts';

const CONSENSUS_LEVEL = 1;
const OTHER_LEVEL = 4;

function createCpu(sim: Simulation, params: ConsensusParameters, replica: number): ProcessorCpu {
  const tasks = new TaskTable();
  const levels = ['fcfs', 'fcfs', 'fcfs', 'fcfs'] as const;
  const policies = params.scheduler === 'fcfs' ? innerPolicy(tasks, 'fcfs') : regulatedPolicy(tasks, levels, { between: params.scheduler === 'regulated-pr' ? 'pr' : 'np' });
  return new ProcessorCpu(sim, tasks, { name: `replica ${replica}`, policies });
}

export function buildRun({ sim, params, record }: Run<ConsensusParameters & Record<string, number | string | boolean>>): () => void {
  const ns = (us: number): number => Math.round(us * NS_PER_US);
  const cpus = Array.from({ length: params.replicas }, (_, replica) => createCpu(sim, params, replica));
  const horizonNs = Math.round(params.blocks * params.blockMs * NS_PER_MS);
  cpus.forEach((cpu, replica) => {
    if (params.otherLoad === 0) return;
    const stream = sim.stream(`replica/${replica}/other work`);
    const next = (): void => {
      const gapNs = Math.ceil(exponential(stream, ns(params.otherUs) / params.otherLoad));
      const sizeNs = Math.ceil(exponential(stream, ns(params.otherUs)));
      if (sim.now + gapNs >= horizonNs) return;
      sim.after(gapNs, () => {
        cpu.run(sizeNs, OTHER_LEVEL, () => {});
        next();
      });
    };
    next();
  });
  // One stream a link: a message's jitter stays where it is when another replica gets faster.
  const jitter = cpus.map((_, from) => cpus.map((_cpu, to) => (from === to ? undefined : sim.stream(`link/${from}-${to}`))));
  const done: Attribution[] = [];
  const rounds = new ConsensusRounds(sim, {
    replicas: params.replicas,
    transactions: params.transactions,
    costs: { signNs: ns(params.signUs), verifyNs: ns(params.verifyUs), hashNs: ns(params.hashUs), sendNs: ns(params.messageUs), receiveNs: ns(params.messageUs), accessNs: ns(params.accessUs), evidenceNs: ns(params.evidenceUs), bookNs: ns(params.bookUs) },
    residence: { place: params.place, crossingNs: params.crossingNs, callsPerCrossing: params.callsPerCrossing, deliveriesPerCrossing: params.deliveriesPerCrossing },
    cpus,
    cpuLevel: CONSENSUS_LEVEL,
    linkNs: (from, to) => ns(params.linkUs) + (params.jitterUs === 0 ? 0 : Math.round(exponential(jitter[from]![to]!, ns(params.jitterUs)))),
    onCommitted: (_block, _replica, latency) => {
      done.push(latency);
      record.progress(done.length / (params.blocks * params.replicas));
    },
  });
  for (let block = 0; block < params.blocks; block++) sim.after(Math.round(block * params.blockMs * NS_PER_MS), () => rounds.propose());
  return () => {
    const perBlock = params.blocks * params.replicas;
    const mean = (value: (latency: Attribution) => number): number => done.reduce((sum, latency) => sum + value(latency), 0) / done.length;
    record.measure('committed', done.length / perBlock);
    record.measure('cpuPerBlockNs', rounds.cpuNs / perBlock);
    record.measure('crossingsPerBlock', rounds.crossings / perBlock);
    record.measure('crossingCpuShare', rounds.cpuNs === 0 ? 0 : (rounds.crossings * params.crossingNs) / rounds.cpuNs);
    if (done.length === 0) return;
    const totals = Float64Array.from(done, ({ totalNs }) => totalNs);
    record.latency('block', totals);
    record.measure('latencyMeanNs', mean(({ totalNs }) => totalNs));
    record.measure('latencyP99Ns', exactQuantiles(totals, [0.99])[0]!);
    const parts: readonly (readonly [name: string, ns: number])[] = [
      ...CALLED_MODULES.map((module, index) => [module, mean(({ moduleNs }) => moduleNs[index]!)] as const),
      ['crossings', mean(({ crossingNs }) => crossingNs)],
      ['waiting', mean(({ waitingNs }) => waitingNs)],
      ['links', mean(({ linksNs }) => linksNs)],
    ];
    for (const [part, meanNs] of parts) record.row('attribution', { part, mean_ns: meanNs });
    record.measure('chainCrossings', mean(({ crossings }) => crossings));
    record.measure('chainCrossingNs', mean(({ crossingNs }) => crossingNs));
    record.measure('waitingNs', mean(({ waitingNs }) => waitingNs));
    record.measure('unattributedNs', done.reduce((most, { totalNs, moduleNs, crossingNs, waitingNs, linksNs }) => Math.max(most, Math.abs(totalNs - moduleNs.reduce((sum, each) => sum + each, 0) - crossingNs - waitingNs - linksNs)), 0));
    // Time that work of consensus waits for a core grows without end where the blocks do not fit.
    const first = mean(({ totalNs }) => totalNs);
    const last = done.slice(-params.replicas).reduce((sum, { totalNs }) => sum + totalNs, 0) / params.replicas;
    if (last > 5 * first) record.warn('pile-up', `the last block took ${(last / first).toFixed(1)} times the mean: blocks may pile up at this rate`);
  };
}
