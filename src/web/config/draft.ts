/** What somebody writes, and from which file. Kept while he looks at other pages, and nowhere else: it may hold secrets. */
import { computed, signal } from '@preact/signals'
import type { ConfigDocument, FormerConfigsDocument } from '../../api/contract.ts'
import { ask, type Trouble } from '../ask.ts'

/** As it is now. */
export const current = signal<ConfigDocument | undefined>(undefined)
export const former = signal<FormerConfigsDocument | undefined>(undefined)
export const readTrouble = signal<Trouble | undefined>(undefined)

/** The file from which the draft was begun. */
export const base = signal<{ readonly text: string; readonly version: string } | undefined>(undefined)
export const draft = signal('')

export const isEdited = computed(() => base.value !== undefined && draft.value !== base.value.text)

/** Somebody else wrote to the file since. */
export const isOvertaken = computed(
  () =>
    current.value !== undefined && base.value !== undefined && current.value.version !== base.value.version,
)

export async function readConfig(): Promise<void> {
  const [config, past] = await Promise.all([
    ask<ConfigDocument>('GET', 'v1/config'),
    ask<FormerConfigsDocument>('GET', 'v1/config/history'),
  ])
  readTrouble.value = config.ok ? (past.ok ? undefined : past.error) : config.error
  if (past.ok) former.value = past.value
  if (!config.ok) return
  current.value = config.value
  // Nothing of anybody's is lost by that.
  if (!isEdited.value || config.value.text === draft.value) takeTheirs()
}

/** The draft begins anew, from what the file holds. */
export function takeTheirs(): void {
  goOnFromTheirs()
  if (base.value !== undefined) draft.value = base.value.text
}

/** The draft stays, and is to replace what the file holds now. */
export function goOnFromTheirs(): void {
  const { text, version } = current.value ?? {}
  if (typeof text === 'string' && typeof version === 'string') base.value = { text, version }
}
