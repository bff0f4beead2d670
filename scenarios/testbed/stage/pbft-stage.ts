/** PBFT on the stage: names, phases and log cells; the protocol itself is in sim/consensus/pbft. */
import { PbftCheckers } from '../../../sim/consensus/checkers/pbft-checkers.ts';
import { NO_DIGEST } from '../../../sim/consensus/digest.ts';
import { ANSWERED, ASKED, CHECKPOINTED, COMMITTED, DELIVERED, EXECUTED, OBSERVATION_NAMES, PREPARED, STABLE, STATE_TAKEN, VIEW_CHANGE, VIEW_ENTERED } from '../../../sim/consensus/observations.ts';
import { BEHAVIOURS, type Behaviour, lying, twins, twoStories } from '../../../sim/consensus/pbft/byzantine.ts';
import { type ClientState, initialClient, pbftClient } from '../../../sim/consensus/pbft/client.ts';
import { faultsTolerated, type PbftConfig, primaryOf, quorum } from '../../../sim/consensus/pbft/config.ts';
import { bytesOf, type PbftMessage } from '../../../sim/consensus/pbft/messages.ts';
import { pbft } from '../../../sim/consensus/pbft/replica.ts';
import { initialState, type PbftState, type Slot } from '../../../sim/consensus/pbft/state.ts';
import type { StepMachine } from '../../../sim/step-machine.ts';
import { NS_PER_MS } from '../../../sim/time.ts';
import type { CellStep, LogCell, Player, StageModel, StageOptions, StageProtocol } from './stage-protocol.ts';

const REPLICA_TIMERS = ['request', 'batch', 'new view', 'resend', 'null request'];
const CLIENT_TIMERS = ['next request', 'retry'];
/** choice: small, so that checkpoints are met within a lesson. */
const CHECKPOINT_EVERY = 4;
const REQUEST_BYTES = 100;

/** Beside those that random plans draw from. */
const TWO_STORIES = 'two-stories';
type StageBehaviour = Behaviour | typeof TWO_STORIES;

const MEANS: Readonly<Record<StageBehaviour, string>> = {
  'two-stories': 'tells the odd replicas another story than the even ones',
  silent: 'sends nothing', withhold: 'sends to the upper half only', late: 'answers just before others give up', 'wrong-digest': 'names a wrong digest now and then', 'stale-view': 'votes in the last view too',
  censor: 'leaves out every other client', impersonate: 'votes in the name of others', 'double-proposal': 'proposes two batches for one place', 'far-ahead': 'proposes far outside the log', 'wrong-reply': 'tells clients a wrong result',
  'empty-view-change': 'forgets what it had prepared when views change', 'high-checkpoint': 'claims a checkpoint that is none', 'lying-new-view': 'leaves out what was agreed when its view begins', twins: 'is two replicas under one name, each with its half of the others',
  'false-state': 'answers those that lag with a state that never was', 'false-batch': 'leaves a request out of batches and keeps their digest', 'forged-new-view': 'begins its view on forged view changes', 'lying-entries': 'lies about what it had prepared, and when',
  'other-prepared': 'proposes another batch to a few, then says that it has prepared theirs', 'old-place': 'denies its checkpoints, and proposes again where others are done',
  'invented-request': 'adds requests that no client has signed', usurp: 'proposes where another leads',
};

function tell(what: number, view: number, seq: number, name: string): string | undefined {
  switch (what) {
    case ASKED: return `asks, request ${seq}`;
    case ANSWERED: return `has its answer to request ${seq}`;
    case DELIVERED: return `runs request ${seq}`;
    case CHECKPOINTED: return `checkpoint after slot ${seq}`;
    case STABLE: return `the checkpoint after slot ${seq} is stable`;
    case STATE_TAKEN: return `takes over the state after slot ${seq}`;
    case VIEW_CHANGE: return `asks for view ${view}`;
    case VIEW_ENTERED: return `enters view ${view}`;
    default: return `${OBSERVATION_NAMES[what]} ${name} in slot ${seq}, view ${view}`;
  }
}

type Erased = StepMachine<unknown, PbftMessage>;

export const pbftStage: StageProtocol<PbftMessage> = {
  id: 'pbft',
  title: 'PBFT',
  summary: 'Replicas agree on the order of requests in three phases, though some of them may lie.',
  replicas: { least: 4, most: 13, usual: 4 },
  tolerates: faultsTolerated,
  phases: ['pre-prepare', 'prepare', 'commit', 'view change', 'request, reply'],
  lamps: [
    { checker: 'agreement', title: 'Agreement', means: 'no two batches at one slot' },
    { checker: 'prepared', title: 'Prepared once', means: 'one certificate a slot and view' },
    { checker: 'one-vote', title: 'One vote', means: 'no replica promises twice' },
    { checker: 'certificate', title: 'Certificates', means: 'each rests on a quorum of votes' },
    { checker: 'in-order', title: 'In order', means: 'executed without a gap' },
    { checker: 'log', title: 'Watermarks', means: 'nothing outside the log' },
    { checker: 'exactly-once', title: 'Exactly once', means: 'no request runs twice' },
    { checker: 'same-state', title: 'Same state', means: 'equal checkpoints and results' },
    { checker: 'new-view', title: 'New view', means: 'carries over what was committed' },
    { checker: 'carried', title: 'Carried', means: 'view changes list what was prepared' },
    { checker: 'linearizable', title: 'Linearizable', means: 'answers come in one order' },
  ],
  observations: OBSERVATION_NAMES,
  tell,
  marks: new Map<number, CellStep>([[PREPARED, 'prepared'], [COMMITTED, 'committed'], [EXECUTED, 'executed']]),
  decision: EXECUTED,
  leaderChange: VIEW_ENTERED,
  behaviours: ([TWO_STORIES, ...BEHAVIOURS] as const).map((id) => ({ id, means: MEANS[id] })),
  make: (options) => model(options),
};

function model({ replicas: n, clients, requests, timeoutMs }: StageOptions): StageModel<PbftMessage> {
  const timeoutNs = Math.round(timeoutMs * NS_PER_MS);
  const config: PbftConfig = {
    n, checkpointEvery: CHECKPOINT_EVERY, logMultiplier: 2, proposeAhead: 2 * CHECKPOINT_EVERY, pipelineDepth: 1000, batchSize: 1, batchTimeoutNs: 0,
    requestTimeoutNs: timeoutNs, viewChangeTimeoutNs: timeoutNs, resendViewChangeNs: timeoutNs, nullRequestNs: 0,
  };
  const clientConfig = { n, requestBytes: REQUEST_BYTES, retryNs: timeoutNs, thinkNs: 0, requests, isBroadcasting: false };
  return {
    replicas: n, clients,
    initial: (node) => (node < n ? { machine: pbft as Erased, state: initialState(node, config) } : { machine: pbftClient as Erased, state: initialClient(node, clientConfig) }),
    lie: (_node, player, behaviour, stream) => liar(oneState(player.state), behaviour as StageBehaviour, stream, player),
    checkers: (sim, isFaulty) => new PbftCheckers(sim, { config, isFaulty }),
    bytesOf: (message) => bytesOf(message, n),
    words,
    phaseOf,
    digestOf: (message) => ('digest' in message && message.kind !== 'checkpoint' ? message.digest : undefined),
    placeOf: (message) => ('seq' in message && 'view' in message ? `${message.view}/${message.seq}` : undefined),
    role: (node, state) => (node < n ? role(node, oneState(state), n) : 'client'),
    log: (state) => log(oneState(state)),
    timerName: (node, timer) => (node < n ? (REPLICA_TIMERS[timer] ?? (timer >= 1000 ? 'held back' : `timer ${timer}`)) : (CLIENT_TIMERS[timer] ?? '')),
    unanswered: (state) => {
      const { config: { requests: all }, accepted } = state as ClientState;
      return all - accepted.length;
    },
  };
}

/** Of twins the first is shown. */
function oneState(state: unknown): PbftState {
  return Array.isArray(state) ? (state[0] as PbftState) : (state as PbftState);
}

function liar(state: PbftState, behaviour: StageBehaviour, stream: Parameters<typeof lying>[2], was: Player<PbftMessage>): Player<PbftMessage> {
  // From two timers of twins back to one: the first twin lives on.
  const single = Array.isArray(was.state) ? (timer: number): readonly number[] => (timer % 2 === 0 ? [timer / 2] : []) : (timer: number): readonly number[] => [timer];
  if (behaviour === TWO_STORIES) return { machine: twoStories(pbft) as Erased, state, timersFrom: single };
  if (behaviour !== 'twins') return { machine: lying(pbft, behaviour, stream) as Erased, state, timersFrom: single };
  return { machine: twins(pbft) as Erased, state: [state, structuredClone(state)], timersFrom: (timer) => single(timer).flatMap((each) => [2 * each, 2 * each + 1]) };
}

function phaseOf({ kind }: PbftMessage): number {
  switch (kind) {
    case 'pre-prepare': return 0;
    case 'prepare': return 1;
    case 'commit': return 2;
    case 'view-change':
    case 'new-view': return 3;
    default: return 4;
  }
}

function words(message: PbftMessage, name: (digest: number) => string): string {
  switch (message.kind) {
    case 'pre-prepare':
    case 'prepare':
    case 'commit': return `${message.kind.toUpperCase()}(view ${message.view}, slot ${message.seq}, ${name(message.digest)})`;
    case 'request': return `REQUEST(${message.timestamp})`;
    case 'reply': return `REPLY(view ${message.view}, request ${message.timestamp})`;
    case 'checkpoint': return `CHECKPOINT(slot ${message.seq})`;
    case 'view-change': return `VIEW-CHANGE(view ${message.view}, ${message.prepared.length === 0 ? 'nothing prepared' : `prepared ${message.prepared.map(({ seq, digest }) => `${seq}: ${name(digest)}`).join(', ')}`})`;
    case 'new-view': return `NEW-VIEW(view ${message.view}, ${message.choices.length === 0 ? 'nothing to carry over' : message.choices.map(({ seq, digest }) => `${seq}: ${name(digest)}`).join(', ')})`;
    case 'fetch-batch': return `FETCH-BATCH(${name(message.digest)})`;
    case 'return-batch': return `BATCH(${name(message.batch.digest)})`;
    case 'fetch-state': return `FETCH-STATE(slot ${message.seq})`;
    case 'return-state': return `STATE(slot ${message.seq})`;
  }
}

function role(node: number, { view, isActive }: PbftState, n: number): string {
  const place = primaryOf(view, n) === node ? 'primary' : 'backup';
  if (!isActive) return `asks for view ${view}`;
  return view === 0 ? place : `${place}, view ${view}`;
}

function log(state: PbftState): LogCell[] {
  const cells: LogCell[] = [];
  for (let slot = Math.max(1, state.low - CHECKPOINT_EVERY + 1); slot <= state.low; slot++) cells.push({ slot, digest: undefined, step: 'executed', votes: [] });
  for (const seq of [...state.slots.keys()].sort((a, b) => a - b)) {
    const slot = state.slots.get(seq)!;
    if (slot.digest === NO_DIGEST && slot.preparedEntry === undefined && seq > state.executed && !slot.prepares.some((vote) => vote !== NO_DIGEST)) continue;
    const digest = slot.digest === NO_DIGEST ? slot.preparedEntry?.digest : slot.digest;
    cells.push({ slot: seq, digest, step: stepOf(state, slot), votes: votesOf(state, slot) });
  }
  return cells;
}

function stepOf({ executed }: PbftState, { seq, isPrepared, isCommitted }: Slot): CellStep {
  if (seq <= executed) return 'executed';
  if (isCommitted) return 'committed';
  return isPrepared ? 'prepared' : 'proposed';
}

function votesOf({ config: { n } }: PbftState, { digest, prepares, commits }: Slot): LogCell['votes'] {
  const matching = (votes: Float64Array): number[] => [...votes.keys()].filter((replica) => votes[replica] !== NO_DIGEST && (digest === NO_DIGEST || votes[replica] === digest));
  return [{ phase: 'prepare', from: matching(prepares), needed: quorum(n) - 1, outOf: n - 1 }, { phase: 'commit', from: matching(commits), needed: quorum(n), outOf: n }];
}
