/** The two schedulers on a page of their own. */
import { fill, h } from '../shell/dom.ts';
import type { Route } from '../shell/router.ts';
import { schedulePicture } from './schedule-picture.ts';

export function renderSchedule(root: HTMLElement, route: Route): Promise<() => void> {
  const picture = schedulePicture(Object.fromEntries(route.query), false);
  fill(root, h('p', { class: 'eyebrow' }, 'Schedulers, live · the same jobs, the same seed, one clock'), picture.heading, picture.element);
  // The element has to be on the page before it can be measured.
  requestAnimationFrame(picture.start);
  return Promise.resolve(picture.end);
}
