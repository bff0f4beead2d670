/** The lessons there are: one Markdown file each, loaded on demand. Adding a file is enough. */
const FILES = import.meta.glob('../lessons/*.md', { query: '?raw', import: 'default' }) as Record<string, () => Promise<string>>;

/** Loaders by id, the file's name, in order. */
export const LESSONS: ReadonlyMap<string, () => Promise<string>> = new Map(
  Object.entries(FILES).map(([path, load]) => [path.replace(/^.*\/|\.md$/g, ''), load] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
);

/** The text of the first heading. */
export function titleOf(source: string): string {
  return /^#\s+(.+)$/m.exec(source)?.[1]?.trim() ?? 'Untitled';
}

export function lessonTitles(): Promise<{ id: string; title: string }[]> {
  return Promise.all([...LESSONS].map(async ([id, load]) => ({ id, title: titleOf(await load()) })));
}
