/** Find by name: pages, scenarios, lessons. */
import { fill, h } from './dom.ts';

export interface Place {
  readonly title: string;
  readonly kind: string;
  readonly href: string;
}

/** Places that hold every word typed, those that begin with the first word before the others. */
export function matching(places: readonly Place[], typed: string): Place[] {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const text = ({ title, kind }: Place): string => `${title} ${kind}`.toLowerCase();
  const begins = (place: Place): number => Number(words[0] !== undefined && text(place).startsWith(words[0]));
  return places.filter((place) => words.every((word) => text(place).includes(word))).sort((a, b) => begins(b) - begins(a));
}

export function findDialog(load: () => Promise<readonly Place[]>): void {
  if (document.querySelector('dialog') !== null) return;
  const list = h('ul', { class: 'find-list' });
  let places: readonly Place[] = [];
  const show = (): void => fill(list, matching(places, input.value).slice(0, 12).map(({ title, kind, href }) => h('li', {}, h('a', { href, on: { click: () => dialog.close() } }, title), ' ', h('span', { class: 'tiny' }, kind))));
  const input = h('input', { class: 'field', type: 'search', 'aria-label': 'Find', autocomplete: 'off', on: { input: show } });
  const form = h('form', { method: 'dialog', on: { submit: (event) => { event.preventDefault(); list.querySelector('a')?.click(); } } }, input);
  const dialog = h('dialog', { 'aria-labelledby': 'find-title' }, h('h2', { id: 'find-title' }, 'Find'), form, list, h('button', { class: 'button', type: 'button', on: { click: () => dialog.close() } }, 'Close'));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
  void load().then((loaded) => {
    places = loaded;
    show();
  });
}
