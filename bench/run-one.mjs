/** Runs one bundled benchmark in this process: once with a JSON line, or its two versions side by side (`compare`). */
import { pathToFileURL } from 'node:url';

const [file, flagsJson, mode] = process.argv.slice(2);
const { default: benchmark } = await import(pathToFileURL(file));
const flags = JSON.parse(flagsJson);
if (mode === 'compare') await compare();
else once();

/**
 * CPU seconds (user and system) of the whole `run`, or, where the benchmark marks it with `timed`, of the marked part:
 * setting up and warming up are then left out, and the events are those of the timed part.
 */
function once() {
  let cpuSeconds;
  const timed = (work) => {
    const start = process.cpuUsage();
    const result = work();
    const used = process.cpuUsage(start);
    cpuSeconds = (used.user + used.system) / 1e6;
    return result;
  };
  const outer = process.cpuUsage();
  const { events, counts, checksum, remark } = benchmark.run(flags, timed);
  const used = process.cpuUsage(outer);
  cpuSeconds ??= (used.user + used.system) / 1e6;
  process.stderr.write(`${benchmark.name}: ${(events / cpuSeconds / 1e6).toFixed(2)} million events per CPU second\n`);
  for (const [what, count] of Object.entries(counts ?? {})) process.stderr.write(`${benchmark.name}: ${(count / cpuSeconds / 1e6).toFixed(3)} million ${what} per CPU second\n`);
  if (remark !== undefined) process.stderr.write(`${benchmark.name}: ${remark}\n`);
  const maxRssBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`${JSON.stringify({ name: benchmark.name, events, ...counts, checksum, cpuSeconds, maxRssBytes })}\n`);
}

/** tinybench, interleaved, on the sizes of `compare`; ratios are what to read. */
async function compare() {
  if (benchmark.compare === undefined) {
    process.stderr.write(`${benchmark.name}: nothing to compare\n`);
    process.exit(64);
  }
  const { Bench } = await import('tinybench');
  for (const size of benchmark.compare.sizes) {
    const bench = new Bench({ name: JSON.stringify(size), iterations: 5, time: 0, warmupIterations: 1, warmupTime: 0 });
    for (const version of benchmark.compare.versions) bench.add(JSON.stringify(version), () => benchmark.run({ ...flags, ...size, ...version }, (work) => work()));
    process.stderr.write(`${benchmark.name} ${bench.name}\n`);
    await bench.run();
    console.table(bench.table());
  }
}
