/** MEF's half of a TCP receiver (reconstruction), as options of a connection: headers of data and SYN go back with their acknowledgements. */
import type { PacketNetwork } from '../link/network.ts';
import { SYN } from '../packets.ts';
import type { ReceiverOptions } from '../tcp/receiver.ts';
import { MefEcho } from './echo.ts';
import { mefHeaders } from './header.ts';

export function mefReceiver(network: PacketNetwork): Required<Pick<ReceiverOptions, 'onData' | 'onAckMade'>> {
  const { packets } = network;
  const echo = new MefEcho(mefHeaders(packets), (packet) => network.routersPassed(packet));
  return {
    onData: (data) => echo.onData(data),
    onAckMade: (ack, data) => {
      // the transport reports data packets when they come, a SYN only when it is answered
      if (data >= 0 && (packets.flags[data]! & SYN) !== 0) echo.onData(data);
      echo.onAck(ack);
    },
  };
}
