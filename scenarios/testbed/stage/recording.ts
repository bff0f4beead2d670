/** What a run of the stage did, event by event and message by message: for drawing and telling, never read by the run itself. */
import type { Row } from './script.ts';
import type { Broken, StageRun } from './stage-run.ts';

export type Fate = 'under way' | 'arrived' | 'dropped' | 'cut off' | 'the receiver is down';

export interface MessageRecord {
  readonly number: number;
  readonly from: number;
  readonly to: number;
  readonly sentNs: number;
  /** When it arrives, or would have. */
  dueNs: number;
  /** Sent during this event; 0: before the first. */
  readonly sentEvent: number;
  /** When it was lost or arrived, and during which event; Infinity: neither. */
  endNs: number;
  endEvent: number;
  fate: Fate;
  readonly message: unknown;
}

export interface Observation {
  readonly event: number;
  readonly timeNs: number;
  readonly node: number;
  readonly what: number;
  readonly view: number;
  readonly seq: number;
  readonly digest: number;
}

export interface EventRecord {
  readonly event: number;
  readonly timeNs: number;
  readonly kind: 'arrive' | 'timer' | 'act';
  readonly node: number;
  /** Message or timer. */
  readonly number: number;
  /** Indices into observations and messages of what happened in it. */
  readonly firstObservation: number;
  readonly firstMessage: number;
  ignored: string | undefined;
}

export interface TimerRecord {
  readonly node: number;
  readonly timer: number;
  readonly setNs: number;
  readonly setEvent: number;
  readonly dueNs: number;
  endNs: number;
  endEvent: number;
  hasFired: boolean;
}

export interface ActRecord {
  readonly row: Row;
  readonly event: number;
  readonly timeNs: number;
  /** Why it changed nothing; undefined: it did, or is still to. */
  readonly idle: string | undefined;
}

export type StageRecorder = Recording;

export class Recording {
  readonly messages: MessageRecord[] = [];
  readonly observations: Observation[] = [];
  readonly events: EventRecord[] = [];
  readonly timers: TimerRecord[] = [];
  readonly acts: ActRecord[] = [];
  broken: (Broken & { readonly event: number; readonly timeNs: number }) | undefined;
  private readonly running = new Map<string, TimerRecord>();
  private run: StageRun | undefined;

  /** The clock to read; before the first event there is none. */
  attach(run: StageRun): void {
    this.run = run;
  }

  private get nowEvent(): number {
    return this.run?.events ?? 0;
  }

  private get nowNs(): number {
    return this.run?.sim.now ?? 0;
  }

  event(kind: EventRecord['kind'], node: number, number: number): void {
    this.events.push({ event: this.nowEvent, timeNs: this.nowNs, kind, node, number, firstObservation: this.observations.length, firstMessage: this.messages.length, ignored: undefined });
  }

  sent(number: number, from: number, to: number, sentNs: number, dueNs: number, message: unknown): void {
    this.messages.push({ number, from, to, sentNs, dueNs, sentEvent: this.nowEvent, endNs: Infinity, endEvent: Infinity, fate: 'under way', message });
  }

  arrived(number: number, timeNs: number): void {
    this.end(number, timeNs, 'arrived');
  }

  lost(number: number, timeNs: number, fate: Fate): void {
    this.end(number, timeNs, fate);
  }

  moved(number: number, dueNs: number): void {
    this.messages[number - 1]!.dueNs = dueNs;
  }

  observed(node: number, what: number, view: number, seq: number, digest: number): void {
    this.observations.push({ event: this.nowEvent, timeNs: this.nowNs, node, what, view, seq, digest });
  }

  ignored(_node: number, why: string): void {
    const last = this.events[this.events.length - 1];
    if (last !== undefined) last.ignored ??= why;
  }

  timerSet(node: number, timer: number, setNs: number, dueNs: number): void {
    const record = { node, timer, setNs, setEvent: this.nowEvent, dueNs, endNs: Infinity, endEvent: Infinity, hasFired: false };
    this.timers.push(record);
    this.running.set(`${node}/${timer}`, record);
  }

  timerEnded(node: number, timer: number, timeNs: number, hasFired: boolean): void {
    const record = this.running.get(`${node}/${timer}`);
    if (record === undefined) return;
    this.running.delete(`${node}/${timer}`);
    record.endNs = timeNs;
    record.endEvent = this.nowEvent;
    record.hasFired = hasFired;
  }

  acted(row: Row, event: number, timeNs: number, idle: string | undefined): void {
    this.acts.push({ row, event, timeNs, idle });
  }

  broke(event: number, timeNs: number, broken: Broken): void {
    this.broken = { ...broken, event, timeNs };
  }

  private end(number: number, timeNs: number, fate: Fate): void {
    const message = this.messages[number - 1]!;
    message.endNs = timeNs;
    message.endEvent = this.nowEvent;
    message.fate = fate;
  }
}
