/** The design tokens as data, read from the style sheet itself, for charts, exports and the colour test. */
import source from '../style/tokens.css?raw';

export type SchemeName = 'light' | 'dark';
export type Tokens = Readonly<Record<string, string>>;

export function readTokens(css: string, scheme: SchemeName): Tokens {
  const tokens: Record<string, string> = {};
  for (const [, name = '', light = '', dark = ''] of css.matchAll(/--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g)) {
    tokens[name] = scheme === 'light' ? light : dark;
  }
  for (const [, name = '', stack = ''] of css.matchAll(/--(sans|serif|mono):\s*([^;]+);/g)) tokens[name] = stack;
  return tokens;
}

export const LIGHT: Tokens = readTokens(source, 'light');
export const DARK: Tokens = readTokens(source, 'dark');
export const tokensOf = (scheme: SchemeName): Tokens => (scheme === 'light' ? LIGHT : DARK);
