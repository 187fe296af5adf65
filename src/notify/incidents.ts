import type { MessageKind } from '../model/index.ts'

/** A line at a moment. */
export interface LineNow {
  readonly name: string
  /** In each of its families. */
  readonly legs: readonly LegNow[]
  /** The operator wants nothing new on it, and knows why. */
  readonly isDrained: boolean
}

export interface LegNow {
  readonly leg: string
  /** `undefined`: nobody knows yet. */
  readonly works: boolean | undefined
  /** Completes "lte is down: ". */
  readonly why?: string
}

/** What is looked at, whenever something may have changed. */
export interface Picture {
  /** In the order of the file. */
  readonly lines: readonly LineNow[]
  /** Somebody keeps removing what is ours: in words. */
  readonly fight?: string
}

/** What lasts, with a beginning and an end. */
export type IncidentKind = 'offline' | 'flapping' | 'down' | 'half-down' | 'fought'

/** Something that is so, or was until a moment ago. */
export interface Incident {
  /** What it is one of, and of what: no two of a cause are open. */
  readonly cause: string
  readonly kind: IncidentKind
  readonly line?: string
  /** The line's family that is meant; of `half-down`. */
  readonly leg?: string
  readonly sinceMs: number
  readonly why?: string
  /** It is over, and that is still to be told. */
  readonly endedAtMs?: number
  /** The thread of the message that told of it; absent: nobody knows of it. */
  readonly told?: string
  /** Of `offline`: which lines came back since it ended, and when. */
  readonly backs?: readonly { readonly line: string; readonly atMs: number }[]
}

interface Rule {
  /** What is a consequence of it, and stays silent while it lasts. */
  readonly hides: readonly IncidentKind[]
  /** Only what is of the same line. */
  readonly ofItsLine: boolean
  /** By which word of `on` it is asked for. */
  readonly word: MessageKind
}

/** Which root cause silences which consequences; what is not told at all is silenced by nobody. */
export const INCIDENTS: Readonly<Record<IncidentKind, Rule>> = {
  offline: { hides: ['down', 'half-down', 'flapping'], ofItsLine: false, word: 'offline' },
  flapping: { hides: ['down', 'half-down'], ofItsLine: true, word: 'flapping' },
  down: { hides: ['half-down'], ofItsLine: true, word: 'down' },
  'half-down': { hides: [], ofItsLine: true, word: 'down' },
  fought: { hides: [], ofItsLine: true, word: 'fought' },
}

export const isOpen = ({ endedAtMs }: Incident): boolean => endedAtMs === undefined

/** Whether somebody who hears of one need not hear of the other. */
export const hides = (root: Incident, other: Incident): boolean =>
  INCIDENTS[root.kind].hides.includes(other.kind) &&
  (!INCIDENTS[root.kind].ofItsLine || root.line === other.line)

/** What of the picture is an incident, by cause: `true`, or `undefined` where nobody knows yet. */
export function presentIn({ lines, fight }: Picture): Map<string, Present> {
  const whole = lines.map((line) => ({ line, isDown: isDown(line) }))
  const all = whole.length > 0 ? every(whole.map(({ isDown: is }) => is)) : false
  const causes: (readonly [string, Present])[] = [
    ['offline', { kind: 'offline', is: all }],
    ['fought', { kind: 'fought', is: fight !== undefined, ...(fight !== undefined && { why: fight }) }],
  ]
  for (const { line, isDown: is } of whole) {
    const { name, legs } = line
    const why = legs.find(({ works }) => works === false)?.why
    causes.push([`down ${name}`, { kind: 'down', line: name, is, ...(why !== undefined && { why }) }])
    if (legs.length < 2) continue
    for (const { leg, works, why: whyLeg } of legs)
      causes.push([
        `half-down ${leg}`,
        {
          kind: 'half-down',
          line: name,
          leg,
          is: works === undefined ? undefined : !works,
          ...(whyLeg !== undefined && { why: whyLeg }),
        },
      ])
  }
  return new Map(causes)
}

export interface Present extends Pick<Incident, 'kind' | 'line' | 'leg' | 'why'> {
  readonly is: boolean | undefined
}

/** In every family that it has; a line without any is one that nobody knows. */
export const isDown = ({ legs }: LineNow): boolean | undefined =>
  legs.length === 0 ? undefined : every(legs.map(({ works }) => (works === undefined ? undefined : !works)))

/** One that is not so decides; else one that nobody knows. */
const every = (facts: readonly (boolean | undefined)[]): boolean | undefined =>
  facts.includes(false) ? false : facts.includes(undefined) ? undefined : true
