/** What each experiment faces: closed forms, and published figures with their place. */
import { exp, ln } from '../../sim/dmath.ts';
import type { Source } from '../testbed/scenario.ts';
import type { Experiment, GossipParameters } from './parameters.ts';

export const KERMARREC: Source = { document: 'A.-M. Kermarrec, L. Massoulie, A. J. Ganesh, IEEE TPDS 14(3), 2003', place: 'reliability of gossip with fanout f' };
export const PITTEL: Source = { document: 'B. Pittel, On spreading a rumor, SIAM J. Appl. Math. 47, 1987', place: 'rounds until everybody knows' };
export const KARP: Source = { document: 'R. Karp, C. Schindelhauer, S. Shenker, B. Vocking, FOCS 2000', place: 'log_3 n + O(log log n) rounds of push and pull' };
export const COUNTING: Source = { document: 'This testbed', place: 'sim/network/dissemination: counting' };
export const NAGAYAMA: Source = { document: 'R. Nagayama, R. Banno, K. Shudo, ISCC 2020', place: 'abstract', url: 'https://arxiv.org/abs/1912.05208' };
export const GERVAIS: Source = { document: 'A. Gervais et al., ACM CCS 2016', place: 'table 1: measured median block propagation time of Bitcoin' };
export const DECKER: Source = { document: 'C. Decker, R. Wattenhofer, IEEE P2P 2013', place: 'section 4: propagation delay' };
export const ERDOS: Source = { document: 'P. Erdos, A. Renyi, On the evolution of random graphs, 1960', place: 'giant component' };
export const FABRIC_GOSSIP: Source = { document: 'Hyperledger Fabric, sampleconfig/core.yaml', place: 'peer.gossip: propagatePeerNum 3, propagateIterations 1, pullInterval 4 s' };
export const BIP152: Source = { document: 'BIP 152, Compact block relay', place: 'high and low bandwidth relaying' };

/** Decker and Wattenhofer: beyond 20 kB each kB costs the majority 80 ms. */
export const DECKER_NS_PER_KB = 80e6;
export const LARGER_KB = 100;

/** Mean degree of the random graph of `flood-random`. */
export const RANDOM_DEGREE = 3;

/** Root of z = 1 - exp(-f z) above 0, by iteration (it contracts for f > 1). */
export function coverage(fanout: number): number {
  let share = 1;
  for (let step = 0; step < 500; step++) share = 1 - exp(-fanout * share);
  return share;
}

/** Figures of the source, by measure. */
export function sourceFigures(experiment: Experiment, { lawNodes, degree }: GossipParameters): Readonly<Record<string, number>> {
  switch (experiment) {
    case 'push-3':
    case 'push-4':
    case 'push-5': {
      const fanout = Number(experiment.slice(-1));
      return { reachedShare: coverage(fanout), copiesPerNode: fanout * coverage(fanout) };
    }
    case 'flood-random': {
      // the origin is in the giant component with probability z, and then reaches z; elsewhere next to nothing
      const share = coverage(RANDOM_DEGREE);
      return { reachedShare: share * share };
    }
    case 'flood':
      return { reachedShare: 1, copiesPerNode: degree - 1 + 1 / lawNodes };
    case 'announce':
      return { reachedShare: 1, copiesPerNode: 1 - 1 / lawNodes, announcementsPerNode: degree - 1 + 1 / lawNodes };
    case 'rounds-push':
      return { reachedShare: 1, rounds: ln(lawNodes) / ln(2) + ln(lawNodes) };
    case 'rounds-push-pull':
      return { reachedShare: 1, rounds: ln(lawNodes) / ln(3) };
    case 'simblock-2015':
      return { p50Ns: 8.7e9 };
    case 'decker-2013':
      return { p50Ns: 6.5e9, p95Ns: 40e9, meanNs: 12.6e9 };
    case 'fabric':
      return { pushedShare: coverage(3), reachedShare: 1 };
    default:
      return {};
  }
}
