/** Runs in a worker of its own: a newer order ends an older one, and the page stays alive meanwhile. */
import type { FlowAnswer, FlowOrder } from './flow-messages.ts';
import type { FlowOptions } from './flow-options.ts';
import type { FlowRecord } from './flow-record.ts';

export interface FlowRunOwner {
  readonly progress: (fraction: number) => void;
  readonly done: (record: FlowRecord, before: FlowRecord | undefined) => void;
  readonly failed: (message: string) => void;
}

export class FlowRunner {
  private readonly owner: FlowRunOwner;
  private worker: Worker | undefined;
  private id = 0;
  private isBusy = false;

  constructor(owner: FlowRunOwner) {
    this.owner = owner;
  }

  /** `wantsBefore`: with drops, the run without them has not been made yet. */
  run(options: FlowOptions, wantsBefore: boolean): void {
    // A run in progress cannot be told to stop: its worker goes.
    if (this.isBusy) this.end();
    this.worker ??= this.hire();
    this.isBusy = true;
    this.worker.postMessage({ id: ++this.id, options, wantsBefore } satisfies FlowOrder, []);
  }

  /** Ends a run; its answer is not waited for. */
  end(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.isBusy = false;
  }

  private hire(): Worker {
    const worker = new Worker(new URL('./flow-worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<FlowAnswer>) => {
      if (data.id !== this.id) return;
      if (data.kind === 'progress') return this.owner.progress(data.fraction);
      this.isBusy = false;
      if (data.kind === 'done') this.owner.done(data.record, data.before);
      else this.owner.failed(data.message);
    });
    worker.addEventListener('error', (event) => {
      this.end();
      this.owner.failed(`The run stopped: ${event.message || 'the worker died, most likely out of memory'}. Ask for a shorter run.`);
    });
    return worker;
  }
}
