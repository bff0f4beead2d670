/** Bugs to plant in two-phase commit. Runs of the stage with random faults have to find each; its checkers know nothing of them. */
import type { PlantedBug } from './load-mutant.ts';

const file = 'sim/consensus/two-phase/two-phase.ts';

export const TWO_PHASE_BUGS: readonly PlantedBug[] = [
  { id: 'T1-not-all', file, text: '.length === state.config.n - 1) decide', replacement: '.length === state.config.n - 2) decide', what: 'commit without the last vote' },
  { id: 'T2-answers-while-open', file, text: "  if (outcome === 'undecided') return out.ignore('ask: not decided yet');\n", replacement: '', what: 'who asks before the decision is told abort' },
  { id: 'T3-gives-up', file, text: '    else askFor(state, seq, out);\n  },\n};', replacement: '    else onDecision(state, { kind: \'decision\', seq, isCommit: false }, out);\n  },\n};', what: 'a participant in doubt aborts by itself' },
  { id: 'T4-abort-taken-back', file, text: "if (transaction?.outcome !== 'undecided') return out.ignore('vote: for nothing that is open');", replacement: 'if (transaction === undefined) return;', what: 'late votes commit what was aborted' },
  { id: 'T5-told-early', file, text: "  out.observe(BEGUN, 0, seq, account);\n", replacement: "  out.observe(BEGUN, 0, seq, account);\n  out.send(client, { kind: 'outcome', seq, client, timestamp, isCommit: true });\n", what: 'a client is told before anything is decided' },
];
