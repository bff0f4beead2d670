/** Rows of a script that changed nothing: the run knows when they act, and for messages that never came only at its end. */
import type { ActRecord, Recording } from './recording.ts';
import type { Row } from './script.ts';

export interface IdleRow {
  readonly row: Row;
  readonly why: string;
}

/** Why nothing came of an act; undefined: something did. */
export function whyIdle({ row, idle }: ActRecord, { messages }: Recording): string | undefined {
  return idle ?? ('message' in row && row.message > messages.length ? `the run sends ${messages.length} messages` : undefined);
}

/** Those that acted in their order, then those for later than the end. */
export function idleRows(script: readonly Row[], record: Recording): IdleRow[] {
  const acted = record.acts.flatMap((act): IdleRow[] => {
    const why = whyIdle(act, record);
    return why === undefined ? [] : [{ row: act.row, why }];
  });
  const due = new Set(record.acts.map(({ row }) => row));
  return [...acted, ...script.filter((row) => !due.has(row)).map((row) => ({ row, why: 'the run ends before' }))];
}
