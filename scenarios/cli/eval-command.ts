/** `eval`: a bare model on the user's own data. JSON in, JSON out, one start-up for many inputs. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigError } from '../testbed/config-error.ts';
import { parseInput } from '../testbed/problems.ts';
import { registry } from '../testbed/registry.ts';
import { StoreError } from '../testbed/store.ts';
import type { EvalContext, EvalModel } from '../eval/model.ts';
import { EXIT } from './exit-code.ts';
import type { Host } from './host.ts';
import { knownName } from './options.ts';

export async function evalCommand(host: Host, name: string, file: string | undefined): Promise<number> {
  const model = await registry.evalModel(knownName('model', name, registry.evalIds));
  const fromFile = file !== undefined && file !== '-';
  const input = parseJson(fromFile ? read(file).toString('utf8') : await readAll(host.stdin));
  refuseDeep(input);
  const base = fromFile ? dirname(resolve(file)) : process.cwd();
  const context: EvalContext = { readFile: (path) => read(resolve(base, path)) };
  const output = Array.isArray(input) ? input.map((element, index) => evaluate(model, element, context, `[${index}]`)) : evaluate(model, input, context, '');
  host.stdout.write(`${JSON.stringify(output)}\n`);
  return EXIT.done;
}

function evaluate(model: EvalModel, input: unknown, context: EvalContext, prefix: string): unknown {
  const parsed = parseInput(model.input, input, prefix);
  try {
    return model.evaluate(parsed, context);
  } catch (error) {
    if (!(error instanceof ConfigError) || prefix === '') throw error;
    throw new ConfigError(error.problems.map(({ path, message }) => ({ path: path === '' || path.startsWith('[') ? `${prefix}${path}` : `${prefix}.${path}`, message })));
  }
}

/** Deeper than any model's input; text much deeper would exhaust the stack of whoever walks it. */
const DEPTH_MAX = 100;

function refuseDeep(value: unknown): void {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) throw new ConfigError([{ path: '', message: `the input nests lists and objects more than ${DEPTH_MAX} deep; allowed is at most ${DEPTH_MAX}` }]);
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each).filter((inner) => typeof inner === 'object') : []));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (text.trim() === '') throw new ConfigError([{ path: '', message: 'the input is empty; allowed is a JSON object or an array of them' }]);
    throw new ConfigError([{ path: '', message: `the input is no JSON (${error instanceof Error ? error.message : String(error)}); allowed is a JSON object or an array of them` }]);
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new ConfigError([{ path: '', message: `there is no file ${path}` }]);
    throw new StoreError(path, 'read', error as NodeJS.ErrnoException);
  }
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part as Buffer));
  return Buffer.concat(parts).toString('utf8');
}
