/**
 * Cores that share one queue, by the plainest reading of the rules: at every instant at which anything happens all jobs are looked at
 * anew, in lists, quadratic and slow. No events, heaps, tables or policies. The second opinion on the processor. Times in ns.
 *
 * Left out: costs with more than one core, where they depend on which core a job gets.
 */

export interface PlainJob {
  readonly arrivalNs: number;
  readonly sizeNs: number;
  readonly level: number;
}

export interface PlainRules {
  readonly cores: number;
  /** `none`: levels do not count. */
  readonly between: 'none' | 'np' | 'pr';
  readonly inner: 'fcfs' | 'spn' | 'srt' | 'rr';
  readonly quantumNs?: number;
  /** Paid when the one core starts another job than its last, from the start if it is cut short. */
  readonly switchNs?: number;
}

interface Present extends PlainJob {
  readonly index: number;
  leftNs: number;
  isRunning: boolean;
  /** Still to be paid before service. */
  costNs: number;
  /** Place in the ring, and service in this turn. */
  ticket: number;
  turnNs: number;
  /** Number of its last loss of the core; 0 if it never lost one. */
  loss: number;
}

export function plainCompletions(jobs: readonly PlainJob[], { cores, between, inner, quantumNs = Infinity, switchNs = 0 }: PlainRules): number[] {
  const ends: number[] = [];
  const coming = jobs.map((job, index) => ({ ...job, index })).sort((a, b) => a.arrivalNs - b.arrivalNs || a.index - b.index);
  let present: Present[] = [];
  let now = 0;
  let tickets = 0;
  let losses = 0;
  let last: Present | undefined;

  const key = (job: Present): number => (inner === 'srt' ? job.leftNs : inner === 'rr' ? job.ticket : inner === 'fcfs' ? 0 : job.loss > 0 && job.leftNs < job.sizeNs ? -job.loss : job.sizeNs);
  const order = (a: Present, b: Present): number => (between === 'none' ? 0 : a.level - b.level) || key(a) - key(b) || a.arrivalNs - b.arrivalNs || a.index - b.index;
  const mayInterrupt = (a: Present, b: Present): boolean => (between !== 'none' && a.level !== b.level ? between === 'pr' && a.level < b.level : inner === 'srt' && a.leftNs < b.leftNs);
  const start = (job: Present): void => {
    job.isRunning = true;
    job.costNs = job === last ? 0 : switchNs;
    last = job;
  };
  const stop = (job: Present): void => {
    job.isRunning = false;
    job.loss = ++losses;
  };

  while (coming.length > 0 || present.length > 0) {
    const running = present.filter(({ isRunning }) => isRunning);
    const next = Math.min(coming[0]?.arrivalNs ?? Infinity, ...running.map((job) => now + job.costNs + Math.min(job.leftNs, quantumNs - job.turnNs)));
    for (const job of running) {
      const paidNs = Math.min(job.costNs, next - now);
      job.costNs -= paidNs;
      job.leftNs -= next - now - paidNs;
      job.turnNs += next - now - paidNs;
    }
    now = next;
    for (const { index } of present.filter(({ leftNs }) => leftNs === 0)) ends[index] = now;
    present = present.filter(({ leftNs }) => leftNs > 0);
    while (coming[0]?.arrivalNs === now) {
      const job = coming.shift()!;
      present.push({ ...job, leftNs: job.sizeNs, isRunning: false, costNs: 0, ticket: ++tickets, turnNs: 0, loss: 0 });
    }
    for (const job of present.filter(({ isRunning, turnNs }) => isRunning && turnNs >= quantumNs)) {
      job.ticket = ++tickets;
      job.turnNs = 0;
      job.isRunning = false;
    }
    for (;;) {
      const waiting = present.filter(({ isRunning }) => !isRunning).sort(order);
      const served = present.filter(({ isRunning }) => isRunning).sort(order);
      const [first] = waiting;
      const worst = served.at(-1);
      if (first === undefined) break;
      if (served.length === cores) {
        if (!mayInterrupt(first, worst!)) break;
        stop(worst!);
      }
      start(first);
    }
  }
  return ends;
}
