/**
 * What the stage has to know of a protocol to show it: its machines, what its messages, timers and observations are called, how its log
 * looks, and who checks it. Everything else (links, faults, time travel, drawing) is the stage's and the same for all.
 */
import type { RandomStream } from '../../../sim/random.ts';
import type { Simulation } from '../../../sim/simulation.ts';
import type { StepMachine } from '../../../sim/step-machine.ts';

/** A run of the stage, as the form and the link have it. */
export interface StageOptions {
  readonly protocol: string;
  readonly replicas: number;
  readonly clients: number;
  /** Of each client, one after the other. */
  readonly requests: number;
  /** Mean way of a message, ms, and how far single ones are from it, percent. */
  readonly delayMs: number;
  readonly spreadPercent: number;
  /** The protocol's timeout. */
  readonly timeoutMs: number;
  readonly seed: string;
}

/** A machine with its state; what is inside is the protocol's affair. */
export interface Player<Message> {
  readonly machine: StepMachine<unknown, Message>;
  readonly state: unknown;
  /** Where a running timer goes on when a machine takes another's place; default: the same number. */
  readonly timersFrom?: (timer: number) => readonly number[];
}

/** Told of everything; calls `sim.fail('checker NAME: ...')` when something breaks. */
export interface StageCheckers<Message> {
  onSend(from: number, to: number, message: Message): void;
  onObserve(node: number, what: number, view: number, seq: number, digest: number): void;
  /** The node has lost its memory. */
  forget(node: number): void;
}

export interface Vote {
  /** One of the phases. */
  readonly phase: string;
  readonly from: readonly number[];
  readonly needed: number;
  readonly outOf: number;
}

/** How far a place of the log has come, from empty to done. */
export const CELL_STEPS = ['proposed', 'prepared', 'committed', 'executed'] as const;
export type CellStep = (typeof CELL_STEPS)[number];

export interface LogCell {
  readonly slot: number;
  /** Digest of what stands there; undefined: no longer known. */
  readonly digest: number | undefined;
  readonly step: CellStep;
  readonly votes: readonly Vote[];
}

export interface Lamp {
  /** As in `checker NAME:`. */
  readonly checker: string;
  readonly title: string;
  readonly means: string;
}

/** A protocol set up for one run. Nodes 0 .. replicas - 1 are replicas, clients follow. */
export interface StageModel<Message> {
  readonly replicas: number;
  readonly clients: number;
  initial(node: number): Player<Message>;
  /** The same node from now on behaving so; `player` is what it was. */
  lie(node: number, player: Player<Message>, behaviour: string, stream: RandomStream): Player<Message>;
  checkers(sim: Simulation, isFaulty: (node: number) => boolean): StageCheckers<Message>;
  bytesOf(message: Message): number;
  /** E.g. `COMMIT(view 0, slot 1, A)`; `name` gives a digest its letter. */
  words(message: Message, name: (digest: number) => string): string;
  /** Index into the phases of the protocol. */
  phaseOf(message: Message): number;
  digestOf(message: Message): number | undefined;
  /** What it is about, e.g. view and slot: a second digest for one place is drawn dashed. */
  placeOf(message: Message): string | undefined;
  /** What a node is at present, in a word or two: "primary", "backup, view 1". */
  role(node: number, state: unknown): string;
  log(state: unknown): readonly LogCell[];
  timerName(node: number, timer: number): string;
  /** Requests that clients wait for the answer of, or have still to send. */
  unanswered(state: unknown): number;
}

export interface StageProtocol<Message = unknown> {
  readonly id: string;
  readonly title: string;
  /** One sentence for the head of the page. */
  readonly summary: string;
  readonly replicas: { readonly least: number; readonly most: number; readonly usual: number };
  /** Faulty replicas borne. */
  readonly tolerates: (replicas: number) => number;
  /** In the order in which a decision passes through them; the last one takes what fits nowhere. */
  readonly phases: readonly string[];
  readonly lamps: readonly Lamp[];
  /** Names by number, as in `observe`; empty: not shown. */
  readonly observations: readonly string[];
  /** An observation in words, where name, view and number do not say it; undefined: they do. */
  readonly tell?: (what: number, view: number, seq: number, name: string) => string | undefined;
  /** Observations marked on a lane, by the step of the log that they stand for. */
  readonly marks: ReadonlyMap<number, CellStep>;
  /** The observation that is a decision. */
  readonly decision: number;
  /** And the one in which a node changes who leads, if there is such a thing. */
  readonly leaderChange?: number;
  readonly behaviours: readonly { readonly id: string; readonly means: string }[];
  make(options: StageOptions): StageModel<Message>;
}

export const STAGE_DEFAULTS: Omit<StageOptions, 'protocol' | 'replicas'> = { clients: 1, requests: 3, delayMs: 5, spreadPercent: 40, timeoutMs: 100, seed: '7' };
