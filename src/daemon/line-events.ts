import { familyOfLeg, lineOfLeg, unreachable } from '../model/index.ts'
import type { NewEntry } from './journal.ts'
import type { Transition } from './line-tracker.ts'

/** What the journal says of a line whose state changed; nothing where the wish that brought it about is told. */
export function lineEvent({ leg, from, to }: Transition): NewEntry | undefined {
  const { state, why } = to
  const line = lineOfLeg(leg)
  const said = (text: string): string => ofFamily(leg, text)
  switch (state) {
    case 'up':
      // Nothing came back: a daemon that is started anew must wake nobody.
      if (from === undefined || from === 'draining') return undefined
      return { kind: 'up', line, text: said('it can be used again') }
    case 'draining':
      if (why === undefined && from !== undefined) return undefined
      return {
        kind: 'draining',
        line,
        text: said(why ?? 'it takes no new connections, as was wished before'),
      }
    case 'absent':
      return { kind: 'down', line, text: said(why ?? 'its interface is not there') }
    case 'down':
    case 'suspect':
      return { kind: state, line, text: said(why ?? 'the cause is not known') }
    case 'unknown':
      return undefined
    default:
      return unreachable(state)
  }
}

/** IPv4 is what everybody means who says nothing. */
export const ofFamily = (leg: string, text: string): string =>
  familyOfLeg(leg) === 'ipv6' ? `IPv6: ${text}` : text
