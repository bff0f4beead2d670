/** Where consensus lives, how calls are batched, and two speeds of cryptography. */
import type { Arm, ParameterValue } from '../testbed/scenario.ts';

/** Calls or deliveries in one crossing where they are batched. choice */
export const BATCH = 32;

const PLACES = {
  kernel: { title: 'in the kernel', set: { place: 'kernel' } },
  'kernel-batched': { title: `in the kernel, ${BATCH} transactions handed up at once`, set: { place: 'kernel', deliveriesPerCrossing: BATCH } },
  user: { title: 'in user space', set: { place: 'user' } },
  'user-batched': { title: `in user space, ${BATCH} calls in a crossing`, set: { place: 'user', callsPerCrossing: BATCH } },
} as const;
export type Place = keyof typeof PLACES;
export const PLACE_NAMES = Object.keys(PLACES) as Place[];

export const SPEEDS = ['software', 'accelerated'] as const;
export type Speed = (typeof SPEEDS)[number];
const SPEED_SET: Readonly<Record<Speed, Readonly<Record<string, ParameterValue>>>> = { software: {}, accelerated: { verifyUs: 5, signUs: 5 } };

export const armName = (place: Place, speed: Speed): string => (speed === 'software' ? place : `${place}-accelerated`);
export const placeTitle = (place: Place): string => PLACES[place].title;

export const ARMS: Readonly<Record<string, Arm>> = Object.fromEntries(
  SPEEDS.flatMap((speed) => PLACE_NAMES.map((place) => [armName(place, speed), {
    title: `${placeTitle(place)}; ${speed} signatures`,
    description: `Consensus ${placeTitle(place)}; signatures ${speed === 'software' ? 'by the processor' : 'by an accelerator, 5 us each'}.`,
    set: { ...PLACES[place].set, ...SPEED_SET[speed] },
  }])),
);

/** Crossings in ns at which everything is run: a bare system call, one with mitigations, leaving an enclave and more. */
export const CROSSINGS = [100, 1000, 5000] as const;
