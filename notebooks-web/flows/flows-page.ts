/** The flows on a page of their own. */
import { fill, h } from '../shell/dom.ts';
import type { Route } from '../shell/router.ts';
import { flowsPicture } from './flows-picture.ts';

export function renderFlows(root: HTMLElement, route: Route): Promise<() => void> {
  const picture = flowsPicture(Object.fromEntries(route.query), false);
  fill(root, h('p', { class: 'eyebrow' }, 'Network, live · packets, one bottleneck, one clock'), picture.heading, picture.element);
  // The element has to be on the page before it can be measured.
  requestAnimationFrame(picture.start);
  return Promise.resolve(picture.end);
}
