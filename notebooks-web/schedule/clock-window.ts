/** The part of time that is shown, and where things stand on the page. Pure. */
export interface ClockWindow {
  readonly fromNs: number;
  readonly toNs: number;
}

/** choice: nothing is told apart below this. */
export const SHORTEST_WINDOW_NS = 20_000;

/** Within 0 and the end, as long as it was where that is possible. */
export function clampWindow({ fromNs, toNs }: ClockWindow, endNs: number): ClockWindow {
  const lengthNs = Math.min(endNs, Math.max(SHORTEST_WINDOW_NS, toNs - fromNs));
  const start = Math.min(Math.max(0, fromNs), endNs - lengthNs);
  return { fromNs: start, toNs: start + lengthNs };
}

/** Shorter (factor below 1) or longer, with `aroundNs` staying where it is. */
export function zoomWindow({ fromNs, toNs }: ClockWindow, factor: number, aroundNs: number, endNs: number): ClockWindow {
  const lengthNs = Math.min(endNs, Math.max(SHORTEST_WINDOW_NS, (toNs - fromNs) * factor));
  const place = toNs > fromNs ? (aroundNs - fromNs) / (toNs - fromNs) : 0.5;
  const start = aroundNs - place * lengthNs;
  return clampWindow({ fromNs: start, toNs: start + lengthNs }, endNs);
}

export function panWindow({ fromNs, toNs }: ClockWindow, share: number, endNs: number): ClockWindow {
  const byNs = (toNs - fromNs) * share;
  return clampWindow({ fromNs: fromNs + byNs, toNs: toNs + byNs }, endNs);
}

/** Same length, the instant a third from the left. */
export const centreWindow = ({ fromNs, toNs }: ClockWindow, atNs: number, endNs: number): ClockWindow =>
  clampWindow({ fromNs: atNs - (toNs - fromNs) / 3, toNs: atNs + ((toNs - fromNs) * 2) / 3 }, endNs);

export interface PanelLayout {
  readonly titleY: number;
  /** Top of each core's lane. */
  readonly laneY: readonly number[];
  /** Baseline of each level's depth. */
  readonly depthY: readonly number[];
  readonly bottomY: number;
}

export interface ClockLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly isNarrow: boolean;
  readonly laneHeight: number;
  readonly depthHeight: number;
  readonly panels: readonly [PanelLayout, PanelLayout];
  /** Ribbon between the panels: where they differ. */
  readonly ribbonY: number;
  readonly axisY: number;
}

export const RIBBON_HEIGHT = 7;

/** Widths below which names stand above the lanes. */
const NARROW = 760;

export function clockLayout(width: number, cores: number, levels: number): ClockLayout {
  const isNarrow = width < NARROW;
  const left = isNarrow ? 26 : cores === 1 ? 150 : 200;
  const laneHeight = cores === 1 ? 34 : 26;
  const depthHeight = isNarrow ? 16 : 20;
  const panel = (top: number): PanelLayout => {
    const first = top + (isNarrow ? 22 : 0);
    const laneY = Array.from({ length: cores }, (_, core) => first + core * (laneHeight + 3));
    const below = first + cores * (laneHeight + 3) + 3;
    const depthY = Array.from({ length: levels }, (_, at) => below + (at + 1) * (depthHeight + 4));
    return { titleY: isNarrow ? top + 13 : first + 10, laneY, depthY, bottomY: depthY.at(-1)! };
  };
  const a = panel(22);
  const ribbonY = a.bottomY + 14;
  const b = panel(ribbonY + RIBBON_HEIGHT + 14);
  const axisY = b.bottomY + 6;
  return { width, height: axisY + 22, left, right: width - (isNarrow ? 2 : 60), isNarrow, laneHeight, depthHeight, panels: [a, b], ribbonY, axisY };
}
