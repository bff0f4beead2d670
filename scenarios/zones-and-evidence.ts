/**
 * The regulated operating system beyond its scheduler: storage zones, T labels, append-only evidence and its anchors. Does an audit find
 * every tampering, how long is evidence exposed before it is anchored, and does control by data and operation see what control by user
 * grades misses? One node, one stream of operations, with crashes of the migration and an outage of the log.
 */
import { ARMS } from './zones-and-evidence/arms.ts';
import { CLAIMS } from './zones-and-evidence/claims.ts';
import { FIGURES } from './zones-and-evidence/figures.ts';
import { parameters, refine } from './zones-and-evidence/parameters.ts';
import { buildRun } from './zones-and-evidence/run.ts';
import { headline, narrative } from './zones-and-evidence/words.ts';
import { defineScenario, type Measure } from './testbed/scenario.ts';

const lower = (title: string, unit: string, description: string): Measure => ({ title, unit, description, better: 'lower' });
const explains = (title: string, unit: string, description: string): Measure => ({ title, unit, description, better: 'neither' });

export default defineScenario({
  id: 'zones-and-evidence',
  title: 'Zones, labels and evidence',
  question: 'Does an audit find every tampering with the evidence, how long is it exposed, and what do labels see that user grades miss?',
  source: { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'section 5, tables 1 and 2' },
  kind: 'terminating',
  parameters,
  refine,
  arms: ARMS,
  baseline: 'both',
  measures: {
    oldFoundShare: { title: 'Tamperings found, old half', unit: '', description: 'Share of tamperings with the older half of the records that the audit found', better: 'higher' },
    tamperSilent: lower('Tamperings called intact', '', 'After which the audit saw neither a fault nor an exposure; 0 in a correct run'),
    tailExposed: explains('Tamperings within the exposure', '', 'Of the tail, not found, and covered by the exposure that the audit reports'),
    falseAlarms: lower('False alarms', '', 'Findings in evidence that nobody touched; 0 in a correct run'),
    records: explains('Records', 'records', 'Of evidence, at the end of the run'),
    unanchoredRecords: lower('Exposed records at the end', 'records', 'Behind the last committed anchor'),
    unanchoredNs: lower('Exposed time at the end', 'ns', 'Behind the last committed anchor'),
    anchorsPerS: explains('Anchors', '1/s', 'Transactions of level 1 that the consortium chain takes for them'),
    unexplainedCuts: lower('Cuts that the rule does not explain', 'anchors', 'Neither the time was up nor the records there, or one was passed; 0 in a correct run'),
    windowMeanNs: explains('Mean time between anchors', 'ns', 'From cut to cut'),
    exposedAgeMeanNs: lower('Mean exposed time', 'ns', 'Age of the last committed anchor\'s cut, over the run'),
    exposedAgeMaxNs: lower('Longest exposed time', 'ns', 'The same, largest in the run'),
    exposedRecordsMean: lower('Mean exposed records', 'records', 'Records behind the last committed anchor, over the run'),
    exposedRecordsMax: lower('Most exposed records', 'records', 'The same, largest in the run'),
    beyondBoundNs: lower('Exposure beyond its bound', 'ns', 'Longest exposed time less the anchoring time and the longest commitment of the run; 0 in a correct run; absent where anchors are not cut by time'),
    auditLagMeanNs: lower('Mean audit lag', 'ns', 'From the record of an operation to its committed anchor, records that got one'),
    auditLagMaxNs: lower('Longest audit lag', 'ns', 'The same, longest'),
    operations: explains('Operations', '', 'Asked for'),
    missedShare: lower('Missed operations', '', 'Share of operations on regulated data that were done without a record'),
    needlessShare: lower('Needless records', '', 'Share of operations on open data that were logged'),
    checksPerOp: lower('Checks an operation', '', 'Rules asked or grades looked up, those of reviews included'),
    overwritten: lower('Regulated data overwritten', 'operations', 'Overwriting, truncating or deleting of regulated data that was done'),
    loggedOpMeanNs: lower('Mean time of a logged operation', 'ns', 'From request to done: the record comes first'),
    refused: explains('Refused operations', 'operations', 'For any reason'),
    stopped: explains('Stopped programs', '', 'Kernel programs that wanted to modify a T file'),
    notLogged: explains('Refused for want of a record', 'operations', 'During the outage of the log'),
    movedIn: explains('Moves into zone 3 asked for', 'moves', 'Audit records MIGRATE_IN'),
    movedOut: explains('Moves out of zone 3 asked for', 'moves', 'Audit records MIGRATE_OUT'),
    badLabels: explains('Files refused for their labels', 'files', 'Audit records BAD_LABEL'),
    moves: explains('Moves done', 'moves', 'Those that recovery completed included'),
    movesUndone: explains('Moves undone', 'moves', 'Cut off before the switch, and taken back by recovery'),
    crashes: explains('Crashes of the migration', '', 'In the run'),
    wrongCopies: lower('Files without exactly one right copy', 'files', 'At the end: none, several, in the wrong zone, or not what was last written; 0 in a correct run'),
  },
  tables: {
    tampering: {
      title: 'Tampering and what the audit says',
      columns: {
        kind: { unit: '', description: 'What was done to a copy of the stored evidence' },
        place: { unit: '', description: 'old half: in the older half of the records; tail: behind the last committed anchor (the newer half where there is none)' },
        attempts: { unit: '', description: 'How often' },
        found: { unit: '', description: 'Verdict tampered' },
        exposed: { unit: '', description: 'Verdict exposed: not found, and reported as what could not be found' },
        silent: { unit: '', description: 'Verdict intact' },
      },
    },
    exposure: {
      title: 'Exposure over time, first replication',
      columns: {
        t_ms: { unit: 'ms', description: 'Time' },
        age_ms: { unit: 'ms', description: 'Time behind the last committed anchor' },
        records: { unit: 'records', description: 'Records behind it' },
      },
    },
    operations: {
      title: 'Operations and what became of them',
      columns: {
        content: { unit: '', description: 'What the file really holds' },
        operation: { unit: '', description: 'What was asked for' },
        done: { unit: 'operations', description: 'Done' },
        refused: { unit: 'operations', description: 'Refused' },
        stopped: { unit: 'operations', description: 'Refused, and the program stopped' },
        records: { unit: 'records', description: 'Records written for them' },
      },
    },
  },
  quick: { replications: 5, set: { horizonMs: 6000, tamperings: 1 } },
  full: { replications: 20, set: { horizonMs: 20_000, tamperings: 3 } },
  build: buildRun,
  figures: FIGURES,
  claims: CLAIMS,
  headline,
  narrative,
});
