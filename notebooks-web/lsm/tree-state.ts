/** What the live picture draws, as plain data: the tree at one moment, its clock so far, and the bill of one read. */
export interface TreeFile {
  readonly id: number;
  /** Key range as fractions of the key space. */
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  readonly tier: 'nvm' | 'ssd';
  /** Where the segments of its learned index begin; empty without one. */
  readonly segments: readonly number[];
}

export interface TreeLevel {
  /** Level 0: newest first. Deeper: in key order. */
  readonly files: readonly TreeFile[];
  readonly bytes: number;
  /** Size at which the level is due for a merge; undefined for level 0, which counts files. */
  readonly limitBytes: number | undefined;
}

export interface TreeJob {
  readonly name: string;
  readonly files: ReadonlySet<number>;
  readonly progress: number;
}

export interface TreeState {
  readonly timeNs: number;
  readonly events: number;
  readonly puts: number;
  readonly isFinished: boolean;
  /** Keys in the memtable, as fractions; and in the one that waits for its flush. */
  readonly memtable: readonly number[];
  readonly immutable: readonly number[];
  /** Filled share of the write buffer. */
  readonly fill: number;
  readonly levels: readonly TreeLevel[];
  readonly job: TreeJob | undefined;
  readonly stall: string | undefined;
  /** Bytes written to devices for each byte of the user. */
  readonly writeAmplification: number;
}

export interface ClockSpan {
  readonly name: string;
  readonly isFlush: boolean;
  readonly startNs: number;
  readonly endNs: number;
}

export interface Stall {
  readonly reason: string;
  readonly startNs: number;
  readonly endNs: number;
}

export interface Clock {
  readonly spans: readonly ClockSpan[];
  readonly stalls: readonly Stall[];
  /** Files in level 0 from this time on. */
  readonly l0: readonly (readonly [timeNs: number, files: number])[];
  readonly limits: { readonly trigger: number; readonly slowdown: number; readonly stop: number };
}

export interface BillLine {
  /** -1 is memory. */
  readonly level: number;
  readonly files: readonly { readonly id: number; readonly found: boolean }[];
  readonly tier: 'memory' | 'nvm' | 'ssd';
  readonly found: boolean;
  readonly costNs: number;
  readonly soFarNs: number;
}

export interface ReadBill {
  /** First digits of the key. */
  readonly key: string;
  /** Its place in the key space. */
  readonly at: number;
  readonly timeNs: number;
  readonly totalNs: number;
  readonly lines: readonly BillLine[];
  /** What the searches on NVM would have cost as block reads of the idle SSD; undefined when there were none. */
  readonly onSsd: { readonly searches: number; readonly costNs: number; readonly device: string } | undefined;
}

/** The reading sentence: how many files were asked before the key was found. */
export function billSentence(bill: ReadBill): string {
  const level0 = bill.lines.find(({ level }) => level === 0);
  const last = bill.lines.at(-1);
  const asked = level0?.files.filter(({ found }) => !found).length ?? 0;
  if (last === undefined || !last.found) return `A get asks ${asked} ${asked === 1 ? 'file' : 'files'} in level 0 and finds nothing.`;
  if (last.level === -1) return 'A get finds its key in memory.';
  if (last.level === 0) return asked === 0 ? 'A get finds its key in the first file of level 0 it asks.' : `A get asks ${asked} ${asked === 1 ? 'file' : 'files'} of level 0 in vain before it finds its key in the next.`;
  return asked === 0 ? `A get finds its key in level ${last.level}; level 0 costs it nothing.` : `A get asks ${asked} ${asked === 1 ? 'file' : 'files'} in level 0 before it finds its key in level ${last.level}.`;
}

/** Groups the steps of a walk by level and sums them up. */
export function billLines(steps: readonly { readonly level: number; readonly file: number; readonly tier: BillLine['tier']; readonly found: boolean; readonly costNs: number }[]): BillLine[] {
  const lines: BillLine[] = [];
  let soFarNs = 0;
  for (const step of steps) {
    soFarNs += step.costNs;
    const last = lines.at(-1);
    const file = { id: step.file, found: step.found };
    if (last !== undefined && last.level === step.level) lines[lines.length - 1] = { ...last, files: [...last.files, file], found: step.found, costNs: last.costNs + step.costNs, soFarNs };
    else lines.push({ level: step.level, files: step.level < 0 ? [] : [file], tier: step.tier, found: step.found, costNs: step.costNs, soFarNs });
  }
  return lines;
}
