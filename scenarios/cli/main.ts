/** The command line `ledgerlab`: commands and options; each command's work stands in its own file. */
import { Command, CommanderError, Option } from 'commander';
import { VERSION } from '../testbed/build-facts.ts';
import { ConfigError } from '../testbed/config-error.ts';
import { RunFailure } from '../testbed/run-one.ts';
import { StoreError } from '../testbed/store.ts';
import { buildSite } from './build-site.ts';
import { checkCommand } from './check-command.ts';
import { evalCommand } from './eval-command.ts';
import { EXIT, EXIT_CODE_HELP } from './exit-code.ts';
import { tell, UsageError, type Host } from './host.ts';
import { faultsCommand } from './faults-command.ts';
import { listCommand, schemaCommand } from './list-command.ts';
import { collect, count, pathOf, splitNames } from './options.ts';
import { reproduceCommand } from './reproduce-command.ts';
import { runCommand } from './run-command.ts';
import { swarmCommand } from './swarm-command.ts';
import { verifyCommand } from './verify-command.ts';
import { viewCommand } from './view-command.ts';

/** Runs one command line; resolves to the exit code. Never throws, never prints a stack trace (but see LEDGERLAB_DEBUG). */
export async function main(host: Host): Promise<number> {
  endWithOutput(host);
  let code: number = EXIT.done;
  const program = commands(host, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...host.argv], { from: 'user' });
    return code;
  } catch (error) {
    return explain(host, error);
  }
}

function commands(host: Host, done: (code: number) => void): Command {
  const program = new Command('ledgerlab')
    .description('A deterministic simulator and research testbed for ledger systems.')
    .version(VERSION, '--version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => void host.stdout.write(text), writeErr: (text) => void host.stderr.write(text) })
    .showHelpAfterError('(ledgerlab --help shows all commands)')
    .addHelpText('after', `\n${EXIT_CODE_HELP}`);
  const command = (usage: string, description: string): Command => program.command(usage).description(description);

  command('list', 'scenarios and models').action(async () => done(await listCommand(host)));
  command('schema <name>', 'parameters of a scenario with units, ranges, defaults and arms; or the input of a model').action(async (name: string) => done(await schemaCommand(host, name)));
  simulationOptions(command('run <scenario>', 'run a scenario into a folder; running again resumes'))
    .option('--arms <names>', 'variants to run, separated by commas (default: the preset\'s)', splitNames)
    .option('--set <name=value>', 'fix a parameter; repeatable', collect)
    .option('--sweep <name=a,b>', 'run several values of a parameter; repeatable', collect)
    .option('--replications <n>', 'independent repetitions of each point (default: the preset\'s)')
    .option('--replication <number>', 'run only the replication of this number, as a replay command does', count('--replication', 0, 99_999, 'replication numbers'))
    .option('--out <dir>', 'result folder (default: results/<scenario>)', pathOf)
    .option('--trace <file>', 'also write a trace of the first arm, point and replication that opens in Perfetto', pathOf)
    .option('--faults <file>', 'with pbft-under-attack: repeat the run that the stage saved in this file, and say what happens', pathOf)
    .action(async (scenario: string, options) => done(options.faults !== undefined ? faultsCommand(host, scenario, options.faults) : await runCommand(host, scenario, options)));
  simulationOptions(command('reproduce', 'run all scenarios and judge every claim'))
    .option('--only <ids>', 'scenarios to run, separated by commas', splitNames)
    .option('--out <dir>', 'folder of the result tree (default: results/quick or results/full)', pathOf)
    .action(async (options) => done(await reproduceCommand(host, options)));
  command('check', 'compare a result tree with a baseline; fails when a claim or a guarded measure changed for the worse')
    .argument('[dir]', 'result or tree of results (default: results/quick)', pathOf)
    .option('--baseline <dir>', 'what to compare with (default: results/reference)', pathOf)
    .addOption(new Option('--format <name>', 'form of the answer').choices(['text', 'json', 'junit', 'github']).default('text'))
    .action(async (dir: string | undefined, options) => done(await checkCommand(host, dir, options)));
  command('verify', 'check the digests of a result or a tree of results, then run it again and compare')
    .argument('<dir>', 'result or tree of results', pathOf)
    .option('--share <percent>', 'share of the runs to repeat, evenly spread', count('--share', 0, 100, '%'), 100)
    .option('--jobs <n>', 'runs at the same time (default: all cores)', count('--jobs', 1, 256, 'runs'))
    .action(async (dir: string, options) => done(await verifyCommand(host, dir, options)));
  command('view', 'serve the viewer with the results on this machine')
    .argument('[dir]', 'folder of results (default: results)', pathOf)
    .option('--port <n>', 'port to listen on; the next free one is taken when it is busy', count('--port', 0, 65_535, ''), 4173)
    .action(async (dir: string | undefined, options) => done(await viewCommand(host, dir, options)));
  command('eval <model> [file]', 'evaluate a bare model: JSON from a file or stdin, an object or an array of them; JSON on stdout')
    .action(async (model: string, file: string | undefined) => done(await evalCommand(host, model, file)));
  command('swarm', 'a consensus protocol under random faults: what breaks, with the smallest plan that breaks it')
    .addOption(new Option('--protocol <name>', 'protocol to attack').choices(['pbft']).default('pbft'))
    .option('--runs <n>', 'runs, each a cluster and a fault plan of its own', count('--runs', 1, 999_999_999, 'runs'), 1000)
    .option('--minutes <m>', 'stop after so many minutes', count('--minutes', 1, 10_000, 'minutes'))
    .option('--seed <text>', 'seed of the campaign', '1')
    .option('--faulty <n>', 'nodes that may lie, forget or stay away (default: f, as many as the protocol bears)', count('--faulty', 0, 100, 'nodes'))
    .option('--out <file>', 'where the smallest failing case is written', pathOf, 'swarm-failure.json')
    .option('--replay <file>', 'run the case of a file again; exit code 70 where something breaks within f, 0 where only beyond f, as of a campaign', pathOf)
    .action(async (options) => done(await swarmCommand(host, options)));
  command('build', 'build the static site with the reference results into dist/site').action(async () => {
    await buildSite(host);
    done(EXIT.done);
  });
  return program;
}

function simulationOptions(command: Command): Command {
  return command
    .addOption(new Option('--quick', 'the small preset: minutes for everything (default)').conflicts('full'))
    .addOption(new Option('--full', 'the large preset: as many points and replications as the source'))
    .option('--seed <text>', 'root seed of all random streams')
    .option('--generator <name>', 'random generator: sfc32, xoshiro128ss, alea or arc4')
    .option('--tie-shuffle <seed>', 'run events of equal time and class in a random, repeatable order')
    .option('--jobs <n>', 'runs at the same time (default: all cores); never changes a result', count('--jobs', 1, 256, 'runs'));
}

function explain(host: Host, error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (process.env['LEDGERLAB_DEBUG'] !== undefined && error instanceof Error) tell(host, error.stack ?? error.message);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError) return fail(host, message, EXIT.usage);
  if (error instanceof ConfigError) return fail(host, message, EXIT.configuration);
  if (error instanceof StoreError) return fail(host, message, EXIT.files);
  if (error instanceof RunFailure) return fail(host, `${message}\nrepeat it with: ${error.replay}`, EXIT.invariant);
  return fail(host, `internal error: ${message}. LEDGERLAB_DEBUG=1 shows where`, EXIT.invariant);
}

function fail(host: Host, message: string, code: number): number {
  for (const line of message.split('\n')) tell(host, `ledgerlab: ${line}`);
  return code;
}

/** `ledgerlab list | head -1` ends quietly; output onto a full disk ends with a message. */
function endWithOutput(host: Host): void {
  for (const stream of [host.stdout, host.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(EXIT.done);
      if (stream === host.stdout) tell(host, `ledgerlab: ${new StoreError('standard output', 'write', error).message}`);
      process.exit(EXIT.files);
    });
  }
}
