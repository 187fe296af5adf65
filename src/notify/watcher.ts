/** What is worth a message, and when. Pure: the picture and the clock are handed in. */
import { unreachable, type MessageKind } from '../model/index.ts'
import {
  INCIDENTS,
  hides,
  isOpen,
  presentIn,
  type Incident,
  type Picture,
  type Present,
} from './incidents.ts'
import type { Message } from './message.ts'
import { backText, downText, flappingText, foughtText, goneText, offlineText, type Said } from './texts.ts'
import type { ClockOf, Look, Outage, Watched, Wishes } from './watched.ts'

/** So many changes in so long, and a line comes and goes; after so long without one it does not. */
export const FLAPPING = { changes: 6, withinMs: 600_000 } as const
/** After the end of an outage of all lines: others come back in the same moment. */
const SETTLE_MS = 5000
const WEEK_MS = 7 * 86_400_000
/** More is no line, and no memory should grow for it. */
const MOST_OUTAGES = 300

/** What the picture means to people. */
export function look(before: Watched, picture: Picture, wishes: Wishes, nowMs: number, clock: ClockOf): Look {
  const present = presentIn(picture)
  const known = before.incidents.map((incident) => continued(incident, present.get(incident.cause), nowMs))
  const opened = [...present]
    .filter(
      ([cause, { is, kind }]) =>
        is === true && wishes.on.includes(INCIDENTS[kind].word) && !known.some((one) => one.cause === cause),
    ) // prettier-ignore
    .map(([cause, found]) => begun(cause, found, nowMs))
  const changes = changesAfter(before, [...known, ...opened], picture, nowMs)
  const incidents = withFlapping([...withBacks(known, before, nowMs), ...opened], changes, wishes, nowMs)
  return told({ ...before, changes, incidents }, picture, wishes, nowMs, clock)
}

/** A line that left the file is over as well. What nobody knows goes on as it was. */
function continued(incident: Incident, now: Present | undefined, nowMs: number): Incident {
  const is = now === undefined ? false : now.is
  if (is === undefined) return incident
  const { endedAtMs, backs: _, ...rest } = incident
  if (is) return { ...rest, ...(now?.why !== undefined && { why: now.why }) }
  return endedAtMs === undefined ? { ...incident, endedAtMs: nowMs } : incident
}

function begun(cause: string, found: Present, nowMs: number): Incident {
  const { is: _, ...rest } = found
  return { cause, sinceMs: nowMs, ...rest }
}

function stillOpen(incident: Incident): Incident {
  const { endedAtMs: _, ...rest } = incident
  return rest
}

const isKnownOpen = (incidents: readonly Incident[], cause: string): boolean =>
  incidents.some((one) => one.cause === cause && isOpen(one))

function changesAfter(
  before: Watched,
  now: readonly Incident[],
  { lines }: Picture,
  nowMs: number,
): Watched['changes'] {
  return Object.fromEntries(
    lines.flatMap(({ name }) => {
      const cause = `down ${name}`
      const isChange = isKnownOpen(before.incidents, cause) !== isKnownOpen(now, cause)
      const recent = [...(before.changes[name] ?? []), ...(isChange ? [nowMs] : [])]
        .filter((atMs) => atMs > nowMs - FLAPPING.withinMs)
        .slice(-MOST_CHANGES)
      return recent.length === 0 ? [] : [[name, recent] as const]
    }),
  )
}

const MOST_CHANGES = 100

/** An outage of all lines that is over knows who came back. */
function withBacks(known: readonly Incident[], before: Watched, nowMs: number): Incident[] {
  const back = known.filter(
    ({ kind, cause, endedAtMs }) =>
      kind === 'down' && endedAtMs === nowMs && isKnownOpen(before.incidents, cause),
  )
  const lines = back.flatMap(({ line }) => (line === undefined ? [] : [{ line, atMs: nowMs }]))
  return known.map((incident) =>
    incident.kind === 'offline' && !isOpen(incident)
      ? { ...incident, backs: [...(incident.backs ?? []), ...lines] }
      : incident,
  )
}

function withFlapping(
  incidents: readonly Incident[],
  changes: Watched['changes'],
  { on }: Wishes,
  nowMs: number,
): Incident[] {
  const others = incidents.filter(({ kind }) => kind !== 'flapping')
  const open = incidents.filter(({ kind }) => kind === 'flapping')
  const going = open.filter(({ line }) => line !== undefined && changes[line] !== undefined)
  const news = Object.entries(changes).flatMap(([line, times]): Incident[] => {
    const isKnown = going.some((one) => one.line === line)
    if (isKnown || times.length < FLAPPING.changes || !on.includes('flapping')) return []
    return [{ cause: `flapping ${line}`, kind: 'flapping', line, sinceMs: nowMs }]
  })
  return [...others, ...going.map(stillOpen), ...news]
}

/** What is due is told, and what is over and told is forgotten. */
function told(watched: Watched, picture: Picture, wishes: Wishes, nowMs: number, clock: ClockOf): Look {
  const messages: Message[] = []
  const left: Incident[] = []
  const outages = [...watched.outages]
  const due: number[] = []
  let { count } = watched
  const tell = (incident: Incident, said: Said, kind: MessageKind, atMs: number): Message => {
    const id = `${watched.seed}-${++count}`
    const { line, told: thread = id } = incident
    const message: Message = { id, thread, kind, ...(line !== undefined && { line }), atMs, urgent: kind === 'offline', ...said } // prettier-ignore
    messages.push(message)
    return message
  }
  const isHidden = (one: Incident): boolean =>
    watched.incidents.some((root) => hides(root, one) && (isOpen(root) || root.kind === 'offline'))

  for (const incident of watched.incidents) {
    const { kind, line, sinceMs, endedAtMs } = incident
    const isTold = incident.told !== undefined
    if (kind === 'offline') {
      if (endedAtMs === undefined) left.push(incident)
      else if (endedAtMs - sinceMs < wishes.afterMs) due.push(nowMs + 1)
      else if (nowMs < endedAtMs + SETTLE_MS && !areAllBack(picture)) {
        due.push(endedAtMs + SETTLE_MS)
        left.push(incident)
      } else {
        tell(incident, offlineText(incident, endedAtMs, picture, clock), 'offline', sinceMs)
        due.push(nowMs + 1) // what it hid until now
      }
      continue
    }
    if (endedAtMs !== undefined) {
      // While it comes and goes, its end may be none.
      if (isTold && isHidden(incident)) left.push(incident)
      else {
        if (kind === 'down' && line !== undefined && endedAtMs - sinceMs >= wishes.afterMs)
          outages.push({ line, fromMs: sinceMs, toMs: endedAtMs })
        if (isTold && (kind === 'down' || kind === 'half-down'))
          tell(incident, endOf(incident, endedAtMs, picture, outages), 'down', endedAtMs)
      }
      continue
    }
    if (isTold || isHidden(incident) || isWished(incident, picture)) {
      left.push(incident)
      continue
    }
    const waitsMs = kind === 'down' || kind === 'half-down' ? wishes.afterMs : 0
    if (nowMs < sinceMs + waitsMs) {
      due.push(sinceMs + waitsMs)
      left.push(incident)
      continue
    }
    const { word } = INCIDENTS[kind]
    const message = tell(incident, beginningOf(incident, watched, picture, clock), word, sinceMs)
    left.push({ ...incident, told: message.thread })
  }
  for (const times of Object.values(watched.changes)) due.push((times.at(-1) ?? nowMs) + FLAPPING.withinMs)
  const week = outages.filter(({ toMs }) => toMs > nowMs - WEEK_MS).slice(-MOST_OUTAGES)
  const next = due.filter((atMs) => atMs > nowMs)
  return {
    watched: { ...watched, count, incidents: left, outages: week },
    messages,
    ...(next.length > 0 && { nextAtMs: Math.min(...next) }),
  }
}

/** Whoever drains a line may be about to unplug it. */
const isWished = ({ line }: Incident, { lines }: Picture): boolean =>
  lines.some(({ name, isDrained }) => name === line && isDrained)

const areAllBack = ({ lines }: Picture): boolean =>
  lines.every(({ legs }) => legs.every(({ works }) => works === true))

function beginningOf(incident: Incident, watched: Watched, picture: Picture, clock: ClockOf): Said {
  switch (incident.kind) {
    case 'flapping':
      return flappingText(incident.line ?? '', watched.changes[incident.line ?? '']?.length ?? 0)
    case 'fought':
      return foughtText(incident.why ?? '')
    case 'down':
    case 'half-down':
    case 'offline':
      return downText(incident, picture, clock)
    default:
      return unreachable(incident.kind)
  }
}

const endOf = (
  incident: Incident,
  endedAtMs: number,
  { lines }: Picture,
  outages: readonly Outage[],
): Said => {
  const legs = lines.find(({ name }) => name === incident.line)?.legs
  const isThere =
    incident.leg === undefined ? legs !== undefined : legs?.some(({ leg }) => leg === incident.leg)
  return isThere === true ? backText(incident, endedAtMs, outages) : goneText(incident)
}
