/** The worker of the network page: makes one run at a time, and with drops the same run without them before it. */
import { buffersOf, type FlowAnswer, type FlowOrder } from './flow-messages.ts';
import { recordFlows } from './record.ts';

const answer = (message: FlowAnswer, handedOver: ArrayBuffer[] = []): void => self.postMessage(message, handedOver);

self.addEventListener('message', (event: MessageEvent<FlowOrder>) => {
  const { id, options, wantsBefore } = event.data;
  const progress = (share: number, offset: number) => (fraction: number): void => answer({ kind: 'progress', id, fraction: offset + share * fraction });
  try {
    const before = wantsBefore ? recordFlows({ ...options, drops: [] }, progress(0.5, 0)) : undefined;
    const record = recordFlows(options, wantsBefore ? progress(0.5, 0.5) : progress(1, 0));
    answer({ kind: 'done', id, before, record }, [record, before].flatMap((one) => (one === undefined ? [] : buffersOf(one))));
  } catch (error) {
    answer({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) });
  }
});
