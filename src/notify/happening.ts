import { isOpen } from './incidents.ts'
import type { Message } from './message.ts'
import { degradedText, quotaText, refusedText, restartText, undoneText, type Said } from './texts.ts'
import type { Look, Watched, Wishes } from './watched.ts'

/** Something that has no end, of the journal. */
export interface Happening {
  readonly kind: 'undone' | 'refused' | 'degraded' | 'quota' | 'restart'
  readonly line?: string
  readonly text: string
  readonly atMs: number
}

/** Something happened that has no end. */
export function tellOf(
  before: Watched,
  happening: Happening,
  { on }: Pick<Wishes, 'on'>,
): Pick<Look, 'watched' | 'messages'> {
  const { kind, line, text, atMs } = happening
  const isConsequence =
    kind === 'degraded' &&
    before.incidents.some((root) => isOpen(root) && (root.kind === 'offline' || root.line === line))
  if (!on.includes(kind) || isConsequence) return { watched: before, messages: [] }
  const said = TEXTS[kind](text, line ?? '')
  const count = before.count + 1
  const id = `${before.seed}-${count}`
  const message: Message = { id, thread: id, kind, ...(line !== undefined && { line }), atMs, urgent: false, ...said } // prettier-ignore
  return { watched: { ...before, count }, messages: [message] }
}

const TEXTS: Readonly<Record<Happening['kind'], (text: string, line: string) => Said>> = {
  undone: undoneText,
  refused: refusedText,
  degraded: (text, line) => degradedText(line, text),
  quota: (text, line) => quotaText(line, text),
  restart: restartText,
}
