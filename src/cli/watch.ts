import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientError } from '../api/client.ts'
import type { StatusDocument } from '../api/contract.ts'
import type { Result } from '../model/index.ts'
import { failed } from './answer.ts'
import type { Answer } from './answer.ts'
import { EXIT } from './exit-codes.ts'
import { clientFailure, errorDocument } from './failure.ts'
import { printable, printableJson } from './printable.ts'
import { screenFor } from './screen.ts'
import type { Settings } from './settings.ts'
import type { Surroundings } from './surroundings.ts'
import type { Terminal } from './terminal.ts'
import { watchRows } from './watch-picture.ts'
import type { WatchView } from './watch-picture.ts'

export interface Watch {
  readonly ask: () => Promise<Result<StatusDocument, ClientError>>
  readonly settings: Pick<Settings, 'color' | 'ascii' | 'json'>
  readonly surroundings: Pick<Surroundings, 'env' | 'nowMs' | 'hasServiceUnit' | 'stdout' | 'terminal'>
  /** Default: a second. */
  readonly everyMs?: number
}

/** Redraws the status until somebody has seen enough; with `--json` it prints a document each time instead. */
export async function watchStatus(watch: Watch): Promise<Answer> {
  if (watch.settings.json) return printForEver(watch)
  const terminal = await watch.surroundings.terminal()
  if (terminal === undefined) return failed(NO_TERMINAL)
  const first = await watch.ask()
  // It does not become allowed by waiting.
  if (!first.ok && first.error.is === 'not-allowed')
    return failed(clientFailure(first.error, watch.surroundings))
  await drawUntilTheEnd(watch, terminal, first)
  return { is: 'ended', exitCode: EXIT.done }
}

const NO_TERMINAL = {
  exitCode: EXIT.wrongUsage,
  code: 'MH190',
  message: 'a live view needs a terminal to draw on, and here is none',
  help: 'multihome status --watch --json prints a document each second; multihome status prints once',
} as const

async function drawUntilTheEnd(
  { ask, settings, surroundings, everyMs = 1000 }: Watch,
  terminal: Terminal,
  first: Awaited<ReturnType<Watch['ask']>>,
): Promise<void> {
  const { env, nowMs } = surroundings
  let view: WatchView = { nowMs: nowMs(), isPaused: false, showsLegend: false }
  let isOver = false
  /** Ends what is waited for just now. */
  let wake = (): void => {}

  const taken = terminal.enter({
    key: (key) => {
      if (QUIT.includes(key)) return end()
      if (key === ' ') change({ isPaused: !view.isPaused })
      if (key === '?') change({ showsLegend: !view.showsLegend })
      wake() // whoever goes on wants to see how it is now
    },
    resize: () => draw(),
    end: () => end(),
  })
  const end = (): void => {
    isOver = true
    wake()
  }
  const draw = (): void => {
    const size = taken.size()
    const screen = screenFor({ write: () => true, isTTY: true, columns: size.columns }, env, settings)
    taken.show(watchRows(view, size, screen))
  }
  const change = (what: Partial<WatchView>): void => {
    view = { ...view, ...what, nowMs: nowMs() }
    draw()
  }
  const hear = (answer: typeof first): void => {
    const { away: _, ...known } = view
    view = known
    if (answer.ok) change({ heard: { status: printable(answer.value), atMs: nowMs() } })
    else change({ away: printable(clientFailure(answer.error, surroundings)) })
  }
  /** Sees anew what the keys may have changed meanwhile. */
  const goesOn = (): boolean => !isOver
  const listens = (): boolean => !isOver && !view.isPaused

  try {
    hear(first)
    while (goesOn()) {
      const nap = new AbortController()
      wake = () => nap.abort()
      await sleep(everyMs, undefined, { signal: nap.signal }).catch(() => {})
      if (!listens()) continue
      const over = Promise.withResolvers<undefined>()
      wake = () => (isOver ? over.resolve(undefined) : undefined)
      const answer = await Promise.race([ask(), over.promise])
      if (answer !== undefined && listens()) hear(answer)
    }
  } finally {
    taken.leave()
  }
}

/** Ctrl-C and Ctrl-D are keys here. */
const QUIT: readonly string[] = ['q', 'Q', '\u0003', '\u0004']

/** A document on each line, whatever it is, until the reader or a signal ends us. */
async function printForEver({ ask, surroundings, everyMs = 1000 }: Watch): Promise<never> {
  for (;;) {
    const answer = await ask()
    const document = answer.ok
      ? answer.value
      : errorDocument(clientFailure(answer.error, surroundings), surroundings.nowMs())
    surroundings.stdout.write(`${printableJson(document)}\n`)
    await sleep(everyMs)
  }
}
