/** Small shared parts: verdict mark, fingerprint chip, segmented switch, notices, copying, announcements, downloads. */
import type { Verdict } from '../../scenarios/testbed/report-types.ts';
import { h, s, type Child } from './dom.ts';

/** The four outcomes of a measured claim, in the order in which the board counts them. */
export const VERDICTS = ['reproduced', 'partly', 'not reproduced', 'not decidable'] as const satisfies readonly Verdict[];

export const verdictClass = (word: Verdict): string => `is-${word.replace(' ', '-')}`;

/** The four marks differ in fill, not only in colour: disc with tick, half disc, ring with cross, dashed ring. */
export function mark(word: Verdict): SVGElement {
  const shapes: Readonly<Record<Verdict, readonly SVGElement[]>> = {
    reproduced: [s('circle', { cx: 8, cy: 8, r: 7.5, fill: 'currentColor' }), s('path', { d: 'M4.6 8.2l2.4 2.4 4.4-5', fill: 'none', stroke: 'var(--paper)', 'stroke-width': 1.8 })],
    partly: [s('circle', { cx: 8, cy: 8, r: 6.7, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.6 }), s('path', { d: 'M8 1.3a6.7 6.7 0 0 0 0 13.4z', fill: 'currentColor' })],
    'not reproduced': [s('circle', { cx: 8, cy: 8, r: 6.7, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.6 }), s('path', { d: 'M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2', stroke: 'currentColor', 'stroke-width': 1.6 })],
    'not decidable': [s('circle', { cx: 8, cy: 8, r: 6.7, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.6, 'stroke-dasharray': '2.6 2.66' })],
    invalid: [s('rect', { x: 1.5, y: 1.5, width: 13, height: 13, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.6 }), s('path', { d: 'M5 5l6 6M11 5l-6 6', stroke: 'currentColor', 'stroke-width': 1.6 })],
    'not run': [s('path', { d: 'M3 8h10', stroke: 'currentColor', 'stroke-width': 1.8 })],
  };
  return s('svg', { viewBox: '0 0 16 16', class: `mark ${verdictClass(word)}`, 'aria-hidden': 'true' }, shapes[word]);
}

export const verdict = (word: Verdict): HTMLElement => h('span', { class: `verdict ${verdictClass(word)}` }, mark(word), word);

/** The fingerprint as 16 bars, one a byte; the bars of two equal runs are equal across the room. */
export function bars(fingerprint: string | undefined): SVGElement {
  const known = fingerprint ?? '';
  return s(
    'svg',
    { viewBox: '0 0 66 16', 'aria-hidden': 'true', class: 'bars' },
    Array.from({ length: 16 }, (_, i) => {
      const byte = Number.parseInt(known.slice(2 * i, 2 * i + 2), 16);
      const height = Number.isNaN(byte) ? 0.8 : 1.5 + (byte / 255) * 14.5;
      return s('rect', { x: i * 4.15, y: 16 - height, width: 3.1, height });
    }),
  );
}

export type ChipState = { readonly word: string; readonly verdict?: Verdict };

/** Bars, first eight digits and a state in words; a press copies the whole value. */
export function chip(fingerprint: string | undefined, state?: ChipState): HTMLElement {
  if (fingerprint === undefined) return h('span', { class: 'chip' }, bars(undefined), 'no run yet');
  const digits = `${fingerprint.slice(0, 4)} ${fingerprint.slice(4, 8)}`;
  const button = h(
    'button',
    {
      class: 'chip', type: 'button', 'aria-label': `fingerprint ${digits}${state === undefined ? '' : ` ${state.word}`}; copy`, title: fingerprint, 'data-fingerprint': fingerprint,
      on: { click: () => { void copy(fingerprint, 'Fingerprint'); button.classList.toggle('open'); } },
    },
    bars(fingerprint), digits,
    state === undefined ? null : [' ', h('span', { class: `state ${state.verdict === undefined ? '' : verdictClass(state.verdict)}` }, state.word)],
    h('span', { class: 'whole' }, fingerprint),
  );
  return button;
}

/** One of several; arrow keys move, one tab stop. */
export function segmented<T extends string>(label: string, options: readonly (readonly [value: T, text: string])[], selected: T, change: (value: T) => void): HTMLElement {
  const buttons = options.map(([value, text]) =>
    h('button', { type: 'button', role: 'radio', 'aria-checked': String(value === selected), tabindex: value === selected ? 0 : -1, 'data-value': value, on: { click: () => choose(value) } }, text),
  );
  function choose(value: T): void {
    buttons.forEach((button) => {
      const on = button.dataset['value'] === value;
      button.setAttribute('aria-checked', String(on));
      button.tabIndex = on ? 0 : -1;
    });
    change(value);
  }
  return h(
    'div',
    {
      class: 'segmented', role: 'radiogroup', 'aria-label': label,
      on: {
        keydown: (event) => {
          const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          event.stopPropagation();
          const now = buttons.findIndex((button) => button.tabIndex === 0);
          const next = (now + step + buttons.length) % buttons.length;
          choose(options[next]![0]);
          buttons[next]!.focus();
        },
      },
    },
    buttons,
  );
}

export const pictureOrTable = (change: (view: 'picture' | 'table') => void): HTMLElement =>
  segmented('Show as', [['picture', 'picture'], ['table', 'table']], 'picture', change);

export function notice(strong: string, rest: string, bad = false): HTMLElement {
  return h('div', { class: bad ? 'notice bad' : 'notice', role: 'note' }, mark(bad ? 'not reproduced' : 'partly'), h('p', {}, h('b', {}, strong), rest === '' ? '' : ` ${rest}`));
}

/** The first sentence stands out, the rest explains. */
export function noticeOf(text: string, bad = false): HTMLElement {
  const match = /^(.+?[.!?])\s+(.*)$/s.exec(text);
  return notice(match?.[1] ?? text, match?.[2] ?? '', bad);
}

/** Said once by screen readers, politely. */
export function announce(text: string): void {
  const region = document.getElementById('announcements');
  if (region !== null) region.textContent = text;
}

export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    announce(`${what} copied.`);
  } catch {
    // No clipboard without a secure context: show the text, selected, to be copied by hand.
    const field = h('input', { class: 'field', readonly: true, value: text, 'aria-label': what });
    const dialog = h('dialog', { 'aria-label': what }, h('h2', {}, what), h('p', {}, field), h('form', { method: 'dialog' }, h('button', { class: 'button' }, 'Close')));
    document.body.append(dialog);
    dialog.addEventListener('close', () => dialog.remove());
    dialog.showModal();
    field.select();
  }
}

export function download(name: string, type: string, content: string | Blob): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content;
  const address = URL.createObjectURL(blob);
  h('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export const commandText = (command: string): HTMLElement =>
  h('span', { class: 'command' }, h('code', {}, command), ' ', h('button', { class: 'link tiny', type: 'button', 'aria-label': `copy ${command}`, on: { click: () => void copy(command, 'Command') } }, 'copy'));

/** Rows of plain records as a table; text only. Numbers align right. */
export function dataTable(columns: readonly string[], rows: readonly (readonly Child[])[], caption?: string): HTMLElement {
  const isNumber = (value: Child): boolean => typeof value === 'number' || (typeof value === 'string' && /^[−+\d][\d\s\u202f.,−%]*$/.test(value));
  const numeric = columns.map((_, at) => rows.some((row) => isNumber(row[at])) && rows.every((row) => row[at] === '' || isNumber(row[at])));
  const cell = (at: number): string => (numeric[at] === true ? 'n' : '');
  const table = h(
    'table', { class: 'data' },
    caption === undefined ? null : h('caption', { class: 'visually-hidden' }, caption),
    h('thead', {}, h('tr', {}, columns.map((name, at) => h('th', { scope: 'col', class: cell(at) }, name)))),
    h('tbody', {}, rows.map((row) => h('tr', {}, row.map((value, at) => (at === 0 ? h('th', { scope: 'row', class: cell(at) }, value) : h('td', { class: cell(at) }, value)))))),
  );
  return h('div', { class: rows.length > 14 ? 'scroll tall' : 'scroll', tabindex: 0, role: 'region', 'aria-label': caption ?? 'table' }, table);
}
