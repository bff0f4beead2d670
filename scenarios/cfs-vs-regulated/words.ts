/** Headline and narrative: every number from the data, sentences left out where the arms they are about were not run. */
import { replicationsOf } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import { HIGH_LOAD, OVERLOAD, titleOf } from './arms.ts';
import { at, change, direction, factor, factorWithInterval, LEVELS, loadsOf, meanOf, millis, rateText, ratioCell, stableLoadsOf } from './effects.ts';

const MODES = ['np-fcfs', 'pr-fcfs', 'poll-fcfs'] as const;

const hasRun = (results: ResultSet, arm: string, load: number): boolean => results.select(at(arm, load)).length > 0;

/** The load that the headline speaks of: the highest below 1 at which both sides ran. */
function mainLoad(results: ResultSet): number | undefined {
  return stableLoadsOf(results).filter((load) => hasRun(results, 'pr-fcfs', load) && hasRun(results, 'cfs', load)).at(-1);
}

export function headline(results: ResultSet): string {
  const load = mainLoad(results);
  if (load === undefined) return 'The regulated queue (pr) and CFS did not both run at a load below 1 in this result';
  const p99 = LEVELS.map((level) => change(results, `p99L${level}Ns`, 'pr-fcfs', 'cfs', load));
  if (p99.some((effect) => effect === undefined)) return `At load ${load} a level had no stable p99 under the regulated queue (pr) or CFS`;
  const gains = LEVELS.filter((level) => direction(p99[level - 1]) === 'lower');
  const pays = LEVELS.filter((level) => direction(p99[level - 1]) === 'higher');
  const named = (levels: readonly number[]): string => levels.map((level) => `L${level} (${factor(p99[level - 1])})`).join(', ');
  if (gains.length === 0 && pays.length === 0) return `At load ${load} no level's p99 under the regulated queue (pr) can be told from that under CFS with these replications`;
  const means = LEVELS.filter((level) => !pays.includes(level) && direction(change(results, `meanL${level}Ns`, 'pr-fcfs', 'cfs', load)) === 'higher');
  const inMean = means.map((level) => `L${level} (mean ${factor(change(results, `meanL${level}Ns`, 'pr-fcfs', 'cfs', load))})`).join(', ');
  const payers = [named(pays), inMean].filter((text) => text !== '').join(', ');
  const parts = [gains.length > 0 ? `cuts the p99 response of ${named(gains)}` : 'cuts nobody\'s p99', payers === '' ? 'and nobody can be shown to pay' : `while the price falls on ${payers}`];
  return `At load ${load} the preemptive regulated queue (pr) ${parts.join(' ')}, against CFS on the same jobs`;
}

function priceParagraph(results: ResultSet): string {
  const rows = stableLoadsOf(results).flatMap((load) =>
    MODES.filter((arm) => hasRun(results, arm, load)).map((arm) => `| ${load} | ${titleOf(arm).replace('Regulated ', '')} | ${LEVELS.map((level) => ratioCell(change(results, `p99L${level}Ns`, arm, 'cfs', load))).join(' | ')} |`));
  if (rows.length === 0) return '';
  const means = stableLoadsOf(results).flatMap((load) => {
    const effect = change(results, 'meanL4Ns', 'pr-fcfs', 'cfs', load);
    return effect === undefined ? [] : [`${factorWithInterval(effect)} at load ${load}`];
  });
  const tails = means.length === 0 ? '' : `The mean response of L4 under pr is that of CFS ${means.join(', ')}: its short jobs wait behind its long ones, which CFS spares them.`;
  return ['**What regulation costs, and whom.** Ratios of the p99 response under the regulated queue to that under CFS with equal nice, at each load, with 95 % intervals:', ['| load | mode | L1 | L2 | L3 | L4 |', '|---|---|---|---|---|---|', ...rows].join('\n'), ...(tails === '' ? [] : [tails])].join('\n\n');
}

function modeParagraph(results: ResultSet): string {
  const load = mainLoad(results);
  if (load === undefined || !hasRun(results, 'np-fcfs', load)) return '';
  const p99 = (arm: string): string => millis(meanOf(results, 'p99L1Ns', arm, load));
  const sentences = [`**The mode decides as much as the queues.** Where a regulatory program only looks at its queues between jobs (np, the literal reading), a payment may have to wait for the whole of a long report: at load ${load} the p99 of L1 is ${p99('np-fcfs')} under np, ${p99('pr-fcfs')} under pr`];
  if (hasRun(results, 'poll-fcfs', load)) sentences.push(`, ${p99('poll-fcfs')} with a look at every poll interval`);
  sentences.push(`, and ${p99('cfs')} under CFS.`);
  if (hasRun(results, 'cfs-nice', load)) sentences.push(` Plain CFS with nice values by level, which needs no new scheduler, gives ${p99('cfs-nice')} for L1 and ${millis(meanOf(results, 'p99L4Ns', 'cfs-nice', load))} for L4 (regulated pr: ${millis(meanOf(results, 'p99L4Ns', 'pr-fcfs', load))}).`);
  return sentences.join('');
}

function starvationParagraph(results: ResultSet): string {
  const sentences: string[] = [];
  const load = loadsOf(results).find((value) => value >= 1);
  if (load !== undefined && hasRun(results, 'pr-fcfs', load)) {
    const growth = (arm: string): string => LEVELS.map((level) => `${rateText(meanOf(results, `growthL${level}PerS`, arm, load))} (L${level})`).join(', ');
    sentences.push(`**Who starves.** At load ${load} queues grow under any scheduler; levels decide whose. Regulated pr: backlogs grow by ${growth('pr-fcfs')} jobs a second. CFS: ${growth('cfs')}.`);
  }
  const starved = (arm: string): string => `${meanOf(results, 'starvedL4', arm, HIGH_LOAD).toFixed(1)} under ${titleOf(arm)}`;
  const shown = ['pr-fcfs', 'np-fcfs', 'cfs'].filter((arm) => hasRun(results, arm, HIGH_LOAD));
  if (shown.length > 0) sentences.push(`At load ${HIGH_LOAD}, jobs of L4 that waited for more than the starvation limit, a run: ${shown.map(starved).join(', ')}.`);
  return sentences.join(' ');
}

function boundsParagraph(results: ResultSet): string {
  const arms = ['pr-aging', 'pr-reserve', 'pr-weights', 'pr-boost'].filter((arm) => hasRun(results, arm, HIGH_LOAD));
  if (arms.length === 0 || !hasRun(results, 'pr-fcfs', HIGH_LOAD)) return '';
  const parts = arms.map((arm) => `${titleOf(arm).replace('Regulated pr, ', '')}: L4's longest wait ${factorWithInterval(change(results, 'maxWaitL4Ns', arm, 'pr-fcfs', HIGH_LOAD))}, L1's p99 ${factorWithInterval(change(results, 'p99L1Ns', arm, 'pr-fcfs', HIGH_LOAD))}`);
  const over = hasRun(results, 'pr-reserve-over', OVERLOAD) ? ` In overload (${OVERLOAD}) the reservation lets the backlog of L4 grow by ${rateText(meanOf(results, 'growthL4PerS', 'pr-reserve-over', OVERLOAD))} a second, strict order by ${rateText(meanOf(results, 'growthL4PerS', 'pr-fcfs', OVERLOAD))}; L3's grows by ${rateText(meanOf(results, 'growthL3PerS', 'pr-reserve-over', OVERLOAD))} and ${rateText(meanOf(results, 'growthL3PerS', 'pr-fcfs', OVERLOAD))}.` : '';
  return `**What bounds it.** Against strict order (pr) at load ${HIGH_LOAD}: ${parts.join('; ')}.${over} A bound is a promise about the worst case: where strict order already serves L4 in time, a reservation changes little and costs little.`;
}

function robustnessParagraph(results: ResultSet): string {
  if (!hasRun(results, 'pr-srt', HIGH_LOAD)) return '';
  const list = (arm: string, baseline: string): string => LEVELS.map((level) => `L${level} ${factorWithInterval(change(results, `meanL${level}Ns`, arm, baseline, HIGH_LOAD))}`).join(', ');
  const sentences = ['**How robust to wrong sizes.** Levels are given by labels, not by sizes; only a policy inside a level can be misled.'];
  for (const arm of ['pr-srt-s1', 'pr-srt-s2'].filter((name) => hasRun(results, name, HIGH_LOAD))) sentences.push(`${titleOf(arm)}: mean responses ${list(arm, 'pr-srt')} of the oracle's.`);
  if (hasRun(results, 'srt-s1', HIGH_LOAD)) sentences.push(`SRT without levels, error 1: ${list('srt-s1', 'srt')}.`);
  if (hasRun(results, 'pr-srt-average', HIGH_LOAD)) sentences.push(`Sizes learned as the running average of a type: SRT inside the levels (pr) ${list('pr-srt-average', 'pr-srt')} of the oracle's, since jobs of one level look alike${hasRun(results, 'srt-average', HIGH_LOAD) ? `; SRT without levels ${list('srt-average', 'srt')}` : ''}.`);
  if (hasRun(results, 'pr-mis', HIGH_LOAD)) sentences.push(`Five per cent of jobs on a level drawn at random (pr): p99 ${LEVELS.map((level) => `L${level} ${factorWithInterval(change(results, `p99L${level}Ns`, 'pr-mis', 'pr-fcfs', HIGH_LOAD))}`).join(', ')}.`);
  return sentences.join(' ');
}

export function narrative(results: ResultSet): string {
  const count = replicationsOf(results);
  return [
    'The energy-blockchain operating system puts every task on one of four queues, by whether its data is regulated and whether it is real-time, and serves them in order: a regulatory program first, an ordinary one when the regulated work is done. The paper claims that this meets regulation and real-time needs together, and reports no measurement. Here the same jobs go through it and through the schedulers that people have.',
    priceParagraph(results),
    '![](figure:price)',
    '![](figure:p99-over-load)',
    modeParagraph(results),
    '![](figure:response-ccdf)',
    '![](figure:level-policy-heatmap)',
    starvationParagraph(results),
    '![](figure:overload)',
    boundsParagraph(results),
    '![](figure:bounds)',
    robustnessParagraph(results),
    '![](figure:robustness)',
    'What a level gains or loses depends on the size of the job as well: a fair scheduler is kind to short jobs on every level, queues in order are kind to a level.',
    '![](figure:slowdowns)',
    '![](figure:paired-differences)',
    `**How sure.** ${count === 1 ? 'One run: no interval.' : `Intervals are 95 % over ${count} replications; every scheduler meets the same arrivals and sizes in a replication, so differences are paired.`} Jobs that arrive in the warm-up are served and not counted; every other one is followed until it leaves, and a level whose jobs do not get done has a rate of growth instead of a mean. One core. The workload is a choice, not a trace of a real node: bring your own load, mix and size law with the parameters.`,
  ].filter((paragraph) => paragraph !== '').join('\n\n');
}
