/** What each level may be used for: differences to packets, with the error that is conceded beforehand. */
import { percent, relativeEffect } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Selection } from '../testbed/scenario.ts';
import { ARMS, EXPERIMENT_TITLES, TRUTH } from './arms.ts';
import type { Experiment } from './parameters.ts';

const at = (arm: string, experiment: Experiment): Selection => ({ arm, where: { experiment } });

/** A tenth is what a user of a coarse level has to expect: choice. */
const TENTH = 0.1;

function changed(results: ResultSet, measure: string, arm: string, experiment: Experiment): string {
  const effect = relativeEffect(results, measure, at(arm, experiment), at(TRUTH, experiment));
  return effect === undefined ? 'no figure' : percent(effect.mean);
}

function agrees(id: string, arm: string, experiment: Experiment, measure: 'warmNs' | 'lastNs'): Claim {
  return {
    id,
    text: `${ARMS[arm]!.title}: ${EXPERIMENT_TITLES[experiment]}: the ${measure === 'warmNs' ? 'mean delivery' : 'last delivery of a round'} is that of packets, to within a tenth.`,
    source: { document: 'This testbed', place: 'sim/network/README.md: three levels of fidelity' },
    measure,
    treatment: at(arm, experiment),
    baseline: at(TRUTH, experiment),
    contrast: 'relative',
    paper: { value: 0 },
    margin: TENTH,
    why: (results) => `Mean delivery ${changed(results, 'warmNs', arm, experiment)}, last of a round ${changed(results, 'lastNs', arm, experiment)}, on cold connections ${changed(results, 'coldNs', arm, experiment)}; with BBR instead of CUBIC packets differ by ${changed(results, 'warmNs', 'packet-bbr', experiment)}.`,
    ablation: 'error',
  };
}

export const CLAIMS: readonly Claim[] = [
  agrees('votes-message', 'message', 'votes', 'warmNs'),
  agrees('votes-flow', 'flow', 'votes', 'warmNs'),
  agrees('block-message', 'message', 'one-block', 'warmNs'),
  agrees('block-flow', 'flow', 'one-block', 'warmNs'),
  agrees('fan-out-message-last', 'message', 'fan-out', 'lastNs'),
  agrees('fan-out-flow', 'flow', 'fan-out', 'warmNs'),
  agrees('incast-flow-last', 'flow', 'incast', 'lastNs'),
  agrees('incast-message', 'message', 'incast', 'lastNs'),
  agrees('incast-message-queue', 'message-queue', 'incast', 'lastNs'),
  agrees('cross-flow', 'flow', 'cross', 'lastNs'),
  agrees('cross-message-queue', 'message-queue', 'cross', 'lastNs'),
];
