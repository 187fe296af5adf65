/** Shows a story on the picture again, at its own pace or at a tenth of it. */
import { useEffect, useState } from 'preact/hooks'
import type { LineHistoryDocument } from '../../api/contract.ts'
import { ask } from '../ask.ts'
import type { Happening } from '../happening.ts'
import type { Story } from '../story.ts'
import { spanOf, statusAt, toldBy } from './replay-status.ts'
import type { ShownStatus } from '../without-news.ts'

type Pasts = ReadonlyMap<string, LineHistoryDocument>

interface Running {
  readonly story: Story
  readonly pasts: Pasts
  readonly speed: number
  readonly atMs: number
}

export interface Replay {
  /** What the picture shows; absent: how it is now. */
  readonly shown?: {
    readonly status: ShownStatus
    readonly atMs: number
    readonly told: Happening | undefined
  }
  readonly start: (story: Story, speed: number) => void
  readonly stop: () => void
}

const FRAME_MS = 50
/** Traffic is remembered by tens of seconds. */
const AROUND_MS = 20_000

export function useReplay(now: ShownStatus | undefined): Replay {
  const [running, setRunning] = useState<Running>()
  const isRunning = running !== undefined
  useEffect(() => {
    if (!isRunning) return undefined
    const timer = setInterval(() => setRunning((before) => before && next(before)), FRAME_MS)
    return () => clearInterval(timer)
  }, [isRunning])
  return {
    ...(running !== undefined &&
      now !== undefined && {
        shown: {
          status: statusAt(now, running.story, running.pasts, running.atMs),
          atMs: running.atMs,
          told: toldBy(running.story, running.atMs),
        },
      }),
    start: (story, speed) => {
      const names = now?.lines.map(({ name }) => name) ?? []
      void pastsAround(story, names).then((pasts) =>
        setRunning({ story, pasts, speed, atMs: spanOf(story).fromMs }),
      )
    },
    stop: () => setRunning(undefined),
  }
}

/** @returns `undefined`: it is over */
function next(before: Running): Running | undefined {
  const atMs = before.atMs + FRAME_MS * before.speed
  return atMs > spanOf(before.story).toMs ? undefined : { ...before, atMs }
}

async function pastsAround(story: Story, names: readonly string[]): Promise<Pasts> {
  const { fromMs, toMs } = spanOf(story)
  const query = new URLSearchParams({
    from: new Date(fromMs - AROUND_MS).toISOString(),
    to: new Date(toMs + AROUND_MS).toISOString(),
    points: '100',
  })
  const answers = await Promise.all(
    names.map((name) =>
      ask<LineHistoryDocument>('GET', `v1/lines/${encodeURIComponent(name)}/history?${query.toString()}`),
    ),
  )
  return new Map(answers.flatMap((answer, i) => (answer.ok ? [[names[i] ?? '', answer.value] as const] : [])))
}
