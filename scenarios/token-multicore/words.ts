/** Headline and narrative: every number from the data, sentences left out where the arms they are about were not run. */
import { replicationsOf } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import { armOf, type Mode, MODES, QUEUES, titleOf } from './arms.ts';
import { carriedLoad, change, changeText, coresOf, difference, hasRun, isSaturated, lossText, mean, millis, normalOf, overloadOf, paramsOf, type Point, share, theoryApplies } from './effects.ts';
import { upperShare } from './parameters.ts';
import { tokenLimit } from './theory.ts';

const plural = (cores: number): string => `${cores} core${cores === 1 ? '' : 's'}`;
const modesWith = (results: ResultSet, queues: readonly (typeof QUEUES)[number][], point: Point): Mode[] => MODES.filter((mode) => queues.every((each) => hasRun(results, armOf(each, mode), point)));

/** The most cores that ran, at a load. */
function largest(results: ResultSet, load: number | undefined): Point | undefined {
  const cores = coresOf(results).at(-1);
  return load === undefined || cores === undefined ? undefined : { cores, load };
}

export function headline(results: ResultSet): string {
  const over = largest(results, overloadOf(results));
  const calm = largest(results, normalOf(results));
  const mode = over === undefined ? undefined : modesWith(results, ['shared', 'token'], over)[0];
  if (over === undefined || mode === undefined) return 'A shared queue and the token did not both run at an overload in this result';
  const lost = difference(results, 'utilisation', armOf('token', mode), armOf('shared', mode), over);
  const first = `A single token for ${plural(over.cores)} leaves ${lossText(lost)} of the core time unused beside waiting work (${mode}, load ${over.load})`;
  if (calm === undefined || !hasRun(results, armOf('token', mode), calm)) return first;
  return `${first}; at load ${calm.load} the backlog of ordinary jobs ${isSaturated(results, 4, armOf('token', mode), calm) ? 'grows without end' : 'stays bounded'}`;
}

function capacityParagraph(results: ResultSet): string {
  const load = overloadOf(results);
  if (load === undefined) return '';
  const rows = MODES.flatMap((mode) => coresOf(results).flatMap((cores) => {
    const point = { cores, load };
    if (!hasRun(results, armOf('token', mode), point)) return [];
    const cell = (queues: (typeof QUEUES)[number]): string => (hasRun(results, armOf(queues, mode), point) ? share(mean(results, 'utilisation', armOf(queues, mode), point)) : 'not run');
    return [`| ${mode} | ${cores} | ${cell('shared')} | ${cell('own')} | ${cell('token')} | ${lossText(difference(results, 'utilisation', armOf('token', mode), armOf('shared', mode), point))} | ${hasRun(results, armOf('shared', mode), point) ? changeText(change(results, 'throughputPerS', armOf('token', mode), armOf('shared', mode), point)) : 'not run'} |`];
  }));
  if (rows.length === 0) return '';
  return [
    `**What it costs.** At load ${load} there is always more to do than the machine can, so idle time is lost time. Against one shared queue the token loses:`,
    ['| mode | cores | shared queue | queue a core | token | lost to the token | jobs a second |', '|---|---|---|---|---|---|---|', ...rows].join('\n'),
    ordinarySentence(results, load),
  ].filter((paragraph) => paragraph !== '').join('\n\n');
}

/** What is served at an overload is mostly the upper levels': the token keeps those below from the rest. */
function ordinarySentence(results: ResultSet, load: number): string {
  const point = largest(results, load)!;
  const parts = modesWith(results, ['shared', 'token'], point).map((mode) => `${share(mean(results, 'coresL4', armOf('token', mode), point))} instead of ${share(mean(results, 'coresL4', armOf('shared', mode), point))} (${mode})`);
  return parts.length === 0 ? '' : `With ${plural(point.cores)} ordinary jobs (L4) have ${parts.join(', ')} of the core time: the upper levels take theirs first.`;
}

function limitParagraph(results: ResultSet): string {
  const arms = MODES.map((mode) => armOf('token', mode)).filter((arm) => results.arms().includes(arm));
  if (arms.length === 0 || results.jobs.length === 0) return '';
  const loads = results.distinct('load').join(', ');
  const seen = coresOf(results).map((cores) => `${plural(cores)}: ${arms.map((arm) => `${carriedLoad(results, arm, cores) ?? 'none'} (${arm.slice(0, 2)})`).join(', ')}`);
  const upper = upperShare(paramsOf(results));
  const theory = theoryApplies(results) ? ` In mode pr there is a closed form: levels 1 to 3 see the machine as their own, and level 4 has it only while they are all gone, which with m cores is the empty state of M/M/m. With ${share(upper)} of the work on levels 1 to 3 the token carries a load of ${coresOf(results).map((cores) => `${tokenLimit(cores, upper).toFixed(2)} with ${plural(cores)}`).join(', ')}, and no more.` : '';
  return `**Up to which load?** Of the loads that ran (${loads}) the largest at which every level got its jobs done under the token: ${seen.join('; ')}.${theory}`;
}

function payersParagraph(results: ResultSet): string {
  const point = largest(results, normalOf(results));
  if (point === undefined) return '';
  const sentences = modesWith(results, ['shared', 'token'], point).map((mode) => {
    const [token, shared] = [armOf('token', mode), armOf('shared', mode)];
    const l1 = `the p99 of L1 is ${millis(mean(results, 'p99L1Ns', token, point))} against ${millis(mean(results, 'p99L1Ns', shared, point))}, ${changeText(change(results, 'p99L1Ns', token, shared, point))}`;
    const l4 = isSaturated(results, 4, token, point) ? `the backlog of L4 grows by ${mean(results, 'growthL4PerS', token, point).toFixed(0)} jobs a second while ${share(mean(results, 'idleBesideWork', token, point))} of the core time is idle beside it` : `the p99 of L4 is ${millis(mean(results, 'p99L4Ns', token, point))} against ${millis(mean(results, 'p99L4Ns', shared, point))}`;
    return `In mode ${mode} ${l1}; ${l4}.`;
  });
  if (sentences.length === 0) return '';
  return `**Who pays, who gains.** With ${plural(point.cores)} at load ${point.load}: ${sentences.join(' ')} Under preemption nobody of a lower level was in the way of transactions before, so the token can give them nothing; without it they wait until the last ordinary job on any core has ended, where a shared queue would let them in after the first.`;
}

function ownParagraph(results: ResultSet): string {
  const points = [normalOf(results), overloadOf(results)].map((load) => largest(results, load)).filter((point) => point !== undefined);
  const rows = points.flatMap((point) => modesWith(results, ['shared', 'own'], point).map((mode) => {
    const [own, shared] = [armOf('own', mode), armOf('shared', mode)];
    return `| ${point.load} | ${mode} | ${share(mean(results, 'inverted', shared, point))} | ${share(mean(results, 'inverted', own, point))} | ${changeText(change(results, 'meanL1Ns', own, shared, point))} | ${changeText(change(results, 'p99L1Ns', own, shared, point))} | ${mean(results, 'migrationsPerJob', shared, point).toFixed(2)} | ${mean(results, 'migrationsPerJob', own, point).toFixed(2)} |`;
  }));
  if (rows.length === 0) return '';
  return [
    `**And with queues of their own?** With ${plural(points[0]!.cores)} whose idle ones take from the others, the highest level first, no time is lost (${titleOf('own', 'np').split(',')[0]} in the table above). But the order of levels holds within each core only: time goes to lower levels at one core while transactions wait at another.`,
    ['| load | mode | L1 passed over, shared | own | mean of L1, own against shared | p99 of L1 | moves a job, shared | own |', '|---|---|---|---|---|---|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

export function narrative(results: ResultSet): string {
  const count = replicationsOf(results);
  const params = results.jobs.length === 0 ? undefined : paramsOf(results);
  return [
    'The paper has two programs: the regulatory one inspects the queues in order, and when their tasks are finished it hands the right to the queues to the ordinary one. On one core that is strict priority. With several cores it can be read in three ways: each core has a right of its own to one shared queue; each core has queues of its own; or the right is one token for the machine, and an ordinary job may run only while no regulatory job is in service on any core. The last is the reading to the letter.',
    capacityParagraph(results),
    '![](figure:capacity)',
    limitParagraph(results),
    payersParagraph(results),
    '![](figure:cores)',
    ownParagraph(results),
    '![](figure:tails)',
    `**How sure.** ${count === 1 ? 'One run: no interval.' : `Intervals are 95 % over ${count} replications; all readings meet the same jobs in a replication, at each number of cores.`}${params === undefined ? '' : ` Sizes are ${params.sizeLaw}, ${params.measuredJobs} jobs are measured in a run, and checkers hold every run to its rules: order of levels, token, work conservation wherever it is promised.`} Cores are alike and share a cache${params !== undefined && params.contextSwitchUs + params.migrationUs + params.handoverUs === 0 ? '; switches, moves and hand-overs cost nothing here (parameters)' : ''}. The mix of the load is a choice, not a trace.`,
  ].filter((paragraph) => paragraph !== '').join('\n\n');
}
