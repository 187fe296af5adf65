import { familyOfLeg, lineOfLeg, unreachable } from '../model/index.ts'
import type { NewEntry } from './journal.ts'
import type { Transition } from './line-tracker.ts'

/** What the journal says of a line whose state changed; nothing where the wish that brought it about is told. */
export function lineEvent({ leg, from, to }: Transition): NewEntry | undefined {
  const { state, why } = to
  switch (state) {
    case 'up':
      // Nothing came back: a daemon that is started anew must wake nobody.
      if (from === undefined || from === 'draining') return undefined
      return { kind: 'up', ...saidOf(leg, 'it can be used again') }
    case 'draining':
      if (why === undefined && from !== undefined) return undefined
      return { kind: 'draining', ...saidOf(leg, why ?? 'it takes no new connections, as was wished before') }
    case 'absent':
      return { kind: 'down', ...saidOf(leg, why ?? 'its interface is not there') }
    case 'down':
    case 'suspect':
      return { kind: state, ...saidOf(leg, why ?? 'the cause is not known') }
    case 'unknown':
      return undefined
    default:
      return unreachable(state)
  }
}

/** Whose it is, and the words. IPv4 is what everybody means who says nothing. */
export function saidOf(leg: string, text: string): Pick<NewEntry, 'line' | 'family' | 'text'> {
  const [line, family] = [lineOfLeg(leg), familyOfLeg(leg)]
  return family === 'ipv4' ? { line, text } : { line, family, text: `IPv6: ${text}` }
}
