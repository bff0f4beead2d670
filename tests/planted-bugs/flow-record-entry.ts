/** What the checks of the network page's record need, as one module that can be loaded with a bug in place. */
export { DEFAULT_FLOWS } from '../../notebooks-web/flows/flow-options.ts';
export { BY_CHANCE, BY_YOU, DELIVERED, NO_ROOM } from '../../notebooks-web/flows/flow-record.ts';
export { ackOf, PacketEvents } from '../../notebooks-web/flows/packet-events.ts';
export { recordFlows } from '../../notebooks-web/flows/record.ts';
