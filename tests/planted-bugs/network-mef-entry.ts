/** What the checks of MEF (reconstruction) need, as one module that can be loaded with a bug in place. */
export { Chain } from '../../sim/network/explicit/chain.ts';
export { MefFeedback } from '../../sim/network/explicit/mef-feedback.ts';
export { FeedbackTopology } from '../../sim/network/explicit/topology.ts';
export { crc16 } from '../../sim/network/mef/crc16.ts';
export { MefEcho } from '../../sim/network/mef/echo.ts';
export { CONGESTED, ECHO, mefHeaders, UNCOVERED_HOP } from '../../sim/network/mef/header.ts';
export { RateLaw, STANDARD_LAW } from '../../sim/network/mef/law.ts';
export { mefReceiver } from '../../sim/network/mef/receiver-hooks.ts';
export { MefRouter } from '../../sim/network/mef/router.ts';
export { MefSender } from '../../sim/network/mef/sender-law.ts';
export { decodeHeader, encodeHeader } from '../../sim/network/mef/wire-format.ts';
export { ACK, CE, DATA, ECN_CAPABLE, MEF, PacketStore, SYN } from '../../sim/network/packets.ts';
export { Cubic } from '../../sim/network/tcp/controllers/cubic.ts';
export { Mef } from '../../sim/network/tcp/controllers/mef.ts';
export { Dumbbell } from '../../sim/network/tcp/dumbbell.ts';
export { Simulation } from '../../sim/simulation.ts';
