/** Each file of testdata/ is a conversation among replicas, delivered by hand. script.ts says which commands there are; `npx vitest -u` rewrites the replies. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replay } from './script.ts';

const FOLDER = `${import.meta.dirname}/../testdata`;
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.txt')).sort((a, b) => (a < b ? -1 : 1));

describe('dialogues', () => {
  it('are all there', () => {
    expect(files.length).toBeGreaterThanOrEqual(14);
  });

  it.each(files)('%s', async (file) => {
    await expect(replay(readFileSync(`${FOLDER}/${file}`, 'utf8'))).toMatchFileSnapshot(`${FOLDER}/${file}`);
  });
});
