/**
 * What the daemon tells, as it tells it. The stream is read by `fetch`, so that a token can go with it; it is gone
 * while the tab is hidden, and comes back by itself.
 */
import { computed, signal } from '@preact/signals'
import type { StatusDocument } from '../api/contract.ts'
import { learnRight, token, tokenIsNeeded, troubleOf, withToken } from './ask.ts'
import { happened, learnEvents } from './happened.ts'
import { eventReader, type StreamedEvent } from './sse.ts'
import { withoutNews, type ShownStatus } from './without-news.ts'

/** `new`: nothing was heard yet. `silent`: what was heard is old. */
export const news = signal<'new' | 'live' | 'silent'>('new')

/** By the clock of this browser; 0: never yet. */
export const heardAtMs = signal(0)

const heard = signal<StatusDocument | undefined>(undefined)

/** How long nothing has been heard; it grows while that is so. */
const silentMs = signal(0)

/** As it may be shown: of what is old nothing is known. */
export const status = computed((): ShownStatus | undefined =>
  heard.value === undefined || news.value === 'live' ? heard.value : withoutNews(heard.value, silentMs.value),
)

/** By the clock of the box, which may be another than this browser's. */
export const boxNowMs = (): number =>
  heard.value === undefined ? Date.now() : Date.parse(heard.value.time) + Date.now() - heardAtMs.value

/** Of these connections an end was seen: not the first silence, but somebody who is not there. */
export const isRefused = signal(false)

/** It tells how things are every second. */
const SILENT_AFTER_MS = 3000
/** A connection on which nothing comes is no better than none. */
const GIVE_UP_AFTER_MS = 10_000
const WAITS_MS = [250, 500, 1000, 2000]

let lastEventId = ''
let listening: AbortController | undefined
let silence: ReturnType<typeof setTimeout> | undefined
let ageing: ReturnType<typeof setInterval> | undefined

export function startLive(): void {
  document.addEventListener('visibilitychange', () => (document.hidden ? stop() : start()))
  token.subscribe(() => {
    stop()
    start()
  })
  // The same token may be given once more, and be good by now.
  tokenIsNeeded.subscribe((why) => {
    if (why === undefined) start()
  })
}

function start(): void {
  if (document.hidden || listening !== undefined) return
  const mine = new AbortController()
  listening = mine
  if (heard.value !== undefined && Date.now() - heardAtMs.value > SILENT_AFTER_MS) becomeSilent()
  void keepListening(mine.signal)
}

function stop(): void {
  listening?.abort()
  listening = undefined
  clearTimeout(silence)
}

async function keepListening(signal: AbortSignal): Promise<void> {
  for (let tries = 0; !signal.aborted; tries++) {
    const began = Date.now()
    await listen(signal)
    if (signal.aborted) return
    if (tokenIsNeeded.value !== undefined) return stop()
    if (heardAtMs.value >= began) tries = 0
    await new Promise((resolve) => setTimeout(resolve, WAITS_MS[tries] ?? WAITS_MS.at(-1)))
  }
}

/** Returns when the stream is over, for whatever reason. */
async function listen(signal: AbortSignal): Promise<void> {
  const whole = new AbortController()
  const end = (): void => whole.abort()
  signal.addEventListener('abort', end)
  let patience = setTimeout(end, GIVE_UP_AFTER_MS)
  try {
    const reply = await fetch('v1/events/stream', {
      headers: { ...withToken(), ...(lastEventId !== '' && { 'last-event-id': lastEventId }) },
      cache: 'no-store',
      signal: whole.signal,
    })
    if (!reply.ok || reply.body === null) {
      await troubleOf(reply, true)
      isRefused.value = reply.status >= 502
      return
    }
    isRefused.value = false
    void learnRight()
    void learnEvents()
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader()
    const take = eventReader()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      clearTimeout(patience)
      patience = setTimeout(end, GIVE_UP_AFTER_MS)
      for (const event of take(piece.value)) hear(event)
    }
  } catch {
    isRefused.value = !signal.aborted && !whole.signal.aborted
  } finally {
    clearTimeout(patience)
    signal.removeEventListener('abort', end)
  }
}

function hear({ name, id, data }: StreamedEvent): void {
  if (id !== undefined) lastEventId = id
  if (name === 'event' && id !== undefined) happened(id, data)
  if (name !== 'status') return
  heard.value = JSON.parse(data) as StatusDocument // our own daemon is trusted for the shape
  heardAtMs.value = Date.now()
  news.value = 'live'
  clearTimeout(silence)
  clearInterval(ageing)
  silence = setTimeout(becomeSilent, SILENT_AFTER_MS)
}

function becomeSilent(): void {
  const age = (): void => {
    silentMs.value = Date.now() - heardAtMs.value
  }
  age()
  news.value = 'silent'
  clearInterval(ageing)
  ageing = setInterval(age, 1000)
}
