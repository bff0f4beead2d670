/**
 * Addresses of the viewer: `#/page/path?name=value`. Everything lives in the fragment, so that the site works from any
 * folder of any static server and links keep scenario, parameters and seed.
 */
export interface Route {
  /** First part, e.g. `report`; `home` for the empty address. */
  readonly page: string;
  /** Second part, e.g. the scenario; empty when there is none. */
  readonly id: string;
  readonly query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const text = hash.replace(/^#\/?/, '');
  const at = text.indexOf('?');
  const path = at < 0 ? text : text.slice(0, at);
  const [page = '', id = ''] = path.split('/').map(decode);
  return { page: page === '' ? 'home' : page, id, query: new URLSearchParams(at < 0 ? '' : text.slice(at + 1)) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function formatRoute(page: string, id = '', query: Readonly<Record<string, string | undefined>> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(name, value);
  const text = search.toString();
  return `#/${page === 'home' ? '' : page}${id === '' ? '' : `/${encodeURIComponent(id)}`}${text === '' ? '' : `?${text}`}`;
}
