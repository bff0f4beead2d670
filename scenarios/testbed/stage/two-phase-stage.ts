/** Two-phase commit on the stage: names, phases and log cells; the protocol itself is in sim/consensus/two-phase. */
import { TwoPhaseCheckers } from '../../../sim/consensus/two-phase/checkers.ts';
import { initialTwoPhaseClient, twoPhaseClient, type TwoPhaseClientState } from '../../../sim/consensus/two-phase/client.ts';
import { ABORTED, COMMITTED, COORDINATOR, initialTwoPhase, OBSERVATIONS, type Transaction, twoPhase, type TwoPhaseMessage, type TwoPhaseState, VOTED_YES } from '../../../sim/consensus/two-phase/two-phase.ts';
import type { Effects, StepMachine } from '../../../sim/step-machine.ts';
import { NS_PER_MS } from '../../../sim/time.ts';
import type { CellStep, LogCell, StageModel, StageOptions, StageProtocol } from './stage-protocol.ts';

type Erased = StepMachine<unknown, TwoPhaseMessage>;

/** choice: two, so that transactions of two clients meet at one now and then. */
const ACCOUNTS = 2;
/** choice: kind and three numbers; nothing here depends on sizes. */
const MESSAGE_BYTES = 32;

export const twoPhaseStage: StageProtocol<TwoPhaseMessage> = {
  id: 'two-phase',
  title: 'Two-phase commit',
  summary: 'A coordinator asks all participants, and commits if each says yes. While it is down, those who said yes can only wait.',
  replicas: { least: 2, most: 13, usual: 4 },
  tolerates: () => 0,
  phases: ['prepare', 'vote', 'decision', 'begin, outcome, ask'],
  lamps: [
    { checker: 'same-outcome', title: 'Same outcome', means: 'commit at all nodes or at none' },
    { checker: 'final', title: 'Final', means: 'no decision is taken back' },
    { checker: 'all-yes', title: 'All said yes', means: 'committed only with every vote' },
    { checker: 'told', title: 'Told truly', means: 'clients hear what was decided' },
  ],
  observations: OBSERVATIONS,
  marks: new Map<number, CellStep>([[VOTED_YES, 'prepared'], [COMMITTED, 'executed'], [ABORTED, 'committed']]),
  decision: COMMITTED,
  behaviours: [
    { id: 'two-stories', means: 'tells every other node the opposite decision' },
    { id: 'silent', means: 'sends nothing' },
  ],
  make: (options) => model(options),
};

function model({ replicas: n, clients, requests, timeoutMs }: StageOptions): StageModel<TwoPhaseMessage> {
  const timeoutNs = Math.round(timeoutMs * NS_PER_MS);
  return {
    replicas: n, clients,
    initial: (node) =>
      node < n
        ? { machine: twoPhase as Erased, state: initialTwoPhase(node, { n, timeoutNs }) }
        : { machine: twoPhaseClient as Erased, state: initialTwoPhaseClient(node, { requests, retryNs: 2 * timeoutNs, accounts: ACCOUNTS }) },
    lie: (_node, player, behaviour) => ({ machine: lying(behaviour, n), state: player.state }),
    checkers: (sim, isFaulty) => new TwoPhaseCheckers(sim, n, isFaulty),
    bytesOf: () => MESSAGE_BYTES,
    words: (message) => words(message),
    phaseOf,
    digestOf: (message) => ('account' in message ? message.account : undefined),
    placeOf: (message) => ('account' in message && 'seq' in message ? String(message.seq) : undefined),
    role: (node) => (node === COORDINATOR ? 'coordinator' : node < n ? 'participant' : 'client'),
    log: (state) => log(state as TwoPhaseState),
    timerName: (node, timer) => (node === COORDINATOR ? `votes for ${timer}` : node < n ? `in doubt about ${timer}` : 'retry'),
    unanswered: (state) => {
      const { config, outcomes } = state as TwoPhaseClientState;
      return config.requests - outcomes.length;
    },
  };
}

function phaseOf({ kind }: TwoPhaseMessage): number {
  const phase = ['prepare', 'vote', 'decision'].indexOf(kind);
  return phase < 0 ? 3 : phase;
}

function words(message: TwoPhaseMessage): string {
  switch (message.kind) {
    case 'begin': return `BEGIN(account ${message.account})`;
    case 'prepare': return `PREPARE(slot ${message.seq}, account ${message.account})`;
    case 'vote': return `${message.isYes ? 'YES' : 'NO'}(slot ${message.seq})`;
    case 'decision': return `${message.isCommit ? 'COMMIT' : 'ABORT'}(slot ${message.seq})`;
    case 'ask': return `ASK(slot ${message.seq})`;
    case 'outcome': return `OUTCOME(request ${message.timestamp}: ${message.isCommit ? 'committed' : 'aborted'})`;
  }
}

function log({ id, config: { n }, transactions }: TwoPhaseState): LogCell[] {
  const votes = ({ yes }: Transaction): LogCell['votes'] => (id === COORDINATOR ? [{ phase: 'vote', from: [...yes.keys()].filter((node) => yes[node]), needed: n - 1, outOf: n - 1 }] : []);
  return [...transactions].sort(([a], [b]) => a - b).map(([slot, transaction]) => ({ slot, digest: transaction.outcome === 'abort' ? 0 : transaction.account, step: stepOf(id, transaction), votes: votes(transaction) }));
}

function stepOf(id: number, { outcome }: Transaction): CellStep {
  if (outcome === 'undecided') return id === COORDINATOR ? 'proposed' : 'prepared';
  return outcome === 'commit' ? 'executed' : 'committed';
}

/** The protocol is correct and knows nothing: what it sends is changed on the way out. What a liar reports is of no interest. */
function lying(behaviour: string, n: number): Erased {
  const wrap = (out: Effects<TwoPhaseMessage>): Effects<TwoPhaseMessage> => {
    const send = (to: number, message: TwoPhaseMessage): void => {
      if (behaviour === 'silent') return;
      out.send(to, message.kind === 'decision' && to % 2 === 1 ? { ...message, isCommit: !message.isCommit } : message);
    };
    return {
      send,
      broadcast: (message) => {
        for (let to = 1; to < n; to++) send(to, message);
      },
      setTimer: (timer, delayNs) => out.setTimer(timer, delayNs),
      clearTimer: (timer) => out.clearTimer(timer),
      persist: (bytes) => out.persist(bytes),
      compute: (costNs) => out.compute(costNs),
      observe: () => {},
      ignore: (why) => out.ignore(why),
    };
  };
  const machine = twoPhase as Erased;
  return {
    start: (state, out) => machine.start(state, wrap(out)),
    onMessage: (state, from, message, out) => machine.onMessage(state, from, message, wrap(out)),
    onTimer: (state, timer, out) => machine.onTimer(state, timer, wrap(out)),
    restart: (state, out) => machine.restart!(state, wrap(out)),
  };
}
