/** The stage on a page of its own. */
import { fill, h } from '../shell/dom.ts';
import type { Route } from '../shell/router.ts';
import { stagePicture } from './stage-picture.ts';

export function renderStage(root: HTMLElement, route: Route): Promise<() => void> {
  const picture = stagePicture(Object.fromEntries(route.query), false);
  fill(root, h('p', { class: 'eyebrow' }, 'The stage · step, rewind, fork, break'), picture.heading, picture.element);
  // The element has to be on the page before it can be measured.
  requestAnimationFrame(picture.start);
  return Promise.resolve(picture.end);
}
