/** Entry of the viewer: frame (navigation, schemes, keys, announcements) and the page the address names. */
import { registry } from '../scenarios/testbed/registry.ts';
import { renderHome } from './board/home.ts';
import { fill, h, s } from './shell/dom.ts';
import { findDialog, type Place } from './shell/find.ts';
import { bindKeys, keysDialog } from './shell/keys.ts';
import { announce, notice, segmented } from './shell/parts.ts';
import { formatRoute, parseRoute, type Route } from './shell/router.ts';
import { schemeChoice, setScheme, startTheme, type SchemeChoice } from './shell/theme.ts';

/** A page fills the element and may return what ends its timers, workers and views. */
type Page = (root: HTMLElement, route: Route) => Promise<(() => void) | void>;

const PAGES: Readonly<Record<string, { readonly title: string; readonly render: Page }>> = {
  home: { title: 'Claims', render: (root) => renderHome(root, registry.scenarioIds) },
  report: { title: 'Report', render: async (root, route) => (await import('./report/report-page.ts')).renderReport(root, route) },
  compare: { title: 'Compare', render: async (root, route) => (await import('./compare/compare-page.ts')).renderCompare(root, route) },
  lesson: { title: 'Lessons', render: async (root, route) => (await import('./lesson/lesson-page.ts')).renderLesson(root, route) },
  lsm: { title: 'LSM tree, live', render: async (root, route) => (await import('./lsm/lsm-page.ts')).renderLsm(root, route) },
  schedule: { title: 'Schedulers, live', render: async (root, route) => (await import('./schedule/schedule-page.ts')).renderSchedule(root, route) },
  flows: { title: 'Network, live', render: async (root, route) => (await import('./flows/flows-page.ts')).renderFlows(root, route) },
  stage: { title: 'Consensus, live', render: async (root, route) => (await import('./stage/stage-page.ts')).renderStage(root, route) },
  check: { title: 'Check', render: async (root) => (await import('./check/check-page.ts')).renderCheck(root) },
};

const NAVIGATION = [['home', 'Claims', '#/'], ['report', 'Reproduce', '#/report'], ['compare', 'Compare', '#/compare'], ['lesson', 'Teach', '#/lesson'], ['stage', 'Stage', '#/stage'], ['schedule', 'CPU', '#/schedule'], ['flows', 'Network', '#/flows'], ['lsm', 'LSM', '#/lsm'], ['check', 'Check', '#/check']] as const;

/** What the find dialog offers. */
async function places(): Promise<Place[]> {
  const { lessonTitles } = await import('./lesson/lessons.ts');
  return [
    ...NAVIGATION.map(([page, title, href]) => ({ title: PAGES[page]!.title === title ? title : `${title}: ${PAGES[page]!.title}`, kind: 'page', href })),
    ...registry.scenarioIds.map((id) => ({ title: id, kind: 'scenario', href: formatRoute('report', id) })),
    ...(await lessonTitles()).map(({ id, title }) => ({ title, kind: 'lesson', href: formatRoute('lesson', id) })),
  ];
}

function frame(main: HTMLElement, links: readonly HTMLElement[]): HTMLElement[] {
  const logo = s('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, s('path', { d: 'M2 2.5v11h12M4.5 10.5l3-4 2.2 2 3.8-5', fill: 'none', stroke: 'currentColor', 'stroke-width': 1.8 }));
  const schemes: readonly (readonly [SchemeChoice, string])[] = [['system', 'auto'], ['light', 'light'], ['dark', 'dark']];
  return [
    h('a', { class: 'skip', href: '#content', on: { click: (event) => { event.preventDefault(); main.focus(); } } }, 'Skip to content'),
    h(
      'header', { class: 'top' },
      h(
        'div', { class: 'top-inner' },
        h('a', { class: 'brand', href: '#/' }, logo, 'LedgerLab'),
        h('nav', { 'aria-label': 'Pages' }, links),
        h('div', { class: 'tools' }, segmented('Colour scheme', schemes, schemeChoice(), setScheme), h('button', { class: 'link', type: 'button', on: { click: () => findDialog(places) } }, 'Find ', h('kbd', { class: 'hint' }, '/')), h('button', { class: 'link', type: 'button', on: { click: keysDialog } }, 'Keys ', h('kbd', { class: 'hint' }, '?'))),
      ),
    ),
    main,
    h('footer', { class: 'page' }, h('p', { class: 'foot' }, h('span', {}, 'LedgerLab, a deterministic testbed for ledger systems.'), h('span', {}, 'Everything on this page runs on this machine; nothing is sent anywhere.'), h('span', { class: 'print-address' }))),
    h('div', { id: 'announcements', class: 'visually-hidden', 'aria-live': 'polite' }),
  ];
}

function start(): void {
  startTheme();
  const app = document.getElementById('app')!;
  const main = h('main', { class: 'page', id: 'content', tabindex: -1 });
  const links = NAVIGATION.map(([page, title, href]) => h('a', { href, 'data-page': page }, title));
  fill(app, frame(main, links));
  bindKeys(() => findDialog(places));

  let leave: (() => void) | void;
  let turn = 0;
  const show = async (first: boolean): Promise<void> => {
    const mine = ++turn;
    leave?.();
    leave = undefined;
    const route = parseRoute(location.hash);
    const page = Object.hasOwn(PAGES, route.page) ? PAGES[route.page] : undefined;
    for (const link of links) {
      if (link.dataset['page'] === route.page) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    document.querySelector('.print-address')!.textContent = location.href;
    const place = h('div', { class: 'fade' });
    try {
      if (page === undefined) fill(place, h('h1', {}, 'There is no such page.'), h('p', {}, 'The address names ', h('code', {}, route.page), '. ', h('a', { href: '#/' }, 'Go to the claims')));
      else {
        const ended = await page.render(place, route);
        // A slower page must not cover a newer one.
        if (mine !== turn) return ended?.();
        leave = ended;
      }
    } catch (error) {
      fill(place, h('h1', {}, 'This page could not be shown.'), notice('Nothing was loaded.', error instanceof Error ? error.message : String(error), true), h('p', {}, h('a', { href: '#/' }, 'Go to the claims')));
    }
    if (mine !== turn) return;
    fill(main, place);
    document.title = `${place.querySelector('h1')?.textContent ?? page?.title ?? 'LedgerLab'} - LedgerLab`;
    document.documentElement.dataset['ready'] = String(mine);
    if (!first) {
      scrollTo(0, 0);
      main.focus({ preventScroll: true });
      announce(document.title);
    }
  };
  window.addEventListener('hashchange', () => void show(false));
  void show(true);
}

start();
