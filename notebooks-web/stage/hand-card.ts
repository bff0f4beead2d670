/** What is in hand, a replica or a message under way, and what can be done to it: the faults, by press or by letter. */
import type { Act } from '../../scenarios/testbed/stage/script.ts';
import type { StageProtocol } from '../../scenarios/testbed/stage/stage-protocol.ts';
import { NS_PER_MS } from '../../sim/time.ts';
import { fill, h } from '../shell/dom.ts';
import type { StageDesk } from './stage-desk.ts';
import { ms, nodeName, type Names } from './words.ts';

export interface Fault {
  readonly key: string;
  readonly title: string;
  readonly act: Act;
}

/** choice: held back for half a timeout, slower by as much: enough to be overtaken, not enough to be given up. */
const HOLD_SHARE = 0.5;

/** What can be done at present; the behaviour is the one chosen for E. */
export function faultsAt(desk: StageDesk, behaviour: string): readonly Fault[] {
  const { hand, run, session: { options, protocol } } = desk;
  const byNs = Math.round(HOLD_SHARE * options.timeoutMs * NS_PER_MS);
  const faults: Fault[] = [];
  if (hand?.kind === 'message' && desk.inFlight().includes(hand.number)) {
    const { from, to } = desk.branch.record.messages[hand.number - 1]!;
    const message = hand.number;
    faults.push({ key: 'x', title: 'drop', act: { act: 'drop', message } }, { key: 'l', title: `hold back ${ms(byNs)}`, act: { act: 'delay', message, byNs } }, { key: '2', title: 'duplicate', act: { act: 'duplicate', message } },
      { key: 'o', title: `cut ${nodeName(from, run.model.replicas)} → ${nodeName(to, run.model.replicas)} from now on`, act: { act: 'one-way', from, to } });
  }
  if (hand?.kind === 'node') {
    const { node } = hand;
    const { isUp } = run.nodes[node]!;
    if (isUp) {
      faults.push({ key: 'c', title: 'crash', act: { act: 'crash', node } }, { key: 'p', title: 'cut off from the others', act: { act: 'partition', nodes: [node] } }, { key: 's', title: `slow by ${ms(byNs)}`, act: { act: 'slow', node, byNs } });
      if (protocol.behaviours.length > 0) faults.push({ key: 'e', title: `lie: ${behaviour}`, act: { act: 'lie', node, behaviour } });
    } else faults.push({ key: 'u', title: 'start again with its disk', act: { act: 'restart', node, disk: 'kept' } }, { key: 'z', title: 'start again without memory', act: { act: 'restart', node, disk: 'lost' } });
  }
  if (run.applied.some(({ act }) => act === 'partition' || act === 'one-way' || act === 'slow')) faults.push({ key: 'v', title: 'heal the network', act: { act: 'heal' } });
  return faults;
}

export interface HandCard {
  readonly element: HTMLElement;
  readonly behaviour: () => string;
  readonly show: (desk: StageDesk, names: Names) => void;
}

export function handCard(protocol: StageProtocol, act: (fault: Fault) => void, redraw: () => void): HandCard {
  const select = h('select', { class: 'field', 'aria-label': 'How it lies', on: { change: redraw } }, protocol.behaviours.map(({ id, means }) => h('option', { value: id, selected: id === (protocol.behaviours.find((each) => each.id === 'twins') ?? protocol.behaviours[0])?.id }, `${id}: ${means}`)));
  const text = h('p', { class: 'stage-hand-text' });
  const buttons = h('div', { class: 'stage-hand-acts', role: 'group', 'aria-label': 'Faults' });
  const lies = h('label', { class: 'labelled stage-lies' }, h('span', {}, 'E lies how'), select);
  return {
    element: h('div', { class: 'stage-hand' }, text, buttons, lies),
    behaviour: () => select.value,
    show: (desk, names) => {
      const { hand, run, branch: { record } } = desk;
      const { model } = run;
      lies.hidden = !(hand?.kind === 'node' && run.nodes[hand.node]!.isUp) || protocol.behaviours.length === 0;
      fill(text, hand === undefined ? 'Nothing in hand. Press a replica’s name or a message under way, or use ↑ ↓ and M.' : hand.kind === 'node' ? nodeText(desk, hand.node) : messageText(hand.number));
      fill(buttons, faultsAt(desk, select.value).map((fault) => h('button', { class: 'button', type: 'button', 'data-fault': fault.key, on: { click: () => act(fault) } }, h('kbd', { 'aria-hidden': 'true' }, fault.key.toUpperCase()), fault.title)));

      function messageText(number: number): (string | HTMLElement)[] {
        const { from, to, sentNs, dueNs, message, fate, endEvent } = record.messages[number - 1]!;
        const state = endEvent > desk.event ? `under way, due ${ms(dueNs)}` : fate;
        return [h('b', {}, model.words(message, names.of)), ` ${nodeName(from, model.replicas)} → ${nodeName(to, model.replicas)}`, h('span', { class: 'small' }, ` message ${number}, sent ${ms(sentNs)}, ${state}, ${model.bytesOf(message)} B`)];
      }
    },
  };
}

function nodeText({ run, session: { options } }: StageDesk, node: number): (string | HTMLElement)[] {
  const { model, sim } = run;
  const { isUp, player, behaviour, timers } = run.nodes[node]!;
  const running = [...timers].map(([timer, { dueNs }]) => `${model.timerName(node, timer)} in ${ms(dueNs - sim.now)}`);
  return [h('b', {}, nodeName(node, options.replicas)), ` ${isUp ? model.role(node, player.state) : 'down'}${behaviour === undefined ? '' : `, lies: ${behaviour}`}`, h('span', { class: 'small' }, running.length === 0 ? ' no timer runs' : ` timers: ${running.join(', ')}`)];
}
