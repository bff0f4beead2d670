/**
 * Dialogues in text: prose after `#`, commands, `----`, and what came of them. `replay` runs the commands and writes the whole text anew, so that
 * a file is script, expectation and explanation at once.
 *
 *   cluster n=4 clients=2 faulty=0 K=2 ...   a fresh cluster; faulty replicas are not held to the rules by the checkers
 *   request client=4                         the client's next request
 *   deliver KIND[,KIND] from= to= view= seq= all such messages in the air, not what they bring about; lists with commas
 *   settle KIND from= to=                    the same until nothing such is left; only what was executed, answered or entered is told
 *   drop KIND from= to=                      takes them out of the air
 *   air                                      what is in the air
 *   timeout replica=2 request                a timer runs out; likewise `timeout client=4 retry`
 *   send pre-prepare from=0 to=1 view=0 seq=1 requests=4:1      as a faulty replica would; also prepare, commit (batch=A), checkpoint
 *   tamper new-view to=2 seq=1 batch=null    a faulty primary's NEW-VIEW says something else
 *   state 1                                  a replica's log
 */
import { NO_DIGEST } from '../../digest.ts';
import { faultsTolerated, primaryOf, quorum, weakQuorum, type PbftConfig } from '../config.ts';
import { type Batch, makeBatch, NULL_BATCH, type PbftMessage, signNewView, signRequest } from '../messages.ts';
import { high } from '../state.ts';
import { ByHand, CLIENT_TIMERS, REPLICA_TIMERS, type Sent } from './by-hand.ts';

const MS = 1_000_000;

interface Command {
  readonly verb: string;
  readonly words: readonly string[];
  readonly fields: ReadonlyMap<string, string>;
}

/** The text with all replies as they are now. */
export function replay(text: string): string {
  let cluster: ByHand | undefined;
  const blocks = text.trim().split(/\n{2,}/).map((block) => {
    const lines = block.split('\n');
    const prose = lines.filter((line) => line.startsWith('#'));
    const rest = lines.filter((line) => !line.startsWith('#'));
    if (rest.length === 0) return prose.join('\n');
    const end = rest.indexOf('----');
    const commands = end < 0 ? rest : rest.slice(0, end);
    const replies = commands.flatMap((line) => {
      const command = parse(line);
      if (command.verb === 'cluster') cluster = newCluster(command);
      if (cluster === undefined) throw new Error('the first command has to be cluster');
      return reply(cluster, command);
    });
    return [...prose, ...commands, '----', ...replies].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}

function parse(line: string): Command {
  const [verb = '', ...parts] = line.trim().split(/\s+/);
  const fields = new Map<string, string>();
  for (const part of parts) if (part.includes('=')) fields.set(part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1));
  return { verb, words: parts.filter((part) => !part.includes('=')), fields };
}

function numbers(text: string | undefined): number[] | undefined {
  return text?.split(',').map(Number);
}

function numberOf({ fields, verb }: Command, name: string): number {
  const value = Number(fields.get(name));
  if (!Number.isInteger(value)) throw new Error(`${verb}: ${name}=${fields.get(name)}; required: a whole number`);
  return value;
}

function newCluster(command: Command): ByHand {
  const { fields } = command;
  const known: Readonly<Record<string, keyof PbftConfig>> = { K: 'checkpointEvery', multiplier: 'logMultiplier', ahead: 'proposeAhead', pipeline: 'pipelineDepth', batch: 'batchSize' };
  const config: Partial<Record<keyof PbftConfig, number>> = {};
  for (const [name, key] of Object.entries(known)) if (fields.has(name)) config[key] = numberOf(command, name);
  if (fields.has('batchMs')) config.batchTimeoutNs = numberOf(command, 'batchMs') * MS;
  if (fields.has('nullMs')) config.nullRequestNs = numberOf(command, 'nullMs') * MS;
  return new ByHand({ ...config, n: numberOf(command, 'n') }, fields.has('clients') ? numberOf(command, 'clients') : 1, numbers(fields.get('faulty')) ?? []);
}

function reply(cluster: ByHand, command: Command): string[] {
  const { verb, words, fields } = command;
  const { n } = cluster.config;
  switch (verb) {
    case 'cluster': return [`replicas 0 to ${n - 1}, f = ${faultsTolerated(n)}, quorum ${quorum(n)}, weak quorum ${weakQuorum(n)}; ${cluster.clients.length === 1 ? `client ${n}` : `clients ${n} to ${n + cluster.clients.length - 1}`}`];
    case 'request': return [`${command.fields.get('client')}: ${cluster.request(numberOf(command, 'client'))}`];
    case 'timeout': {
      const isReplica = fields.has('replica');
      const node = numberOf(command, isReplica ? 'replica' : 'client');
      const timer = (isReplica ? REPLICA_TIMERS : CLIENT_TIMERS).indexOf(words[0]!);
      return [`${node}: ${cluster.timeout(node, timer)}`];
    }
    case 'deliver': {
      const steps = cluster.deliver(wanted(command));
      if (steps.length === 0) return ['nothing such is in the air'];
      const isOneKind = new Set(steps.map(({ sent }) => sent.message.kind)).size === 1;
      return steps.map(({ sent, text }) => `${sent.from} -> ${sent.to}${isOneKind ? '' : ` ${sent.message.kind}`}: ${text === '' ? 'noted' : text}`);
    }
    case 'settle': return settle(cluster, wanted(command));
    case 'drop': {
      const dropped = cluster.take(wanted(command));
      return dropped.length === 0 ? ['nothing such is in the air'] : inAir(cluster, dropped);
    }
    case 'air': return cluster.air.length === 0 ? ['empty'] : inAir(cluster, cluster.air);
    case 'send': return send(cluster, command);
    case 'tamper': return tamper(cluster, command);
    case 'state': return state(cluster, Number(words[0]));
    default: throw new Error(`no command is called ${verb}`);
  }
}

function wanted({ words, fields }: Command): (sent: Sent) => boolean {
  const kinds = words[0]?.split(',');
  const [from, to, view, seq] = ['from', 'to', 'view', 'seq'].map((name) => numbers(fields.get(name)));
  const fits = (list: readonly number[] | undefined, value: number): boolean => list === undefined || list.includes(value);
  return ({ from: sender, to: receiver, message }) =>
    (kinds === undefined || kinds.includes(message.kind)) && fits(from, sender) && fits(to, receiver) &&
    fits(view, 'view' in message ? message.view : -1) && fits(seq, 'seq' in message ? message.seq : -1);
}

/** What happened, one line for all replicas to which it did. */
function settle(cluster: ByHand, isWanted: (sent: Sent) => boolean): string[] {
  const before = cluster.observed.length;
  cluster.settle(isWanted);
  const told = new Map<string, number[]>();
  for (const observation of cluster.observed.slice(before)) {
    if (!['executed', 'answered', 'view-entered', 'stable', 'state-taken'].includes(observation.what)) continue;
    const words = cluster.names.observation(observation);
    told.set(words, [...(told.get(words) ?? []), observation.node]);
  }
  return told.size === 0 ? ['nothing is executed'] : [...told].map(([words, nodes]) => `${nodes.sort((a, b) => a - b).join(' ')}: ${words}`);
}

function inAir(cluster: ByHand, list: readonly Sent[]): string[] {
  const lines = new Map<string, number[]>();
  for (const { from, to, message } of list) {
    const key = `${from}: ${cluster.names.message(message)} to`;
    lines.set(key, [...(lines.get(key) ?? []), to]);
  }
  return [...lines].map(([words, to]) => `${words} ${to.join(' ')}`);
}

/** A faulty replica's own words. It can say what it likes, but in no other's name. */
function send(cluster: ByHand, command: Command): string[] {
  const { words: [kind], fields } = command;
  const replica = numberOf(command, 'from');
  const [seq, view] = [numberOf(command, 'seq'), fields.has('view') ? numberOf(command, 'view') : 0];
  const message = ((): PbftMessage => {
    switch (kind) {
      case 'pre-prepare': {
        const batch = batchOf(fields.get('requests')!);
        return { kind, view, seq, digest: batch.digest, replica, batch };
      }
      case 'prepare':
      case 'commit': return { kind, view, seq, digest: cluster.names.digestOf(fields.get('batch')!), replica };
      case 'checkpoint': return { kind, seq, digest: 12_345, replica };
      default: throw new Error(`send: ${kind}; allowed: pre-prepare, prepare, commit, checkpoint`);
    }
  })();
  const sent = numbers(fields.get('to'))!.map((to) => ({ from: replica, to, message }));
  cluster.inject(sent);
  return inAir(cluster, sent);
}

function batchOf(text: string): Batch {
  if (text === 'none') return NULL_BATCH;
  return makeBatch(text.split(',').map((each) => {
    const [client, timestamp] = each.split(':').map(Number);
    return signRequest({ kind: 'request', client: client!, timestamp: timestamp!, bytes: 100 });
  }));
}

function tamper(cluster: ByHand, command: Command): string[] {
  const digest = cluster.names.digestOf(command.fields.get('batch')!);
  const seq = numberOf(command, 'seq');
  const changed: Sent[] = [];
  const isWanted = wanted({ ...command, fields: new Map([...command.fields].filter(([name]) => name === 'from' || name === 'to')) });
  cluster.air = cluster.air.map((sent) => {
    const { message } = sent;
    if (message.kind !== 'new-view' || !isWanted(sent)) return sent;
    const lie = { ...sent, message: signNewView({ ...message, choices: message.choices.map((choice) => (choice.seq === seq ? { seq, digest } : choice)) }) };
    changed.push(lie);
    return lie;
  });
  return inAir(cluster, changed);
}

function state(cluster: ByHand, id: number): string[] {
  const replica = cluster.replicas[id]!;
  const { names, config: { n } } = cluster;
  const { view, isActive, low, executed, slots, pending, clients } = replica;
  const timers = [...cluster.timers[id]!].map(([timer, delayNs]) => `${cluster.timerName(id, timer)} ${delayNs / MS} ms`);
  return [
    `view ${view}${isActive ? (primaryOf(view, n) === id ? ', primary' : ', backup') : ' asked for, not begun'}; log ${low + 1} to ${high(replica)}; executed up to ${executed}`,
    ...[...slots.values()].sort((a, b) => a.seq - b.seq).map(({ seq, digest, prepareCount, commitCount, isPrepared, isCommitted, preparedEntry }) =>
      `${seq}: ${digest === NO_DIGEST ? 'nothing accepted' : names.batch(digest)}, ${prepareCount} prepares, ${commitCount} commits${isCommitted ? ', committed' : isPrepared ? ', prepared' : preparedEntry === undefined ? '' : `, prepared ${names.batch(preparedEntry.digest)} in view ${preparedEntry.view}`}`),
    ...(pending.size === 0 ? [] : [`waits for ${[...pending.values()].map(({ client, timestamp }) => `${client}:${timestamp}`).join(' ')}`]),
    ...(clients.size === 0 ? [] : [`last replies: ${[...clients].map(([client, { timestamp }]) => `${client}:${timestamp}`).join(' ')}`]),
    ...(timers.length === 0 ? [] : [`timers: ${timers.join(', ')}`]),
  ];
}
