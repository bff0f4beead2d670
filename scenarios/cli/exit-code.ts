/** Exit codes, after sysexits.h where it has a word for it. Shown by `ledgerlab --help`. */
export const EXIT = {
  done: 0,
  claimFailed: 1,
  usage: 64,
  configuration: 65,
  invariant: 70,
  files: 74,
  interrupted: 130,
} as const;

export const EXIT_CODE_HELP = `Exit codes:
  0    done (a verdict "not reproduced", or a break with more than f faulty replicas, is a finding, not an error)
  1    a claim failed: check found a regression, or verify a difference
  64   wrong usage: unknown command, option, scenario or model
  65   bad configuration or input
  70   a run broke an invariant, or the program failed; the message has the command that repeats it
  74   files could not be read or written
  130  interrupted; run the same command again to resume`;
