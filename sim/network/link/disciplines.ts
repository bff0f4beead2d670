/** Queue disciplines as plain data, for questions and scenarios. */
import type { RandomStream } from '../../random.ts';
import type { PacketStore } from '../packets.ts';
import { CoDel, type CoDelOptions } from './codel.ts';
import type { QueueDiscipline } from './discipline.ts';
import { DropTail, type DropTailLimit } from './drop-tail.ts';
import { FqCoDel, type FqCoDelOptions } from './fq-codel.ts';
import { Pie, type PieOptions } from './pie.ts';
import { Red, type RedOptions } from './red.ts';

export type DisciplineSpec =
  | ({ readonly discipline: 'drop-tail' } & DropTailLimit)
  | ({ readonly discipline: 'red' } & RedOptions)
  | ({ readonly discipline: 'codel' } & CoDelOptions)
  | ({ readonly discipline: 'fq-codel' } & FqCoDelOptions)
  | ({ readonly discipline: 'pie' } & PieOptions);

/** `stream` is asked for by disciplines that draw. */
export function createDiscipline(spec: DisciplineSpec, packets: PacketStore, stream: () => RandomStream): QueueDiscipline {
  switch (spec.discipline) {
    case 'drop-tail':
      return new DropTail(packets, spec);
    case 'red':
      return new Red(packets, spec, stream());
    case 'codel':
      return new CoDel(packets, spec);
    case 'fq-codel':
      return new FqCoDel(packets, spec, stream());
    case 'pie':
      return new Pie(packets, spec, stream());
  }
}
