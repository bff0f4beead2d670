/** Keys that work on every page; pages add their own through `onKey`. Nothing is bound inside inputs. */
import { h } from './dom.ts';
import { announce, copy } from './parts.ts';
import { toggleProjector } from './theme.ts';

export interface KeyHelp {
  readonly keys: string;
  readonly does: string;
}

const SHARED: readonly KeyHelp[] = [
  { keys: '?', does: 'these keys' },
  { keys: '/', does: 'find a scenario, a lesson or a page' },
  { keys: 'b', does: 'projector size on and off' },
  { keys: 'y', does: 'copy the link of this page' },
  { keys: 'Tab, arrows', does: 'move between and inside controls' },
];

let pageHandler: ((key: string, event: KeyboardEvent) => boolean) | undefined;
let pageHelp: readonly KeyHelp[] = [];

/** Installs the keys of a page; returns what removes them. The handler says whether it used the key. */
export function onKey(help: readonly KeyHelp[], handler: (key: string, event: KeyboardEvent) => boolean): () => void {
  pageHandler = handler;
  pageHelp = help;
  return () => {
    if (pageHandler !== handler) return;
    pageHandler = undefined;
    pageHelp = [];
  };
}

let singleLetters = true;

let find: (() => void) | undefined;

export function bindKeys(openFind: () => void): void {
  find = openFind;
  window.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest('input, select, textarea, [contenteditable], dialog') !== null) return;
    // Space and Enter belong to a focused button or link.
    if ((event.key === ' ' || event.key === 'Enter') && event.target instanceof Element && event.target.closest('button, a, summary') !== null) return;
    if (!singleLetters && event.key.length === 1 && event.key !== '?') return;
    if (pageHandler?.(event.key, event) === true) return event.preventDefault();
    if (event.key === '?') keysDialog();
    else if (event.key === '/') find?.();
    else if (event.key === 'b' || event.key === 'B') announce(toggleProjector() ? 'Projector size on.' : 'Projector size off.');
    else if (event.key === 'y' || event.key === 'Y') void copy(location.href, 'Link');
    else return;
    event.preventDefault();
  });
}

export function keysDialog(): void {
  const toggle = h('input', { type: 'checkbox', checked: singleLetters, on: { change: () => (singleLetters = toggle.checked) } });
  const dialog = h(
    'dialog', { 'aria-labelledby': 'keys-title' },
    h('h2', { id: 'keys-title' }, 'Keys'),
    h('dl', {}, [...pageHelp, ...SHARED].map(({ keys, does }) => [h('dt', {}, h('kbd', {}, keys)), h('dd', {}, does)])),
    h('p', {}, h('label', {}, toggle, ' single letters act')),
    h('form', { method: 'dialog' }, h('button', { class: 'button main' }, 'Close')),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
