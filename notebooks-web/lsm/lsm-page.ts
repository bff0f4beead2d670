/** The live picture on a page of its own. */
import { fill, h } from '../shell/dom.ts';
import type { Route } from '../shell/router.ts';
import { livePicture } from './live-picture.ts';

export function renderLsm(root: HTMLElement, route: Route): Promise<() => void> {
  const picture = livePicture(Object.fromEntries(route.query), false);
  fill(root, h('p', { class: 'eyebrow' }, 'Live picture · LevelDB’s tree on simulated devices'), picture.heading, picture.element);
  // The element has to be on the page before it can be measured.
  requestAnimationFrame(picture.start);
  return Promise.resolve(picture.end);
}
