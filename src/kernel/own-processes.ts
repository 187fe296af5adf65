/** The processes that work for us, so that their hands are not taken for those of others. */

/** What they do is told within a moment, also of one that has ended since; numbers come again after a long time. */
const REMEMBERED = 128
const recent: number[] = []

export function rememberOwn(pid: number | undefined): void {
  if (pid === undefined) return
  recent.push(pid)
  if (recent.length > REMEMBERED) recent.shift()
}

export const isOwn = (pid: number): boolean => pid === process.pid || recent.includes(pid)

/**
 * For those we start and end ourselves: Ctrl-C in a terminal goes to its whole process group, and would end them before
 * we have done with them.
 */
export const OWN_GROUP = { detached: true } as const
