/** `swarm`: a protocol under random faults, until something breaks or the runs are done; and `--replay`, one case again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { ConfigError } from '../testbed/config-error.ts';
import { runCase, type SwarmOutcome } from '../testbed/pbft-swarm.ts';
import { StoreError } from '../testbed/store.ts';
import { caseFromJson, caseToText } from '../testbed/swarm-file.ts';
import { emptyReport, neverMet, type SwarmFailure, type SwarmReport, swarmRun } from '../testbed/swarm.ts';
import { EXIT } from './exit-code.ts';
import { say, tell, type Host } from './host.ts';
import { shellWord } from './options.ts';
import { progressBar } from './progress.ts';

export interface SwarmCommandOptions {
  readonly protocol: string;
  readonly runs: number;
  readonly minutes?: number;
  readonly seed: string;
  readonly faulty?: number;
  readonly out: string;
  readonly replay?: string;
}

export async function swarmCommand(host: Host, options: SwarmCommandOptions): Promise<number> {
  return options.replay === undefined ? campaign(host, options) : replay(host, options.replay);
}

async function campaign(host: Host, { runs, minutes, seed, faulty, out }: SwarmCommandOptions): Promise<number> {
  const report = emptyReport();
  const progress = progressBar(host);
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once('SIGINT', stop);
  const untilMs = minutes === undefined ? Infinity : performance.now() + minutes * 60_000;
  progress.start('swarm', runs, 0);
  for (let run = 0; run < runs && !interrupt.signal.aborted && performance.now() < untilMs; run++) {
    swarmRun(report, seed, run, faulty === undefined ? {} : { faulty });
    progress.finished(run);
    // Lets the interrupt key through.
    if (run % 8 === 0) await setImmediate();
  }
  progress.stop();
  process.removeListener('SIGINT', stop);
  tellReport(host, report);
  const first = report.failures.find(({ outcome }) => !outcome.isBeyond) ?? report.failures[0];
  if (first !== undefined) tellFailure(host, first, seed, out);
  if (interrupt.signal.aborted) return EXIT.interrupted;
  return report.failures.some(({ outcome }) => !outcome.isBeyond) ? EXIT.invariant : EXIT.done;
}

function tellReport(host: Host, report: SwarmReport): void {
  const counts = new Map<string, number>();
  for (const { outcome } of report.failures) {
    const name = `${outcome.broken}${outcome.isBeyond ? ' (beyond f)' : ''}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  say(host, `pbft: ${report.runs} runs, ${report.events} events, ${report.failures.length === 0 ? 'nothing broke' : `${report.failures.length} broke: ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}`}.`);
  const line = (map: ReadonlyMap<string, number>, keep: (name: string) => boolean): string => [...map].filter(([name]) => keep(name)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name} ${count}`).join(', ');
  say(host, `Faults met: ${line(report.faults, (name) => !report.drawnLiars.has(name))}.`);
  say(host, `Runs in which a liar lied, of those that had it: ${[...report.drawnLiars].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, drawn]) => `${name.replace(/^byzantine: /, '')} ${report.faults.get(name) ?? 0} of ${drawn}`).join(', ')}.`);
  say(host, `Observed: ${line(report.branches, (name) => !name.startsWith('ignored'))}.`);
  say(host, `Ignored: ${line(new Map([...report.branches].map(([name, count]) => [name.replace(/^ignored: /, ''), name.startsWith('ignored') ? count : 0])), (name) => report.branches.has(`ignored: ${name}`))}.`);
  const { faults, branches } = neverMet(report);
  if (faults.length + branches.length > 0) say(host, `Never met, so nothing is said about them: ${[...faults, ...branches].join(', ')}.`);
}

function tellFailure(host: Host, { run, outcome, smallest, drawnFaults }: SwarmFailure, seed: string, out: string): void {
  say(host, '');
  say(host, brokenWords(outcome, ` in run ${run} of seed ${seed}`));
  say(host, `  ${outcome.message}`);
  say(host, `  smallest plan, ${smallest.plan.length} of ${drawnFaults} faults, n = ${smallest.config.n}:`);
  for (const fault of smallest.plan) say(host, `    ${JSON.stringify(fault)}`);
  try {
    writeFileSync(out, caseToText(smallest, outcome.broken!));
  } catch (error) {
    throw new StoreError(out, 'write', error as NodeJS.ErrnoException);
  }
  say(host, `  repeat it with: npx ledgerlab swarm --replay ${shellWord(out)}`);
}

const brokenWords = ({ broken, isBeyond }: SwarmOutcome, where = ''): string => `${isBeyond ? 'BEYOND f' : 'BROKEN'} ${broken}${where}${isBeyond ? ': more nodes were faulty than PBFT promises to bear' : ''}`;

function replay(host: Host, path: string): number {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new ConfigError([{ path: '', message: `there is no file ${path}` }]);
    throw new StoreError(path, 'read', error as NodeJS.ErrnoException);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ConfigError([{ path, message: `is no JSON (${error instanceof Error ? error.message : String(error)}); allowed is a file that swarm wrote` }]);
  }
  const { swarmCase, broken } = caseFromJson(json);
  const outcome = runCase(swarmCase);
  const end = `${outcome.events} events, fingerprint ${outcome.fingerprint}.`;
  if (outcome.broken === undefined) say(host, `Nothing broke: ${end}`);
  else for (const line of [brokenWords(outcome), `  ${outcome.message}`, end]) say(host, line);
  if (broken !== undefined && outcome.broken !== broken) tell(host, `The file was written for '${broken}': the sources have changed since, or the file has.`);
  return outcome.broken === undefined || outcome.isBeyond ? EXIT.done : EXIT.invariant;
}
