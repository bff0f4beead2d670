/** One view of a session: the diagram of where its desk stands. */
import { h, s } from '../shell/dom.ts';
import { type DiagramLayout, diagramLayout, drawDiagram } from './space-time.ts';
import type { Hand, StageDesk } from './stage-desk.ts';
import { branchName, endWords, ms, namesOf, type Names } from './words.ts';

export interface ViewOwner {
  readonly windowNs: () => number;
  readonly isSecond: () => boolean;
  readonly focus: (view: StageView) => void;
  readonly go: (view: StageView, timeNs: number) => void;
  readonly take: (view: StageView, hand: Hand) => void;
}

export class StageView {
  readonly desk: StageDesk;
  readonly element: HTMLElement;
  private readonly owner: ViewOwner;
  private readonly svg = s('svg', { class: 'stage-diagram', role: 'img', tabindex: 0 });
  private readonly title = h('p', { class: 'stage-pane-title small' });
  private layout: DiagramLayout | undefined;
  private named: { readonly record: unknown; readonly names: Names } | undefined;

  constructor(desk: StageDesk, owner: ViewOwner) {
    this.desk = desk;
    this.owner = owner;
    this.element = h('div', { class: 'stage-pane' }, this.title, this.svg);
    this.svg.addEventListener('focus', () => {
      if (owner.isSecond()) owner.focus(this);
    });
    this.svg.addEventListener('click', (event) => {
      if (this.layout === undefined) return;
      const box = this.svg.getBoundingClientRect();
      const x = ((event.clientX - box.left) * this.layout.width) / box.width;
      if (x >= this.layout.left) owner.go(this, Math.max(0, this.layout.timeOf(x)));
    });
  }

  names(): Names {
    const { branch: { record }, run: { model } } = this.desk;
    if (this.named?.record !== record) this.named = { record, names: namesOf(record, model) };
    return this.named.names;
  }

  draw(isActive: boolean): void {
    const { desk, owner } = this;
    const { branch, event } = desk;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    const width = Math.max(280, this.element.clientWidth);
    this.layout = diagramLayout(desk, width, owner.windowNs(), rem);
    this.title.hidden = !owner.isSecond();
    this.title.textContent = `Branch ${branchName(branch.id)}, ${endWords(branch, desk.session.protocol)}${isActive ? ' · in hand' : ''}`;
    this.element.classList.toggle('active', isActive && owner.isSecond());
    this.svg.setAttribute('aria-label', `Space-time diagram, branch ${branchName(branch.id)}, event ${event} of ${branch.end} at ${ms(desk.nowNs)}: ${desk.inFlight().length} messages under way. Tables: key D.`);
    drawDiagram(this.svg, desk, this.names(), this.layout, {
      takeMessage: (number) => owner.take(this, { kind: 'message', number }),
      takeNode: (node) => owner.take(this, { kind: 'node', node }),
    });
  }
}
