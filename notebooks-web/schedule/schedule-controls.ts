/** What is chosen on the scheduler page: the two policies in front, jobs and machine behind one fold. */
import { h } from '../shell/dom.ts';
import { fixed, THIN } from '../shell/format.ts';
import { segmented } from '../shell/parts.ts';
import { POLICIES, POLICY_IDS, type PolicyId } from './policy-choices.ts';
import { isSeed, LAWS, type LawName, MIXES, NUMBERS, type NumberName, numberProblem, type ScheduleOptions, SIZES } from './schedule-options.ts';

export interface Controls {
  readonly front: HTMLElement;
  readonly fold: HTMLElement;
  /** Shows other options without reporting a change. */
  readonly write: (options: ScheduleOptions) => void;
}

export interface ControlsOwner {
  readonly change: (options: ScheduleOptions) => void;
  /** A file of jobs was chosen, or the drawn ones are wanted again; answers what stands in the fold's line. */
  readonly bring: (file: File | undefined) => Promise<string | undefined>;
}

export function scheduleControls(start: ScheduleOptions, owner: ControlsOwner): Controls {
  let options = start;
  /** Name and number of the jobs that were brought. */
  let brought: string | undefined;
  const set = (part: Partial<ScheduleOptions>): void => {
    options = { ...options, ...part };
    summary.textContent = summaryOf(options, brought);
    owner.change(options);
  };
  const policy = (side: 'a' | 'b'): HTMLSelectElement => {
    const groups = [...new Set(POLICY_IDS.map((id) => POLICIES[id].group))];
    const select = h('select', { class: 'field', 'aria-label': `Scheduler ${side.toUpperCase()}`, on: { change: () => set({ [side]: select.value as PolicyId }) } },
      groups.map((group) => h('optgroup', { label: group }, POLICY_IDS.filter((id) => POLICIES[id].group === group).map((id) => h('option', { value: id, selected: options[side] === id }, POLICIES[id].title)))));
    return select;
  };
  const [first, second] = [policy('a'), policy('b')];
  const swap = (): void => {
    set({ a: options.b, b: options.a });
    first.value = options.a;
    second.value = options.b;
  };
  const load = numberField('load', options.load, (value) => set({ load: value }));
  const loadTrack = h('input', { type: 'range', class: 'track', min: 0.1, max: 1.3, step: 0.05, value: options.load, 'aria-label': 'Load', on: { input: () => {
    load.write(loadTrack.valueAsNumber);
    set({ load: loadTrack.valueAsNumber });
  } } });
  const seed = h('input', { class: 'field', value: options.seed, maxlength: 60, spellcheck: false, autocomplete: 'off', on: { change: () => {
    const isGood = isSeed(seed.value);
    seed.setAttribute('aria-invalid', String(!isGood));
    if (isGood) set({ seed: seed.value });
  } } });
  const another = h('button', { class: 'button', type: 'button', on: { click: () => {
    seed.value = nextSeed(options.seed);
    set({ seed: seed.value });
  } } }, 'Other seed');
  const choice = <T extends string>(title: string, all: Readonly<Record<string, string>>, value: T, pick: (value: T) => void): { element: HTMLElement; select: HTMLSelectElement } => {
    const select = h('select', { class: 'field', on: { change: () => pick(select.value as T) } }, entries(all, value));
    return { element: h('label', { class: 'labelled' }, h('span', {}, title), select), select };
  };
  const list = (text: string): number[] => text.split(',').map(Number);
  const mix = choice('Who brings the work', MIXES, options.mix.join(','), (text) => set({ mix: list(text) }));
  const sizes = choice('Mean size by level', SIZES, options.sizesMs.join(','), (text) => set({ sizesMs: list(text) }));
  const law = choice<LawName>('Sizes', LAWS, options.law, (value) => set({ law: value }));
  const numbers = (['switchUs', 'pollMs', 'jobs'] as const).map((name) => numberField(name, options[name], (value) => set({ [name]: value })));
  let cores = coresSwitch();
  function coresSwitch(): HTMLElement {
    return h('div', { class: 'labelled' }, h('span', {}, NUMBERS.cores.title), segmented('Cores', ['1', '2', '3', '4'].map((n) => [n, n] as const), String(options.cores), (n) => set({ cores: Number(n) })));
  }
  const file = h('input', { type: 'file', accept: '.csv,text/csv', class: 'visually-hidden', id: 'open-trace', on: { change: () => void bring(file.files?.[0]) } });
  const drawn = h('button', { class: 'button', type: 'button', hidden: true, on: { click: () => void bring(undefined) } }, 'Drawn jobs again');
  async function bring(wanted: File | undefined): Promise<void> {
    brought = await owner.bring(wanted);
    file.value = '';
    drawn.hidden = brought === undefined;
    for (const element of [...workload, loadPlace]) element.hidden = brought !== undefined;
    summary.textContent = summaryOf(options, brought);
  }
  const [switchCost, poll, count] = numbers.map(({ element }) => element);
  const loadPlace = h('span', { class: 'schedule-load' }, load.element, loadTrack);
  /** What a file of jobs stands for. */
  const workload = [mix.element, sizes.element, law.element, count!];
  const summary = h('span', {}, summaryOf(options, brought));
  const body = h('div', { class: 'schedule-fields' }, workload, cores, switchCost, poll, h('label', { class: 'labelled' }, h('span', {}, 'Seed'), seed), another,
    h('div', { class: 'labelled' }, h('span', {}, 'Own jobs: arrival_us,size_us,level,weight'), h('span', { class: 'schedule-trace' }, h('label', { class: 'button' }, 'Open a CSV file', file), drawn)));
  return {
    front: h('div', { class: 'schedule-front', role: 'group', 'aria-label': 'What is compared' },
      h('span', { class: 'side' }, h('b', {}, 'A'), first), h('span', { class: 'side' }, h('b', {}, 'B'), second),
      h('button', { class: 'button', type: 'button', 'aria-label': 'Swap A and B', title: 'Swap A and B', on: { click: swap } }, '⇄'),
      loadPlace),
    fold: h('details', { class: 'schedule-fold' }, h('summary', {}, h('b', {}, 'Jobs and machine'), summary), body),
    write: (next) => {
      options = next;
      first.value = next.a;
      second.value = next.b;
      load.write(next.load);
      loadTrack.value = String(next.load);
      seed.value = next.seed;
      for (const [field, all, value] of [[mix, MIXES, next.mix.join(',')], [sizes, SIZES, next.sizesMs.join(',')], [law, LAWS, next.law]] as const) field.select.replaceChildren(...entries(all, value));
      numbers.forEach((field) => field.write(next[field.name]));
      const fresh = coresSwitch();
      cores.replaceWith(fresh);
      cores = fresh;
      summary.textContent = summaryOf(next, brought);
    },
  };
}

/** The choices, and what the link asked for if it is none of them. */
function entries(all: Readonly<Record<string, string>>, value: string): HTMLOptionElement[] {
  const own = Object.hasOwn(all, value) ? [] : [[value, value.replaceAll(',', ' : ')] as const];
  return [...Object.entries(all), ...own].map(([id, text]) => h('option', { value: id, selected: id === value }, text));
}

function numberField<N extends NumberName>(name: N, start: number, change: (value: number) => void): { name: N; element: HTMLElement; write: (value: number) => void } {
  const { title, unit, low, high, isWhole } = NUMBERS[name];
  const problem = h('span', { class: 'problem', role: 'alert' });
  const input = h('input', { class: 'field', type: 'number', min: low, max: high, step: isWhole ? 1 : 'any', value: start, on: { change: () => {
    const wrong = numberProblem(name, input.valueAsNumber);
    input.setAttribute('aria-invalid', String(wrong !== undefined));
    problem.textContent = wrong ?? '';
    if (wrong === undefined) change(input.valueAsNumber);
  } } });
  const write = (value: number): void => {
    input.value = String(Number(value.toPrecision(6)));
    input.removeAttribute('aria-invalid');
    problem.textContent = '';
  };
  return { name, write, element: h('label', { class: 'labelled' }, h('span', {}, unit === '' ? title : `${title}, ${unit}`), input, problem) };
}

/** "ledgerlab" is followed by "ledgerlab 2", that by "ledgerlab 3". */
export function nextSeed(seed: string): string {
  const match = /^(.*?)(?: (\d{1,6}))?$/.exec(seed)!;
  return `${match[1]!.slice(0, 50)} ${Number(match[2] ?? 1) + 1}`;
}

function summaryOf({ jobs, mix, sizesMs, law, cores, switchUs, seed }: ScheduleOptions, brought: string | undefined): string {
  const drawn = [`${fixed(jobs)} jobs`, MIXES[mix.join(',')] ?? `work ${mix.join(' : ')}`, SIZES[sizesMs.join(',')] ?? `sizes ${sizesMs.join(', ')}${THIN}ms`, LAWS[law]];
  const words = [...(brought === undefined ? drawn : [brought]), cores === 1 ? 'one core' : `${cores} cores`, switchUs === 0 ? 'switching is free' : `${switchUs}${THIN}µs a switch`, `seed ${seed}`];
  return words.join(' · ');
}
