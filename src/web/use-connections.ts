/** Open connections, page by page, asked again and again while somebody looks at them. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ConnectionsDocument } from '../api/contract.ts'
import { ask, type Trouble } from './ask.ts'
import { news } from './live.ts'

export type Connection = ConnectionsDocument['connections'][number]

/** Each look reads all entries of connection tracking. */
const EVERY_MS = 5000
const ON_A_PAGE = 100
/** The API tells no more at once. */
export const MOST = 1000

export interface Which {
  readonly client: string | undefined
  readonly line: string | undefined
  /** As many as the API tells at once: somebody looks for one of them. */
  readonly asMany: boolean
}

/** @param isHeld nothing is to move now */
export function useConnections({ client, line, asMany }: Which, isHeld: boolean) {
  const [document, setDocument] = useState<ConnectionsDocument>()
  const [trouble, setTrouble] = useState<Trouble>()
  const [shown, setShown] = useState(ON_A_PAGE)
  const limit = asMany ? MOST : shown
  const held = useRef(isHeld)
  held.current = isHeld

  useEffect(() => {
    const abort = new AbortController()
    const query = new URLSearchParams({
      limit: String(limit),
      ...(client !== undefined && { client }),
      ...(line !== undefined && { line }),
    })
    const look = async (): Promise<void> => {
      const answer = await ask<ConnectionsDocument>('GET', `v1/connections?${query.toString()}`, {
        signal: abort.signal,
      })
      if (abort.signal.aborted) return
      if (answer.ok) setDocument(answer.value)
      setTrouble(answer.ok ? undefined : answer.error)
    }
    const lookAgain = (): void => {
      const isIdle = globalThis.document.hidden || held.current || news.value !== 'live'
      if (!isIdle) void look()
    }
    void look()
    const timer = setInterval(lookAgain, EVERY_MS)
    return () => {
      abort.abort()
      clearInterval(timer)
    }
  }, [client, line, limit])

  return { document, trouble, showMore: () => setShown(Math.min(MOST, limit * 2)) }
}
