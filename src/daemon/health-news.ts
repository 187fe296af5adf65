import { legsOf, wholeLines, type LineFacts } from '../plan/index.ts'
import type { NewEntry } from './journal.ts'
import { saidOf } from './line-events.ts'

/** What is worth a word when it is another after a pass than before it. */
export interface Outlook {
  /** Lines that new connections take, and in which family where it is one of two. */
  readonly used: readonly string[]
  /** At least one line is there and not known to be dead. */
  readonly isOnline: boolean
  /** By leg, what is bad about it though it works. */
  readonly degraded: ReadonlyMap<string, string>
}

export function outlookOf(lines: readonly LineFacts[]): Outlook {
  const works = ({ presence, verdict }: LineFacts): boolean =>
    presence.is === 'usable' && verdict.health !== 'down'
  const degraded = lines.flatMap(({ leg, verdict }) =>
    verdict.degraded === undefined ? [] : [[leg, verdict.why ?? verdict.degraded] as const],
  )
  return {
    used: wholeLines(lines).flatMap((whole) => {
      const { name } = whole.config
      const legs = legsOf(whole)
      const used = legs.filter(({ eligible }) => eligible)
      if (used.length === 0) return []
      return used.length === legs.length
        ? [name]
        : used.map(({ family }) => `${name} over ${family === 'ipv6' ? 'IPv6' : 'IPv4'}`)
    }),
    isOnline: lines.some(works),
    degraded: new Map(degraded),
  }
}

/**
 * What the journal says of the lines together, after what it said of each.
 * @param because the entry of the line whose change brought it about
 */
export function healthNews(before: Outlook, now: Outlook, because: number | undefined): NewEntry[] {
  const cause = because === undefined ? {} : { because }
  const worse = [...now.degraded]
    .filter(([leg]) => !before.degraded.has(leg))
    .map(([leg, text]): NewEntry => ({ kind: 'degraded', ...saidOf(leg, text) }))
  const online: NewEntry[] =
    before.isOnline === now.isOnline
      ? []
      : [
          now.isOnline
            ? { kind: 'online', text: 'a line works again', ...cause }
            : { kind: 'offline', text: 'no line works', ...cause },
        ]
  const isSame = before.used.join() === now.used.join()
  const steered: NewEntry[] =
    isSame || because === undefined || now.used.length === 0
      ? []
      : [{ kind: 'steered', text: `new connections go to ${named(now.used)}`, ...cause }]
  return [...worse, ...steered, ...online]
}

/** `fiber`, `fiber and dsl`, `fiber, dsl and lte` */
const named = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
