/** Lessons: Markdown files with live figures, one file a lesson. Without a name, the list of them. */
import { loadReport, loadTrees, ranked } from '../data/load.ts';
import { figureElement } from '../report/figure.ts';
import { fill, h, whenVisible } from '../shell/dom.ts';
import { renderMarkdown } from '../shell/markdown.ts';
import { announce, commandText, mark, notice } from '../shell/parts.ts';
import { formatRoute, type Route } from '../shell/router.ts';
import { parseBlock, parseQuestion, type Block } from './blocks.ts';
import { LESSONS, titleOf } from './lessons.ts';


export async function renderLesson(root: HTMLElement, route: Route): Promise<(() => void) | void> {
  const load = LESSONS.get(route.id);
  if (load === undefined) return list(root, route.id);
  const source = await load();
  const ends: (() => void)[] = [];
  const prose = h('article', { class: 'prose lesson' });
  let figures = 0;
  renderMarkdown(prose, source, {
    fence: (info, body) => {
      const block = parseBlock(info);
      if (block.kind === 'question') return questionElement(body);
      if (block.kind === 'live') return liveElement(block, ends);
      return block.kind === 'figure' ? storedFigure(block, ++figures, ends) : undefined;
    },
  });
  const ids = [...LESSONS.keys()];
  const next = ids[ids.indexOf(route.id) + 1];
  fill(root, h('p', { class: 'eyebrow' }, h('a', { href: '#/lesson' }, 'Lessons')), prose, h('p', { class: 'lesson-next' }, next === undefined ? h('a', { href: '#/lesson' }, 'All lessons') : ['Next: ', h('a', { href: formatRoute('lesson', next) }, titleOf(await LESSONS.get(next)!()))]));
  return () => ends.forEach((end) => end());
}

async function list(root: HTMLElement, asked: string): Promise<void> {
  const lessons = await Promise.all([...LESSONS].map(async ([id, load]) => ({ id, source: await load() })));
  const lead = (source: string): string => source.split('\n').find((line) => line !== '' && !line.startsWith('#')) ?? '';
  fill(
    root,
    h('p', { class: 'eyebrow' }, 'Teach'), h('h1', {}, 'Predict, then step'),
    h('p', { class: 'lede' }, 'A lesson asks before it shows, and then hands over control. Every picture in it is a stored result or a run on this page.'),
    asked === '' ? null : notice(`There is no lesson called ${asked.slice(0, 60)}.`, 'These exist:'),
    h('ul', { class: 'lesson-list' }, lessons.map(({ id, source }) => h('li', {}, h('h2', {}, h('a', { href: formatRoute('lesson', id) }, titleOf(source))), h('p', { class: 'small' }, lead(source)))), h('li', {}, h('h2', {}, h('a', { href: '#/lsm' }, 'The LSM tree, live')), h('p', { class: 'small' }, 'No text: the tree, its clock, and a key to read.'))),
    h('p', { class: 'tiny' }, 'A lesson is one Markdown file in notebooks-web/lessons/.'),
  );
}

function questionElement(body: string): HTMLElement {
  const question = parseQuestion(body);
  const answer = h('div', { class: 'question-answer', hidden: true, 'aria-live': 'polite' });
  renderMarkdown(answer, question.explanation);
  const text = h('div', {});
  renderMarkdown(text, question.text);
  const buttons = question.answers.map(({ text: words, isRight }) => {
    const button = h('button', { class: 'button', type: 'button', on: { click: () => choose(button, isRight) } }, words);
    return button;
  });
  function choose(button: HTMLElement, isRight: boolean): void {
    buttons.forEach((other, at) => {
      other.disabled = true;
      if (!question.answers[at]!.isRight) return;
      other.prepend(mark('reproduced'));
      other.classList.add('right');
    });
    if (!isRight) button.prepend(mark('not reproduced'));
    button.classList.add('chosen');
    answer.hidden = false;
    announce(isRight ? 'That is right.' : 'That is not it.');
    // The pressed button is out of use now: what comes next in the tab order is what comes next on the page.
    answer.tabIndex = -1;
    answer.focus({ preventScroll: true });
  }
  return h('div', { class: 'question-block', role: 'group', 'aria-label': 'Question' }, text, h('div', { class: 'question-answers' }, buttons), answer);
}

function storedFigure(block: Block, number: number, ends: (() => void)[]): HTMLElement {
  const scenario = block.options.get('scenario') ?? '';
  const place = h('div', { class: 'lesson-figure' }, h('p', { class: 'tiny' }, 'reading the stored result'));
  const load = async (): Promise<void> => {
    const located = ranked(await loadTrees()).find(({ entry }) => entry.scenario === scenario);
    if (located === undefined) return fill(place, notice('This figure needs a result that is not here yet.', ''), h('p', { class: 'small' }, 'Make it with ', commandText(`npx ledgerlab reproduce --only ${scenario} --quick`), ' or ', h('a', { href: formatRoute('report', scenario) }, 'run it here'), '.'));
    const report = await loadReport(located.entry.path);
    const figure = report.figures.find(({ id }) => id === block.options.get('figure')) ?? report.figures[0];
    if (figure === undefined) return fill(place, notice('The stored result has no figure.', ''));
    const made = figureElement(figure, number, `lesson-${number}`);
    ends.push(made.end);
    fill(place, made.element, h('p', { class: 'tiny' }, 'From ', h('a', { href: formatRoute('report', scenario, { result: located.entry.path, figure: figure.id }) }, located.entry.title), ` (${located.tree.name}).`));
  };
  load().catch((error: unknown) => fill(place, notice('This figure could not be read.', error instanceof Error ? error.message : String(error), true)));
  return place;
}

function liveElement(block: Block, ends: (() => void)[]): HTMLElement {
  const place = h('div', { class: 'lesson-live' }, h('p', { class: 'tiny' }, 'the live picture starts when it comes into view'));
  whenVisible(place, () => {
    void livePictureOf(block).then((picture) => {
      ends.push(picture.end);
      fill(place, picture.element);
      picture.start();
    }).catch((error: unknown) => fill(place, notice('The live picture could not start.', error instanceof Error ? error.message : String(error), true)));
  });
  return place;
}

/** The picture that a block names: the scheduler's, the network's, or the tree's. */
async function livePictureOf({ words, options }: Block): Promise<{ readonly element: HTMLElement; readonly start: () => void; readonly end: () => void }> {
  const given = Object.fromEntries(options);
  if (words[0] === 'schedule') return (await import('../schedule/schedule-picture.ts')).schedulePicture(given, true);
  if (words[0] === 'stage') return (await import('../stage/stage-picture.ts')).stagePicture(given, true);
  if (words[0] === 'flows') return (await import('../flows/flows-picture.ts')).flowsPicture(given, true);
  return (await import('../lsm/live-picture.ts')).livePicture(given, true);
}
