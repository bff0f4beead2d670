/**
 * Building elements. Text always goes through text nodes: nothing in the viewer assigns markup from a string, so that
 * foreign data can never become an element.
 */
export type Child = Node | string | number | null | undefined | false | readonly Child[];
type Handlers = { readonly [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
export type Props = Readonly<Record<string, string | number | boolean | undefined | Handlers>> & { readonly on?: Handlers };

const SVG = 'http://www.w3.org/2000/svg';

/** An address the page may link to: in-page, relative, blob, or a plain web link; anything else (javascript:) is dropped. */
export function safeHref(href: string): string {
  return /^(?:#|\.{0,2}\/|blob:|https?:\/\/|data:image\/png)/i.test(href) || /^[\w-]+(?:[/.][\w./%-]*)?$/.test(href) ? href : '#';
}

function setProps(element: Element, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (name === 'on') {
      for (const [event, handler] of Object.entries((value ?? {}) as Record<string, EventListener>)) element.addEventListener(event, handler);
    } else if (value === undefined || value === false || typeof value === 'object') {
      continue;
    } else if (/^on/i.test(name)) {
      throw new Error(`handlers go into "on", not into the attribute ${name}`);
    } else {
      element.setAttribute(name, name === 'href' ? safeHref(String(value)) : value === true ? '' : String(value));
    }
  }
}

function appendAll(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) appendAll(parent, child as readonly Child[]);
    else parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** An HTML element with attributes, handlers under `on`, and children. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setProps(element, props);
  appendAll(element, children);
  return element;
}

/** An SVG element, likewise. */
export function s<K extends keyof SVGElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  setProps(element, props);
  appendAll(element, children);
  return element;
}

export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  appendAll(parent, children);
}

/** Runs `then` once when the element comes near the window; at once where the browser cannot tell. */
export function whenVisible(element: Element, then: () => void): void {
  if (typeof IntersectionObserver === 'undefined') return then();
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      then();
    },
    { rootMargin: '300px' },
  );
  observer.observe(element);
}
