/** The fingerprint of a result, and its picture: 16 bars whose heights are the bytes. */
import { sha256Hex } from './canonical.ts';

/** 32 hex digits over the runs' fingerprints in job order. */
export function combineFingerprints(fingerprints: readonly string[]): string {
  return sha256Hex(fingerprints.join('\n')).slice(0, 32);
}

/** U+2581..2588, one bar a byte, eight heights. */
export function fingerprintBars(fingerprint: string): string {
  const bytes = fingerprint.match(/../g) ?? [];
  return bytes.map((hex) => String.fromCharCode(0x2581 + (Number.parseInt(hex, 16) >> 5))).join('');
}
