/**
 * Markdown to elements: markdown-it parses (raw HTML off), this file builds nodes from its tokens, so no markup is ever
 * assigned as text. Images named `figure:<id>` and fenced blocks may be replaced by live elements.
 */
import MarkdownIt from 'markdown-it';
import { h } from './dom.ts';

type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number];

export interface Slots {
  /** Element for `![](figure:id)`, or undefined when there is no such figure. */
  readonly figure?: (id: string) => HTMLElement | undefined;
  /** Element for a fenced block with an info line, or undefined to show it as code. */
  readonly fence?: (info: string, body: string) => HTMLElement | undefined;
}

const parser = new MarkdownIt({ html: false, linkify: false, typographer: true });
const TAGS = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'ul', 'ol', 'li', 'em', 'strong', 's', 'blockquote', 'table', 'thead', 'tbody', 'tr', 'th', 'td']);

/** Fills `target` with the document. */
export function renderMarkdown(target: HTMLElement, source: string, slots: Slots = {}): void {
  append(target, parser.parse(source, {}), slots);
}

function append(target: HTMLElement, tokens: readonly Token[], slots: Slots): void {
  const stack: HTMLElement[] = [target];
  const top = (): HTMLElement => stack[stack.length - 1]!;
  for (const token of tokens) {
    if (token.type === 'inline') {
      append(top(), token.children ?? [], slots);
      continue;
    }
    if (token.nesting === 1) {
      const element = token.type === 'link_open' ? h('a', { href: String(token.attrGet('href') ?? '') }) : document.createElement(TAGS.has(token.tag) ? token.tag : 'span');
      if (!(token.type === 'paragraph_open' && token.hidden)) top().append(element);
      // Tight lists hide their paragraphs: their text goes into the list item itself.
      stack.push(token.type === 'paragraph_open' && token.hidden ? top() : element);
    } else if (token.nesting === -1) {
      const closed = stack.pop()!;
      if (token.type === 'paragraph_close' && closed !== top()) unwrapFigure(closed);
    } else {
      top().append(leaf(token, slots));
    }
  }
}

/** A paragraph that only holds a figure gives way to it. */
function unwrapFigure(paragraph: HTMLElement): void {
  const only = paragraph.children.length === 1 && paragraph.textContent !== null ? paragraph.firstElementChild : null;
  if (only?.tagName === 'FIGURE') paragraph.replaceWith(only);
}

function leaf(token: Token, slots: Slots): Node {
  switch (token.type) {
    case 'text':
      return document.createTextNode(token.content);
    case 'softbreak':
      return document.createTextNode('\n');
    case 'hardbreak':
      return h('br');
    case 'hr':
      return h('hr');
    case 'code_inline':
      return h('code', {}, token.content);
    case 'fence':
      return slots.fence?.(token.info.trim(), token.content) ?? h('pre', { tabindex: 0 }, h('code', {}, token.content));
    case 'code_block':
      return h('pre', { tabindex: 0 }, h('code', {}, token.content));
    case 'image': {
      const address = String(token.attrGet('src') ?? '');
      const figure = address.startsWith('figure:') ? slots.figure?.(decodeURIComponent(address.slice('figure:'.length))) : undefined;
      return figure ?? document.createTextNode(token.content);
    }
    default:
      return document.createTextNode(token.content);
  }
}
