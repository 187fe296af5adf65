/** What the daemon remembers of a line, asked again as time goes by. */
import { useEffect, useState } from 'preact/hooks'
import type { LineHistoryDocument } from '../api/contract.ts'
import { ask, type Trouble } from './ask.ts'
import { boxNowMs, news } from './live.ts'

export type Past =
  | { readonly is: 'asked' }
  | { readonly is: 'known'; readonly history: LineHistoryDocument }
  | { readonly is: 'refused'; readonly trouble: Trouble }

export interface Span {
  readonly ms: number
  readonly points: number
  /** How often it is worth asking. */
  readonly everyMs: number
}

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** @param since changes when something happened that must be seen at once: the state's own time */
export function usePast(line: string, { ms, points, everyMs }: Span, since: string): Past {
  const [past, setPast] = useState<Past>({ is: 'asked' })
  // Whoever comes back to the page, or to whom the daemon does, sees no old graph.
  const isLive = news.value === 'live'
  useEffect(() => {
    let isCurrent = true
    const look = async (): Promise<void> => {
      if (document.hidden || news.value !== 'live') return
      const from = new Date(boxNowMs() - ms).toISOString()
      const query = new URLSearchParams({ from, points: String(points) })
      const path = `v1/lines/${encodeURIComponent(line)}/history?${query.toString()}`
      const answer = await ask<LineHistoryDocument>('GET', path)
      if (!isCurrent) return
      setPast(answer.ok ? { is: 'known', history: answer.value } : { is: 'refused', trouble: answer.error })
    }
    void look()
    const timer = setInterval(() => void look(), everyMs)
    return () => {
      isCurrent = false
      clearInterval(timer)
    }
  }, [line, ms, points, everyMs, since, isLive])
  return past
}
