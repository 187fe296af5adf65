/** Configurations that ran, or were tried, in one list. Pure. */
import type { FormerConfigsDocument } from '../../api/contract.ts'

export interface FormerRow {
  readonly text: string
  readonly version: string
  readonly atMs: number
  readonly what: string
}

/** The newest first. The same text may have been applied twice, and only the last time holds. @param running its version */
export function formerRows(
  { accepted, tried }: FormerConfigsDocument,
  running: string | undefined,
): FormerRow[] {
  const ran = accepted.map(({ text, version, at }) => ({ text, version, atMs: Date.parse(at) }))
  const sinceMs = Math.max(...ran.filter(({ version }) => version === running).map(({ atMs }) => atMs))
  return [
    ...ran.map((one) => ({
      ...one,
      what: one.version === running && one.atMs === sinceMs ? 'runs now' : 'ran',
    })),
    ...tried.map(({ text, version, at, why }) => ({
      text,
      version,
      atMs: Date.parse(at),
      what: `tried and undone: ${why}`,
    })),
  ].toSorted((a, b) => b.atMs - a.atMs)
}
