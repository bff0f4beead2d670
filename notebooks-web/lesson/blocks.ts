/**
 * Live blocks of a lesson, written as fenced blocks:
 *
 *   ```figure scenario=ID figure=ID        a figure of a stored result
 *   ```live lsm arm=ID valueBytes=4096     the live picture
 *   ```question                            text, then answers "- [x] right" / "- [ ] wrong", then the explanation
 *
 * The parsing here is pure; lesson-page.ts makes elements of it.
 */
export interface Block {
  readonly kind: string;
  /** Words after the kind without `=`. */
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

export function parseBlock(info: string): Block {
  const [kind = '', ...rest] = info.split(/\s+/).filter((word) => word !== '');
  const options = new Map<string, string>();
  const words: string[] = [];
  for (const word of rest) {
    const at = word.indexOf('=');
    if (at > 0) options.set(word.slice(0, at), word.slice(at + 1));
    else words.push(word);
  }
  return { kind, words, options };
}

export interface Question {
  readonly text: string;
  readonly answers: readonly { readonly text: string; readonly isRight: boolean }[];
  readonly explanation: string;
}

export function parseQuestion(body: string): Question {
  const lines = body.split('\n');
  const isAnswer = (line: string): boolean => /^- \[[ x]\] /.test(line);
  const first = lines.findIndex(isAnswer);
  const last = lines.findLastIndex(isAnswer);
  return {
    text: lines.slice(0, Math.max(0, first)).join('\n').trim(),
    answers: lines.filter(isAnswer).map((line) => ({ text: line.slice(6).trim(), isRight: line[3] === 'x' })),
    explanation: lines.slice(last + 1).join('\n').trim(),
  };
}
