/**
 * Spans, instants and counters as Chrome trace events, which Perfetto opens (ui.perfetto.dev). Times are microseconds with three
 * decimals, so nanoseconds survive. A track `node 3/background` becomes process `node 3`, thread `background`; spans of
 * one track that overlap without nesting move to further threads of the same name, because slices of a thread must nest.
 */
import type { ObservedArgs, Observer } from '../../sim/ports.ts';

/** choice: beyond some millions of events no browser opens the file. */
const MAX_EVENTS = 2_000_000;
const FLUSH_CHARACTERS = 1 << 20;

interface Slice {
  readonly startNs: number;
  readonly endNs: number;
  /** End of the last slice that was put inside this one. */
  innerEndNs: number;
}

interface Thread {
  readonly tid: number;
  /** Outermost slices so far, by start; they do not overlap. */
  readonly slices: Slice[];
}

interface Track {
  readonly pid: number;
  readonly name: string;
  readonly threads: Thread[];
}

export class TraceEvents implements Observer {
  written = 0;
  left = 0;
  private readonly write: (text: string) => void;
  private text = '{"displayTimeUnit":"ns","traceEvents":[\n';
  private separator = '';
  private readonly processes = new Map<string, number>();
  private readonly tracks = new Map<string, Track>();
  private threadCount = 0;

  constructor(write: (text: string) => void) {
    this.write = write;
  }

  span(track: string, name: string, startNs: number, endNs: number, args?: ObservedArgs): void {
    const target = this.track(track);
    const thread = this.threadFor(target, startNs, endNs);
    this.event(`"ph":"X","name":${JSON.stringify(name)},"pid":${target.pid},"tid":${thread},"ts":${microseconds(startNs)},"dur":${microseconds(endNs - startNs)}${argsText(args)}`);
  }

  instant(track: string, name: string, timeNs: number, args?: ObservedArgs): void {
    const target = this.track(track);
    this.event(`"ph":"i","s":"t","name":${JSON.stringify(name)},"pid":${target.pid},"tid":${this.firstThread(target)},"ts":${microseconds(timeNs)}${argsText(args)}`);
  }

  counter(track: string, name: string, timeNs: number, value: number): void {
    const target = this.track(track);
    const label = target.name === '' ? name : `${target.name}: ${name}`;
    this.event(`"ph":"C","name":${JSON.stringify(label)},"pid":${target.pid},"ts":${microseconds(timeNs)},"args":{"value":${value}}`);
  }

  end(): void {
    this.write(`${this.text}\n]}\n`);
    this.text = '';
  }

  private event(body: string, isMeta = false): void {
    if (!isMeta) {
      if (this.written >= MAX_EVENTS) {
        this.left++;
        return;
      }
      this.written++;
    }
    this.text += `${this.separator}{${body}}`;
    this.separator = ',\n';
    if (this.text.length > FLUSH_CHARACTERS) {
      this.write(this.text);
      this.text = '';
    }
  }

  private track(path: string): Track {
    const known = this.tracks.get(path);
    if (known !== undefined) return known;
    const at = path.indexOf('/');
    const process = at === -1 ? path : path.slice(0, at);
    let pid = this.processes.get(process);
    if (pid === undefined) {
      pid = this.processes.size + 1;
      this.processes.set(process, pid);
      this.event(`"ph":"M","name":"process_name","pid":${pid},"args":{"name":${JSON.stringify(process)}}`, true);
    }
    const track: Track = { pid, name: at === -1 ? '' : path.slice(at + 1), threads: [] };
    this.tracks.set(path, track);
    return track;
  }

  private firstThread(track: Track): number {
    return (track.threads[0] ?? this.addThread(track)).tid;
  }

  private addThread(track: Track): Thread {
    const thread: Thread = { tid: ++this.threadCount, slices: [] };
    track.threads.push(thread);
    this.event(`"ph":"M","name":"thread_name","pid":${track.pid},"tid":${thread.tid},"args":{"name":${JSON.stringify(track.name === '' ? 'events' : track.name)}}`, true);
    return thread;
  }

  /** The first thread where the slice nests. */
  private threadFor(track: Track, startNs: number, endNs: number): number {
    const thread = track.threads.find((candidate) => place(candidate.slices, startNs, endNs));
    if (thread !== undefined) return thread.tid;
    const added = this.addThread(track);
    place(added.slices, startNs, endNs);
    return added.tid;
  }
}

/** Puts a slice where it encloses, follows or lies within what is there; false if it would overlap. */
function place(slices: Slice[], startNs: number, endNs: number): boolean {
  let at = slices.length;
  // Models report a span when it ends, so an outer one comes after those inside it.
  while (at > 0 && slices[at - 1]!.startNs >= startNs && slices[at - 1]!.endNs <= endNs) at--;
  const before = slices[at - 1];
  if (before === undefined || before.endNs <= startNs) {
    const innerEndNs = at < slices.length ? slices.at(-1)!.endNs : startNs;
    slices.length = at;
    slices.push({ startNs, endNs, innerEndNs });
    return true;
  }
  if (at < slices.length || endNs > before.endNs || startNs < before.innerEndNs || startNs < before.startNs) return false;
  before.innerEndNs = endNs;
  return true;
}

function microseconds(ns: number): string {
  const rest = ns % 1000;
  return rest === 0 ? String(ns / 1000) : `${Math.floor(ns / 1000)}.${String(rest).padStart(3, '0')}`;
}

function argsText(args: ObservedArgs | undefined): string {
  return args === undefined ? '' : `,"args":${JSON.stringify(args)}`;
}
