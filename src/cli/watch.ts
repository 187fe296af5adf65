import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, ClientError } from '../api/client.ts'
import { rfc3339 } from '../api/documents.ts'
import type { Result } from '../model/index.ts'
import { failed } from './answer.ts'
import type { Answer } from './answer.ts'
import { drainText, undrainText } from './drain.ts'
import { EXIT } from './exit-codes.ts'
import { clientFailure, errorDocument, failureText } from './failure.ts'
import { clientsText } from './flows-text.ts'
import { printable, printableJson } from './printable.ts'
import { probeText } from './probe-text.ts'
import { screenFor, type Screen } from './screen.ts'
import type { Settings } from './settings.ts'
import type { Surroundings } from './surroundings.ts'
import type { Terminal } from './terminal.ts'
import { press, type Act, type Wish } from './watch-keys.ts'
import { pastWanted, type Wanted } from './watch-past.ts'
import { watchRows } from './watch-picture.ts'
import { watchPlainly } from './watch-plain.ts'
import { linesOf, viewAtStart, withEvents, withPast, withStatus, type WatchView } from './watch-view.ts'
import { wrap } from './wrap.ts'

export interface Watch {
  readonly client: Pick<
    Client,
    'status' | 'follow' | 'events' | 'history' | 'drain' | 'undrain' | 'probe' | 'connections'
  >
  readonly settings: Pick<Settings, 'color' | 'ascii' | 'json'>
  readonly surroundings: Pick<
    Surroundings,
    'env' | 'nowMs' | 'hasServiceUnit' | 'stdout' | 'stderr' | 'terminal'
  >
  /** How long news wait for others, and how soon a daemon that went is tried again. Default: a second at most. */
  readonly everyMs?: number
}

/** Shows how things are until somebody has seen enough; where nothing can be drawn it prints, with `--json` a document each second. */
export async function watchStatus(watch: Watch): Promise<Answer> {
  if (watch.settings.json) return printForEver(watch)
  const terminal = await watch.surroundings.terminal()
  if (terminal === undefined) return watchPlainly(watch)
  const first = await watch.client.status()
  // It does not become allowed by waiting.
  if (!first.ok && first.error.is === 'not-allowed')
    return failed(clientFailure(first.error, watch.surroundings))
  await watchUntilTheEnd(watch, terminal, first)
  return { is: 'ended', exitCode: EXIT.done }
}

/** At most so often, unless a key is pressed: eyes are not quicker. */
const DRAW_EVERY_MS = 250
const SHOWN_EVENTS = 100

async function watchUntilTheEnd(
  { client, settings, surroundings, everyMs = 1000 }: Watch,
  terminal: Terminal,
  first: Awaited<ReturnType<Client['status']>>,
): Promise<void> {
  const { env, nowMs } = surroundings
  const over = Promise.withResolvers<void>()
  let isOver = false
  let view: WatchView = viewAtStart(nowMs())
  /** When the daemon was asked for it last. */
  const asked = new Map<string, number>()
  let isAsking = false
  let endListening = (): void => {}
  let reconnect: NodeJS.Timeout | undefined
  let waiting: NodeJS.Timeout | undefined

  const end = (): void => {
    isOver = true
    over.resolve()
  }
  const taken = terminal.enter({
    key: (key) => {
      if (isOver) return
      const { view: pressed, act } = press(view, key)
      view = pressed
      if (act !== undefined) void carryOut(act)
      draw()
    },
    resize: () => draw(),
    end,
  })
  const draw = (): void => {
    clearTimeout(waiting)
    waiting = undefined
    if (isOver) return
    const size = taken.size()
    const screen = screenFor({ write: () => true, isTTY: true, columns: size.columns }, env, settings)
    taken.show(watchRows(view, size, screen))
  }
  const change = (changed: WatchView): void => {
    view = { ...changed, nowMs: nowMs() }
    waiting ??= setTimeout(draw, Math.min(everyMs, DRAW_EVERY_MS))
  }
  const away = (error: ClientError): void =>
    change({ ...view, away: printable(clientFailure(error, surroundings)) })

  const follow = (): void => {
    let isHeard = false
    endListening = client.follow({
      status: (status) => {
        change(withStatus(view, printable(status), nowMs()))
        if (!isHeard) void catchUp()
        isHeard = true
      },
      event: (event, run) => change(withEvents(view, [{ ...printable(event), run }])),
      over: (error) => {
        away(error)
        reconnect = setTimeout(follow, everyMs)
      },
    })
  }
  /** What happened before we listened. */
  const catchUp = async (): Promise<void> => {
    asked.clear()
    const answer = await client.events({ limit: SHOWN_EVENTS })
    if (!answer.ok) return
    const { run, events } = printable(answer.value)
    change(
      withEvents(
        view,
        events.map((event) => ({ run, ...event })),
      ),
    )
  }
  /** One after the other, so that the daemon has time for others. */
  const askForPast = async (): Promise<void> => {
    const [wanted] = pastWanted(view, asked, nowMs())
    if (isOver || isAsking || wanted === undefined) return
    isAsking = true
    const { line, key, fromMs, toMs, points }: Wanted = wanted
    asked.set(key, nowMs())
    const answer = await client.history(line, { from: rfc3339(fromMs), to: rfc3339(toMs), points })
    isAsking = false
    if (answer.ok) change(withPast(view, key, answer.value))
    void askForPast()
  }
  const carryOut = async (act: Act): Promise<void> => {
    switch (act.do) {
      case 'quit':
        return end()
      case 'flows':
        return ask(client.connections({ limit: 0 }), clientsText)
      case 'probe':
        return ask(client.probe(act.line), probeText)
      default:
        return wish(act)
    }
  }
  /** Shows the answer where it was asked for, unless somebody went on meanwhile. */
  const ask = async <Document>(
    question: Promise<Result<Document, ClientError>>,
    text: (document: Document, screen: Screen) => string,
  ): Promise<void> => {
    const { asked: mine } = view
    const answer = await question
    if (mine === undefined || view.asked !== mine) return
    const told = answer.ok ? (screen: Screen) => text(printable(answer.value), screen) : whyNot(answer.error)
    view = { ...view, asked: { ...mine, text: told } }
    draw()
  }
  const wish = async (act: Wish): Promise<void> => {
    const { line } = act
    view = { ...view, told: (screen) => wrap(`${line}: ${act.do} …`, screen.columns) }
    const [answer, text] =
      act.do === 'drain'
        ? [await client.drain(line, { force: false }), drainText]
        : [await client.undrain(line), undrainText]
    view = {
      ...view,
      told: answer.ok ? (screen) => text(printable(answer.value), screen) : whyNot(answer.error),
    }
    draw()
  }
  const whyNot = (error: ClientError) => {
    const failure = printable(clientFailure(error, surroundings))
    return (screen: Screen): string => failureText(failure, screen)
  }

  if (first.ok) view = withStatus(view, printable(first.value), nowMs())
  else away(first.error)
  draw()
  follow()
  const tick = setInterval(() => {
    change(view) // the clock, and how long it is so
    if (view.away === undefined && linesOf(view).length > 0) void askForPast()
  }, everyMs)
  try {
    await over.promise
  } finally {
    clearInterval(tick)
    clearTimeout(reconnect)
    clearTimeout(waiting)
    endListening()
    taken.leave()
  }
}

/** A document on each line, whatever it is, until the reader or a signal ends us. */
async function printForEver({ client, surroundings, everyMs = 1000 }: Watch): Promise<never> {
  for (;;) {
    const answer: Result<object, ClientError> = await client.status()
    const document = answer.ok
      ? answer.value
      : errorDocument(clientFailure(answer.error, surroundings), surroundings.nowMs())
    surroundings.stdout.write(`${printableJson(document)}\n`)
    await sleep(everyMs)
  }
}
