/** Headline and narrative: every number from the data, paragraphs left out where the arms they are about were not run. */
import { replicationsOf } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import { campaignOf, count, hasRun, mean, millis, ranArms, share } from './effects.ts';

export function headline(results: ResultSet): string {
  if (!hasRun(results, 'both', 'user-acl')) return 'Labels with anchors and user grades did not both run in this result';
  const rows = campaignOf(results, 'both');
  const sum = (field: 'attempts' | 'found' | 'exposed' | 'silent', place?: string): number => rows.filter((row) => place === undefined || row.place === place).reduce((total, row) => total + row[field], 0);
  return `The audit found ${sum('found', 'old half')} of ${sum('attempts', 'old half')} tamperings with anchored evidence and called ${sum('silent') === 0 ? 'none of the others' : `${sum('silent')} others`} intact; evidence is exposed for up to ${millis(mean(results, 'exposedAgeMaxNs', 'both'))}; labels miss ${share(mean(results, 'missedShare', 'both'))} of the operations on regulated data, grades of users ${share(mean(results, 'missedShare', 'user-acl'))}`;
}

function tamperParagraph(results: ResultSet): string {
  if (!hasRun(results, 'both')) return '';
  const tail = campaignOf(results, 'both').filter(({ place }) => place === 'tail');
  const [tried, found, exposed] = (['attempts', 'found', 'exposed'] as const).map((field) => tail.reduce((sum, row) => sum + row[field], 0));
  const without = hasRun(results, 'unanchored') ? ` Without anchors the chain of hashes finds ${share(mean(results, 'oldFoundShare', 'unanchored'))} of what is done to its old half: whoever repairs the hashes leaves no trace in it.` : '';
  return `**Tampering.** Of the old half, which is anchored, ${share(mean(results, 'oldFoundShare', 'both'))} of all tamperings were found. Of ${tried} in the tail ${found} were found, by a broken hash; the other ${exposed} cannot be found by anybody, and the audit says so: its verdict is then exposed, with the number of records and the time, never intact. An empty tail is no exception, since records may have been dropped from it. False alarms on untouched evidence: ${count(mean(results, 'falseAlarms', 'both'))} a run.${without}`;
}

function exposureParagraph(results: ResultSet): string {
  const arms = (['both', 'by-count', 'by-time', 'often'] as const).filter((arm) => hasRun(results, arm));
  if (arms.length === 0) return '';
  const names = { both: 'count and time', 'by-count': 'count', 'by-time': 'time', often: 'count and time, often' } as const;
  const rows = arms.map((arm) => `| ${[names[arm], count(mean(results, 'anchorsPerS', arm)), millis(mean(results, 'windowMeanNs', arm)), millis(mean(results, 'exposedAgeMaxNs', arm)), count(mean(results, 'exposedRecordsMax', arm)), millis(mean(results, 'auditLagMeanNs', arm))].join(' | ')} |`);
  return [
    `**How long evidence is exposed.** An anchor is cut when enough records have come or enough time has passed, whichever is first, so the window is min(time, records over rate); cuts that this rule does not explain: ${arms.map((arm) => count(mean(results, 'unexplainedCuts', arm))).join(', ')}. To the window comes the time until the consortium chain has committed the anchor; only then the evidence is safe.`,
    ['| anchors by | anchors a second | mean window | longest exposed | most records exposed | mean audit lag |', '|---|---|---|---|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

function controlParagraph(results: ResultSet): string {
  if (!hasRun(results, 'both', 'user-acl')) return '';
  const strict = hasRun(results, 'user-acl-strict')
    ? ` Counting every unknown user as regulated brings the misses to ${share(mean(results, 'missedShare', 'user-acl-strict'))}, and logs ${share(mean(results, 'needlessShare', 'user-acl-strict'))} of the operations on open data, where labels log ${share(mean(results, 'needlessShare', 'both'))}.`
    : '';
  return `**Labels against user grades.** Grades are right on the day they are given. By the end half of the users have joined later, and some do other things than they did: of the operations on regulated data ${share(mean(results, 'missedShare', 'user-acl'))} go unrecorded.${strict} Labels miss ${share(mean(results, 'missedShare', 'both'))}: operations on a file before the placement rules have looked at it, and files whose content nobody recognised. They ask ${count(mean(results, 'checksPerOp', 'both'))} rules an operation instead of one look-up, and a logged operation takes ${millis(mean(results, 'loggedOpMeanNs', 'both'))}, since its record comes first.`;
}

function faultParagraph(results: ResultSet): string {
  if (!hasRun(results, 'both')) return '';
  return `**What went wrong, and what came of it.** ${count(mean(results, 'crashes', 'both'))} crashes a run hit the migration, which did ${count(mean(results, 'moves', 'both'))} moves and took ${count(mean(results, 'movesUndone', 'both'))} back; files without exactly one right copy at the end: ${count(mean(results, 'wrongCopies', 'both'))}. While the log was down ${count(mean(results, 'notLogged', 'both'))} operations a run were refused for want of a record. ${count(mean(results, 'stopped', 'both'))} kernel programs a run wanted to modify a T file and were stopped.`;
}

export function narrative(results: ResultSet): string {
  const replications = replicationsOf(results);
  const hasControl = ranArms(results).some((arm) => arm === 'both' || arm.startsWith('user-acl'));
  return [
    'The operating system of the paper keeps data about accounts and transactions in a zone of its own, marks it with T labels, lets nobody overwrite it, and logs every access as evidence. The paper reports no measurement. Here zones, labels, the placement of files, the evidence and its anchors on a consortium chain run as mechanisms with costs and faults, and at the end somebody tampers with the evidence.',
    tamperParagraph(results),
    '![](figure:campaign)',
    exposureParagraph(results),
    '![](figure:exposure)',
    '![](figure:cost)',
    controlParagraph(results),
    ...(hasControl ? ['![](figure:control)'] : []),
    faultParagraph(results),
    `**How sure.** ${replications === 1 ? 'One run: no interval.' : `Intervals are 95 % over ${replications} replications; all arms meet the same users, files, operations and crashes.`} That anchored evidence cannot be changed unnoticed is a property of the hashes, shown by trying; shares of missed operations depend on the workload, which is a choice: how many join late, how often files appear and are looked at. The node's processor runs the regulated queues in mode pr; anchors are work of level 1, moves of level 3.`,
  ].filter((paragraph) => paragraph !== '').join('\n\n');
}
