/** What is chosen on the network page: the flows in front, the path behind one fold. */
import { h } from '../shell/dom.ts';
import { fixed, THIN } from '../shell/format.ts';
import { nextSeed } from '../schedule/schedule-controls.ts';
import { CONTROLLERS } from './controller-choices.ts';
import { bufferPackets, type FlowOptions, isSeed, NUMBERS, type NumberName, numberProblem, togetherProblem } from './flow-options.ts';

export interface Controls {
  readonly front: HTMLElement;
  readonly fold: HTMLElement;
}

export function flowControls(start: FlowOptions, change: (options: FlowOptions) => void): Controls {
  let options = start;
  const together = h('p', { class: 'problem small', role: 'alert' });
  // Drops name segments of one run: on another path they would name other packets.
  const set = (part: Partial<FlowOptions>): void => {
    options = { ...options, ...part, drops: [] };
    summary.textContent = summaryOf(options);
    second.hidden = options.b === 'none';
    const problem = togetherProblem(options);
    together.textContent = problem ?? '';
    if (problem === undefined) change(options);
  };
  const controller = (side: 'a' | 'b'): HTMLSelectElement => {
    const select = h('select', { class: 'field', 'aria-label': side === 'a' ? 'Flow 1' : 'Flow 2', on: { change: () => set({ [side]: select.value }) } },
      side === 'b' ? h('option', { value: 'none', selected: options.b === 'none' }, 'nobody') : null,
      CONTROLLERS.map(({ id, long }) => h('option', { value: id, selected: options[side] === id }, long)));
    return select;
  };
  const field = (name: NumberName): HTMLElement => numberField(name, options[name], (value) => set({ [name]: value }));
  const second = field('bStartS');
  second.hidden = options.b === 'none';
  const seed = h('input', { class: 'field', value: options.seed, maxlength: 60, spellcheck: false, autocomplete: 'off', on: { change: () => {
    const isGood = isSeed(seed.value);
    seed.setAttribute('aria-invalid', String(!isGood));
    if (isGood) set({ seed: seed.value });
  } } });
  const another = h('button', { class: 'button', type: 'button', on: { click: () => {
    seed.value = nextSeed(options.seed);
    set({ seed: seed.value });
  } } }, 'Other seed');
  const summary = h('span', {}, summaryOf(options));
  return {
    front: h('div', { class: 'schedule-front flow-front', role: 'group', 'aria-label': 'Who sends' },
      h('span', { class: 'side' }, h('b', {}, 'Flow 1'), controller('a')), h('span', { class: 'side' }, h('b', {}, 'Flow 2'), controller('b')),
      h('span', { class: 'flow-quick' }, field('bufferBdp'), field('lossPercent'))),
    fold: h('details', { class: 'schedule-fold' }, h('summary', {}, h('b', {}, 'Path and times'), summary),
      h('div', { class: 'schedule-fields' }, field('rateMbps'), field('rttMs'), field('seconds'), field('aStartS'), second, h('label', { class: 'labelled' }, h('span', {}, 'Seed'), seed), another), together),
  };
}

function numberField(name: NumberName, start: number, change: (value: number) => void): HTMLElement {
  const { title, unit, low, high } = NUMBERS[name];
  const problem = h('span', { class: 'problem', role: 'alert' });
  const input = h('input', { class: 'field', type: 'number', min: low, max: high, step: 'any', value: start, on: { change: () => {
    const wrong = numberProblem(name, input.valueAsNumber);
    input.setAttribute('aria-invalid', String(wrong !== undefined));
    problem.textContent = wrong ?? '';
    if (wrong === undefined) change(input.valueAsNumber);
  } } });
  return h('label', { class: 'labelled' }, h('span', {}, `${title}, ${unit}`), input, problem);
}

function summaryOf(options: FlowOptions): string {
  const { rateMbps, rttMs, lossPercent, seconds, seed } = options;
  const room = bufferPackets(options);
  return [`${rateMbps}${THIN}Mbit/s`, `${rttMs}${THIN}ms there and back`, `room for ${fixed(room)} ${room === 1 ? 'packet' : 'packets'}`, lossPercent === 0 ? 'nothing lost by chance' : `${lossPercent}${THIN}% lost by chance`, `${seconds}${THIN}s`, `seed ${seed}`].join(' · ');
}
