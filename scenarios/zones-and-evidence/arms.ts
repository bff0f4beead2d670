/** Ways to anchor under control by labels, and control by the user's grade as the baseline that the paper argues against. */
import type { Arm } from '../testbed/scenario.ts';

export const ARMS = {
  both: { title: 'labels; anchors by count and time', description: 'An anchor after 16 records or 500 ms, whichever is first.', set: {} },
  'by-count': { title: 'labels; anchors by count', description: 'An anchor after 16 records, however long they take.', set: { anchorMs: 0 } },
  'by-time': { title: 'labels; anchors by time', description: 'An anchor every 500 ms, however many records that is.', set: { anchorEvery: 0 } },
  often: { title: 'labels; anchors several times as often', description: 'An anchor after 4 records or 62.5 ms, whichever is first.', set: { anchorEvery: 4, anchorMs: 62.5 } },
  unanchored: { title: 'labels; no anchors', description: 'The chain of records alone.', set: { anchorEvery: 0, anchorMs: 0 } },
  'user-acl': { title: 'grades of users, unknown ones ordinary', description: 'Operations are logged by the grade that a user got at creation; who joins later counts as ordinary. Anchors as in the first arm; nobody tampers.', set: { control: 'user-acl', tamperings: 0 } },
  'user-acl-strict': { title: 'grades of users, unknown ones regulated', description: 'The same, but who joins later counts as regulated.', set: { control: 'user-acl', defaultGrade: 'regulated', tamperings: 0 } },
} as const satisfies Readonly<Record<string, Arm>>;

export type ArmName = keyof typeof ARMS;
export const LABEL_ARMS: readonly ArmName[] = ['both', 'by-count', 'by-time', 'often', 'unanchored'];
export const titleOf = (arm: string): string => (ARMS as Readonly<Record<string, Arm>>)[arm]?.title ?? arm;
