/** Input that is refused: every problem with path, value found, what is allowed (range, unit), and what to try. */
export interface Problem {
  /** Where, e.g. `l0Trigger` or `tasks[3].nice`; empty for the whole input. */
  readonly path: string;
  /** What was found, what is allowed, with unit. One sentence, no stack. */
  readonly message: string;
}

export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
