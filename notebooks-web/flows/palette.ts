/** The tokens as colours for canvases, in the scheme and size in force. */
import { scheme } from '../shell/theme.ts';
import { tokensOf } from '../shell/tokens.ts';

export interface Palette {
  readonly paper: string;
  readonly raise: string;
  readonly sink: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly rule: string;
  readonly hair: string;
  readonly link: string;
  readonly bad: string;
  readonly flows: readonly [string, string];
  readonly phases: Readonly<Record<PhaseTone, string>>;
  readonly sans: string;
  /** Size of the root's letters: projector size is half as large again. */
  readonly px: number;
}

/** What a phase is about; its colour and its pattern. */
export type PhaseTone = 'search' | 'empty' | 'cruise' | 'look' | 'repair' | 'other';

export function palette(): Palette {
  const token = (name: string): string => tokensOf(scheme())[name] ?? '#808080';
  return {
    paper: token('paper'), raise: token('raise'), sink: token('sink'), ink: token('ink'), ink2: token('ink2'), ink3: token('ink3'), rule: token('rule'), hair: token('hair'), link: token('link'), bad: token('not-reproduced'),
    flows: [token('level-1'), token('level-2')],
    phases: { search: token('message-prepare'), empty: token('message-viewchange'), cruise: token('message-preprepare'), look: token('message-commit'), repair: token('not-reproduced'), other: token('ink3') },
    sans: token('sans'), px: Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
  };
}

/** Flow 0 is the path itself. */
export const flowColour = (colours: Palette, flow: number): string => colours.flows[flow - 1] ?? colours.ink2;
