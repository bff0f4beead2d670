/** Light, dark or as the system says; projector size. Remembered where the browser allows it. */
import type { SchemeName } from './tokens.ts';

export type SchemeChoice = 'system' | SchemeName;

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is refused in private windows and some embeddings; the choice then lasts as long as the page.
  }
}

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function schemeChoice(): SchemeChoice {
  const stored = recall('ledgerlab-scheme');
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** The scheme in force. */
export function scheme(): SchemeName {
  const choice = document.documentElement.dataset['scheme'];
  if (choice === 'light' || choice === 'dark') return choice;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

const announceChange = (): boolean => document.dispatchEvent(new Event('schemechange'));

export function setScheme(choice: SchemeChoice): void {
  if (choice === 'system') delete document.documentElement.dataset['scheme'];
  else document.documentElement.dataset['scheme'] = choice;
  remember('ledgerlab-scheme', choice);
  announceChange();
}

export function toggleProjector(): boolean {
  const on = document.documentElement.toggleAttribute('data-projector');
  announceChange();
  return on;
}

export function startTheme(): void {
  setScheme(schemeChoice());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', announceChange);
}

export const reducedMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
