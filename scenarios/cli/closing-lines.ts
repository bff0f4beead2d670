/** The lines a command ends with: fingerprint, verdicts with effects, failures with their replay commands. */
import { effectText } from '../testbed/claims.ts';
import { fingerprintBars } from '../testbed/fingerprint.ts';
import type { DerivedResult } from '../testbed/manifest.ts';
import type { ClaimReport, Effect } from '../testbed/report-types.ts';
import type { FolderOutcome } from '../testbed/result-folder.ts';

export function fingerprintChip(fingerprint: string): string {
  return `${fingerprintBars(fingerprint)} ${fingerprint.slice(0, 8)}`;
}

export function runLine({ manifest }: DerivedResult): string {
  return `${fingerprintChip(manifest.fingerprint)}  ${manifest.scenario}: ${manifest.runs.length} runs, ${grouped(manifest.eventCount)} events`;
}

/** 1234567 -> `1 234 567`, in every locale. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ' ');
}

const MARKS: Readonly<Record<ClaimReport['verdict'], string>> = {
  reproduced: '●', partly: '◐', 'not reproduced': '○', 'not decidable': '?', invalid: '✗', 'not run': '–',
};

export function claimRows(claims: readonly ClaimReport[]): string[][] {
  return claims.map((claim) => [`  ${MARKS[claim.verdict]} ${claim.verdict}`, claim.id, `${effectCell(claim.effect)}${readingsCell(claim)}`, paperCell(claim), claim.text]);
}

/** Where the readings of a source disagree, that is the verdict's reason. */
function readingsCell({ verdict, readings, effect }: ClaimReport): string {
  const means = readings.flatMap((reading) => (reading.effect === null ? [] : [reading.effect.mean]));
  if (verdict !== 'not decidable' || effect === null || means.length < 2) return '';
  return `; ${means.length} readings disagree: ${effectText(Math.min(...means), effect.unit)} … ${effectText(Math.max(...means), effect.unit)}`;
}

export function effectCell(effect: Effect | null): string {
  if (effect === null) return 'no effect measured';
  const { mean, low, high, n, unit } = effect;
  const interval = low === null || high === null ? 'no interval' : `${effectText(low, unit)} … ${effectText(high, unit)}`;
  return `${effectText(mean, unit)} (${interval}, n ${n})`;
}

function paperCell(claim: ClaimReport): string {
  const unit = claim.effect?.unit ?? (claim.contrast === 'relative' ? '' : ' ');
  return 'value' in claim.paper ? `source: ${effectText(claim.paper.value, unit)}` : `source: ${claim.paper.direction === 'none' ? 'no effect' : claim.paper.direction}`;
}

/** choice: a defect that breaks every run need not be told a thousand times. */
const FAILURES_SHOWN = 5;

export function failureLines({ failures }: FolderOutcome): string[] {
  const lines = failures.slice(0, FAILURES_SHOWN).flatMap(({ failure, detail }) => [
    `FAILED ${failure.arm}, replication ${failure.replication}, seed ${failure.seed}: ${detail}`,
    ...(failure.replay === '' ? [] : [`  repeat it with: ${failure.replay}`]),
  ]);
  const more = failures.length - FAILURES_SHOWN;
  return more > 0 ? [...lines, `and ${more} more; all are in manifest.json`] : lines;
}
