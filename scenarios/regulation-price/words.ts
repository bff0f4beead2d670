/** Headline and narrative: every number from the data, sentences left out where the arms they are about were not run. */
import { replicationsOf } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import { BASELINE_TITLES, type Baseline, COST_LOAD, COST_SHARE, MODES, titleOf } from './arms.ts';
import { at, baselinesOf, change, costArmsOf, factor, hasRun, mean, millis, type Point, pointsOf, priceOf, priceText, share } from './effects.ts';

const COST_POINT: Point = { load: COST_LOAD, regulatedShare: COST_SHARE };

/** The point that the headline speaks of: that of the cost arms, or the last that ran. */
function mainPoint(results: ResultSet): Point | undefined {
  return hasRun(results, 'pr', COST_POINT) ? COST_POINT : pointsOf(results).filter((point) => hasRun(results, 'pr', point)).at(-1);
}

const words = ({ load, regulatedShare }: Point): string => `load ${load}, regulated share ${share(regulatedShare)}`;

export function headline(results: ResultSet): string {
  const point = mainPoint(results);
  const baseline = baselinesOf(results).find((name) => point !== undefined && hasRun(results, name, point));
  if (point === undefined || baseline === undefined) return 'The regulated queue (pr) and a scheduler without levels did not both run at one point in this result';
  const price = priceOf(results, 4, 'pr', baseline, point);
  if (price === undefined) return `At ${words(point)} a level had no p99 under the regulated queue (pr) or ${BASELINE_TITLES[baseline]}`;
  const told = price.price !== undefined ? `costs ordinary jobs ${priceText(price)} ms of their p99 for each ms that transactions gain` : 'has no price that can be told from chance';
  const arm = 'pr-classify-50';
  const compute = hasRun(results, arm, point) ? `; classification at 50 us a job takes ${share(mean(results, 'overheadShare', arm, point))} of the core, most of it ${mean(results, 'ordinaryOverheadShare', arm, point) > mean(results, 'overheadShare', arm, point) / 2 ? 'for jobs that are not regulated' : 'for regulated jobs'}` : '';
  return `Against ${BASELINE_TITLES[baseline]} at ${words(point)}, regulation (pr) ${told}${compute}`;
}

function priceParagraph(results: ResultSet, baseline: Baseline): string {
  const rows = pointsOf(results).flatMap((point) => MODES.filter((mode) => hasRun(results, mode, point) && hasRun(results, baseline, point)).map((mode) => {
    const l4 = priceOf(results, 4, mode, baseline, point);
    const gain = l4 === undefined ? 'not run' : millis(l4.gainNs);
    return `| ${point.load} | ${share(point.regulatedShare)} | ${mode} | ${gain} | ${priceText(priceOf(results, 2, mode, baseline, point))} | ${priceText(l4)} | ${priceText(priceOf(results, 4, mode, baseline, point, 'mean'))} |`;
  }));
  if (rows.length === 0) return '';
  return [`**Against ${BASELINE_TITLES[baseline]}.** Milliseconds lost for each millisecond that level 1 gains; below 0 the level gains, too, and where level 1 gains nothing (that can be told from 0) nothing has a price:`, ['| load | regulated | mode | L1 gains (p99) | price, L2 p99 | price, L4 p99 | price, L4 mean |', '|---|---|---|---|---|---|---|', ...rows].join('\n')].join('\n\n');
}

function readingParagraph(results: ResultSet): string {
  const point = mainPoint(results);
  if (point === undefined || !hasRun(results, 'fcfs', point)) return '';
  const sentences = [`**How to read it.** FCFS treats all alike, so what the upper levels win the lower lose; at ${words(point)} the p99 of L4 is ${factor(change(results, 'p99L4Ns', 'pr', 'fcfs', point))} of that under FCFS (pr).`];
  if (hasRun(results, 'cfs', point)) {
    const p99 = priceOf(results, 4, 'pr', 'cfs', point);
    const middle = priceOf(results, 4, 'pr', 'cfs', point, 'mean');
    sentences.push(`CFS shares the core between all jobs, which spares the short ones of a level and stretches the long ones: p99 of L4 ${millis(mean(results, 'p99L4Ns', 'cfs', point))} and mean ${millis(mean(results, 'meanL4Ns', 'cfs', point))}, against ${millis(mean(results, 'p99L4Ns', 'pr', point))} and ${millis(mean(results, 'meanL4Ns', 'pr', point))} here. So the price of L4 against CFS is ${priceText(p99)} in the p99 and ${priceText(middle)} in the mean: who pays depends on what is asked.`);
  }
  return sentences.join(' ');
}

/** Where the transactions themselves are worse off than without levels. */
function harmParagraph(results: ResultSet): string {
  const found = baselinesOf(results).flatMap((baseline) => MODES.flatMap((mode) => {
    const points = pointsOf(results).filter((point) => {
      const effect = change(results, 'p99L1Ns', mode, baseline, point);
      return effect !== undefined && effect.n > 1 && effect.low > 0;
    });
    return points.length === 0 ? [] : [`${mode} against ${BASELINE_TITLES[baseline]} at ${points.map((point) => `${words(point)}, ${factor(change(results, 'p99L1Ns', mode, baseline, point))}`).join('; ')}`];
  }));
  return found.length === 0 ? '' : `**Where transactions themselves lose.** The p99 of level 1 is above that of a scheduler without levels: ${found.join('. ')}. Behind a long job that may not be interrupted, being first in line is worth less than a share of the core.`;
}

function shareParagraph(results: ResultSet): string {
  const points = pointsOf(results).filter((point) => hasRun(results, 'pr', point) && hasRun(results, 'fcfs', point));
  const load = points.at(-1)?.load;
  const row = points.filter((point) => point.load === load);
  if (row.length < 2) return '';
  const list = row.map((point) => `${priceText(priceOf(results, 4, 'pr', 'fcfs', point))} at ${share(point.regulatedShare)}`);
  return `**The more is regulated, the more is paid for each of it?** Price of L4's p99 against FCFS (pr) at load ${load}, by regulated share: ${list.join(', ')}. Level 1 gains ${row.map((point) => millis(priceOf(results, 4, 'pr', 'fcfs', point)!.gainNs)).join(', ')}; level 4 loses ${row.map((point) => millis(priceOf(results, 4, 'pr', 'fcfs', point)!.lossNs)).join(', ')}.`;
}

function costParagraph(results: ResultSet): string {
  const arms = costArmsOf(results);
  if (arms.length === 0) return '';
  const largest = ['pr-classify-', 'pr-handover-'].flatMap((kind) => arms.filter((arm) => arm.startsWith(kind)).slice(-1));
  const rows = arms.map((arm) => `| ${titleOf(arm).replace('Regulated pr, ', '')} | ${share(mean(results, 'overheadShare', arm, COST_POINT))} | ${share(mean(results, 'ordinaryOverheadShare', arm, COST_POINT))} | ${factor(change(results, 'p99L1Ns', arm, 'pr', COST_POINT))} | ${factor(change(results, 'p99L4Ns', arm, 'pr', COST_POINT))} |`);
  return [
    `**Does regulation cost computing power?** The paper says no, since data that is not regulated is filtered out. Filtering is work: each job has to be classified before it can be passed over. At ${words(COST_POINT)} (pr):`,
    ['| cost | of the core | classifying ordinary jobs | p99 of L1 | p99 of L4 |', '|---|---|---|---|---|', ...rows].join('\n'),
    `What the core spends is arrivals times cost; what it does to a tail may be more, since it adds to the load of every queue below. At the largest cost of each kind the p99 of level 1 is ${largest.map((arm) => factor(change(results, 'p99L1Ns', arm, 'pr', COST_POINT))).join(' and ')} of that without, the p99 of level 4 ${largest.map((arm) => factor(change(results, 'p99L4Ns', arm, 'pr', COST_POINT))).join(' and ')}.`,
  ].join('\n\n');
}

export function narrative(results: ResultSet): string {
  const count = replicationsOf(results);
  const rarest = Math.min(...pointsOf(results).map((point) => results.select(at('pr', point)).flatMap((job) => job.latency.filter(({ operation }) => operation === 'response L1').map((entry) => entry.count))).flat());
  return [
    'Queues in order give nothing for nothing: whoever is served first lets others wait. The price of regulation is what the p99 of a lower level loses for each millisecond that the p99 of the transactions gains, at the same load and on the same jobs, against a scheduler that knows no levels.',
    ...baselinesOf(results).map((baseline) => priceParagraph(results, baseline)),
    '![](figure:price)',
    readingParagraph(results),
    '![](figure:tails)',
    harmParagraph(results),
    shareParagraph(results),
    costParagraph(results),
    '![](figure:costs)',
    `**How sure.** ${count === 1 ? 'One run: no interval.' : `Intervals are 95 % over ${count} replications (Fieller's for ratios); all schedulers meet the same jobs in a replication.`}${Number.isFinite(rarest) ? ` The rarest measured L1 had ${rarest} jobs in a run, so where its share is small its p99 is little else than its longest response; the full preset measures more.` : ''} One core, loads below 1. The workload is a choice, not a trace.`,
  ].filter((paragraph) => paragraph !== '').join('\n\n');
}
