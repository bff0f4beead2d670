/** What became of each task, as flat columns: one row a finished task, in order of ending. For tables and traces, not for the hot path of long runs. */
import type { TaskTable } from '../tasks.ts';
import { isRegulated } from './options.ts';

/** Columns of a row, in order. Times in ns; `program` is REGULATORY or ORDINARY. */
export const RECORD_COLUMNS = [
  'id', 'level', 'label', 'type', 'arrivalNs', 'firstStartNs', 'endNs', 'sizeNs', 'cpuNs', 'preemptions', 'waitNs', 'migrations', 'program',
] as const;
export type RecordColumn = (typeof RECORD_COLUMNS)[number];

const WIDTH = RECORD_COLUMNS.length;

export class TaskRecords {
  count = 0;
  private readonly tasks: TaskTable;
  private cells = new Float64Array(WIDTH * 256);

  constructor(tasks: TaskTable) {
    this.tasks = tasks;
  }

  /** The task is done now; call it while its columns are those of its end. `program` served it last. */
  add(task: number, endNs: number, program: number): void {
    const { tasks } = this;
    const at = this.count * WIDTH;
    if (at === this.cells.length) {
      const larger = new Float64Array(this.cells.length * 2);
      larger.set(this.cells);
      this.cells = larger;
    }
    const { cells } = this;
    const arrivalNs = tasks.arrivalNs[task]!;
    const cpuNs = tasks.cpuNs[task]!;
    cells[at] = tasks.serial[task]!;
    cells[at + 1] = tasks.level[task]!;
    cells[at + 2] = tasks.label[task]!;
    cells[at + 3] = tasks.type[task]!;
    cells[at + 4] = arrivalNs;
    cells[at + 5] = tasks.firstStartNs[task]!;
    cells[at + 6] = endNs;
    cells[at + 7] = tasks.sizeNs[task]!;
    cells[at + 8] = cpuNs;
    cells[at + 9] = tasks.preemptions[task]!;
    // Of an open job, which never sleeps: all time in which it was not served, costs of switching to it included.
    cells[at + 10] = endNs - arrivalNs - cpuNs;
    cells[at + 11] = tasks.migrations[task]!;
    cells[at + 12] = program;
    this.count += 1;
  }

  get(row: number, column: RecordColumn): number {
    return this.cells[row * WIDTH + RECORD_COLUMNS.indexOf(column)]!;
  }

  /** CPU time that went into regulated data: by label, so that ordinary tasks served on a higher level do not count. */
  regulatedCpuNs(): number {
    let sum = 0;
    for (let row = 0; row < this.count; row++) if (isRegulated(this.get(row, 'label'))) sum += this.get(row, 'cpuNs');
    return sum;
  }
}
