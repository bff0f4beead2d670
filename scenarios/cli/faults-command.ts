/** `run pbft-under-attack --faults FILE`: a run of the stage again, from the file that its page saved. */
import { readFileSync } from 'node:fs';
import { ConfigError } from '../testbed/config-error.ts';
import { countWords, promiseBeyond } from '../testbed/stage/fault-count.ts';
import { idleRows, whyIdle } from '../testbed/stage/idle-rows.ts';
import { stageProtocol } from '../testbed/stage/protocols.ts';
import { rowToText } from '../testbed/stage/script.ts';
import { StageSession } from '../testbed/stage/session.ts';
import { stageFileFromJson } from '../testbed/stage/stage-file.ts';
import { endWords, ms, rowWords } from '../testbed/stage/words.ts';
import { StoreError } from '../testbed/store.ts';
import { EXIT } from './exit-code.ts';
import { say, tell, UsageError, type Host } from './host.ts';

const SCENARIO = 'pbft-under-attack';

export function faultsCommand(host: Host, scenario: string, path: string): number {
  if (scenario !== SCENARIO) throw new UsageError(`--faults: scenario ${scenario} is not allowed; allowed is ${SCENARIO}, whose runs the stage shows`);
  const { options, script, atEvent, events, fingerprint } = stageFileFromJson(readJson(path));
  const protocol = stageProtocol(options.protocol);
  const session = new StageSession(protocol, options, script);
  const branch = session.branches[0]!;
  const { record } = branch;
  const bears = protocol.tolerates(options.replicas);
  const beyond = promiseBeyond(branch.worst, protocol, options.replicas);
  say(host, `${protocol.title}, ${options.replicas} replicas, bears ${bears} faulty, here at most ${countWords(branch.worst)} at once${beyond === undefined ? '' : `, beyond f: ${beyond}`}; clients ${options.clients}, requests of each ${options.requests}, seed ${options.seed}.`);
  for (const act of record.acts) if (whyIdle(act, record) === undefined) say(host, `  after event ${act.event}, ${ms(act.timeNs)}: ${rowWords(act.row, options.replicas)}`);
  say(host, `Ends after event ${branch.end}, ${ms(branch.endNs)}: ${endWords(branch, protocol)}${record.broken === undefined ? '' : ` at ${ms(record.broken.timeNs)}: ${record.broken.text}`}.`);
  if (atEvent !== undefined) say(host, `At event ${Math.min(atEvent, branch.end)}, where the file was saved: fingerprint ${session.at(branch.id, Math.min(atEvent, branch.end)).fingerprint()}.`);
  const isSame = (fingerprint === undefined || fingerprint === branch.fingerprint) && (events === undefined || events === branch.end);
  say(host, `Fingerprint ${branch.fingerprint}${fingerprint === undefined ? '' : isSame ? ', as in the file' : ''}.`);
  if (!isSame) {
    tell(host, `The file says ${fingerprint ?? 'no fingerprint'} after ${events ?? branch.end} events: the sources have changed since, or the file has.`);
    return EXIT.claimFailed;
  }
  const idle = idleRows(script, record);
  if (idle.length > 0) tell(host, `No effect of ${idle.length} of ${script.length} rows:`);
  for (const { row, why } of idle) tell(host, `  ${rowToText(row)}: ${why}`);
  // The page lets one heal twice, and has shown this very run; and what broke a run ends it.
  if (record.broken === undefined) return idle.length === 0 || fingerprint !== undefined ? EXIT.done : EXIT.configuration;
  say(host, branch.faulty > bears ? `More replicas lied or had forgotten, ${branch.faulty}, than ${protocol.title} bears, ${bears}: what broke was never promised.` : 'No more replicas lied or had forgotten than the protocol bears, and crashes excuse nothing that broke: this is a bug.');
  return branch.faulty > bears ? EXIT.done : EXIT.invariant;
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new ConfigError([{ path: '--faults', message: `there is no file ${path}` }]);
    throw new StoreError(path, 'read', error as NodeJS.ErrnoException);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError([{ path, message: `is no JSON (${error instanceof Error ? error.message : String(error)}); allowed is a file that the stage saved` }]);
  }
}
