import { unreachable, type LinePresence, type Place } from '../model/index.ts'
import { isLastResort, type LineFacts } from './lines.ts'

/** How a line is, in a few words. */
export const condition = (line: LineFacts): string =>
  line.drain === undefined || line.presence.is !== 'usable'
    ? presence(line.presence)
    : isLastResort(line)
      ? 'drained, and used because no other line works'
      : 'drained, no new connections'

/** What the kernel shows of a line in a few words, the same in plans, logs and status. */
export function presence(of: LinePresence): string {
  switch (of.is) {
    case 'absent':
      return 'its interface is not there'
    case 'usable':
      return 'usable'
    case 'blocked':
      return {
        'link-off': 'its interface is switched off',
        'no-carrier': 'no carrier',
        'no-address': 'no address yet',
        'no-gateway': 'no gateway known yet',
      }[of.by]
    default:
      return unreachable(of)
  }
}

export const place = (at: Place): string => `${at.file.split('/').at(-1) ?? at.file}:${at.line}`
