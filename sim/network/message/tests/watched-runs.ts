/** Runs of the message level that touch what its checkers watch: lines, receivers' lines, order, copies and losses, a bound. Shared with the planted bugs. */
import { Simulation } from '../../../simulation.ts';
import { PartialSynchrony, scatter } from '../../faults/partial-synchrony.ts';
import { MessageNetwork, type MessageNetworkOptions } from '../message-network.ts';
import { delayOf, randomSendings } from './plain-network.ts';

const NODES = 5;
const RATES = [1_000_003, 20_000_001, 333_333_333, 1_000_000_007, 7_654_321];

const delays = (): MessageNetworkOptions['delays'] => {
  let launched = 0;
  return { delayNs: () => delayOf(launched++) };
};

/** Every fifth message is lost, every seventh comes twice, the copy later. */
const faults = (): NonNullable<MessageNetworkOptions['faults']> => {
  let judged = 0;
  return (_from, _to, _bytes, _departNs, extraNs) => {
    judged++;
    extraNs[0] = 0;
    extraNs[1] = 5000;
    return judged % 5 === 0 ? 0 : judged % 7 === 0 ? 2 : 1;
  };
};

export const WATCHED_RUNS: Readonly<Record<string, (sim: Simulation) => MessageNetworkOptions>> = {
  plain: () => ({ nodes: NODES, delays: delays(), uplinkBps: RATES, faults: faults() }),
  minimum: () => ({ nodes: NODES, delays: delays(), uplinkBps: RATES, downlinkBps: RATES.toReversed(), downlink: 'minimum' }),
  "receivers' lines, in order": () => ({ nodes: NODES, delays: delays(), uplinkBps: RATES, downlinkBps: RATES.toReversed(), downlink: 'queue', fifo: 'pairs' }),
  'in order': () => ({ nodes: NODES, delays: delays(), uplinkBps: 1e9, fifo: 'pairs', faults: faults() }),
  'partial synchrony': (sim) => ({ nodes: NODES, delays: delays(), synchrony: new PartialSynchrony({ gstNs: 40e6, deltaNs: 3e6 }, scatter(sim.stream('adversary'), 60e6)) }),
};

/** Runs to the end, or until `untilNs`; then the checks of the end. */
export function watchedRun(name: string, untilNs?: number): MessageNetwork {
  const sim = new Simulation({ seed: 'watched', scenario: name });
  const network = new MessageNetwork(sim, WATCHED_RUNS[name]!(sim));
  network.onMessage(() => {});
  randomSendings(name, 300, NODES).forEach(({ atNs, from, to, bytes }, index) => void sim.after(atNs, () => network.send(from, to, index, bytes)));
  sim.run(untilNs === undefined ? {} : { untilNs });
  sim.finish();
  return network;
}
