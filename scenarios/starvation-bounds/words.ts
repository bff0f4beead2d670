/** Headline and narrative: every number from the data, sentences left out where the arms they are about were not run. */
import { replicationsOf } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import { armName, BOUND_NAMES, factsOf, FAMILIES, NORMAL, OVERLOAD } from './arms.ts';
import { armsAt, change, factor, hasRun, LEVELS, mean, millis, rate, share, upperDemand, wholeEstimate } from './effects.ts';

const STRICT = armName('pr');

/** Arms of mode pr that no other beats both in L1's p99 and in L4's longest wait, by their means. */
export function frontier(results: ResultSet): string[] {
  const points = armsAt(results, NORMAL).filter((arm) => factsOf(arm).mode === 'pr').flatMap((arm) => {
    const [p99, wait] = [wholeEstimate(results, 'p99L1Ns', arm, NORMAL), wholeEstimate(results, 'longestWaitL4Ns', arm, NORMAL)];
    return p99 === undefined || wait === undefined ? [] : [{ arm, p99: p99.mean, wait: wait.mean }];
  });
  return points.filter(({ p99, wait }) => !points.some((other) => other.p99 <= p99 && other.wait <= wait && (other.p99 < p99 || other.wait < wait))).sort((a, b) => a.p99 - b.p99 || (a.arm < b.arm ? -1 : 1)).map(({ arm }) => arm);
}

export function headline(results: ResultSet): string {
  const [strict, reserved, aging] = [STRICT, armName('pr', 'reservation'), armName('pr', 'aging')];
  if (![strict, reserved, aging].every((arm) => hasRun(results, arm, OVERLOAD))) return `Strict order, reservation and aging (pr) did not all run at load ${OVERLOAD} in this result`;
  const grows = (arm: string): string => `${rate(mean(results, 'growthL1PerS', arm, OVERLOAD))} jobs a second`;
  const kept = results.values('shortfallL4Ns', { arm: reserved, where: { load: OVERLOAD } });
  const broken = kept.filter((value) => value > 0).length;
  return `When the upper levels overload the core, strict order (pr) leaves level 4 ${share(mean(results, 'supplyL4', strict, OVERLOAD))} of it; a reservation of 20 ms in 100 ms ${broken === 0 ? 'kept its promise in every window of every run' : `broke its promise in ${broken} of ${kept.length} runs`} and the backlog of level 1 grew by ${grows(reserved)}; aging let it grow by ${grows(aging)}`;
}

function strictParagraph(results: ResultSet): string {
  if (!hasRun(results, STRICT, OVERLOAD) || !hasRun(results, STRICT, NORMAL)) return '';
  const growth = LEVELS.map((level) => `${rate(mean(results, `growthL${level}PerS`, STRICT, OVERLOAD))} (L${level})`).join(', ');
  return `**Strict order has no bound.** At load ${NORMAL}, mode pr, a job of level 4 waits ${millis(mean(results, 'longestWaitL4Ns', STRICT, NORMAL))} at the longest (mean over runs), and level 4 has work and no service for up to ${millis(mean(results, 'quietL4Ns', STRICT, NORMAL))}. At load ${OVERLOAD}, where levels 1 to 3 alone ask for ${upperDemand(results, OVERLOAD)} of the core, level 4 gets ${share(mean(results, 'supplyL4', STRICT, OVERLOAD))} of it, and backlogs grow by ${growth} jobs a second. A longer run would show a longer wait: growth is the finding, not a mean.`;
}

function boundParagraph(results: ResultSet): string {
  const rows = BOUND_NAMES.flatMap((bound) => {
    const arm = armName('pr', bound);
    if (!hasRun(results, arm, NORMAL)) return [];
    const over = hasRun(results, arm, OVERLOAD);
    const cells = [
      `${FAMILIES[bound].title}, ${FAMILIES[bound].name(FAMILIES[bound].usual)}`,
      factor(change(results, 'longestWaitL4Ns', arm, STRICT, NORMAL)),
      factor(change(results, 'quietL4Ns', arm, STRICT, NORMAL)),
      factor(change(results, 'p99L1Ns', arm, STRICT, NORMAL)),
      over ? share(mean(results, 'supplyL4', arm, OVERLOAD)) : 'not run',
      over ? rate(mean(results, 'growthL1PerS', arm, OVERLOAD)) : 'not run',
      over ? rate(mean(results, 'growthL4PerS', arm, OVERLOAD)) : 'not run',
    ];
    return [`| ${cells.join(' | ')} |`];
  });
  if (rows.length === 0) return '';
  return [
    `**What bounds it, and what it costs** (pr). Ratios to strict order at load ${NORMAL}; at load ${OVERLOAD} the share of the core that level 4 gets, and the growth of levels 1 and 4 in jobs a second:`,
    [`| bound | longest wait of a job of L4 | longest silence of L4 | p99 of L1 | CPU of L4, overload | growth of L1 | growth of L4 |`, '|---|---|---|---|---|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

function reservationParagraph(results: ResultSet): string {
  const arms = armsAt(results, OVERLOAD).filter((arm) => factsOf(arm).bound === 'reservation' && factsOf(arm).mode === 'pr');
  if (arms.length === 0) return '';
  const parts = arms.map((arm) => `${factsOf(arm).label.replace('reservation, ', '')}: ${millis(mean(results, 'quietL4Ns', arm, OVERLOAD))}, shortfall ${millis(mean(results, 'shortfallL4Ns', arm, OVERLOAD))}`);
  const sentences = [`**The promise of a reservation is exact.** Each run checks (Q/P)(t - 2(P-Q)) over every window in which level 4 had work. In overload, mode pr, the longest silence was, by budget, ${parts.join('; ')}.`];
  const np = armName('np', 'reservation');
  if (hasRun(results, np, OVERLOAD)) sentences.push(`Without preemption (np) a turn waits for the end of a task: shortfall ${millis(mean(results, 'shortfallL4Ns', np, OVERLOAD))}, beyond one such wait ${millis(mean(results, 'excessL4Ns', np, OVERLOAD))}.`);
  sentences.push('What is bounded is the silence of the level. A job of it may still wait for long behind the others of its own level, if the level asks for more than is reserved.');
  return sentences.join(' ');
}

function frontierParagraph(results: ResultSet): string {
  const arms = frontier(results);
  if (arms.length < 2) return '';
  const parts = arms.map((arm) => `${factsOf(arm).label} (${millis(mean(results, 'p99L1Ns', arm, NORMAL))}, ${millis(mean(results, 'longestWaitL4Ns', arm, NORMAL))})`);
  return `**Which to take** (pr, load ${NORMAL}). By their means no other is better in both p99 of level 1 and longest wait of level 4: ${parts.join('; ')}. Neighbours whose intervals overlap in the figure cannot be told apart.`;
}

function modeParagraph(results: ResultSet): string {
  const [pr, np, poll] = [armName('pr'), armName('np'), armName('poll')];
  if (![pr, np].every((arm) => hasRun(results, arm, NORMAL))) return '';
  const l1 = (arm: string): number => mean(results, 'p99L1Ns', arm, NORMAL);
  const others = [`np ${millis(l1(np))}`, ...(hasRun(results, poll, NORMAL) ? [`poll ${millis(l1(poll))}`] : [])];
  const bounds = armsAt(results, NORMAL).filter((arm) => factsOf(arm).mode === 'pr' && factsOf(arm).bound !== 'none');
  const cheaper = bounds.filter((arm) => l1(arm) < l1(np)).length;
  const compared = bounds.length === 0 ? '' : ` Of the ${bounds.length} bounds tried under pr, ${cheaper} cost level 1 less than running each job to its end (np) does without any.`;
  return `**The mode comes first.** Without any bound the p99 of level 1 at load ${NORMAL} is: pr ${millis(l1(pr))}, ${others.join(', ')}.${compared}`;
}

function labelSentence(results: ResultSet): string {
  const changed = results.values('relabelled').reduce((sum, value) => sum + value, 0);
  const promoted = results.values('promotions').reduce((sum, value) => sum + value, 0);
  return promoted === 0 ? '' : ` Of ${promoted} promotions in this result, ${changed} changed a label: ordinary work that was lifted is counted as ordinary.`;
}

export function narrative(results: ResultSet): string {
  const count = replicationsOf(results);
  return [
    'Queues served in strict order do what they say: as long as a higher level has work, a lower one waits. The paper that proposes four such queues names no limit to that wait. Four remedies are known: a job that has waited climbs (aging), the lowest level has some CPU time reserved, the levels share by weight, everybody is lifted to the top now and then (boost). Each has a strength, and each is paid for by the level that the queues were made for.',
    strictParagraph(results),
    '![](figure:growth)',
    '![](figure:supply)',
    boundParagraph(results),
    '![](figure:pareto)',
    frontierParagraph(results),
    reservationParagraph(results),
    '![](figure:silence)',
    `Aging and boost act on jobs: what is promoted joins the line of level 1, in front of every transaction that comes later, with the size it has. In overload they promote faster than the core can serve, and level 1 becomes one queue for all. Reservation and weights act on levels: level 1 loses a share that is known beforehand, whatever the others ask for.${labelSentence(results)}`,
    modeParagraph(results),
    '![](figure:cost)',
    `**How sure.** ${count === 1 ? 'One run: no interval.' : `Intervals are 95 % over ${count} replications; all arms meet the same arrivals and sizes in a replication, so ratios are paired.`} Longest waits depend on the length of the run and compare only between runs of one length. One core; switching is free unless set otherwise, so that promises can be held exactly. The workload is a choice, not a trace.`,
  ].filter((paragraph) => paragraph !== '').join('\n\n');
}
