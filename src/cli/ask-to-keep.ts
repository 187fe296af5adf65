import { createInterface } from 'node:readline'
import type { Client, ClientError } from '../api/client.ts'
import type { ConfirmDocument, StatusDocument } from '../api/contract.ts'
import type { Screen, Sink } from './screen.ts'
import type { Surroundings } from './surroundings.ts'
import type { Undone } from './trial-text.ts'

const LOOK_EVERY_MS = 1000
const QUESTION = 'Keep it? Type yes, or run multihome confirm elsewhere.'

/** How the question ended. `elsewhere`: somebody else confirmed. */
export type Verdict =
  | { readonly is: 'kept'; readonly document: ConfirmDocument }
  | { readonly is: 'elsewhere'; readonly document: StatusDocument }
  | { readonly is: 'undone'; readonly undone: Undone }
  /** Nobody will type any more; the time goes on. */
  | { readonly is: 'left'; readonly secondsLeft: number }
  | { readonly is: 'lost'; readonly error: ClientError }

export interface Asking {
  readonly client: Pick<Client, 'confirm' | 'undo' | 'status'>
  readonly stdin: Surroundings['stdin']
  readonly stdout: Sink
  readonly screen: Screen
  readonly signal: AbortSignal
  readonly secondsLeft: number
  readonly lookEveryMs?: number
}

/**
 * Asks while the time runs, in the row where one types. The time is the daemon's: here it is only shown, and the daemon
 * is asked what became of it.
 */
export async function askToKeep(asking: Asking): Promise<Verdict> {
  const { client, stdin, stdout, screen, signal, lookEveryMs = LOOK_EVERY_MS } = asking
  const endsAtMs = performance.now() + asking.secondsLeft * 1000
  const left = (): number => Math.max(0, (endsAtMs - performance.now()) / 1000)
  const width = String(Math.ceil(left())).length
  const prompt = (): string => `Undo in ${String(Math.ceil(left())).padStart(width)} s › `
  const write = (text: string): void => void stdout.write(screen.finish(text))

  const lines = createInterface({ input: stdin, terminal: false })
  write(`${QUESTION}\n${prompt()}`)
  try {
    for await (const heard of listen(lines, signal, lookEveryMs)) {
      if (heard.is === 'end') return { is: 'left', secondsLeft: left() }
      if (heard.is === 'tick') {
        // Saved and restored: what is being typed behind it stays.
        write(`\u001b7\r${prompt()}\u001b8`)
        const verdict = await look(client)
        if (verdict !== undefined) return verdict
      } else {
        const verdict = await obey(heard.text.trim().toLowerCase(), client)
        if (verdict !== undefined) return verdict
        write(`yes keeps it, no undoes it at once.\n${prompt()}`)
      }
    }
    throw new Error('the question never ends by itself')
  } finally {
    lines.close()
  }
}

async function obey(answer: string, client: Asking['client']): Promise<Verdict | undefined> {
  if (['yes', 'y'].includes(answer)) {
    const confirmed = await client.confirm()
    return confirmed.ok
      ? { is: 'kept', document: confirmed.value }
      : ((await look(client)) ?? { is: 'lost', error: confirmed.error })
  }
  if (['no', 'n', 'undo'].includes(answer)) {
    const undone = await client.undo()
    return undone.ok ? { is: 'undone', undone: undone.value } : { is: 'lost', error: undone.error }
  }
  return undefined
}

/** @returns `undefined` while it is on trial */
async function look(client: Asking['client']): Promise<Verdict | undefined> {
  const status = await client.status()
  if (!status.ok) return { is: 'lost', error: status.error }
  const document = status.value
  if (document.trial !== undefined) return undefined
  const { undone } = document
  return undone === undefined ? { is: 'elsewhere', document } : { is: 'undone', undone }
}

type Heard =
  | { readonly is: 'line'; readonly text: string }
  | { readonly is: 'tick' }
  /** Ctrl-C, or nobody is there any more. */
  | { readonly is: 'end' }

/** What is typed and the beats of the clock, one after the other. */
async function* listen(
  lines: ReturnType<typeof createInterface>,
  signal: AbortSignal,
  everyMs: number,
): AsyncGenerator<Heard> {
  const heard: Heard[] = []
  let wake = (): void => undefined
  const hear = (one: Heard): void => {
    heard.push(one)
    wake()
  }
  const end = (): void => hear({ is: 'end' })
  lines.on('line', (text) => hear({ is: 'line', text }))
  lines.on('close', end)
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  // A beat that was not heard yet is enough.
  const ticks = setInterval(() => heard.length === 0 && hear({ is: 'tick' }), everyMs)
  try {
    for (;;) {
      const next = heard.shift()
      if (next !== undefined) yield next
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    clearInterval(ticks)
    signal.removeEventListener('abort', end)
  }
}
