/** One text form, whatever the order of making; and the names and commands derived from it. */
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256Hex } from './canonical.ts';
import { combineFingerprints, fingerprintBars } from './fingerprint.ts';
import { readValue, snakeCase, type ParameterInfo } from './parameters.ts';
import { nearest } from './problems.ts';

describe('canonical JSON', () => {
  it('sorts keys by code unit and writes each number in one form', () => {
    expect(canonicalJson({ b: [1, -0, 1e21, 0.1], a: { Z: null, a: 'é"' }, 10: true, 9: undefined })).toBe('{"10":true,"a":{"Z":null,"a":"é\\""},"b":[1,0,1e+21,0.1]}');
  });

  it.each([NaN, Infinity, () => 1, undefined, 1n])('refuses %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(/no JSON form/);
  });

  it('has the SHA-256 of FIPS 180-4 behind it', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('fingerprints', () => {
  it('depend on every run and on their order, and show as 16 bars', () => {
    const combined = combineFingerprints(['a', 'b']);
    expect(combined).toMatch(/^[0-9a-f]{32}$/);
    expect(combineFingerprints(['b', 'a'])).not.toBe(combined);
    expect(fingerprintBars('001f20ff')).toBe('▁▁▂█');
  });
});

describe('names and values', () => {
  it.each([['l0CompactionTriggerFiles', 'l0_compaction_trigger_files'], ['valueBytes', 'value_bytes'], ['n', 'n']])('%s is the column %s', (name, column) => {
    expect(snakeCase(name)).toBe(column);
  });

  it('reads numbers only from decimal notation', () => {
    const info = { kind: 'number' } as ParameterInfo;
    expect(['1', '-2.5', '1e3', '.5'].map((text) => readValue(info, text))).toEqual([1, -2.5, 1000, 0.5]);
    expect(['', ' ', '0x10', 'Infinity', '1e999', '1_000'].map((text) => typeof readValue(info, text))).toEqual(Array(6).fill('string'));
  });

  it('suggests the nearest name, and none when nothing is near', () => {
    expect(nearest('valuebyts', ['valueBytes', 'keys'])).toBe('valueBytes');
    expect(nearest('zzzzzzzzzzzz', ['valueBytes', 'keys'])).toBeUndefined();
  });
});
