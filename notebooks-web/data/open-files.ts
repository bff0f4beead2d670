/** Files a reader brings along: measures.csv to compare, report.json to read. All or nothing; errors name the place. */
import type { Report } from '../../scenarios/testbed/report-types.ts';
import { parseMeasures, type MeasureRow } from './csv.ts';
import { DataError, LIMITS, parseJson } from './safe-json.ts';
import { reportShape } from './shapes.ts';

export interface Opened {
  readonly name: string;
  readonly measures?: readonly MeasureRow[];
  readonly report?: Report;
}

export async function openFile(file: Pick<File, 'name' | 'size' | 'arrayBuffer'>): Promise<Opened> {
  const name = file.name.slice(0, 80);
  // The size is known before a byte is read: a huge file is refused at once.
  if (file.size > LIMITS.bytes) throw new DataError(`${name}: ${Math.ceil(file.size / (1 << 20))} MiB; allowed are ${LIMITS.bytes >> 20} MiB. Nothing was loaded.`);
  let content: string;
  try {
    content = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new DataError(`${name}: not UTF-8 text. Nothing was loaded.`);
  }
  if (/\.csv$/i.test(file.name)) return { name, measures: parseMeasures(content, name) };
  if (/\.json$/i.test(file.name)) return { name, report: reportShape(parseJson(content, name), name) };
  throw new DataError(`${name}: this page opens measures.csv and report.json. Nothing was loaded.`);
}
