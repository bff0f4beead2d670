/** What a whole node is made of, as plain data. Each part is ideal (free and instant) or real. */

export const CPU_PARTS = ['ideal', 'cfs', 'eevdf', 'regulated-np', 'regulated-pr'] as const;
export const STORE_PARTS = ['ideal', 'ssd', 'nvm-lsm'] as const;
/** `message`: links with rate and delay; the others: packets over TCP under that controller. MEF is a reconstruction. */
export const TRANSPORT_PARTS = ['ideal', 'message', 'bbr', 'cubic', 'mef'] as const;

export type CpuPart = (typeof CPU_PARTS)[number];
export type StorePart = (typeof STORE_PARTS)[number];
export type TransportPart = (typeof TRANSPORT_PARTS)[number];

export interface NodeSpec {
  readonly cpu: CpuPart;
  readonly store: StorePart;
  readonly transport: TransportPart;
}

export interface LinkSpec {
  /** Of each node's line in either direction, on the wire. */
  readonly rateBps: number;
  /** One way from any node to any other. */
  readonly delayNs: number;
  /** Of each queue, in products of rate and round-trip time. */
  readonly bufferBdp: number;
}
