/** Below 10: a failure. From 10: an answer, given only when asked for (`doctor`, `--check`, `--exit-code`). */
export const EXIT = {
  done: 0,
  couldNot: 1,
  wrongUsage: 2,
  configWrong: 3,
  notReachable: 4,
  notAllowed: 5,
  refusedForSafety: 6,
  undone: 7,
  planHasChanges: 10,
  someLinesInUse: 11,
  noLineInUse: 12,
  somethingToFix: 13,
  noLineForIt: 14,
  /** By Ctrl-C, before it came to what was asked for. */
  interrupted: 130,
} as const
