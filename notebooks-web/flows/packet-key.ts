/** What the marks on the path mean. */
import { h, s } from '../shell/dom.ts';

export function packetKey(): HTMLElement {
  const mark = (...shapes: SVGElement[]): SVGElement => s('svg', { viewBox: '0 0 20 16', 'aria-hidden': 'true' }, shapes);
  const square = (flow: number): SVGElement => s('rect', { x: 4, y: 2, width: 12, height: 12, class: `packet flow-${flow}` });
  const cross = (): SVGElement => s('path', { d: 'M6 4l8 8M6 12l8-8', class: 'lost' });
  const triangle = (): SVGElement => s('path', { d: 'M7 8l8-4.5v9z', class: 'ack' });
  const items: readonly (readonly [SVGElement, string])[] = [
    [mark(square(1)), 'packet of flow 1'],
    [mark(square(2)), 'of flow 2'],
    [mark(square(1), s('rect', { x: 8.5, y: 2, width: 3, height: 12, class: 'stripe' })), 'sent again'],
    [mark(triangle()), 'acknowledgement'],
    [mark(triangle(), s('path', { d: 'M4 3v10', class: 'hole' })), 'reports what came beyond a hole'],
    [mark(cross()), 'lost'],
    [mark(cross(), s('rect', { x: 3.5, y: 1.5, width: 13, height: 13, class: 'yours' })), 'dropped by you'],
  ];
  return h('ul', { class: 'flow-packet-key', 'aria-label': 'Marks' }, items.map(([picture, text]) => h('li', {}, picture, text)));
}
