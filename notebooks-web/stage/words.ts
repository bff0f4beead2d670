/** What the page says: letters for digests, events in sentences. */
import { countWords, promiseBeyond } from '../../scenarios/testbed/stage/fault-count.ts';
import { whyIdle } from '../../scenarios/testbed/stage/idle-rows.ts';
import type { Recording } from '../../scenarios/testbed/stage/recording.ts';
import type { StageModel } from '../../scenarios/testbed/stage/stage-protocol.ts';
import { nodeName, rowWords, titleOf } from '../../scenarios/testbed/stage/words.ts';
import type { StageDesk } from './stage-desk.ts';

export { endWords, ms, nodeName, rowWords, titleOf } from '../../scenarios/testbed/stage/words.ts';
export const branchName = (id: number): string => String.fromCharCode(97 + (id % 26));

/** Digests as letters in the order in which messages first name them, and which of them contradict an earlier one at their place. */
export interface Names {
  readonly of: (digest: number) => string;
  readonly isSecond: (number: number) => boolean;
}

export function namesOf(record: Recording, model: StageModel<unknown>): Names {
  const letters = new Map<number, string>();
  const first = new Map<string, number>();
  const second = new Set<number>();
  for (const { number, message } of record.messages) {
    const digest = model.digestOf(message);
    if (digest === undefined) continue;
    if (digest !== 0 && !letters.has(digest)) letters.set(digest, letterOf(letters.size));
    const place = model.placeOf(message);
    if (place === undefined) continue;
    if (!first.has(place)) first.set(place, digest);
    else if (first.get(place) !== digest) second.add(number);
  }
  return { of: (digest) => (digest === 0 ? '∅' : (letters.get(digest) ?? '?')), isSecond: (number) => second.has(number) };
}

const letterOf = (index: number): string => `${String.fromCharCode(65 + (index % 26))}${index < 26 ? '' : Math.floor(index / 26)}`;

/** What happened in the event at which the view stands. */
export function story({ branch: { record }, event, run, session: { protocol } }: StageDesk, names: Names): string[] {
  const { model } = run;
  const name = (node: number): string => nodeName(node, model.replicas);
  const lines: string[] = [];
  const at = record.events[event - 1];
  if (event === 0) lines.push('Nothing has happened yet. The first requests have just left.');
  else if (at?.kind === 'arrive') {
    const message = record.messages[at.number - 1]!;
    const text = model.words(message.message, names.of);
    lines.push(message.fate === 'the receiver is down' ? `${text} from ${name(message.from)} reaches ${name(at.node)}, which is down.` : `${name(at.node)} takes ${text} from ${name(message.from)}.`);
  } else if (at?.kind === 'timer') lines.push(`${name(at.node)}: the ${model.timerName(at.node, at.number)} timer runs out.`);
  for (const { event: during, node, what, view, seq, digest } of record.observations) {
    if (during !== event || (protocol.observations[what] ?? '') === '') continue;
    const letter = names.of(digest);
    lines.push(`${name(node)}: ${protocol.tell?.(what, view, seq, letter) ?? `${protocol.observations[what]} ${view}, ${seq}${letter === '?' ? '' : ` ${letter}`}`}.`);
  }
  if (at?.ignored !== undefined) lines.push(`Ignored: ${at.ignored}.`);
  const sent = record.messages.filter(({ sentEvent }) => sentEvent === event).length;
  if (sent > 0) lines.push(`${sent} message${sent === 1 ? '' : 's'} sent.`);
  const acts = record.acts.filter((act) => act.event === event);
  for (const act of acts) {
    const idle = whyIdle(act, record);
    lines.push(`Then ${rowWords(act.row, model.replicas)}${idle === undefined ? '' : `, to no effect: ${idle}`}.`);
  }
  const beyond = promiseBeyond(run.faultCount, protocol, model.replicas);
  if (acts.length > 0 && beyond !== undefined) lines.push(`Then ${countWords(run.faultCount)} are faulty, beyond f: ${beyond}.`);
  if (record.broken?.event === event) lines.push(`${titleOf(record.broken.checker, protocol)} is broken: ${record.broken.text}.`);
  return lines;
}
