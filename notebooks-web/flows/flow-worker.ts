/** The worker of the network page: makes one run at a time, and with drops the same run without them before it. */
import type { FlowAnswer, FlowOrder } from './flow-messages.ts';
import { recordFlows } from './record.ts';

const answer = (message: FlowAnswer): void => self.postMessage(message, []);

self.addEventListener('message', (event: MessageEvent<FlowOrder>) => {
  const { id, options } = event.data;
  const hasDrops = options.drops.length > 0;
  const progress = (share: number, offset: number) => (fraction: number): void => answer({ kind: 'progress', id, fraction: offset + share * fraction });
  try {
    const before = hasDrops ? recordFlows({ ...options, drops: [] }, progress(0.5, 0)) : undefined;
    answer({ kind: 'done', id, before, record: recordFlows(options, hasDrops ? progress(0.5, 0.5) : progress(1, 0)) });
  } catch (error) {
    answer({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) });
  }
});
