/** Books on operations: what was done, refused, logged, missed, and how many rules were asked for it. */
import type { AccessOutcome } from '../../sim/os/zones/access.ts';
import { isModification, type Operation, OPERATIONS } from '../../sim/os/zones/operations.ts';
import type { PlacerEvent } from '../../sim/os/zones/placer.ts';
import type { Recorder } from '../testbed/scenario.ts';

interface Row {
  done: number;
  refused: number;
  stopped: number;
  records: number;
}

export class Tally {
  private readonly rows = new Map<string, Row>();
  private readonly events = new Map<PlacerEvent, number>();
  private readonly loggedNs: number[] = [];
  private checks = 0;
  private missed = 0;
  private needless = 0;
  private overwritten = 0;
  private notLogged = 0;
  private readonly asked = { regulated: 0, open: 0 };

  operation(operation: Operation, isRegulated: boolean, { decision, checks, records, reason }: AccessOutcome, tookNs: number): void {
    const content = isRegulated ? 'regulated' : 'open';
    const key = `${content} ${operation}`;
    const row = this.rows.get(key) ?? { done: 0, refused: 0, stopped: 0, records: 0 };
    this.rows.set(key, row);
    row[decision === 'allow' ? 'done' : decision === 'refuse' ? 'refused' : 'stopped'] += 1;
    row.records += records;
    this.checks += checks;
    this.asked[content] += 1;
    const isDone = decision === 'allow';
    if (isRegulated && isDone && records === 0) this.missed += 1;
    if (!isRegulated && records > 0) this.needless += 1;
    if (isRegulated && isDone && isModification(operation) && operation !== 'append') this.overwritten += 1;
    if (reason === 'its record cannot be written') this.notLogged += 1;
    if (isDone && records > 0) this.loggedNs.push(tookNs);
  }

  placed(event: PlacerEvent): void {
    this.events.set(event, (this.events.get(event) ?? 0) + 1);
  }

  /** `extraChecks`: look-ups beside those of operations. */
  report(record: Recorder, extraChecks: number): void {
    const { regulated, open } = this.asked;
    const total = (field: keyof Row): number => [...this.rows.values()].reduce((sum, row) => sum + row[field], 0);
    for (const content of ['regulated', 'open']) {
      for (const operation of OPERATIONS) {
        const row = this.rows.get(`${content} ${operation}`);
        if (row !== undefined) record.row('operations', { content, operation, ...row });
      }
    }
    record.measure('operations', regulated + open);
    if (regulated > 0) record.measure('missedShare', this.missed / regulated);
    if (open > 0) record.measure('needlessShare', this.needless / open);
    if (regulated + open > 0) record.measure('checksPerOp', (this.checks + extraChecks) / (regulated + open));
    record.measure('overwritten', this.overwritten);
    record.measure('refused', total('refused'));
    record.measure('stopped', total('stopped'));
    record.measure('notLogged', this.notLogged);
    record.measure('movedIn', this.events.get('MIGRATE_IN') ?? 0);
    record.measure('movedOut', this.events.get('MIGRATE_OUT') ?? 0);
    record.measure('badLabels', this.events.get('BAD_LABEL') ?? 0);
    if (this.loggedNs.length > 0) {
      record.measure('loggedOpMeanNs', this.loggedNs.reduce((sum, each) => sum + each, 0) / this.loggedNs.length);
      record.latency('logged operation', this.loggedNs);
    }
  }
}
