/**
 * Four storage zones and who may modify what: the subject is the zone that a program lives in, the object the zone of the data.
 *
 * Source: Internet of blockchain for energy, Electric Power ICT 18(6), 2020, section 5, table 1 and the text around it. Cells on
 * which the paper is silent are options with proposed values (`SILENT`); none is hidden in the code. Left out: reading across zones,
 * which the paper leaves to the labels.
 */

/** 1 plaintext: open data; 2 ciphertext: encrypted data; 3 regulatory: accounts, transactions, persons; 4 kernel: OS files, boot area. */
export const ZONES = [1, 2, 3, 4] as const;
export type Zone = (typeof ZONES)[number];

/**
 * yes and no; key: with the key of the data; append: existing bytes stay; abnormal: only in an abnormal situation, and a program that
 * then modifies a T file is stopped at once; part: those OS files that are meant to change.
 */
export type Right = 'yes' | 'no' | 'key' | 'append' | 'abnormal' | 'part';

/** Cells that the paper leaves open, `program zone to data zone`. */
export interface SilentCells {
  readonly '1-1': Right;
  readonly '1-2': Right;
  readonly '2-1': Right;
  readonly '2-2': Right;
  readonly '3-4': Right;
  readonly '4-1': Right;
  readonly '4-2': Right;
}

/** choice: a program works in its own zone; encrypted data is changed by who has the key; the regulator's programs leave the kernel alone. */
export const SILENT: SilentCells = { '1-1': 'yes', '1-2': 'key', '2-1': 'yes', '2-2': 'yes', '3-4': 'no', '4-1': 'yes', '4-2': 'yes' };

/** Rows: zone of the program; columns: zone of the data. */
export type RightsMatrix = readonly (readonly Right[])[];

export function rightsMatrix(silent: SilentCells = SILENT): RightsMatrix {
  return [
    [silent['1-1'], silent['1-2'], 'no', 'no'],
    [silent['2-1'], silent['2-2'], 'no', 'no'],
    ['yes', 'yes', 'append', silent['3-4']],
    [silent['4-1'], silent['4-2'], 'abnormal', 'part'],
  ];
}

export interface Modification {
  readonly program: Zone;
  readonly data: Zone;
  /** Leaves existing bytes as they are. */
  readonly isAppend: boolean;
  /** The file has a T label. */
  readonly isTFile: boolean;
  /** The caller holds the key of the data. */
  readonly hasKey: boolean;
  /** An abnormal situation was declared. */
  readonly isAbnormal: boolean;
  /** An OS file that is meant to change, e.g. a log or a configuration. */
  readonly isMutableSystemFile: boolean;
}

/** stop: refused, and the program is ended at once. */
export type ZoneVerdict = 'allow' | 'refuse' | 'stop';

/** May the program modify the data? */
export function ruleModification(rights: RightsMatrix, what: Modification): { readonly verdict: ZoneVerdict; readonly reason: string } {
  const { program, data } = what;
  const right = rights[program - 1]![data - 1]!;
  const where = `a program of zone ${program} on data of zone ${data}`;
  // Before the cell: whatever else a kernel program may do in zone 3, it may not touch a T file.
  if (program === 4 && what.isTFile) return { verdict: 'stop', reason: `${where}: a kernel program that modifies a T file is stopped` };
  const needed: Readonly<Record<Right, readonly [holds: boolean, need: string]>> = {
    yes: [true, ''],
    no: [false, 'no modification'],
    key: [what.hasKey, 'only with the key of the data'],
    append: [what.isAppend, 'only appends'],
    abnormal: [what.isAbnormal, 'only in an abnormal situation'],
    part: [what.isMutableSystemFile, 'only system files that are meant to change'],
  };
  const [holds, need] = needed[right];
  return holds ? { verdict: 'allow', reason: `${where}: ${need === '' ? 'permitted' : need}` } : { verdict: 'refuse', reason: `${where}: ${need}` };
}
