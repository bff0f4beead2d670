/**
 * The form of a scenario's parameters, derived from its schema: title, value, unit, range with a tick at the default,
 * what changed, what is not allowed. Several values, separated by commas, are a sweep.
 */
import { configure, DEFAULT_SEED, type Configuration, type Request } from '../../scenarios/testbed/config.ts';
import { ConfigError } from '../../scenarios/testbed/config-error.ts';
import { describeParameters, type ParameterInfo } from '../../scenarios/testbed/parameters.ts';
import type { Scenario } from '../../scenarios/testbed/scenario.ts';
import { h } from '../shell/dom.ts';
import { quantity } from '../shell/format.ts';
import { copy, mark } from '../shell/parts.ts';
import { requestOf, runCommand } from './run-link.ts';

export interface FormState {
  /** The checked configuration, or undefined while something is not allowed. */
  readonly configuration: Configuration | undefined;
  readonly problems: number;
  /** Why a run cannot start, in one sentence. */
  readonly reason: string;
}

interface Field {
  readonly name: string;
  readonly element: HTMLElement;
  readonly read: () => string;
  readonly write: (text: string) => void;
  readonly setProblem: (message: string | undefined) => void;
  readonly setChanged: (isChanged: boolean) => void;
}

/** Position of a value on its track, 0..1; wide ranges are logarithmic. */
export function trackPosition(info: Pick<ParameterInfo, 'minimum' | 'maximum'>, value: number): number {
  const { minimum: low = 0, maximum: high = 1 } = info;
  if (high <= low) return 0;
  if (!isWide(low, high)) return (value - low) / (high - low);
  return Math.log1p(Math.max(0, value - low)) / Math.log1p(high - low);
}

export function trackValue(info: Pick<ParameterInfo, 'minimum' | 'maximum' | 'kind'>, position: number): number {
  const { minimum: low = 0, maximum: high = 1 } = info;
  const raw = isWide(low, high) ? low + Math.expm1(position * Math.log1p(high - low)) : low + position * (high - low);
  return info.kind === 'integer' ? Math.round(raw) : Number(raw.toPrecision(3));
}

const isWide = (low: number, high: number): boolean => high - low > 500;

export function parameterForm(scenario: Scenario, start: Configuration, refused: readonly string[], change: (state: FormState) => void): { element: HTMLElement; state: () => FormState; load: (configuration: Configuration) => void } {
  const infos = describeParameters(scenario.parameters);
  const usual = configure(scenario);
  const fields: Field[] = infos.map((info) => parameterField(info, usual.parameters[info.name]!.join(', '), update));
  const arms = choiceField('arms', 'Arms', '', Object.keys(scenario.arms).map((id) => [id, scenario.arms[id]!.title] as const), usual.arms.join(', '), update);
  const seed = textField('seed', 'Seed', DEFAULT_SEED, update);
  const replications = textField('replications', 'Replications', String(usual.replications), update);
  const run = [arms, replications, seed];
  const summary = h('p', { class: 'tiny', 'aria-live': 'polite' });
  let state: FormState = { configuration: start, problems: 0, reason: '' };

  function values(): Request {
    const texts: Record<string, string> = {};
    for (const field of fields) if (normal(field.read()) !== normal(usual.parameters[field.name]!.join(','))) texts[field.name] = field.read();
    return { ...requestOf(texts), arms: arms.read().split(',').map((part) => part.trim()).filter((part) => part !== ''), seed: seed.read(), replications: replications.read().trim() };
  }

  function update(): void {
    const messages = new Map<string, string>();
    let configuration: Configuration | undefined;
    try {
      const request = values();
      configuration = configure(scenario, request);
      checkPoints(scenario, configuration, messages);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const { path, message } of error.problems) messages.set(path, messages.has(path) ? `${messages.get(path)}; ${message}` : message);
    }
    const changed = [...fields].filter((field) => normal(field.read()) !== normal(usual.parameters[field.name]!.join(',')));
    for (const field of [...fields, ...run]) field.setProblem(messages.get(field.name));
    for (const field of fields) field.setChanged(changed.includes(field));
    const stray = [...messages].filter(([path]) => ![...fields, ...run].some(({ name }) => name === path)).map(([, message]) => message);
    const first = [...messages][0];
    state = {
      configuration: messages.size === 0 ? configuration : undefined,
      problems: messages.size,
      reason: first === undefined ? '' : `${infos.find(({ name }) => name === first[0])?.title ?? first[0]}: ${first[1]}`,
    };
    summary.textContent = `${changed.length} of ${fields.length} changed${messages.size === 0 ? '' : `, ${messages.size} to correct`}${stray.length === 0 ? '' : `: ${stray.join('; ')}`}`;
    change(state);
  }

  function load(configuration: Configuration): void {
    for (const field of fields) field.write(configuration.parameters[field.name]!.join(', '));
    arms.write(configuration.arms.join(', '));
    seed.write(configuration.seed);
    replications.write(String(configuration.replications));
    update();
  }

  const groups = [...new Set(infos.map(({ group }) => group))];
  const reset = h('button', { class: 'link', type: 'button', on: { click: () => load(usual) } }, 'reset');
  const command = h('button', { class: 'link', type: 'button', on: { click: () => { if (state.configuration !== undefined) void copy(runCommand(scenario, state.configuration), 'Command'); } } }, 'copy as command');
  const element = h(
    'form', { class: 'parameters', 'aria-label': 'Parameters', on: { submit: (event) => event.preventDefault() } },
    h('h2', {}, 'Parameters'),
    summary, h('p', { class: 'tiny' }, reset, ' · ', command),
    group('Run', run),
    groups.map((title) => group(title, fields.filter((_, at) => infos[at]!.group === title))),
  );
  load(start);
  for (const name of refused) fields.find((field) => field.name === name)?.element.classList.add('refused');
  return { element, state: () => state, load };
}

/** Rules that span several fields hold at every point of the grid; each is told once, at its field. */
function checkPoints(scenario: Scenario, configuration: Configuration, messages: Map<string, string>): void {
  if (scenario.refine === undefined) return;
  const first = Object.fromEntries(Object.entries(configuration.parameters).map(([name, values]) => [name, values[0]!]));
  for (const arm of configuration.arms) {
    for (const { path, message } of scenario.refine({ ...first, ...scenario.arms[arm]!.set }) ?? []) messages.set(path, message);
  }
}

const normal = (text: string): string => text.split(',').map((part) => part.trim()).join(',');
const group = (title: string, members: readonly Field[]): HTMLElement => h('fieldset', {}, h('legend', {}, title), members.map(({ element }) => element));

function frame(name: string, title: string, usual: string, description: string, control: HTMLElement, extra: HTMLElement | null, labelled: boolean): Pick<Field, 'element' | 'setProblem' | 'setChanged'> {
  const problem = h('p', { class: 'problem', id: `problem-${name}`, hidden: true });
  const before = h('span', { class: 'tiny before', hidden: true }, `default ${usual === '' ? 'none' : usual}`);
  const element = h(
    'div', { class: 'parameter', title: description, 'data-name': name },
    h('div', { class: 'parameter-name' }, labelled ? h('label', { for: `parameter-${name}` }, title) : h('span', { id: `label-${name}` }, title), before),
    h('div', { class: 'parameter-control' }, control, extra),
    problem,
  );
  return {
    element,
    setProblem: (message) => {
      problem.hidden = message === undefined;
      problem.replaceChildren(...(message === undefined ? [] : [mark('not reproduced'), h('span', {}, message)]));
      element.classList.toggle('invalid', message !== undefined);
      const input = control.querySelector('input, select') ?? control;
      if (message === undefined) {
        input.removeAttribute('aria-invalid');
        input.removeAttribute('aria-describedby');
      } else {
        input.setAttribute('aria-invalid', 'true');
        input.setAttribute('aria-describedby', problem.id);
      }
    },
    setChanged: (isChanged) => {
      element.classList.toggle('changed', isChanged);
      before.hidden = !isChanged;
    },
  };
}

function textField(name: string, title: string, usual: string, update: () => void): Field {
  const input = h('input', { id: `parameter-${name}`, autocomplete: 'off', spellcheck: 'false', on: { input: update } });
  return { name, ...frame(name, title, usual, '', h('span', { class: 'box' }, input), null, true), read: () => input.value, write: (text) => (input.value = text) };
}

/** Options beyond which a list of choices takes the whole width, and beyond which it folds away. */
const WIDE = 4;
const FOLDED = 8;

function choiceField(name: string, title: string, description: string, options: readonly (readonly [value: string, text: string])[], usual: string, update: () => void): Field {
  const boxes = options.map(([value, text]) => ({ value, text, input: h('input', { type: 'checkbox', value, on: { change: update } }) }));
  const list = h('div', { class: 'choices', role: 'group', 'aria-labelledby': `label-${name}` }, boxes.map(({ input, text }) => h('label', {}, input, h('span', {}, text))));
  const chosen = h('span', {});
  // A long list folds away; its summary says how many are chosen.
  const control = options.length > FOLDED ? h('details', { class: 'folded' }, h('summary', {}, chosen), list) : list;
  const count = (): void => {
    chosen.textContent = `${boxes.filter(({ input }) => input.checked).length} of ${boxes.length} chosen`;
  };
  for (const { input } of boxes) input.addEventListener('change', count);
  const framed = frame(name, title, usual, description, control, null, false);
  if (options.length > WIDE) framed.element.classList.add('wide');
  return {
    name, ...framed,
    read: () => boxes.filter(({ input }) => input.checked).map(({ value }) => value).join(','),
    write: (text) => {
      const on = new Set(normal(text).split(','));
      for (const { input, value } of boxes) input.checked = on.has(value);
      count();
    },
  };
}

/** Units whose large values are easier to read on their ladder. */
const LADDER_UNITS = new Set(['B', 'ns']);

function parameterField(info: ParameterInfo, usual: string, update: () => void): Field {
  const { name, title, unit, description } = info;
  if (info.kind === 'boolean') return choiceField(name, title, description, [['false', 'off'], ['true', 'on']], usual, update);
  if (info.kind === 'choice') return choiceField(name, title, description, (info.choices ?? []).map((value) => [value, value] as const), usual, update);
  const isNumber = info.kind !== 'text';
  const hasTrack = isNumber && info.minimum !== undefined && info.maximum !== undefined;
  const input = h('input', { id: `parameter-${name}`, inputmode: isNumber ? 'decimal' : 'text', autocomplete: 'off', spellcheck: 'false', on: { input: () => { follow(); update(); } } });
  const track = h('input', { type: 'range', min: 0, max: 1, step: 'any', class: 'track', tabindex: -1, 'aria-label': `${title}, slider`, on: { input: () => { input.value = String(trackValue(info, track.valueAsNumber)); follow(); update(); } } });
  const tickAt = usual.includes(',') || !isNumber ? undefined : trackPosition(info, Number(usual));
  const tick = tickAt === undefined ? null : h('span', { class: 'track-default', style: `left:calc(6px + (100% - 12px) * ${tickAt.toFixed(4)})` });
  const inWords = h('span', { class: 'tiny in-words' });
  const follow = (): void => {
    const value = Number(input.value);
    const words = isNumber && LADDER_UNITS.has(unit) && input.value !== '' && Number.isFinite(value) && value >= 10_000 ? quantity(value, unit) : '';
    inWords.textContent = words;
    track.disabled = input.value.includes(',');
    if (Number.isFinite(value)) track.value = String(trackPosition(info, value));
  };
  const box = h('span', { class: 'box' }, input, unit === '' ? null : h('span', { class: 'unit' }, unit));
  const extra = h('span', {}, hasTrack ? h('span', { class: 'track-row' }, track, tick) : null, inWords);
  const framed = frame(name, title, usual, `${description}${description === '' ? '' : ' '}Allowed is ${info.allowed}.`, box, extra, true);
  return { name, ...framed, read: () => input.value, write: (text) => { input.value = text; follow(); } };
}
