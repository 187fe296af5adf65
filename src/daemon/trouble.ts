import { unreachable } from '../model/index.ts'
import { commandsOf } from '../render/index.ts'
import type { PassTrouble } from './reconciler.ts'

/** Why a pass came to nothing, in words for the operator: what could not be done, what it leaves behind. */
export function describeTrouble(trouble: PassTrouble): string {
  switch (trouble.is) {
    case 'unreadable':
      return `the kernel cannot be read: ${trouble.text}`
    case 'refused':
      return trouble.notes
        .map((note) => `${note.text}${note.help === undefined ? '' : ` (${note.help})`}`)
        .join('\n')
    case 'failed': {
      const { error, undone, leftovers } = trouble.failure
      const after = undone
        ? 'everything before it was taken back'
        : `and this could not be taken back: ${leftovers.map((left) => `${left.what}: ${left.said}`).join('; ')}`
      return `${error.what}: ${error.said}; ${after}`
    }
    case 'unsettled':
      return `the kernel does not stay as wished; still to do: ${trouble.moves.flatMap(commandsOf).slice(0, 3).join('; ')}`
    default:
      return unreachable(trouble)
  }
}
