/** Protocols that the stage can show: one line each. */
import { pbftStage } from './pbft-stage.ts';
import type { StageProtocol } from './stage-protocol.ts';
import { twoPhaseStage } from './two-phase-stage.ts';

/** What a protocol's messages are is nobody's affair but its own descriptor's. */
const erased = <Message>(protocol: StageProtocol<Message>): StageProtocol => protocol as unknown as StageProtocol;

export const STAGE_PROTOCOLS: readonly StageProtocol[] = [
  erased(pbftStage),
  erased(twoPhaseStage),
];

export function stageProtocol(id: string): StageProtocol {
  const found = STAGE_PROTOCOLS.find((protocol) => protocol.id === id);
  if (found === undefined) throw new Error(`protocol ${JSON.stringify(id)} is not on the stage; allowed is ${STAGE_PROTOCOLS.map((protocol) => protocol.id).join(', ')}`);
  return found;
}
