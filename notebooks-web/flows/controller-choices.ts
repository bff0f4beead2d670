/** The congestion controllers that the network page offers, with what is said about each. */
export const CONTROLLERS = [
  { id: 'bbr', title: 'BBR', long: 'BBR (version 1)' },
  { id: 'bbr3', title: 'BBRv3', long: 'BBRv3 (IETF draft)' },
  { id: 'cubic', title: 'CUBIC', long: 'CUBIC' },
  { id: 'reno', title: 'Reno', long: 'Reno' },
  { id: 'mef', title: 'MEF', long: 'MEF (reconstruction)' },
] as const;
export type ControllerId = (typeof CONTROLLERS)[number]['id'];

export const isControllerId = (text: string): text is ControllerId => CONTROLLERS.some(({ id }) => id === text);
export const titleOf = (id: string): string => CONTROLLERS.find((choice) => choice.id === id)?.title ?? id;
