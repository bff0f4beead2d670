/** PBFT over ideal ports: fixed delays, free processing, all checkers on. Counts messages between replicas. Set-up is not timed. */
import { PBFT_PROFILES } from '../sim/consensus/pbft/config.ts';
import { ANSWERED } from '../sim/consensus/observations.ts';
import { RegionDelay } from '../sim/network/latency/region-delay.ts';
import { Simulation } from '../sim/simulation.ts';
import { startPbftCluster } from '../scenarios/testbed/pbft-cluster.ts';
import { defineBenchmark } from './benchmark.ts';

const LONG_NS = 1e15;

export default defineBenchmark({
  name: 'pbft',
  about: 'PBFT without costs, all checkers on: messages between replicas',
  flags: { n: 64, decisions: 500 },
  max: { n: 200, decisions: 100_000 },
  compare: { sizes: [{ n: 16, decisions: 2000 }, { n: 64, decisions: 500 }], versions: [{}] },
  run({ n, decisions }, timed) {
    const sim = new Simulation({ seed: 'pbft', scenario: 'pbft' });
    let answered = 0;
    const cluster = startPbftCluster(sim, {
      config: { ...PBFT_PROFILES['castro-liskov'], n, batchSize: 1, requestTimeoutNs: LONG_NS, viewChangeTimeoutNs: LONG_NS },
      client: { n, requestBytes: 100, retryNs: LONG_NS, thinkNs: 0, requests: decisions, isBroadcasting: false },
      clients: 1,
      delays: new RegionDelay(new Uint8Array(n + 1), [[1]], { law: 'uniform', spread: 0.3 }),
      uplinkBps: Infinity,
      onObserve: (_node, what) => {
        if (what === ANSWERED && ++answered === decisions) sim.stop();
      },
    });
    const events = timed(() => sim.run());
    sim.finish();
    return { events, counts: { messages: cluster.replicaMessages, checks: cluster.checkers.checks }, checksum: sim.fingerprint() };
  },
});
