/** Foreign files: what is refused, with row, column and value, and that nothing is half loaded. */
import { describe, expect, it } from 'vitest';
import { formatCsv, parseCsv, parseMeasures, strictNumber } from './csv.ts';
import { resultPath } from './load.ts';
import { openFile } from './open-files.ts';
import { DataError, LIMITS, parseJson } from './safe-json.ts';
import { reportShape } from './shapes.ts';

const HEADER = 'scenario,arm,l0_files,replication,seed,measure,unit,value';
const file = (name: string, content: string | Uint8Array, size?: number): { name: string; size: number; arrayBuffer: () => Promise<ArrayBuffer> } => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { name, size: size ?? bytes.length, arrayBuffer: () => Promise.resolve(bytes.slice().buffer) };
};

describe('CSV', () => {
  it('reads what RFC 4180 allows', () => {
    expect(parseCsv('\ufeffa,b\r\n"x, y","line\r\nbreak ""quoted"""\r\n1,', 'f')).toEqual([['a', 'b'], ['x, y', 'line\r\nbreak "quoted"'], ['1', '']]);
    expect(parseCsv('a\nb\n', 'f')).toEqual([['a'], ['b']]);
  });

  it.each([
    ['a,b\n1\n', 'row 2, column 2: 1 cells where the header has 2'],
    ['a\n"open\n', 'row 2, column 1: a quoted cell does not end'],
    ['a\n"x"y\n', 'row 2, column 1: text after a closing quote'],
    ['a\nx"y\n', 'row 2, column 1: a quote inside an unquoted cell'],
    ['a\n\0\n', 'row 2, column 1: a NUL character'],
    [`${'a,'.repeat(300)}a\n`, 'more than 200 columns'],
  ])('refuses %j', (source, message) => {
    expect(() => parseCsv(source, 'f.csv')).toThrow(message);
  });

  it.each(['', ' ', '0x10', 'Infinity', 'NaN', '1e999', '1,5', '--1', '01', '1 '])('does not take %j for a number', (cell) => {
    expect(strictNumber(cell)).toBeUndefined();
  });

  it('names row, column and value of a bad measure', () => {
    expect(() => parseMeasures(`${HEADER}\nx,paper,4,0,s,get,ns,12\nx,paper,4,0,s,get,ns,abc\n`)).toThrow("measures.csv: row 3, column value: 'abc' is not a number. Nothing was loaded.");
    expect(() => parseMeasures(`${HEADER}\nx,paper,4,0.5,s,get,ns,12\n`)).toThrow("column replication: '0.5' is not a whole number");
    expect(() => parseMeasures('scenario,__proto__\nx,y\n')).toThrow('__proto__');
    expect(() => parseMeasures('scenario,scenario\nx,y\n')).toThrow('twice');
    expect(parseMeasures(`${HEADER}\nx,paper,4,0,s,get,ns,12\n`)[0]).toMatchObject({ arm: 'paper', value: 12, replication: 0 });
  });

  it('round-trips its own cells, and guards formulas only for spreadsheets', () => {
    const rows = [['=1+1', -5, 'a "b", c']];
    expect(parseCsv(formatCsv(['x', 'y', 'z'], rows), 'f')[1]).toEqual(['=1+1', '-5', 'a "b", c']);
    expect(formatCsv(['x', 'y', 'z'], rows, true)).toContain("'=1+1");
  });
});

describe('JSON', () => {
  it.each(['{"__proto__":{"x":1}}', '{"a":{"constructor":1}}', '[{"prototype":1}]'])('refuses %s and leaves prototypes alone', (source) => {
    expect(() => parseJson(source, 'f')).toThrow(DataError);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('refuses depth, and shapes that do not fit, by path', () => {
    expect(() => parseJson('['.repeat(60) + ']'.repeat(60), 'f')).toThrow('nested deeper');
    expect(() => reportShape({ format: 2 }, '')).toThrow('this page reads format 1');
    expect(() => reportShape({ format: 1, scenario: 's', title: 't', question: 'q', source: { document: 'd', place: 'p' }, headline: 'h', narrative: 'n', figures: [{ id: 'a', title: 7 }], claims: [], notes: [] }, '')).toThrow('figures[0].title: 7 is not text. Nothing was loaded.');
  });
});

describe('files and paths', () => {
  it('refuses a huge file before reading a byte', async () => {
    const huge = { name: 'measures.csv', size: 2 ** 30, arrayBuffer: () => Promise.reject(new Error('was read')) };
    await expect(openFile(huge)).rejects.toThrow(`1024 MiB; allowed are ${LIMITS.bytes >> 20} MiB`);
  });

  it('refuses text that is no UTF-8, and files of other kinds', async () => {
    await expect(openFile(file('measures.csv', new Uint8Array([0xff, 0xfe, 0x41])))).rejects.toThrow('not UTF-8');
    await expect(openFile(file('spec.vl.json', '{"format":1}'))).rejects.toThrow('is not text');
    await expect(openFile(file('page.html', '<p>'))).rejects.toThrow('measures.csv and report.json');
  });

  it.each(['../secret', '/etc/passwd', 'a/../../b', 'a\\b', 'https://x.y/z', 'a/%2e%2e/b', 'a/./b'])('keeps %s out of results/', (path) => {
    expect(() => resultPath(path)).toThrow(DataError);
  });

  it('lets result folders in', () => {
    expect(resultPath('quick/nvm-lsm-latency')).toBe('results/quick/nvm-lsm-latency');
    expect(resultPath('')).toBe('results/');
  });
});
