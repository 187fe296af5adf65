/** Who has open connections, asked again and again while a page shows it. */
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ConnectionsDocument } from '../api/contract.ts'
import { ask } from './ask.ts'
import { news } from './live.ts'

export const clients = signal<ConnectionsDocument['clients'] | undefined>(undefined)

/** Counting reads all entries of connection tracking. */
const EVERY_MS = 5000
/** Of one look alone nobody knows what goes through. */
const ONCE_MORE_MS = 1500

export function useClients(): ConnectionsDocument['clients'] | undefined {
  useEffect(() => {
    const look = async (): Promise<void> => {
      if (document.hidden || news.value !== 'live') return
      const answer = await ask<ConnectionsDocument>('GET', 'v1/connections?limit=0')
      if (answer.ok) clients.value = answer.value.clients
    }
    const timer = setInterval(() => void look(), EVERY_MS)
    let second: ReturnType<typeof setTimeout> | undefined
    const first = news.subscribe((now) => {
      clearTimeout(second)
      if (now !== 'live') return
      void look()
      second = setTimeout(() => {
        if (!isTrafficKnown()) void look()
      }, ONCE_MORE_MS)
    })
    return () => {
      clearInterval(timer)
      first()
      clearTimeout(second)
    }
  }, [])
  return clients.value
}

const isTrafficKnown = (): boolean =>
  clients.value?.some(({ bitsPerSecond }) => bitsPerSecond !== undefined) === true
