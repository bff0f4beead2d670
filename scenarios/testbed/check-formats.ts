/** The answer of `check` for people, programs, test reports (JUnit XML) and GitHub's annotations. */
import type { CheckReport, CheckRow } from './check.ts';

export type CheckFormat = 'text' | 'json' | 'junit' | 'github';

export function formatCheck(report: CheckReport, format: CheckFormat): string {
  if (format === 'json') return JSON.stringify(report, null, 2);
  if (format === 'junit') return junit(report);
  return format === 'github' ? github(report) : text(report);
}

const label = ({ scenario, name }: CheckRow): string => (name === '' ? scenario : `${scenario}/${name}`);

function text(report: CheckReport): string {
  const lines = report.rows.map((row) => `${row.status === 'failed' ? 'FAILED' : row.status.padEnd(6)} ${label(row)}: ${row.message}`);
  return [...lines, summary(report)].join('\n');
}

function summary({ rows, failed, tests, alpha }: CheckReport): string {
  const verdict = failed === 0 ? `All ${rows.length} rows hold` : `${failed} of ${rows.length} rows failed`;
  return `${verdict}; ${tests} tests share a chance of ${alpha * 100} % for any false alarm.`;
}

function junit({ rows, failed }: CheckReport): string {
  const cases = rows.map((row) => {
    const open = `    <testcase classname="${xml(row.scenario)}" name="${xml(row.name === '' ? row.scenario : row.name)}"`;
    if (row.status === 'failed') return `${open}>\n      <failure message="${xml(row.message)}"/>\n    </testcase>`;
    if (row.status === 'undecided') return `${open}>\n      <skipped message="${xml(row.message)}"/>\n    </testcase>`;
    return `${open}/>`;
  });
  const skipped = rows.filter(({ status }) => status === 'undecided').length;
  const counts = `tests="${rows.length}" failures="${failed}" errors="0" skipped="${skipped}"`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites ${counts}>`, `  <testsuite name="ledgerlab check" ${counts}>`, ...cases, '  </testsuite>', '</testsuites>'].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '\n': '&#10;', '\r': '&#13;', '\t': '&#9;' };

/** Escaped for an attribute; characters that XML 1.0 cannot hold become U+FFFD. */
function xml(value: string): string {
  return value.replace(/[&<>"'\n\r\t]/g, (character) => ENTITIES[character]!).replace(/[^\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}

function github(report: CheckReport): string {
  const lines = report.rows
    .filter(({ status }) => status === 'failed' || status === 'undecided')
    .map((row) => `::${row.status === 'failed' ? 'error' : 'warning'} title=${property(label(row))}::${data(row.message)}`);
  return [...lines, summary(report)].join('\n');
}

/** Workflow commands end at a line and separate properties by commas and colons. */
function data(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(value: string): string {
  return data(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
