/** Point at the clock to read, drag to pan, two fingers or Ctrl and the wheel to zoom; the page still scrolls up and down. */
import { clockScale } from './clock-drawing.ts';
import type { ClockLayout, ClockWindow } from './clock-window.ts';

export interface PointedClock {
  readonly layout: () => ClockLayout | undefined;
  readonly window: () => ClockWindow;
  readonly endNs: () => number;
  readonly point: (timeNs: number) => void;
  readonly pan: (share: number) => void;
  readonly zoom: (factor: number, aroundNs: number) => void;
  readonly view: (window: ClockWindow) => void;
}

/** Fingers closer than this are not told apart. */
const APART_PX = 8;

export function bindPointers(clock: SVGSVGElement, overview: SVGSVGElement, on: PointedClock): void {
  /** Pointers held down, with where they were last. */
  const held = new Map<number, number>();
  const timeAt = (event: MouseEvent, layout: ClockLayout): number => clockScale(on.window(), layout).invert(event.clientX - clock.getBoundingClientRect().left);
  clock.addEventListener('pointerdown', (event) => {
    held.set(event.pointerId, event.clientX);
    clock.setPointerCapture(event.pointerId);
    const layout = on.layout();
    if (layout !== undefined) on.point(within(timeAt(event, layout)));
  });
  const within = (timeNs: number): number => Math.min(on.endNs(), Math.max(0, Math.round(timeNs)));
  const release = (event: PointerEvent): void => void held.delete(event.pointerId);
  clock.addEventListener('pointerup', release);
  clock.addEventListener('pointercancel', release);
  clock.addEventListener('pointermove', (event) => {
    const layout = on.layout();
    if (layout === undefined) return;
    const before = held.get(event.pointerId);
    if (before === undefined) return on.point(within(timeAt(event, layout)));
    held.set(event.pointerId, event.clientX);
    const other = [...held].find(([pointer]) => pointer !== event.pointerId)?.[1];
    if (other === undefined) return on.pan((before - event.clientX) / (layout.right - layout.left));
    on.zoom(Math.max(APART_PX, Math.abs(before - other)) / Math.max(APART_PX, Math.abs(event.clientX - other)), timeAt(event, layout));
  });
  clock.addEventListener('wheel', (event) => {
    const layout = on.layout();
    if (!event.ctrlKey || layout === undefined) return;
    event.preventDefault();
    on.zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, timeAt(event, layout));
  }, { passive: false });

  const seek = (event: PointerEvent): void => {
    const layout = on.layout();
    if (layout === undefined || (event.type === 'pointermove' && event.buttons === 0)) return;
    const share = (event.clientX - overview.getBoundingClientRect().left - layout.left) / (layout.right - layout.left);
    const { fromNs, toNs } = on.window();
    on.view({ fromNs: share * on.endNs() - (toNs - fromNs) / 2, toNs: share * on.endNs() + (toNs - fromNs) / 2 });
  };
  overview.addEventListener('pointerdown', seek);
  overview.addEventListener('pointermove', seek);
}
