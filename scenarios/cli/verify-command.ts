/** `verify`: digests, then repetition. */
import { existsSync } from 'node:fs';
import { MODEL_DIGEST } from '../testbed/build-facts.ts';
import { ConfigError } from '../testbed/config-error.ts';
import { registry } from '../testbed/registry.ts';
import { verifyFolder } from '../testbed/verify.ts';
import { EXIT } from './exit-code.ts';
import { say, tell, type Host } from './host.ts';
import { progressBar } from './progress.ts';
import { withSession } from './session.ts';

export async function verifyCommand(host: Host, dir: string, options: { share: number; jobs?: number }): Promise<number> {
  if (!existsSync(dir)) throw new ConfigError([{ path: dir, message: 'there is no such folder; allowed is a result folder or a tree of them' }]);
  return withSession(host, options.jobs, async ({ executors, isStopped }) => {
    const progress = progressBar(host);
    const { findings, files, repeated, runs, isOlder } = await verifyFolder(dir, {
      registry,
      executors,
      isStopped,
      share: options.share,
      modelDigest: MODEL_DIGEST,
      onPlan: (scenario, total) => {
        progress.stop();
        progress.start(`verify ${scenario}`, total, 0);
      },
      onRun: (index) => progress.finished(index),
    }).finally(() => progress.stop());
    if (isStopped()) {
      tell(host, 'Stopped. Nothing was changed.');
      return EXIT.interrupted;
    }
    findings.forEach(({ path, message }) => say(host, `DIFFERS ${path}: ${message}`));
    if (isOlder) say(host, 'The sources have changed since; only the runs were compared, not tables and report.');
    say(host, findings.length === 0 ? `Verified: ${files} files by digest, ${repeated} of ${runs} runs repeated with the same fingerprint.` : `${findings.length} difference${findings.length === 1 ? '' : 's'}.`);
    return findings.length === 0 ? EXIT.done : EXIT.claimFailed;
  });
}
