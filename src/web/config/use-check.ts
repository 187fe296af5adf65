import { useEffect, useState } from 'preact/hooks'
import type { ConfigCheckDocument } from '../../api/contract.ts'
import { ask, type Trouble } from '../ask.ts'

/** Nobody is told of an error in a word that is half written. */
const QUIET_MS = 400

export interface Checked {
  /** Of this text, or of what it was a moment ago. */
  readonly check?: ConfigCheckDocument
  readonly trouble?: Trouble
  /** It is about what is written now. */
  readonly isFresh: boolean
}

/**
 * What the daemon says to a text, asked when the writer pauses.
 * @param since when what runs began: another one, and the same text would do something else
 */
export function useCheck(text: string, since: string | undefined): Checked {
  const [answer, setAnswer] = useState<{ text: string; check?: ConfigCheckDocument; trouble?: Trouble }>()
  useEffect(() => {
    const abort = new AbortController()
    const timer = setTimeout(() => void look(), answer === undefined ? 0 : QUIET_MS)
    const look = async (): Promise<void> => {
      const body = JSON.stringify({ text })
      const told = await ask<ConfigCheckDocument>('POST', 'v1/config/check', { body, signal: abort.signal })
      if (!abort.signal.aborted)
        setAnswer(told.ok ? { text, check: told.value } : { text, trouble: told.error })
    }
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [text, since])
  const { text: of, ...rest } = answer ?? { text: undefined }
  return { ...rest, isFresh: of === text }
}
