import type { Message } from './message.ts'

/** More lines than a person reads. */
const MOST_ROWS = 20

/**
 * One message of several: what began and ended meanwhile is told by its end, and that no line worked stands first.
 * @param missed older ones that are not among them
 */
export function digestOf(messages: readonly Message[], missed: number): Message {
  const told = messages.filter(
    (one, i) => one.kind !== 'down' || !messages.slice(i + 1).some(({ thread }) => thread === one.thread),
  )
  const [first] = told
  if (first === undefined) throw new Error('a digest of nothing')
  if (told.length === 1 && missed === 0) return first
  const head = told.findLast(({ kind }) => kind === 'offline')
  const others = told.length - 1 + missed
  const rows = told
    .slice(-MOST_ROWS)
    .map(({ title, body }) => (title === head?.title ? body : `${title}: ${body}`))
  const left = told.length - rows.length + missed
  const { line, ...rest } = head ?? first
  return {
    ...rest,
    // Not that of one which may have been sent alone before, in vain as it seemed.
    id: messages.at(-1)?.id ?? first.id,
    // What stands for several is of no line.
    ...(isOfOneLine(told) && line !== undefined && { line }),
    title: head === undefined ? `${told.length + missed} messages: ${told.map(({ title }) => title).slice(-3).join('; ')}` : others === 0 ? head.title : `${head.title}, and ${others} more`, // prettier-ignore
    body: [...rows, ...(left === 0 ? [] : [`and ${left} older ones`])].join('\n'),
    tone: told.some(({ tone }) => tone === 'bad') ? 'bad' : (told.at(-1)?.tone ?? 'news'),
    urgent: told.some(({ urgent }) => urgent),
  }
}

const isOfOneLine = (messages: readonly Message[]): boolean =>
  new Set(messages.map(({ line }) => line)).size === 1
